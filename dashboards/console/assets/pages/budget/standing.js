// How one budget stands now: its figures, its alert windows, and the values it keeps budgets for.

import { now } from "../../core/api.js";
import { ago, count, share } from "../../core/format.js";
import { h } from "../../core/h.js";
import { withQuery } from "../../core/router.js";
import { badge, moment, status, tile } from "../../parts/figures.js";
import { rowLink, table } from "../../parts/table.js";
import { burning, left } from "../budgets/objectives.js";
import { because, leftTone, span, times } from "../budgets/words.js";

export function figures(slo, one) {
  const tone = leftTone(one.remaining_ratio);
  return h("div", { class: "tiles" },
    tile({ label: "Budget left", value: share(one.remaining_ratio), tone: tone === "good" ? null : tone, notes: one.remaining_ratio === null ? "nothing judged in the period" : `of ${span(slo.period_s)}` }),
    tile({ label: "Good", value: share(one.good_ratio), notes: `${share(slo.target)} promised` }),
    tile({ label: "Bad", value: count(one.total - one.good), notes: `of ${count(one.total)} judged` }),
    tile({ label: "Burn over the period", value: times(one.burn), notes: "1× spends it exactly" }),
    tile({ label: "Runs out", value: one.exhausted_at === null ? (one.remaining_ratio === null ? "–" : "lasts") : one.remaining_ratio <= 0 ? "spent" : ago(one.exhausted_at, now()), tone: one.remaining_ratio !== null && one.remaining_ratio <= 0 ? "bad" : null,
      notes: one.exhausted_at && one.remaining_ratio > 0 ? moment(one.exhausted_at) : one.remaining_ratio <= 0 ? "nothing is left of it" : "at the pace of late" }));
}

export function windows(page, one) {
  const chosen = Number(page.query.get("row") ?? 0);
  return table({
    caption: "Alert windows", rows: one.windows, key: (row) => `${row.long_s}-${row.short_s}`, selected: (row) => one.windows.indexOf(row) === chosen,
    columns: [
      { label: "Windows", class: "whole", cell: (row) => rowLink(withQuery({ row: one.windows.indexOf(row) || null }), `${span(row.long_s)} and ${span(row.short_s)}`) },
      { label: "Asks for", cell: (row) => badge(row.severity, row.severity === "page" ? "accent" : "plain") },
      { label: "Verdict", cell: (row) => [status(row.verdict), h("small", { class: "under-name" }, because(row.reason))] },
      { label: "Fires above", number: true, title: "Share of the budget × period / long window", cell: (row) => h("span", { title: row.rescaled }, times(row.factor), row.rescaled && "*") },
      { label: "Long burn", number: true, cell: (row) => hot(row.long_burn, row.factor) },
      { label: "Short burn", number: true, cell: (row) => hot(row.short_burn, row.factor) },
      { label: "Judged", number: true, cell: (row) => count(row.long_total) },
      { label: "P(burn > factor)", number: true, title: "Probability that the true burn of the long window is over the factor", cell: (row) => share(row.posterior) },
      { label: "Budget at stake", number: true, cell: (row) => share(row.budget_share) },
    ],
  });
}

function hot(burn, factor) {
  return h("span", { class: burn !== null && burn > factor ? "hot" : null }, times(burn));
}

export function groups(page, slo) {
  return table({
    caption: `Budgets by ${slo.per.join(" and ")}`, rows: [...slo.groups].sort(worstFirst), key: (group) => group.name, selected: (group) => page.query.get("group") === group.name,
    columns: [
      { label: slo.per.join(", "), cell: (group) => rowLink(withQuery({ group: page.query.get("group") === group.name ? null : group.name }), group.name) },
      { label: "Status", cell: (group) => status(group.status) },
      { label: "Budget left", class: "share", cell: left },
      { label: "Burn", number: true, cell: (group) => burning(group.windows) },
      { label: "Judged", number: true, cell: (group) => count(group.total) },
    ],
  });
}

const LOUD = ["firing", "ticket", "ok", "insufficient_data"];

function worstFirst(one, other) {
  return LOUD.indexOf(one.status) - LOUD.indexOf(other.status) || (one.remaining_ratio ?? 2) - (other.remaining_ratio ?? 2);
}
