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
  const sums = new Map(); // by month: what it comes to, or why nobody can say
  const list = panel(page, {
    title: "Billing months",
    note: "in UTC",
    live: false, // a month of millions of lines is summed for this; nobody closes books by the second
    load: async (signal) => {
      const found = await months(signal);
      const newest = found.filter((row, i) => i < PREVIEWED && row.lines > 0).map((row) => row.period);
      summed(newest, sums, signal, () => list.redraw());
      return found.map((row) => ({ ...row, summed: newest.includes(row.period) }));
    },
    empty: (found) => (found.length ? null : "Nothing was billed yet."),
    draw: (found) => table({
      caption: "Billing months", rows: found, key: (row) => row.period,
      columns: [
        { label: "Month", class: "whole", cell: (row) => rowLink(`/chargeback/${row.period}`, row.period) },
        { label: "State", cell: (row) => stateOf(row) },
        { label: "To be charged", number: true, cell: (row) => sum(row, sums, (preview) => money(preview.total.cost_usd)) },
        { label: "Unallocated", number: true, cell: (row) => sum(row, sums, (preview) => money(unallocated(preview))) },
        { label: "Unpriced lines", number: true, cell: (row) => sum(row, sums, (preview) => count(preview.unpriced.lines)) },
        { label: "Ledger lines", number: true, cell: (row) => count(row.lines) },
        { label: "Signed off", class: "whole", cell: (row) => (row.closed_at ? [moment(row.closed_at), ` by ${row.closed_by}`] : "–") },
        { label: "Manifest", class: "whole", cell: (row) => (row.sha256 ? h("span", { class: "mono", title: row.sha256 }, row.sha256.slice(0, 12)) : "–") },
      ],
    }),
  });
  return [h("div", { class: "heading" }, h("h1", {}, "Chargeback")), list];
}

// What the newest months come to, one after the other; older ones say it on their own page.
async function summed(periods, sums, signal, told) {
  for (const period of periods) {
    try {
      sums.set(period, { preview: await ask(`/v1/chargeback/periods/${period}`, {}, { signal }) });
    } catch (error) {
      if (error.name === "AbortError") return;
      sums.set(period, { error });
    }
    told();
  }
}

function sum({ period, summed: asked }, sums, drawn) {
  if (!asked) return "–";
  const { preview, error } = sums.get(period) ?? {};
  if (error) return h("span", { class: "unknown", title: error.message }, "not known");
  return preview ? drawn(preview) : h("span", { "aria-busy": "true" }, "…");
}

export function stateOf({ state }) {
  const [text, tone, why] = STATES[state] ?? [state, "plain", null];
  return badge(text, tone, why);
}

function unallocated({ by_cost_center: rows }) {
  const nobody = rows.find((row) => row.cost_center === null);
  return nobody ? nobody.cost_usd : "0";
}
