// The row of the price book behind a figure: where the price comes from, since when it holds, under which conditions.

import { ask } from "../core/api.js";
import { h } from "../core/h.js";
import { toast } from "./told.js";

// A price id as a link: it opens the row in a dialog, and its JSON where a person opens it elsewhere.
export function priceLink(id, text = id) {
  return h("a", { href: path(id), class: "mono price", title: "The row of the price book", onclick: (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open(id);
  } }, text);
}

const path = (id) => `/v1/prices/rows/${id.split("/").map(encodeURIComponent).join("/")}`;

const NAMES = [
  ["provider", "Provider"], ["model", "Model"], ["usage_class", "Used"], ["unit_price_usd", "For one, USD"], ["service_tier", "Service tier"], ["processing", "Processing"],
  ["region", "Region"], ["context_above", "Context above"], ["context_until", "Context until"], ["conditions", "Conditions"], ["effective_from", "Holds from"],
  ["effective_until", "Holds until"], ["source", "Source"], ["source_ref", "In the source"], ["confidence", "How sure its date is"], ["imported_on", "Imported on"], ["recorded_at", "Recorded at"],
];

async function open(id) {
  try {
    const row = await ask(path(id));
    const shown = NAMES.filter(([name]) => row[name] !== null && row[name] !== undefined);
    const box = h("dialog", { "aria-labelledby": "price-title", class: "price-row" },
      h("form", { method: "dialog" }, h("h2", { id: "price-title" }, "Price row"), h("p", { class: "mono" }, id),
        h("dl", { class: "pairs" }, shown.map(([name, label]) => h("div", {}, h("dt", {}, label), h("dd", {}, typeof row[name] === "object" ? JSON.stringify(row[name]) : String(row[name]).replaceAll("_", " "))))),
        h("div", { class: "buttons" }, h("a", { href: path(id), target: "_blank" }, "JSON"), h("button", { type: "submit", autofocus: true }, "Close"))));
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    box.showModal();
  } catch (error) {
    toast(`The price row could not be shown: ${error.message}`, "bad");
  }
}
