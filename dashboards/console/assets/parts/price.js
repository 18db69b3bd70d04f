// The row of the price book behind a figure, as a link.

import { address } from "../core/api.js";
import { h } from "../core/h.js";

// `run` is the run of prices and rules that rated the line: the same id may have had another price in an earlier one.
export function priceLink(id, run = null) {
  return h("a", { href: address(`/prices/${encodeURIComponent(id)}`, { run }), class: "mono", title: "The row of the price book" }, id);
}
