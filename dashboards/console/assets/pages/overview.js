// The first page: how the service does now, what burns, where routes stand, and what changed. Every figure leads on.

import { address, ask } from "../core/api.js";
import { count, duration, many, number, share, usd } from "../core/format.js";
import { h } from "../core/h.js";
import { badge, meter, money, status, tile, word } from "../parts/figures.js";
import { DEFAULT_WINDOW, filterBar, kept, secondsOf } from "../parts/filters.js";
import { panel, skeleton } from "../parts/panel.js";
import { after, shared } from "../parts/shared.js";
import { rowLink, table } from "../parts/table.js";
import { courses, seriesOf } from "./overview/courses.js";
import { experimentsPanel } from "./overview/experimenting.js";
import { firesPanel } from "./overview/fires.js";
import { changesPanel, stepsPanel } from "./overview/happened.js";

const SCOPE = ["tenant", "route"];

export const title = () => "Overview";

export function draw(page) {
  const overview = shared(page, (signal) => ask("/v1/overview", { window_s: secondsOf(page.query), ...kept(page.query, SCOPE), goals: false }, { signal }));
  const goals = after(page, overview, (signal) => ask("/v1/overview/goals", {}, { signal }));
  const series = after(page, overview, (signal) => ask("/v1/series", seriesOf(page.query), { signal }));
  return [
    h("div", { class: "heading" }, h("h1", {}, "Overview")),
    filterBar(page, [{ name: "tenant", label: "Tenant", facet: "tenant" }, { name: "route", label: "Route", facet: "route" }]),
    firesPanel(page, goals),
    figures(page, overview, series),
    courses(page, series),
    h("div", { class: "columns" },
      h("div", { class: "two-thirds stack" },
        panel(page, { title: "Routes", load: overview, empty: ({ routes, standings }) => (routes.length + standings.length ? null : "No requests in this window. Spans come as OTLP, on ports 4317 (gRPC) and 4318 (HTTP) unless the server was told otherwise."), draw: (now) => routes(page, now), actions: h("a", { href: "/routing" }, "Routing") }),
        stepsPanel(page, overview),
        changesPanel(page, goals)),
      h("div", { class: "third stack" },
        panel(page, { title: "Error budgets", load: goals, empty: ({ slos }) => (slos.length ? null : "No objective is configured."), draw: ({ slos }) => objectives(slos), actions: h("a", { href: "/budgets" }, "Budgets") }),
        panel(page, { title: "Spend budgets", load: goals, empty: ({ budgets }) => (budgets.length ? null : "No spend budget is configured."), draw: ({ budgets }) => spending(budgets), actions: h("a", { href: "/budgets" }, "Budgets") }),
        experimentsPanel(page, goals))),
  ];
}

// The figures do not wait for their courses, which are drawn when they come.
function figures(page, overview, series) {
  let course = null;
  const drawn = panel(page, {
    title: "Figures", hidden: true, class: "bare", placeholder: () => h("div", { class: "tiles" }, Array.from({ length: 7 }, () => h("div", { class: "tile" }, skeleton()))),
    load: (signal) => {
      series(signal).then((found) => { course = found; drawn.redraw(); }, () => { course = null; });
      return overview(signal);
    },
    draw: (now) => tiles(page, now, course),
  });
  return drawn;
}

function tiles(page, { now, before, today, month }, course) {
  const here = kept(page.query, ["window", ...SCOPE]);
  const spark = (name, tone) => course && course.rows.length > 1 && { tone, values: course.rows.map((row) => (row[name] === null || row[name] === undefined ? null : Number(row[name]))) };
  const perMinute = now.requests / (secondsOf(page.query) / 60);
  const lower = (lines) => (lines ? [badge(`${count(lines)} unpriced`, "warn", "The sum is a lower bound")] : []);
  return h("div", { class: "tiles" },
    tile({ label: "Requests", value: count(now.requests), href: address("/requests", here), notes: [`${number(perMinute)}/min`, change(now.requests, before.requests)], spark: spark("requests") }),
    tile({ label: "Failed", value: share(now.error_ratio), title: `${now.errors} of ${now.requests}`, tone: now.errors ? "bad" : null, href: address("/requests", { ...here, status: "error" }), notes: [many(now.errors, "request"), change(now.errors, before.errors)], spark: spark("failed", "bad") }),
    tile({ label: "p95", value: duration(now.p95_ms), href: address("/requests", { ...here, sort: "duration" }), notes: [`p50 ${duration(now.p50_ms)}`, change(now.p95_ms, before.p95_ms)], spark: spark("p95_ms", "time") }),
    tile({ label: "Spend", value: money(now.cost_usd), href: address("/cost", { window: DEFAULT_WINDOW, ...here }), notes: [now.cost_per_request_usd !== null && `${usd(now.cost_per_request_usd)} a request`, ...lower(now.unpriced_requests)], spark: spark("cost_usd", "money") }),
    tile({ label: "Served degraded", value: share(now.degraded_ratio), tone: now.degraded_requests ? "warn" : null, href: address("/requests", { ...here, degraded: "true" }), notes: [many(now.degraded_requests, "request")] }),
    tile({ label: "Today", value: money(today.cost_usd), href: address("/cost", { start: today.start, ...kept(page.query, SCOPE) }), notes: ["since 00:00 UTC", ...lower(today.unpriced_lines)] }),
    tile({ label: "This month", value: money(month.cost_usd), href: `/chargeback/${month.start.slice(0, 7)}`, notes: [month.start.slice(0, 7), ...lower(month.unpriced_lines)] }));
}

function change(now, before) {
  if (!before || now === null || now === undefined) return null;
  const ratio = now / before - 1;
  const text = Math.abs(ratio) < 0.005 ? "as before" : `${ratio > 0 ? "+" : "−"}${number(Math.abs(ratio) * 100)} %`;
  return h("span", { class: "change", title: "against the window of the same length before" }, text);
}

function routes(page, { routes: served, standings }) {
  const own = new Map(standings.filter((one) => one.tenant === null).map((one) => [one.route, one]));
  const rows = [...served, ...standings.filter((one) => one.tenant === null && !served.some((row) => row.route === one.route)).map((one) => ({ route: one.route, requests: 0, errors: 0, degraded_requests: 0, cost_usd: null, p95_ms: null }))];
  const href = (row) => address("/requests", { ...kept(page.query, ["window", "tenant"]), route: row.route ?? "" });
  return table({ caption: "Routes in the window, dearest first", rows, key: (row) => row.route ?? "", columns: [
    { label: "Route", head: true, class: "name", cell: (row) => rowLink(href(row), word(row.route)) },
    { label: "Mode", class: "whole wide-only", cell: (row) => (own.has(row.route) ? status(own.get(row.route).mode, own.get(row.route).reason) : h("span", { class: "muted" }, "not steered")) },
    { label: "Tier", cell: (row) => (own.has(row.route) ? tier(own.get(row.route)) : "–") },
    { label: "Requests", number: true, cell: (row) => count(row.requests) },
    { label: "Failed", number: true, cell: (row) => share(row.requests ? row.errors / row.requests : null) },
    { label: "Degraded", number: true, class: "wide-only", cell: (row) => share(row.requests ? row.degraded_requests / row.requests : null) },
    { label: "p95", number: true, cell: (row) => duration(row.p95_ms) },
    { label: "Cost", number: true, cell: (row) => money(row.cost_usd) },
  ] });
}

function tier(standing) {
  return standing.share < 1 ? `${standing.tier} for ${share(standing.share)}` : standing.tier;
}

function objectives(slos) {
  return h("ul", { class: "standing" }, slos.map((slo) => h("li", { key: slo.name, title: slo.in_words },
    h("a", { class: "row", href: `/budgets/${encodeURIComponent(slo.name)}` }, slo.name),
    status(slo.status),
    meter({ ratio: slo.remaining_ratio, label: `Budget of ${slo.name} left`, tone: left(slo.remaining_ratio) }),
    h("small", {}, slo.in_force ? `${slo.burn === null ? "pace unknown" : `burns ${number(slo.burn)}×`}${slo.factor === null ? "" : `, pages at ${number(slo.factor)}×`}` : "waits for an approval"))));
}

function left(ratio) {
  return ratio === null ? "plain" : ratio <= 0 ? "bad" : ratio < 0.25 ? "warn" : "good";
}

function spending(budgets) {
  return h("ul", { class: "standing" }, budgets.map((budget) => {
    const used = budget.spent_usd === null ? null : Number(budget.spent_usd) / Number(budget.amount_usd);
    return h("li", { key: budget.name },
      h("a", { class: "row", href: address("/budgets", { budget: budget.name }) }, budget.name),
      status(budget.status),
      meter({ ratio: used, label: `Spent of ${budget.name}`, tone: { exhausted: "bad", over_plan: "warn" }[budget.status] ?? "good" }),
      h("small", {}, `${usd(budget.spent_usd)} of ${usd(budget.amount_usd)} ${budget.period === "day" ? "today" : `this ${budget.period}`}, planned by now ${usd(budget.planned_usd)}`));
  }));
}

