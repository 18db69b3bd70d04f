// How the budget went: what was left, and how fast it burned in the windows of one alert, against its factor.

import { ask } from "../../core/api.js";
import { count, instant, share } from "../../core/format.js";
import { h } from "../../core/h.js";
import { chart } from "../../parts/chart.js";
import { moves, windowOf } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { span, times } from "../budgets/words.js";

export function history(page, name, standard, asked) {
  return panel(page, {
    title: "How it went",
    live: () => moves(page.query),
    load: async (signal) => {
      await asked(signal).catch(() => null); // charts are slow to begin, and people look at the figures first
      const window = windowOf(page.query, standard);
      const told = await ask(`/v1/slos/${encodeURIComponent(name)}/history`, { ...window, group: page.query.get("group") }, { signal });
      const { transitions } = await ask("/v1/routing/transitions", { start: told.start, until: told.until, limit: 100 }, { signal });
      return { told, steps: transitions };
    },
    empty: ({ told }) => (told.rows.some((row) => row.burn !== null) ? null : "Nothing was judged in this window."),
    draw: ({ told, steps }) => h("div", { class: "columns even" }, h("div", { class: "half" }, h("h3", {}, "Budget left"), remaining(told, steps)), h("div", { class: "half" }, h("h3", {}, heading(page, told)), burn(page, told, steps))),
  });
}

function heading(page, told) {
  const row = told.windows[chosen(page, told)];
  return `Burn in ${span(row.long_s)} and ${span(row.short_s)}`;
}

function chosen(page, told) {
  return Math.min(Number(page.query.get("row") ?? 0) || 0, told.windows.length - 1);
}

function marks(steps) {
  return steps.map((step) => ({ at: step.noted_at, name: `${step.from_tier} → ${step.to_tier}`, tone: "accent" }));
}

const OVERSPENT = 150;

function remaining(told, steps) {
  const x = told.rows.map((row) => row.at);
  const y = told.rows.map((row) => (row.remaining_ratio === null ? null : row.remaining_ratio * 100));
  return chart({
    key: "left", label: `Error budget left of ${told.name}, in percent`, height: 220, range: [told.start, told.until], suffix: " %", ticks: ".0f", marks: marks(steps), lines: [{ y: 0, name: "spent", tone: "bad" }],
    yrange: [Math.min(0, Math.max(-OVERSPENT, Math.min(...y.filter((value) => value !== null)))), 105], // far overspent, the rest would be a line
    series: [{ name: "left", kind: "area", x, y, titles: told.rows.map((row) => `left ${share(row.remaining_ratio)}`), tone: "series-3" }],
    table: {
      columns: [
        { label: "At (UTC)", class: "whole", cell: (row) => instant(row.at) },
        { label: "Judged", number: true, cell: (row) => count(row.total) },
        { label: "Bad", number: true, cell: (row) => count(row.bad) },
        { label: "Left", number: true, cell: (row) => share(row.remaining_ratio) },
      ],
      rows: told.rows, key: (row) => row.at,
    },
  });
}

function burn(page, told, steps) {
  const place = chosen(page, told);
  const window = told.windows[place];
  const x = told.rows.map((row) => row.at);
  const line = (field, length, more) => ({ name: span(length), x, y: told.rows.map((row) => row[field][place]), titles: told.rows.map((row) => `${span(length)} ${times(row[field][place])}`), ...more });
  return chart({
    key: `burn-${place}`, label: `Burn of ${told.name} against ${times(window.factor)}`, height: 220, range: [told.start, told.until], suffix: "×", ticks: "~g", marks: marks(steps),
    lines: [{ y: window.factor, name: `${window.severity} above ${times(window.factor)}`, tone: "bad" }],
    series: [line("short_burns", window.short_s, { tone: "series-6", dash: "dot" }), line("long_burns", window.long_s, { tone: "series-2" })],
  });
}
