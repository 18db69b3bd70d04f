// Requests one by one: filters, the order, and a page of rows that each lead to their trace.

import { address, ask } from "../core/api.js";
import { UNALLOCATED, clock, count, duration, many, tokens } from "../core/format.js";
import { h } from "../core/h.js";
import { ENDINGS, ended } from "../parts/ended.js";
import { badge, money, moment, status, word } from "../parts/figures.js";
import { filterBar, kept, moves, windowOf } from "../parts/filters.js";
import { panel } from "../parts/panel.js";
import { rowLink, table } from "../parts/table.js";
import { withQuery } from "../core/router.js";

const PAGE_ROWS = 50;
const FIRST = [
  { name: "tenant", label: "Tenant", facet: "tenant" },
  { name: "route", label: "Route", facet: "route" },
  { name: "model", label: "Model", facet: "model" },
  { name: "status", label: "Status", options: [["error", "failed"], ["ok", "ok"]] },
  { name: "degraded", label: "Degraded", options: [["true", "yes"], ["false", "no"]] },
  { name: "trace", label: "Trace id", placeholder: "begins with", leads: (id) => (/^[0-9a-f]{32}$/i.test(id) ? `/requests/${id.toLowerCase()}` : null) },
  { name: "sort", label: "Order", standard: "newest first", options: [["cost", "dearest first"], ["duration", "longest first"]] },
];
const MORE = [
  { name: "team", label: "Team", facet: "team" },
  { name: "feature", label: "Feature", facet: "feature" },
  { name: "tier", label: "Tier", facet: "tier" },
  { name: "environment", label: "Environment", facet: "environment" },
  { name: "cost_center", label: "Cost centre", facet: "cost_center" },
  { name: "project", label: "Project", facet: "project" },
  { name: "provider", label: "Provider", facet: "provider" },
  { name: "user_id", label: "User" },
  { name: "error_type", label: "Error" },
  { name: "finish_reason", label: "Answer ended", options: ENDINGS },
  { name: "refused", label: "Refused", options: [["true", "yes"], ["false", "no"]] },
  { name: "cost_status", label: "Priced", options: [["priced", "fully"], ["partial", "in part"], ["unpriced", "not at all"], ["none", "nothing to price"]] },
  { name: "min_cost_usd", label: "At least, USD", type: "number", step: "any", min: "0" },
  { name: "min_latency_ms", label: "At least, ms", type: "number", step: "any", min: "0" },
];
const FILTERS = [...FIRST, ...MORE].map((one) => one.name);

export const title = () => "Requests";

export function draw(page) {
  return [
    h("div", { class: "heading" }, h("h1", {}, "Requests")),
    filterBar(page, FIRST, { more: MORE, resets: ["cursor"] }),
    panel(page, {
      title: "Requests", hidden: true,
      load: (signal) => ask("/v1/requests", asked(page), { signal }),
      live: () => moves(page.query) && !page.query.has("cursor"),
      empty: ({ requests }) => (requests.length ? null : nothing(page)),
      draw: (found) => [rows(page, found), pages(page, found)],
    }),
  ];
}

// A cursor carries its window, so that rows do not shift while one reads on.
function asked(page) {
  const window = page.query.has("cursor") ? {} : windowOf(page.query);
  return { ...window, ...kept(page.query, [...FILTERS, "cursor"]), limit: PAGE_ROWS };
}

function nothing(page) {
  const filtered = FILTERS.some((name) => name !== "sort" && page.query.has(name));
  return filtered ? "No request in this window passes these filters." : "No request started in this window.";
}

function rows(page, { requests }) {
  const columns = [
    { label: "Started", head: true, class: "whole", sort: "time", oneWay: true, cell: (one) => rowLink(`/requests/${one.trace_id}`, moment(one.started_at, started(one.started_at))) },
    { label: "Status", cell: (one) => [status(one.status), one.error_type && h("small", { class: "wide-only" }, " ", h("a", { href: withQuery({ error_type: one.error_type, cursor: null }), title: "Only these" }, word(one.error_type))), " ", ended(one.finish_reason)] },
    { label: "Route", cell: (one) => word(one.route) },
    { label: "Tenant", class: "wide-only", cell: (one) => word(one.tenant) },
    { label: "Team, feature", class: "wide-only", cell: (one) => word([one.team ?? UNALLOCATED, one.feature].filter(Boolean).join(", ")) },
    { label: "Tier", class: "whole wide-only", cell: (one) => [one.tier ?? "–", one.degraded && [" ", badge("degraded", "warn")]] },
    { label: "Calls", number: true, class: "wide-only", cell: (one) => count(one.call_count) },
    { label: "Tokens", number: true, class: "wide-only", title: "input → output", cell: (one) => tokens(one.usage) },
    { label: "Took", number: true, sort: "duration", oneWay: true, cell: (one) => duration(one.duration_ms) },
    { label: "Cost", number: true, sort: "cost", oneWay: true, cell: (one) => [["partial", "unpriced"].includes(one.cost.status) && [badge(one.cost.status, "warn"), " "], money(one.cost.usd)] },
  ];
  return table({
    caption: "Requests", rows: requests, key: (one) => one.trace_id, columns, sort: `-${page.query.get("sort") ?? "time"}`,
    onsort: (sort) => page.set({ sort: sort === "-time" ? null : sort.slice(1), cursor: null }),
  });
}

function started(text) {
  const [second, fraction] = clock(text, true).split(".");
  return [h("span", { class: "wide-only" }, `${text.slice(5, 10)} `), second, h("span", { class: "wide-only" }, `.${fraction}`)];
}

function pages(page, { requests, next, start, until }) {
  const first = page.query.has("cursor");
  return h("nav", { class: "pages", "aria-label": "Pages of requests" },
    h("span", {}, `${many(requests.length, "request")}${first || next ? " on this page" : ""}, ${start.slice(0, 16).replace("T", " ")} to ${until.slice(0, 16).replace("T", " ")} UTC`),
    first && h("a", { href: withQuery({ cursor: null }) }, "First page"),
    next && h("a", { href: withQuery({ cursor: next }) }, "Next page"),
    h("a", { href: address("/v1/requests", { ...kept(page.query, FILTERS), start, until, limit: PAGE_ROWS }), target: "_blank" }, "JSON"));
}
