// Where a figure goes until the end of its period: what is seen, what is expected with its interval, and how well such
// forecasts did before. `params` are those of /v1/forecast, money only; `first` is a question that goes before.

import { ask } from "../core/api.js";
import { instant, share, usd } from "../core/format.js";
import { h } from "../core/h.js";
import { dollars } from "./axis.js";
import { chart } from "./chart.js";
import { money } from "./figures.js";
import { panel } from "./panel.js";
import { following } from "./shared.js";

const NOTHING = { rows: [], status: "none" };

export function forecastPanel(page, { title, params, first = async () => null, ...more }) {
  return panel(page, {
    title,
    load: following(first, async (signal) => {
      const asked = await params();
      return asked ? ask("/v1/forecast", asked, { signal }) : NOTHING;
    }),
    empty: (told) => {
      if (told === NOTHING) return "There is nothing to forecast.";
      return told.status === "forecast" ? null : `No forecast: ${told.explanation}.`;
    },
    draw: (told) => [ends(told), drawn(told), backtest(told)],
    ...more,
  });
}

function ends(told) {
  const by = told.until.slice(0, 10);
  return h("p", { class: "note" }, `${usd(told.expected)} expected by ${by}, four times in five between ${usd(told.low)} and ${usd(told.high)}`, outcome(told));
}

function outcome(told) {
  if (told.amount_usd === null) return ".";
  const chance = `: ${share(told.overrun_probability)} likely above ${usd(told.amount_usd)}`;
  if (told.exhausted_at === null) return `${chance}.`;
  if (told.exhausted_at <= told.evaluated_at) return `${chance}, gone since ${instant(told.exhausted_at)}.`;
  return `${chance}, gone by ${instant(told.exhausted_at)} (earliest ${instant(told.exhausted_earliest_at)}).`;
}

function backtest({ backtest: back, step }) {
  return h("p", { class: "note" }, `Back-test from ${back.origins} ${step}s: off by ${share(back.wape)} of what came, the last week once more by ${share(back.naive_wape)}; ${share(back.coverage_ratio)} of ${step}s were in their 80 % interval.`);
}

function drawn(told) {
  const { rows, evaluated_at: now } = told;
  const seen = rows.filter((row) => row.seen !== null);
  const ahead = rows.filter((row) => row.expected !== null);
  const from = seen.at(-1)?.total_seen ?? null;
  const line = (name, field, more) => series(name, [now, ...ahead.map((row) => row.until)], [from, ...ahead.map((row) => row[field])], more);
  return chart({
    key: `forecast-${told.budget ?? "cost"}`, label: `Spend since ${told.start.slice(0, 10)} and as it may go on`, height: 240, ...dollars([Number(told.amount_usd ?? 0), ...rows.map((row) => Number(row.total_high ?? row.total_seen ?? 0))]),
    series: [
      series("seen", seen.map((row) => (row.expected === null ? row.until : now)), seen.map((row) => row.total_seen), { kind: "area", tone: "series-2" }),
      line("low", "total_low", { kind: "bound", tone: "series-1" }),
      line("four times in five", "total_high", { kind: "between", tone: "series-1" }),
      line("expected", "total_expected", { tone: "series-1", dash: "dash" }),
    ],
    lines: told.amount_usd === null ? [] : [{ y: Number(told.amount_usd), name: usd(told.amount_usd), tone: "bad" }],
    marks: [{ at: now, name: "now" }],
    table: {
      columns: [
        { label: "By (UTC)", class: "whole", cell: (row) => instant(row.until) },
        { label: "Seen", number: true, cell: (row) => money(row.total_seen) },
        { label: "Expected", number: true, cell: (row) => money(row.total_expected) },
        { label: "Low", number: true, cell: (row) => money(row.total_low) },
        { label: "High", number: true, cell: (row) => money(row.total_high) },
      ],
      rows, key: (row) => row.until,
    },
  });
}

function series(name, x, amounts, more) {
  return { name, x, y: amounts.map((amount) => (amount === null ? null : Number(amount))), titles: amounts.map((amount) => `${name} ${usd(amount)}`), ...more };
}
