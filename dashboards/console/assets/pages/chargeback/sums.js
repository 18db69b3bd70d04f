// What a month comes to: in all, by who pays, by team, by invoice and by kind of charge.

import { count, exactUsd, many, usd } from "../../core/format.js";
import { h } from "../../core/h.js";
import { withQuery } from "../../core/router.js";
import { badge, meter, money, tile, word } from "../../parts/figures.js";
import { rowLink, table } from "../../parts/table.js";

export function totals(month) {
  const { total, own, corrections, unpriced } = month;
  return h("div", { class: "tiles" },
    tile({ label: "To be charged", value: usd(total.cost_usd), title: exactUsd(total.cost_usd), notes: `${many(total.charges, "charge")} of ${many(total.lines, "ledger line")}` }),
    total.list_cost_usd !== null && total.list_cost_usd !== total.cost_usd && tile({ label: "At list prices", value: usd(total.list_cost_usd), title: exactUsd(total.list_cost_usd) }),
    corrections.charges > 0 && tile({ label: "Corrections", value: usd(corrections.cost_usd), title: exactUsd(corrections.cost_usd), notes: `${many(corrections.charges, "charge")} about closed months; ${usd(own.cost_usd)} without them` }),
    owned(month),
    tile({ label: "Unpriced", value: count(unpriced.lines), tone: unpriced.lines ? "warn" : null, href: unpriced.lines ? withQuery({ status: "unpriced", team: null, cost_center: null, entry: null, seller: null }) : null,
      notes: unpriced.lines ? "ledger lines in no invoice: nobody knows their price" : "every line has a price" }));
}

function owned({ by_cost_center: rows, unallocated_owner: owner }) {
  const nobody = rows.find((row) => row.cost_center === null);
  if (!nobody) return tile({ label: "Unallocated", value: "none", notes: "every charge has a cost centre" });
  return tile({ label: "Unallocated", value: usd(nobody.cost_usd), title: exactUsd(nobody.cost_usd), tone: "warn", href: withQuery({ cost_center: "", status: null, team: null, entry: null, seller: null }), notes: owner ? `borne by ${owner}` : "nobody is named to bear it" });
}

export function byCostCenter(page, month) {
  return sums(page, month, {
    caption: "By cost centre", rows: month.by_cost_center, name: "cost_center",
    columns: [{ label: "Cost centre", class: "name", cell: (row) => rowLink(withQuery({ cost_center: row.cost_center ?? "", team: null, status: null, entry: null, seller: null }), word(row.cost_center)) }],
  });
}

export function byTeam(page, month) {
  return sums(page, month, {
    caption: "By team", rows: month.by_team, name: "team",
    columns: [
      { label: "Team", class: "name", cell: (row) => rowLink(withQuery({ team: row.team ?? "", cost_center: row.cost_center ?? "", status: null, entry: null, seller: null }), row.team === null && row.cost_center !== null ? h("span", { class: "unknown" }, "of no team") : word(row.team)) },
      { label: "Cost centre", class: "wide-only", cell: (row) => word(row.cost_center) },
    ],
  });
}

export function bySeller(page, month) {
  return sums(page, month, {
    caption: "By invoice", rows: month.by_seller, name: "seller",
    columns: [{ label: "Seller", class: "name", cell: (row) => rowLink(withQuery({ seller: row.seller ?? "", cost_center: null, team: null, status: null, entry: null }), row.seller ?? "unknown, unpriced") }],
  });
}

export function byEntry(page, month) {
  return sums(page, month, {
    caption: "By kind of charge", rows: month.by_entry, name: "entry",
    columns: [
      { label: "Kind", class: "name", cell: (row) => rowLink(withQuery({ entry: row.entry, cost_center: null, team: null, status: null, seller: null }), row.entry) },
      { label: "About", class: "whole", cell: (row) => row.corrects ?? "this month" },
    ],
  });
}

function sums(page, month, { caption, rows, name, columns }) {
  const whole = Number(month.total.cost_usd ?? 0);
  const sorted = [...rows].sort((one, other) => Number(other.cost_usd ?? 0) - Number(one.cost_usd ?? 0));
  return table({
    caption, rows: sorted, key: (row) => JSON.stringify([row[name], row.cost_center, row.corrects]), selected: (row) => page.query.get(name) === (row[name] ?? ""),
    columns: [
      ...columns,
      { label: "Share", class: "share", cell: (row) => row.cost_usd !== null && whole > 0 && meter({ ratio: Number(row.cost_usd) / whole, label: "Share of the month" }) },
      { label: "Cost", number: true, cell: (row) => (row.cost_usd === null ? badge("unpriced", "bad") : money(row.cost_usd)) },
      { label: "Lines", number: true, class: "wide-only", cell: (row) => count(row.lines) },
    ],
  });
}
