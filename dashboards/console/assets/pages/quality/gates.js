// Gates: changes that were held against a baseline, whether they may go ahead, and what the items could have shown.

import { ask } from "../../core/api.js";
import { clock, count, many, number, short } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge, moment } from "../../parts/figures.js";
import { moves, windowOf } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { table } from "../../parts/table.js";
import { STANDARD } from "./words.js";

const ROWS = 10;
const SAID = { pass: ["passed", "good"], refuse: ["refused", "bad"], unproven: ["unproven", "warn"], told: ["does not gate", "plain"] };

export function gatesPanel(page) {
  return panel(page, {
    title: "Gates", note: "Changes held against a baseline over a golden set.",
    load: (signal) => ask("/v1/evaluations/gates", { ...windowOf(page.query, STANDARD), limit: ROWS }, { signal }),
    live: () => moves(page.query),
    empty: ({ gates }) => (gates.length ? null : "No gate was sent in this window: choose a longer one, or let burnline eval gate BASELINE CANDIDATE --otlp URL send its verdict."),
    draw: ({ gates, unreadable, next }) => [
      table({
        caption: "Gates, the newest first", rows: gates, key: (gate) => `${gate.at} ${gate.candidate.run_id} ${gate.baseline.run_id}`,
        columns: [
          { label: "Run, UTC", head: true, class: "whole", cell: (gate) => moment(gate.at, [h("span", { class: "wide-only" }, `${gate.at.slice(0, 10)} `), clock(gate.at)]) },
          { label: "Verdict", cell: (gate) => verdict(gate.verdict) },
          { label: "Change", class: "wide", cell: change },
          { label: "Why", class: "wide", cell: why },
          { label: "Detectable", class: "whole", title: "The smallest loss of the mean score that is found in four of five comparisons of so many items", cell: detectable },
        ],
      }),
      (unreadable > 0 || next) && h("p", { class: "note" }, [next && `The newest ${ROWS} are shown.`, unreadable > 0 && `${many(unreadable, "event")} called a gate cannot be read as one.`].filter(Boolean).join(" ")),
    ],
  });
}

function verdict(said) {
  const [text, tone] = SAID[said] ?? [said, "plain"];
  return badge(text, tone);
}

function called(run) {
  return short(run.name ?? run.system, 40);
}

function change(gate) {
  return [
    h("div", { class: "mono", title: `run ${gate.candidate.run_id}` }, called(gate.candidate)),
    h("small", { class: "muted" }, `against ${called(gate.baseline)}, ${many(gate.items, "item")}, ${many(gate.changed_answers, "answer")} changed`),
  ];
}

// What decided: the metrics that refused or could not tell; of a pass, what it rules out.
function why(gate) {
  const decided = gate.metrics.filter((one) => one.verdict === gate.verdict);
  return h("ul", {}, decided.slice(0, 4).map((one) => h("li", { key: one.name }, h("strong", {}, one.name), ` ${one.why}`)),
    decided.length > 4 && h("li", { key: "" }, `and ${many(decided.length - 4, "metric")} more`));
}

function detectable(gate) {
  const told = gate.metrics.filter((one) => one.detectable !== null && one.verdict !== "told");
  return h("ul", {}, told.slice(0, 4).map((one) => h("li", { key: one.name }, `${one.name} ${number(one.detectable)}`, " ", h("small", { class: "muted" }, `of ${count(one.pairs)}`))));
}
