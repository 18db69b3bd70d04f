// The dearest charges of what is chosen, and one of them explained down to the requests behind it.

import { ask } from "../../core/api.js";
import { UNALLOCATED, count, instant } from "../../core/format.js";
import { h } from "../../core/h.js";
import { withQuery } from "../../core/router.js";
import { badge, moment, money, word } from "../../parts/figures.js";
import { kept } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { priceLink } from "../../parts/price.js";
import { following } from "../../parts/shared.js";
import { rowLink, table } from "../../parts/table.js";

const WORDS = ["cost_center", "team", "seller", "entry", "status"];
const SHOWN = 50;
const SHOWN_LINES = 200;

export function charges(page, month, preview) {
  return panel(page, {
    title: "Dearest charges",
    live: false,
    actions: () => chosen(page),
    load: following(preview, (signal) => ask(`/v1/chargeback/periods/${month}/charges`, { ...kept(page.query, WORDS), sort: "cost", limit: SHOWN }, { signal })),
    empty: (answer) => (answer.charges.length ? null : chosen(page) ? "No charge of this month has these words." : "Nothing is to be charged."),
    draw: (answer) => table({
      caption: "Charges, dearest first", rows: answer.charges, key: (row) => row.charge_id, selected: (row) => row.charge_id === page.query.get("charge"),
      columns: [
        { label: "Day", class: "whole", cell: (row) => rowLink(withQuery({ charge: row.charge_id }), row.starts_at.slice(0, 10)) },
        { label: "Kind", class: "wide-only", cell: (row) => [row.entry, row.corrects && ` of ${row.corrects}`] },
        { label: "Cost centre", cell: (row) => word(row.cost_center) },
        { label: "Team", class: "wide-only", cell: (row) => word(row.team, "–") },
        { label: "Model", class: "model", cell: (row) => word(row.model ?? row.description, "–") },
        { label: "Usage class", class: "wide-only", cell: (row) => h("span", { class: "mono" }, row.usage_class ?? "–") },
        { label: "Quantity", number: true, class: "wide-only", cell: (row) => (row.quantity === null ? "–" : count(Number(row.quantity))) },
        { label: "Cost", number: true, cell: (row) => cost(row) },
      ],
    }),
  });
}

function cost(row) {
  return row.cost_usd === null ? badge(row.status, row.status === "unpriced" ? "bad" : "plain") : money(row.cost_usd);
}

function chosen(page) {
  const words = Object.entries(kept(page.query, WORDS));
  if (!words.length) return null;
  const none = Object.fromEntries(WORDS.map((name) => [name, null]));
  return [words.map(([name, value]) => badge(`${name.replace("_", " ")} ${value || UNALLOCATED}`, "accent")), h("a", { href: withQuery(none) }, "All charges")];
}

// One charge with the ledger lines behind it; nothing until one is chosen.
export function explained(page, month) {
  const section = panel(page, {
    title: "Behind the charge",
    live: false,
    actions: h("button", { type: "button", class: "quiet", onclick: () => page.set({ charge: null }) }, "Close"),
    load: async (signal) => {
      const id = page.query.get("charge");
      return id === null ? null : ask(`/v1/chargeback/periods/${month}/charges/${id}`, {}, { signal });
    },
    empty: (charge) => (charge ? null : "No charge is chosen."),
    draw: (charge) => [facts(charge), charge.ledger_lines.length ? lines(charge) : h("p", { class: "empty" }, charge.description ?? "This charge comes from no ledger line.")],
  });
  const hide = () => {
    section.hidden = !page.query.has("charge");
  };
  let seen = page.query.get("charge");
  page.changed(() => {
    hide();
    if (page.query.has("charge") && page.query.get("charge") !== seen) section.scrollIntoView({ block: "nearest" });
    seen = page.query.get("charge");
  });
  hide();
  return section;
}

function facts(charge) {
  return h("dl", { class: "facts" },
    fact("Charge", h("span", { class: "mono" }, charge.charge_id)), fact("Day", charge.starts_at.slice(0, 10)),
    fact("For", [charge.tenant, charge.team, charge.feature, charge.route].filter(Boolean).join(" · ") || UNALLOCATED),
    fact("Model", charge.model ?? "–"), fact("Cost", cost(charge)), fact("At list prices", money(charge.list_cost_usd)),
    fact("Price", charge.price_id ? priceLink(charge.price_id, charge.ledger_lines[0]?.run_id) : "none"),
    fact("Ledger lines", count(charge.lines)));
}

function fact(name, ...value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

function lines(charge) {
  const shown = charge.ledger_lines.slice(0, SHOWN_LINES);
  return [
    table({
      caption: "Ledger lines behind the charge", rows: shown, key: (row, i) => `${row.trace_id} ${row.span_id} ${i}`,
      columns: [
        { label: "Request", class: "whole", cell: (row) => rowLink(`/requests/${row.trace_id}?span=${row.span_id}`, h("span", { class: "mono" }, row.trace_id.slice(0, 12))) },
        { label: "Started (UTC)", class: "whole", cell: (row) => moment(row.started_at, instant(row.started_at)) },
        { label: "For", cell: (row) => [row.purpose, row.failed && badge("failed", "bad")] },
        { label: "Quantity", number: true, cell: (row) => count(Number(row.quantity)) },
        { label: "For one", number: true, cell: (row) => (row.unit_price_usd === null ? "–" : h("span", { class: "mono" }, row.unit_price_usd)) },
        { label: "Cost", number: true, cell: (row) => money(row.cost_usd) },
      ],
    }),
    charge.lines > shown.length && h("p", { class: "note more" }, `${count(shown.length)} of ${count(charge.lines)} lines`),
  ];
}
