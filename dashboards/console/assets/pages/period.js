// Billing month: not drawn yet.

import { h } from "../core/h.js";

export const title = () => "Billing month";

export function draw() {
  return [h("h1", {}, "Billing month"), h("p", { class: "empty" }, "Not drawn yet.")];
}
