// What a change did, in short: the figures that differ by more than chance, or why nothing can be said.

import { count, duration, share, usd } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge } from "../../parts/figures.js";

const FIGURES = { error_ratio: ["errors", share], p95_ms: ["p95", duration], cost_per_request_usd: ["cost per request", usd], tokens_per_request: ["tokens per request", count] };

export function findings(change) {
  const { figures_before: before, figures_after: after, compared } = change;
  if (before === null) return said("too soon to compare");
  const differing = compared.filter((one) => one.verdict === "differs" && one.figure in FIGURES);
  if (!differing.length) return said(compared.every((one) => one.verdict === "too_few_requests") ? "too few requests to compare" : "no clear change");
  return differing.map(({ figure }) => {
    const [name, written] = FIGURES[figure];
    return [badge(`${name} ${written(before[figure])} → ${written(after[figure])}`, toneOf(figure, before[figure], after[figure]), "differs by more than the usual spread of its minutes"), " "];
  });
}

function said(text) {
  return h("span", { class: "muted" }, text);
}

function toneOf(figure, before, after) {
  if (Number(after) <= Number(before)) return "good";
  return figure === "error_ratio" ? "bad" : "warn";
}
