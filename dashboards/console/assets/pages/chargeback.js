// Chargeback: not drawn yet.

import { h } from "../core/h.js";

export const title = () => "Chargeback";

export function draw() {
  return [h("h1", {}, "Chargeback"), h("p", { class: "empty" }, "Not drawn yet.")];
}
