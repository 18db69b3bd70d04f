// What downgrades saved and what they cost: a sentence below each step, and the money of each month.

import { ask } from "../../core/api.js";
import { count, duration, number, share } from "../../core/format.js";
import { h } from "../../core/h.js";
import { money } from "../../parts/figures.js";
import { moves, windowOf } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { table } from "../../parts/table.js";
import { scopeName, tierName } from "./words.js";

const MOST = 100;
const NAMES = { latency_ms: "latency", error_ratio: "errors" };
const AGAINST = {
  by_share: (tier) => `the share that chance left at ${tier}`,
  same_time: (tier) => `others served at ${tier} meanwhile, not by chance`,
  before_and_others: () => "the time before, less what changed for others",
  before: () => "the time before alone, whatever else changed in it",
};

// Effects by the journal's entry of their step; a step over a month's end has several.
export async function effectsOf(window, signal) {
  const { effects } = await ask("/v1/routing/effects", { ...window, limit: MOST }, { signal });
  const found = new Map();
  for (const one of effects) found.set(one.entry_seq, [...(found.get(one.entry_seq) ?? []), one]);
  return found;
}

export function effectNote(effects = []) {
  return effects.map((one) => h("div", { class: "effect", key: one.id },
    h("p", {}, h("b", {}, "Saved "), money(one.saved_usd), ` on ${count(one.degraded_requests)} requests served lower (${share(one.degraded_ratio)})`,
      one.unknown_requests > 0 && `, ${count(one.unknown_requests)} of them in no sum`, one.settled ? "." : ", not final yet."),
    told(one)));
}

function told(one) {
  const known = one.changes.filter(({ change }) => change !== null);
  if (!known.length) return h("p", { class: "note" }, "Too few requests to say what else it changed.");
  return h("ul", { class: "changed" }, known.map((change) => h("li", { key: `${change.figure} ${change.name}` },
    `${NAMES[change.figure] ?? change.name} ${sized(change.change, change.figure)} (${sized(change.low, change.figure)} to ${sized(change.high, change.figure)})`,
    h("small", {}, ` against ${AGAINST[change.kind](tierName(one.instead_of))}`))));
}

function sized(value, figure) {
  const size = figure === "latency_ms" ? duration : figure.endsWith("_ratio") ? share : number;
  return `${value < 0 ? "−" : "+"}${size(Math.abs(value))}`;
}

export function months(page, standard) {
  return panel(page, {
    title: "What downgrades saved and what they cost",
    note: "By month, whole months. Money is exact; the rest is an estimate with its 95 % interval.",
    live: () => moves(page.query),
    load: (signal) => ask("/v1/routing/effects/months", windowOf(page.query, standard), { signal }),
    empty: (data) => (data.months.length ? null : "No route was stepped down in these months."),
    draw: (data) => table({ caption: "What downgrades saved and what they cost, by month", rows: data.months, columns: COLUMNS, key: (row) => `${row.month} ${scopeName(row)}` }),
  });
}

const COLUMNS = [
  { label: "Month", cell: (row) => `${row.month}${row.settled ? "" : " (not final)"}` },
  { label: "Scope", cell: scopeName },
  { label: "Downgrades", number: true, cell: (row) => count(row.downgrades) },
  { label: "Requests served lower", number: true, cell: (row) => count(row.degraded_requests) },
  { label: "Saved", number: true, cell: (row) => money(row.saved_usd) },
  { label: "Of", number: true, title: "What their usage would have cost at the better tier", cell: (row) => money(row.instead_usd) },
  { label: "What else", class: "whole", cell: (row) => row.totals.map(amount).join("; ") || "–" },
];

function amount({ figure, name, total, total_low: low, total_high: high }) {
  const whole = (value) => `${value < 0 ? "−" : "+"}${count(Math.abs(Math.round(value)))}`;
  return `${figure === "error_ratio" ? "failures" : name} ${whole(total)} (${whole(low)} to ${whole(high)})`;
}
