// Chargeback: every billing month and how far it is.

import { ask } from "../core/api.js";
import { count } from "../core/format.js";
import { h } from "../core/h.js";
import { badge, moment, money } from "../parts/figures.js";
import { panel } from "../parts/panel.js";
import { rowLink, table } from "../parts/table.js";
import { months } from "./chargeback/work.js";

const PREVIEWED = 3;
export const STATES = {
  open: ["open", "accent", "The month is not over"], ended: ["can be closed", "warn", "The month is over and not signed off"], closed: ["closed", "good", "Signed off: nothing in it changes"],
  passed: ["passed", "plain", "It had no usage when a later month was closed"], future: ["future", "plain", null],
};

export const title = () => "Chargeback";

export function draw(page) {
  return [
    h("div", { class: "heading" }, h("h1", {}, "Chargeback")),
    panel(page, {
      title: "Billing months",
      note: "in UTC",
      live: false, // a month of millions of lines is summed for this; nobody closes books by the second
      load: (signal) => loaded(signal),
      empty: (found) => (found.length ? null : "Nothing was billed yet."),
      draw: (found) => table({
        caption: "Billing months", rows: found, key: (row) => row.period,
        columns: [
          { label: "Month", class: "whole", cell: (row) => rowLink(`/chargeback/${row.period}`, row.period) },
          { label: "State", cell: (row) => stateOf(row) },
          { label: "To be charged", number: true, cell: (row) => (row.preview ? money(row.preview.total.cost_usd) : "–") },
          { label: "Unallocated", number: true, cell: (row) => (row.preview ? money(unallocated(row.preview)) : "–") },
          { label: "Unpriced lines", number: true, cell: (row) => (row.preview ? count(row.preview.unpriced.lines) : "–") },
          { label: "Ledger lines", number: true, cell: (row) => count(row.lines) },
          { label: "Signed off", class: "whole", cell: (row) => (row.closed_at ? [moment(row.closed_at), ` by ${row.closed_by}`] : "–") },
          { label: "Manifest", class: "whole", cell: (row) => (row.sha256 ? h("span", { class: "mono", title: row.sha256 }, row.sha256.slice(0, 12)) : "–") },
        ],
      }),
    }),
  ];
}

// What the newest months come to; older ones say it on their own page.
async function loaded(signal) {
  const found = await months(signal);
  return Promise.all(found.map(async (row, i) => ({ ...row, preview: i < PREVIEWED && row.lines > 0 ? await ask(`/v1/chargeback/periods/${row.period}`, {}, { signal }) : null })));
}

export function stateOf({ state }) {
  const [text, tone, why] = STATES[state] ?? [state, "plain", null];
  return badge(text, tone, why);
}

function unallocated({ by_cost_center: rows }) {
  const nobody = rows.find((row) => row.cost_center === null);
  return nobody ? nobody.cost_usd : "0";
}
