// What made it burn: the values the bad ones have in common, where they went wrong, and the worst traces.

import { ask } from "../../core/api.js";
import { count, duration, share } from "../../core/format.js";
import { h } from "../../core/h.js";
import { meter, moment, money, status, word } from "../../parts/figures.js";
import { kept, moves, WINDOW_NAMES, windowOf } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { rowLink, table } from "../../parts/table.js";
import { SCOPE } from "../budgets/words.js";

const TRACES = 8;

// `wordsOf` names the group that is looked at; without a window of one's own it is that of the alert.
export function contributors(page, name, wordsOf) {
  return panel(page, {
    title: "What made it burn",
    live: () => moves(page.query),
    load: async (signal) => {
      const own = Object.keys(kept(page.query, WINDOW_NAMES)).length > 0;
      const words = await wordsOf();
      return ask(`/v1/slos/${encodeURIComponent(name)}/contributors`, { ...words, ...(own ? windowOf(page.query) : {}), traces: TRACES }, { signal });
    },
    empty: ({ total, bad }) => (bad ? null : total ? "Nothing was bad in this window." : "Nothing was judged in this window."),
    draw: (answer) => [
      h("p", { class: "lead" }, answer.in_words, " ", h("small", {}, moment(answer.start), " to ", moment(answer.until))),
      h("div", { class: "columns even" },
        h("div", { class: "half" }, h("h3", {}, "In common"), answer.contributors.length ? common(answer) : h("p", { class: "empty" }, "No value stands out: they fail alike."), answer.origins.length > 0 && [h("h3", { class: "under" }, "Where it went wrong"), origins(answer)]),
        h("div", { class: "half" }, h("h3", {}, "Worst traces"), traces(answer))),
    ],
  });
}

function common({ contributors: found }) {
  return table({
    caption: "Values that explain the bad ones", rows: found, key: (row) => `${row.dimension} ${row.value}`,
    columns: [
      { label: "Value", cell: (row) => [h("small", {}, `${row.dimension.replace("_", " ")} `), word(row.value), row.also.length > 0 && h("small", { class: "under-name" }, `also ${row.also.map((one) => `${one.dimension} ${one.value}`).join(", ")}`)] },
      { label: "Explains", class: "share", cell: (row) => meter({ ratio: row.share, label: "Explains", tone: "bad" }) },
      { label: "Bad", number: true, cell: (row) => `${count(row.bad)} of ${count(row.total)}` },
      { label: "Elsewhere", number: true, cell: (row) => share(row.rest_ratio) },
    ],
  });
}

function origins({ origins: found }) {
  return table({
    caption: "Where the bad ones went wrong", rows: found, key: (row) => `${row.stage} ${row.error_type}`,
    columns: [
      { label: "Stage", cell: (row) => [row.stage, row.error_type && h("small", {}, " ", word(row.error_type))] },
      { label: "Of the bad ones", class: "share", cell: (row) => meter({ ratio: row.share, label: "Of the bad ones", tone: "bad" }) },
      { label: "", number: true, cell: (row) => count(row.bad) },
    ],
  });
}

function traces({ traces: found }) {
  return table({
    caption: "The worst traces", rows: found, key: (row) => row.trace_id,
    columns: [
      { label: "Started (UTC)", class: "whole", cell: (row) => rowLink(`/requests/${row.trace_id}`, moment(row.started_at)) },
      { label: "Status", cell: (row) => [status(row.status), row.error_type && h("small", { class: "under-name" }, word(row.error_type))] },
      { label: "Tenant", class: "wide-only", cell: (row) => word(row.tenant) },
      { label: "Took", number: true, cell: (row) => duration(row.duration_ms) },
      { label: "Cost", number: true, cell: (row) => money(row.cost_usd) },
    ],
  });
}

export function wordsOfGroup(group) {
  return Object.fromEntries(SCOPE.filter((word) => group[word] !== null && group[word] !== undefined).map((word) => [word, group[word]]));
}
