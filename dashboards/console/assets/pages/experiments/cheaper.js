// Where a cheaper model would do as well, by class of traffic: the money, and the evidence measure by measure.

import { ask } from "../../core/api.js";
import { count, number, share, usd } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge, money, word } from "../../parts/figures.js";
import { interval } from "../../parts/interval.js";
import { panel } from "../../parts/panel.js";
import { table } from "../../parts/table.js";
import { hrefOf } from "./listed.js";
import { measureOf } from "./words.js";

const SHOWN = 20;
const VERDICTS = { switch: ["holds quality", "good"], worse: ["worse", "bad"], not_known_yet: ["not known yet", "plain"] };
const TONES = { holds: "good", worse: "bad", not_known_yet: "open" };

// `later` has a question wait for what people look at first: this one reads four weeks.
export function cheaperPanel(page, later) {
  return panel(page, {
    title: "Cheaper models",
    note: "Models that answered the same class of traffic in the last four weeks, at the prices of now. A person decides.",
    load: later((signal) => ask("/v1/recommendations", { limit: SHOWN }, { signal })),
    live: false,
    actions: h("a", { href: "/v1/recommendations", target: "_blank" }, "JSON"),
    empty: ({ rows, classes }) => (rows.length ? null : `No cheaper model answered enough of any class of traffic to compare. Classes with enough requests: ${count(classes)}.`),
    draw: (told) => [h("p", { class: "note lead" }, money(told.saving_per_month_usd), " a month where quality is shown to hold."), rows(told)],
  });
}

function rows({ rows: found, next }) {
  return [
    table({
      caption: "Cheaper models by class of traffic", rows: found, key: (row) => `${row.route} ${row.feature} ${row.size} ${row.model} ${row.candidate}`,
      columns: [
        { label: "Traffic", head: true, cell: (row) => [word(row.route), h("br"), h("small", { class: "muted" }, [row.feature ?? "no feature", row.size ?? "size not known"].join(" · "))] },
        { label: "Instead of", cell: (row) => [word(row.model), used(`${count(row.requests)} requests, ${usd(row.cost_usd)}`)] },
        { label: "Cheaper", cell: (row) => [word(row.candidate), used(`${count(row.candidate_requests)} requests; the same usage ${usd(row.instead_usd)}`)] },
        { label: "Saves a month", number: true, cell: (row) => money(row.saving_per_month_usd) },
        { label: "Evidence", class: "picture", title: "The difference with its interval; left of the line is lower, the band is what counts as no worse", cell: (row) => row.measures.map(evidence) },
        { label: "Verdict", class: "wide", cell: verdict },
      ],
    }),
    next && h("p", { class: "note" }, `The first ${count(found.length)} are shown.`),
  ];
}

function used(text) {
  return h("div", { class: "wide-only" }, h("small", { class: "muted" }, text));
}

function evidence(one) {
  const { name } = measureOf(one.measure);
  const written = one.measure === "error_ratio" ? share : number;
  const figures = `${name} ${written(one.value)} → ${written(one.candidate_value)}`;
  return h("div", { key: one.measure, class: "evidence" }, h("small", {}, figures), one.low !== null && interval({
    low: one.low, high: one.high, value: one.candidate_value - one.value, margin: [-one.margin, one.margin],
    bound: Math.max(2 * one.margin, Math.abs(one.low), Math.abs(one.high)) * 1.05, tone: TONES[one.verdict] ?? "open",
    label: `${figures}, of ${count(one.requests)} requests: difference ${number(one.low)} to ${number(one.high)}, ${number(one.margin)} counts as no worse`,
  }));
}

function verdict(row) {
  const [said, tone] = VERDICTS[row.verdict] ?? [row.verdict, "plain"];
  const drawn = row.randomised_by && h("small", {}, " drawn by ", h("a", { href: hrefOf(row.randomised_by) }, word(row.randomised_by)));
  return [badge(said, tone), drawn, row.unknown.map((one) => h("div", { key: one }, h("small", { class: "muted" }, one)))];
}
