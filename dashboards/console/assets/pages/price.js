// One price of the book: what it is, where it comes from, when it holds, and what was rated by it.

import { ask } from "../core/api.js";
import { usd } from "../core/format.js";
import { h } from "../core/h.js";
import { badge, moment } from "../parts/figures.js";
import { panel } from "../parts/panel.js";
import { table } from "../parts/table.js";

const PER_MILLION = 6;
const PIECES = ["images", "search_units", "requests"];
const TRUST = { contract: ["contract", "good"], vendor_dated: ["dated by the vendor", "good"], first_seen: ["first seen", "warn"], before_seen: ["before it was seen", "warn"], undated: ["undated", "plain"] };

export const title = ({ price_id: id }) => `Price ${id}`;

export function draw(page) {
  const id = page.params.price_id;
  return [
    h("div", { class: "heading" }, h("h1", {}, "Price"), h("span", { class: "mono" }, id)),
    panel(page, {
      title: "The row behind the figure",
      live: false,
      load: (signal) => ask(`/v1/prices/rows/${encodeURIComponent(id)}`, { run_id: page.query.get("run") }, { signal }),
      actions: h("a", { href: `/cost?${new URLSearchParams({ price_id: id, by: "team", window: "30d" })}` }, "Cost at this price"),
      draw: (row) => [facts(row), h("h3", { class: "under" }, "Rated by it"), rated(row)],
    }),
  ];
}

function facts(row) {
  const [trust, tone] = TRUST[row.confidence] ?? [row.confidence, "plain"];
  return h("dl", { class: "facts" },
    fact("Sold by", row.provider === "*" ? "whoever sells it" : row.provider), fact("Model", row.model), fact("Usage class", h("span", { class: "mono" }, row.usage_class)),
    PIECES.includes(row.usage_class)
      ? fact("For one", h("span", { class: "large", title: `${row.unit_price_usd} USD` }, usd(row.unit_price_usd)))
      : fact("A million units", h("span", { class: "large", title: `${row.unit_price_usd} USD for one` }, usd(shifted(row.unit_price_usd, PER_MILLION)))),
    fact("For one unit", h("span", { class: "mono" }, `${row.unit_price_usd} USD`)),
    fact("Holds", row.conditions),
    fact("Tier", [row.service_tier ?? "any", row.processing && row.processing !== "realtime" ? `, ${row.processing}` : null]),
    fact("Region", row.region ?? "anywhere"),
    fact("Source", `${row.source}, ${row.source_ref}`), fact("Taken over on", row.imported_on ?? "–"),
    fact("Its date is", badge(trust, tone)),
    fact("Listed", row.last_seen_on ? `until ${row.last_seen_on}` : row.current ? "still" : "no longer"),
    fact("Price book", [h("span", { class: "mono" }, row.edition_id.slice(0, 8)), ", recorded ", moment(row.recorded_at)]));
}

function fact(name, ...value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

// A decimal times a power of ten, as text: no digit is touched.
export function shifted(amount, places) {
  const [whole, fraction = ""] = amount.split(".");
  const digits = fraction.padEnd(places, "0");
  const moved = `${whole}${digits.slice(0, places)}`.replace(/^0+(?=\d)/, "");
  const rest = digits.slice(places).replace(/0+$/, "");
  return rest ? `${moved}.${rest}` : moved;
}

function rated({ rated: calls }) {
  return table({
    caption: "Calls that were rated by this price",
    rows: calls,
    columns: [
      { label: "Provider", cell: (row) => row.provider ?? "–" },
      { label: "Asked for", cell: (row) => row.request_model ?? "–" },
      { label: "Answered", cell: (row) => row.response_model ?? "–" },
      { label: "Tier", cell: (row) => row.service_tier ?? "standard" },
      { label: "Region", cell: (row) => row.region ?? "–" },
      { label: "Usage class", cell: (row) => h("span", { class: "mono" }, row.usage_class) },
      { label: "", cell: (row) => (row.paid ? "paid" : badge("list price beside a contract", "plain")) },
    ],
  });
}
