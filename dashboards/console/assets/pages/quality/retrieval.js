// How documents are found, by route or index: each figure with of how many it is.

import { ask } from "../../core/api.js";
import { count, duration, many, number, share } from "../../core/format.js";
import { h } from "../../core/h.js";
import { withQuery } from "../../core/router.js";
import { badge, word } from "../../parts/figures.js";
import { moves, secondsOf } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { table } from "../../parts/table.js";
import { STANDARD, scopeAsked } from "./words.js";

const ROWS = 50;
// A longer window is counted once, not at every refresh.
const LIVE_S = 86_400;
const SPLITS = { route: "route", tenant: "tenant", "index_name,index_version": "index" };
const STANDARD_SPLIT = "route";
const S_TO_MS = 1000;
// From which share on a figure is marked; retrieval without a document makes an answer up.
const MUCH = { empty_ratio: 0.2, duplicate_ratio: 0.3, stale_ratio: 0.1, chunk_outlier_ratio: 0.05 };

export function retrievalPanel(page) {
  return panel(page, {
    title: "Retrieval", note: "Below each figure, of how many it is: what nobody says is not zero.",
    actions: () => splits(page),
    load: (signal) => ask("/v1/retrieval", { ...scopeAsked(page.query), by: splitOf(page.query), limit: ROWS }, { signal }),
    live: () => moves(page.query) && secondsOf(page.query, STANDARD) <= LIVE_S,
    empty: ({ rows }) => (rows.length ? null : "No retrieval in this window. Spans of the kind retriever are counted here."),
    draw: (answer) => [drawn(answer), golden(answer.golden)],
  });
}

function splitOf(query) {
  return query.get("found") in SPLITS ? query.get("found") : STANDARD_SPLIT;
}

function splits(page) {
  const now = splitOf(page.query);
  return h("select", { name: "found", "aria-label": "Retrieval by", value: now, onchange: (event) => page.set({ found: event.target.value === STANDARD_SPLIT ? null : event.target.value }) },
    Object.entries(SPLITS).map(([value, text]) => h("option", { value }, `by ${text}`)));
}

function drawn({ rows, by }) {
  const of = (label, name, told, written = share, more = {}) => ({ label, number: true, cell: (row) => figure(row, name, told, written), ...more });
  return table({
    caption: "How documents are found", rows, key: (row) => by.map((name) => row[name]).join(" "),
    columns: [
      { label: by[0] === "index_name" ? "Index" : by[0] === "tenant" ? "Tenant" : "Route", head: true, class: "name", cell: (row) => named(row, by) },
      { label: "Retrievals", number: true, cell: (row) => count(row.retrievals) },
      of("Nothing found", "empty_ratio", "documents_told"),
      of("Repeated", "duplicate_ratio", "duplicates_told", share, { title: "Documents that repeat another one of the same retrieval" }),
      of("Best score", "score_p50", "score_told", number, { title: "Median score of the best document" }),
      of("Lead", "gap_p50", "gap_told", number, { title: "How far the best document is before the second, median" }),
      of("Oldest", "age_p50_s", "age_told", age, { title: "Age of the oldest document used, median" }),
      of("Too old", "stale_ratio", "cadence_told", share, { title: "Used a document older than the cadence of its index (section freshness)" }),
      of("Checked", "permission_checked_ratio", "permission_told", share, { title: "Documents were filtered by what the user may see" }),
      { label: "Violations", number: true, title: "Documents shown that their user may not see", cell: violations },
      of("Odd length", "chunk_outlier_ratio", "chunks_judged", share, { title: "Documents far from the length usual in their index version" }),
      of("Citations hold", "citation_valid", "valid_told", share, { title: "Citations that name a document that was retrieved" }),
    ],
  });
}

function named(row, by) {
  if (by[0] === "index_name") return [word(row.index_name, "unnamed"), " ", row.index_version !== null && h("small", { class: "mono" }, row.index_version)];
  const value = row[by[0]];
  return value === null ? word(value) : h("a", { href: withQuery({ [by[0]]: value }) }, word(value));
}

function figure(row, name, told, written) {
  if (!row[told]) return unsaid();
  const much = name in MUCH && row[name] >= MUCH[name];
  const shown = written(row[name]);
  return [h("div", {}, much ? badge(shown, "warn") : shown), of(row[told])];
}

function violations(row) {
  if (!row.violations_told) return unsaid();
  return [h("div", {}, row.violations ? badge(count(row.violations), "bad") : "0"), of(row.violations_told)];
}

function unsaid() {
  return h("span", { class: "unknown", title: "Nobody says it" }, "–");
}

function of(told) {
  return h("small", { class: "muted" }, `of ${count(told)}`);
}

function age(seconds) {
  return duration(seconds * S_TO_MS);
}

function golden(rows) {
  if (!rows.length) return null;
  return h("div", { class: "body" },
    h("p", { class: "note" }, `Golden questions, newest run of ${rows[0].started_at.slice(0, 16).replace("T", " ")} UTC, of everybody:`),
    h("dl", { class: "facts" }, rows.map((row) => h("div", { key: row.name },
      h("dt", {}, row.name),
      h("dd", {}, number(row.mean_score), " ", h("small", { class: "muted" }, row.low === null ? `of ${many(row.scored, "question")}` : `${number(row.low)} to ${number(row.high)}, of ${many(row.scored, "question")}`))))));
}
