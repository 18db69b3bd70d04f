// Cost over time, stacked by the first dimension of the split: the dearest values by name, the rest as one.

import { ask } from "../../core/api.js";
import { instant, short, usd } from "../../core/format.js";
import { dollars } from "../../parts/axis.js";
import { chart, escaped } from "../../parts/chart.js";
import { moves, windowOf } from "../../parts/filters.js";
import { money } from "../../parts/figures.js";
import { panel } from "../../parts/panel.js";
import { following } from "../../parts/shared.js";
import { called, filtersOf, splitOf } from "./dimensions.js";

const TOP = 7;
const REST = Symbol("rest");

export function overTime(page, standard, sums, pick) {
  return panel(page, {
    title: "Over time",
    live: () => moves(page.query),
    load: following(sums, (signal) => ask("/v1/series", { ...filtersOf(page.query), ...windowOf(page.query, standard), by: splitOf(page.query)[0], top: TOP }, { signal })),
    empty: ({ rows }) => (rows.some((row) => row.lines) ? null : "Nothing was billed in this window."),
    draw: (answer) => drawn(answer, pick),
  });
}

function drawn(answer, pick) {
  const { by, rows } = answer;
  // the first step begins with the window: drawn where the others' grid has it, so that all bars are as wide
  const grid = (start) => new Date(Math.floor(Date.parse(start) / 1000 / answer.step_s) * answer.step_s * 1000).toISOString();
  const steps = [...new Set(rows.map((row) => row.start))].sort();
  const values = [...answer.values, ...(rows.some((row) => row.other) ? [REST] : [])];
  const at = new Map(rows.map((row) => [placeOf(row.other ? REST : row[by], row.start), row]));
  const name = (value) => (value === REST ? "all others" : called(by, value));
  const found = (value, step) => at.get(placeOf(value, step))?.cost_usd ?? null;
  return chart({
    key: `cost-${by}`, label: `Cost per step of time by ${by.replace("_", " ")}, in US dollars`, height: 260, stacked: true, step_s: answer.step_s, range: [answer.start, answer.until],
    ...dollars(steps.map((step) => values.reduce((sum, value) => sum + Number(found(value, step) ?? 0), 0))),
    series: values.map((value, i) => ({
      name: name(value), kind: "bar", x: steps.map(grid), y: steps.map((step) => (found(value, step) === null ? null : Number(found(value, step)))),
      titles: steps.map((step) => `${escaped(short(name(value)))} ${usd(found(value, step))}`), tone: value === REST ? "series-8" : `series-${(i % 7) + 1}`,
    })),
    pick: ({ index }) => index < answer.values.length && pick(by, answer.values[index]),
    table: {
      columns: [{ label: "From (UTC)", cell: (step) => instant(step), class: "whole" }, ...values.map((value) => ({ label: name(value), number: true, cell: (step) => money(found(value, step)) }))],
      rows: steps,
      key: (step) => step,
    },
  });
}

function placeOf(value, step) {
  return value === REST ? `rest ${step}` : JSON.stringify([value, step]);
}
