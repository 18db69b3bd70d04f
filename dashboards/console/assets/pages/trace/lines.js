// Ledger lines: what was used, at which price, for how much; the price leads to the row of the price book it comes from.

import { usd } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge, money } from "../../parts/figures.js";
import { priceLink } from "../../parts/price.js";
import { table } from "../../parts/table.js";

export function costLines(lines, caption, { whole = false } = {}) {
  return table({ caption, seen: !whole, rows: lines, key: (line) => `${line.span_id} ${line.usage_class}`, columns: [
    { label: "Used", head: true, cell: (line) => [line.usage_class.replaceAll("_", " "), line.purpose !== "answer" && [" ", badge(line.purpose.replaceAll("_", " "))]] },
    whole && { label: "Model", class: "whole", cell: (line) => [line.provider ?? "unknown", line.model].filter(Boolean).join(" / ") },
    { label: "Quantity", number: true, cell: (line) => quantity(line.quantity) },
    { label: "per million", number: true, cell: (line) => h("span", { title: line.unit_price_usd === null ? null : `${line.unit_price_usd} USD for one` }, perMillion(line.unit_price_usd)) },
    { label: "Cost", number: true, cell: (line) => money(line.cost_usd) },
    { label: "Price", class: "wide", cell: (line) => (line.price_id ? priceLink(line.price_id, line.run_id) : badge(`${line.status}${line.reason ? `: ${line.reason.replaceAll("_", " ")}` : ""}`, "bad")) },
  ].filter(Boolean) });
}

function quantity(text) {
  const [whole, fraction] = text.split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${fraction ? `.${fraction}` : ""}`;
}

// Moves the point six places: the exact price of a million, without a float.
function perMillion(price) {
  if (price === null) return usd(null);
  const [whole, fraction = ""] = price.split(".");
  const digits = fraction.padEnd(6, "0");
  return usd(`${whole}${digits.slice(0, 6)}.${digits.slice(6) || "0"}`.replace(/^0+(?=\d)/, ""));
}
