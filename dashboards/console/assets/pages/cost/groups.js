// Who spent it: one row per group, dearest first; a row leads closer, and at the end to the price that made the figure.

import { ask } from "../../core/api.js";
import { count, share } from "../../core/format.js";
import { h } from "../../core/h.js";
import { withQuery } from "../../core/router.js";
import { moves, windowOf } from "../../parts/filters.js";
import { badge, meter, money, word } from "../../parts/figures.js";
import { panel } from "../../parts/panel.js";
import { following } from "../../parts/shared.js";
import { rowLink, table } from "../../parts/table.js";
import { DIMENSIONS, called, closer, filtersOf, groupOf, requestsAddress, splitOf } from "./dimensions.js";

const MOST = 200;

export function groups(page, standard, sums) {
  return panel(page, {
    title: "By group",
    live: () => moves(page.query),
    actions: () => splitter(page),
    load: following(sums, (signal) => ask("/v1/cost", { ...filtersOf(page.query), ...windowOf(page.query, standard), by: splitOf(page.query).join(","), limit: MOST }, { signal })),
    empty: ({ rows }) => (rows.length ? null : "Nothing was billed in this window."),
    draw: (answer) => [drawn(page, answer), answer.next && h("p", { class: "note more" }, `The ${MOST} dearest groups; narrow them down to see others.`)],
  });
}

function splitter(page) {
  const [by, ...rest] = splitOf(page.query);
  const choose = (event) => page.set({ by: [event.target.value, ...rest].join(",") });
  return h("label", { class: "beside" }, "Split by ",
    h("select", { name: "by", value: by, onchange: choose }, Object.entries(DIMENSIONS).map(([name, text]) => h("option", { value: name }, text.toLowerCase()))));
}

function drawn(page, { rows, totals }) {
  const split = splitOf(page.query);
  const listed = rows.some((row) => row.list_cost_usd !== null && row.list_cost_usd !== row.cost_usd);
  const counted = rows.some((row) => row.requests !== null);
  const whole = Number(totals.cost_usd ?? 0);
  return table({
    caption: `Cost by ${split.map((name) => DIMENSIONS[name].toLowerCase()).join(" and ")}`,
    rows,
    key: (row) => JSON.stringify(split.map((name) => row[name])),
    columns: [
      ...split.map((name, i) => ({ label: DIMENSIONS[name], cell: (row) => (i ? text(name, row[name]) : rowLink(leads(page, row, split), text(name, row[name]))), class: "name" })),
      { label: "Share", class: "share", cell: (row) => row.cost_usd !== null && whole > 0 && meter({ ratio: Number(row.cost_usd) / whole, label: "Share of the cost" }) },
      { label: "Cost", number: true, cell: (row) => cost(row) },
      listed && { label: "At list prices", number: true, class: "wide-only", cell: (row) => money(row.list_cost_usd) },
      counted && { label: "Requests", number: true, cell: (row) => count(row.requests) },
      counted && { label: "Per thousand", number: true, title: "Cost of a thousand requests", cell: (row) => money(row.cost_per_1000_requests_usd) },
      { label: "Tokens", number: true, class: "wide-only", cell: (row) => count(Number(row.coverage.tokens)) },
      { label: "", class: "whole", cell: (row) => single(page, row, split) },
    ].filter(Boolean),
  });
}

function text(name, value) {
  return word(value, called(name, null));
}

// What has no price is said beside the sum; it is not zero.
function cost(row) {
  const { lines, unpriced_lines: unpriced, priced_ratio: ratio } = row.coverage;
  if (lines && unpriced === lines) return badge("unpriced", "bad", `None of ${count(lines)} ledger lines has a price`);
  return [unpriced > 0 && [badge(`${share(ratio)} priced`, "warn", `${count(unpriced)} of ${count(lines)} ledger lines have no price and are not in the sum`), " "], money(row.cost_usd)];
}

function leads(page, row, split) {
  const group = groupOf(row, split);
  if (row.price_id) return `/prices/${encodeURIComponent(row.price_id)}`;
  const next = closer(split.at(-1), { ...filtersOf(page.query), ...group });
  if (next === null || row.price_id === null) return requestsAddress(page.query, group) ?? withQuery(group);
  return withQuery({ ...group, by: next });
}

function single(page, row, split) {
  const address = requestsAddress(page.query, groupOf(row, split));
  return address && h("a", { href: address, "aria-label": `Requests of ${split.map((name) => called(name, row[name])).join(", ")}` }, "requests");
}
