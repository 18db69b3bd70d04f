// How the window went: requests, latency and spend over time.

import { dollars, times, wholes } from "../../parts/axis.js";
import { chart, escaped } from "../../parts/chart.js";
import { h } from "../../core/h.js";
import { count, duration, usd } from "../../core/format.js";
import { kept, windowOf } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";

// What is asked of /v1/series for the window of a page.
export function seriesOf(query) {
  return { ...windowOf(query), ...kept(query, ["tenant", "route"]) };
}

export function courses(page, series) {
  const part = (title, draw) => panel(page, { title, class: "third", load: series, empty: ({ rows }) => (rows.some((row) => row.requests) ? null : "No requests in this window."), draw: ({ rows, step_s: seconds }) => draw(rows, seconds) });
  return h("div", { class: "columns even" }, part("Requests", traffic), part("Latency", latency), part("Spend", spend));
}

function traffic(rows, seconds) {
  const x = rows.map((row) => row.start);
  const good = rows.map((row) => row.requests - row.failed);
  return chart({ label: "Requests over time, failed ones apart", stacked: true, step_s: seconds, height: 190, ...wholes(rows.map((row) => row.requests)), series: [
    { name: "served", kind: "bar", tone: "series-1", x, y: good, titles: good.map(count) },
    { name: "failed", kind: "bar", tone: "bad", x, y: rows.map((row) => row.failed), titles: rows.map((row) => count(row.failed)) },
  ] });
}

function latency(rows) {
  const x = rows.map((row) => row.start);
  const { per, ...axis } = times(rows.map((row) => row.p95_ms));
  const line = (name, field, tone, dash) => ({ name, tone, dash, x, y: rows.map((row) => (row[field] === null ? null : row[field] / per)), titles: rows.map((row) => escaped(duration(row[field]))) });
  return chart({ label: "Latency over time: p50 and p95", height: 190, series: [line("p95", "p95_ms", "series-7"), line("p50", "p50_ms", "series-6", "dot")], ...axis });
}

function spend(rows, seconds) {
  const y = rows.map((row) => (row.cost_usd === null ? null : Number(row.cost_usd)));
  return chart({ label: "Spend over time", step_s: seconds, height: 190, ...dollars(y), series: [
    { name: "cost", kind: "bar", tone: "series-2", x: rows.map((row) => row.start), y, titles: rows.map((row) => usd(row.cost_usd)) },
  ] });
}
