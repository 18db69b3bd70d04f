// The dearest single requests of what the page is narrowed to.

import { ask } from "../../core/api.js";
import { clock, duration, tokens } from "../../core/format.js";
import { h } from "../../core/h.js";
import { moves, windowOf } from "../../parts/filters.js";
import { moment, money, status, word } from "../../parts/figures.js";
import { panel } from "../../parts/panel.js";
import { following } from "../../parts/shared.js";
import { rowLink, table } from "../../parts/table.js";
import { DIMENSIONS, beyondRequests, filtersOf, requestsAddress } from "./dimensions.js";

const SHOWN = 8;

export function dearest(page, standard, sums) {
  return panel(page, {
    title: "Dearest requests",
    live: () => moves(page.query),
    actions: () => more(page),
    load: following(sums, async (signal) => {
      const beyond = beyondRequests(filtersOf(page.query));
      if (beyond.length) return { beyond };
      return ask("/v1/requests", { ...filtersOf(page.query), ...windowOf(page.query, standard), sort: "cost", limit: SHOWN }, { signal });
    }),
    empty: ({ beyond, requests }) => {
      if (beyond) return `A request has several of ${beyond.map((name) => DIMENSIONS[name].toLowerCase()).join(", ")}, so requests are not listed by it.`;
      return requests.length ? null : "No request of this window has a price.";
    },
    draw: ({ requests }) => table({
      caption: "Dearest requests", rows: requests, key: (row) => row.trace_id,
      columns: [
        { label: "Started (UTC)", class: "whole", cell: (row) => rowLink(`/requests/${row.trace_id}`, moment(row.started_at, [h("span", { class: "wide-only" }, `${row.started_at.slice(0, 10)} `), clock(row.started_at)])) },
        { label: "Tenant", cell: (row) => word(row.tenant) },
        { label: "Team", class: "wide-only", cell: (row) => word(row.team) },
        { label: "Route", class: "wide-only", cell: (row) => word(row.route) },
        { label: "Status", class: "wide-only", cell: (row) => status(row.status) },
        { label: "Duration", number: true, cell: (row) => duration(row.duration_ms) },
        { label: "Tokens", number: true, class: "wide-only", cell: (row) => tokens(row.usage) },
        { label: "Cost", number: true, cell: (row) => money(row.cost.usd) },
      ],
    }),
  });
}

function more(page) {
  const address = requestsAddress(page.query, {});
  return address && h("a", { href: address }, "All requests");
}
