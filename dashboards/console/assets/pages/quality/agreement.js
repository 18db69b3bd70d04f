// How far evaluators agree with people, over the answers both judged.

import { ask } from "../../core/api.js";
import { count, many, number, share } from "../../core/format.js";
import { h } from "../../core/h.js";
import { word } from "../../parts/figures.js";
import { windowOf } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { table } from "../../parts/table.js";
import { STANDARD, saidBy } from "./words.js";

export function agreementPanel(page) {
  return panel(page, {
    title: "People and evaluators", note: "Over the answers both judged; kappa is agreement beyond chance.",
    load: (signal) => ask("/v1/evaluations/agreement", windowOf(page.query, STANDARD), { signal }),
    live: false, // people come by the day, not by the second
    empty: nothing,
    draw: (answer) => [
      table({
        caption: "Agreement of evaluators with people", rows: answer.rows, key: (row) => `${row.name} ${row.source}`,
        columns: [
          { label: "Evaluation", head: true, class: "name", cell: (row) => word(row.name) },
          { label: "Said by", cell: (row) => saidBy(row.source) },
          { label: "Answers", number: true, cell: (row) => count(row.items) },
          { label: "Agree", number: true, cell: (row) => [h("div", {}, share(row.agreement)), interval(share(row.agreement_low), share(row.agreement_high))] },
          { label: "Kappa", number: true, cell: (row) => (row.kappa === null ? h("span", { class: "unknown", title: "One of them says one thing only" }, "–") : [h("div", {}, number(row.kappa)), row.kappa_low !== null && interval(number(row.kappa_low), number(row.kappa_high))]) },
        ],
      }),
      h("p", { class: "note" }, `${many(answer.reviewed, "answer")} reviewed${answer.undecided ? `, ${count(answer.undecided)} without a majority` : ""}; a score of ${answer.threshold} and more counts as a pass.`),
    ],
  });
}

function interval(low, high) {
  return h("small", { class: "muted", title: "95 % interval" }, `${low} to ${high}`);
}

function nothing({ rows, reviewed }) {
  if (rows.length) return null;
  if (reviewed) return `${many(reviewed, "answer")} reviewed; no evaluator judged any of them.`;
  return "Nobody reviewed an answer in this window: choose a longer one, or let burnline eval review import FILE --otlp URL send what people said.";
}
