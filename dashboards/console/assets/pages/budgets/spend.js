// Spend budgets: what is spent of each against its plan, whether it lasts, and how it went.

import { ask, now } from "../../core/api.js";
import { ago, instant, many, share, usd } from "../../core/format.js";
import { h } from "../../core/h.js";
import { withQuery } from "../../core/router.js";
import { dollars } from "../../parts/axis.js";
import { chart, escaped } from "../../parts/chart.js";
import { badge, meter, money, moment, status } from "../../parts/figures.js";
import { forecastPanel } from "../../parts/forecast.js";
import { panel } from "../../parts/panel.js";
import { rowLink, table } from "../../parts/table.js";
import { SCOPE, scopeOf } from "./words.js";

const TONES = { within_plan: "good", over_plan: "warn", exhausted: "bad", unknown: "plain" };

export function spendBudgets(page, asked) {
  return panel(page, {
    title: "Spend budgets",
    load: asked,
    empty: ({ budgets }) => (budgets.length ? null : "No spend budget is configured: the section budgets of burnline.yaml has them."),
    draw: ({ budgets }) => table({
      caption: "Spend budgets", rows: budgets, key: (one) => one.name, selected: (one) => page.query.get("budget") === one.name,
      columns: [
        { label: "Budget", class: "wide", cell: (one) => named(one) },
        { label: "Status", cell: (one) => [status(one.status), one.unpriced_lines > 0 && h("small", { class: "under-name", title: "More was spent than is said" }, `${many(one.unpriced_lines, "line")} unpriced`)] },
        { label: "Spent", class: "share", cell: spent },
        { label: "Of", number: true, cell: (one) => money(one.amount_usd) },
        { label: "Planned by now", number: true, cell: (one) => money(one.planned_usd) },
        { label: "At the end", number: true, title: "By the forecast; without one, if the rest goes as the plan at the pace so far", cell: (one) => projected(one) },
        { label: "P(overrun)", number: true, cell: (one) => overrun(one.overrun_probability) },
        { label: "Runs out", class: "whole", cell: (one) => gone(one) },
      ],
    }),
  });
}

function named(one) {
  const period = one.period === "day" ? one.period_start.slice(0, 10) : `this ${one.period}`;
  return [
    rowLink(withQuery({ budget: one.name }), one.name),
    h("small", { class: "under-name" }, `${scopeOf(one)}, ${period}${one.zone === "UTC" ? "" : ` in ${one.zone}`}${one.owner ? `, ${one.owner}` : ""}`),
  ];
}

function spent(one) {
  if (one.spent_usd === null) return h("span", { class: "unknown" }, "nobody knows: nothing has a price");
  return meter({ ratio: Number(one.spent_usd) / Number(one.amount_usd), label: `Spent of ${usd(one.amount_usd)}`, tone: TONES[one.status], text: usd(one.spent_usd) });
}

function projected(one) {
  if (one.forecast_usd !== null) return h("span", { title: `four times in five between ${usd(one.forecast_low_usd)} and ${usd(one.forecast_high_usd)}` }, money(one.forecast_usd));
  const range = one.projected_low_usd === null ? null : `between ${usd(one.projected_low_usd)} and ${usd(one.projected_high_usd)}, as the quietest and the busiest week before`;
  return h("span", { title: range }, money(one.projected_usd));
}

function overrun(probability) {
  if (probability === null) return h("span", { class: "unknown", title: "Too few weeks of history to say" }, "–");
  return h("span", { class: probability >= 0.5 ? "hot" : null }, share(probability));
}

function gone({ exhausted_at: at }) {
  if (at === null) return h("span", { class: "unknown" }, "lasts");
  return Date.parse(at) <= now() ? h("span", {}, badge("spent", "bad"), " ", moment(at, ago(at, now()))) : moment(at, ago(at, now()));
}

// The course of the budget that is chosen, or of the first one.
export function course(page, asked) {
  return panel(page, {
    title: "Spend against plan",
    load: async (signal) => {
      const chosen = await chosenOf(page, asked);
      return chosen ? { budget: chosen, history: await ask(`/v1/budgets/${encodeURIComponent(chosen.name)}/history`, {}, { signal }) } : null;
    },
    actions: (data) => data && h("a", { href: costAddress(data.budget) }, `Cost of ${data.budget.name}`),
    empty: (data) => (data ? null : "There is no budget to show."),
    draw: drawn,
  });
}

// Where it goes until the end of its period.
export function outlook(page, asked) {
  return forecastPanel(page, {
    title: "Forecast",
    params: async () => {
      const chosen = await chosenOf(page, asked);
      return chosen && { budget: chosen.name };
    },
  });
}

async function chosenOf(page, asked) {
  const { budgets } = await asked();
  return budgets.find((one) => one.name === page.query.get("budget")) ?? budgets[0];
}

function costAddress(budget) {
  const told = Object.fromEntries(SCOPE.filter((word) => budget[word] !== null && budget[word] !== undefined).map((word) => [word, budget[word]]));
  return `/cost?${new URLSearchParams({ ...told, start: budget.period_start, by: "model" in told ? "price_id" : "model" })}`;
}

function drawn({ budget, history }) {
  const { rows } = history;
  const x = rows.map((row) => row.at);
  const line = (name, field, more) => ({ name, x, y: rows.map((row) => (row[field] === null ? null : Number(row[field]))), titles: rows.map((row) => `${escaped(name)} ${usd(row[field])}`), ...more });
  return chart({
    key: `spend-${budget.name}`, label: `Spend of ${budget.name} against its plan`, height: 240, ...dollars([Number(budget.amount_usd), ...rows.map((row) => Number(row.spent_usd ?? 0))]),
    series: [line("spent", "spent_usd", { kind: "area", tone: "series-2" }), line("planned", "planned_usd", { tone: "series-8", dash: "dash" })],
    lines: [{ y: Number(budget.amount_usd), name: `${usd(budget.amount_usd)} of ${budget.name}`, tone: "bad" }],
    marks: [{ at: history.evaluated_at, name: "now" }],
    table: {
      columns: [
        { label: "By (UTC)", class: "whole", cell: (row) => instant(row.at) },
        { label: "Spent", number: true, cell: (row) => money(row.spent_usd) },
        { label: "Planned", number: true, cell: (row) => money(row.planned_usd) },
      ],
      rows, key: (row) => row.at,
    },
  });
}
