// The requests that were judged worst, each a link to its trace.

import { ask } from "../../core/api.js";
import { clock, number, readable } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge, moment, word } from "../../parts/figures.js";
import { moves } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { rowLink, table } from "../../parts/table.js";
import { evaluationsAsked, saidBy } from "./words.js";

const ROWS = 20;

export function worstPanel(page) {
  return panel(page, {
    title: "Judged worst", note: "Stored requests with a score below 1 or a failure, the lowest first.",
    load: (signal) => ask("/v1/evaluations/worst", { ...evaluationsAsked(page.query), limit: ROWS }, { signal }),
    live: () => moves(page.query),
    empty: ({ rows }) => (rows.length ? null : "No stored request was judged below 1 in this window."),
    draw: ({ rows }) => table({
      caption: "Requests that were judged worst", rows, key: (row) => `${row.trace_id} ${row.name} ${row.at}`,
      columns: [
        { label: "Judged, UTC", head: true, class: "whole", cell: (row) => rowLink(`/requests/${row.trace_id}`, moment(row.at, [h("span", { class: "wide-only" }, `${row.at.slice(5, 10)} `), clock(row.at)])) },
        { label: "Score", number: true, cell: score },
        { label: "Evaluation", cell: (row) => word(row.name) },
        { label: "Why", class: "wide", cell: (row) => (row.explanation === null ? h("span", { class: "muted" }, "not said") : readable(row.explanation)) },
        { label: "Route", cell: (row) => word(row.route) },
        { label: "Tenant", class: "wide-only", cell: (row) => word(row.tenant) },
        { label: "Said by", class: "wide-only", cell: (row) => saidBy(row.source) },
      ],
    }),
  });
}

function score(row) {
  return [row.score !== null && number(row.score), row.score !== null && row.label !== null && " ", row.label !== null && badge(row.label, "bad")];
}
