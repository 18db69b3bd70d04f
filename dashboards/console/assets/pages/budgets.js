// Budgets: not drawn yet.

import { h } from "../core/h.js";

export const title = () => "Budgets";

export function draw() {
  return [h("h1", {}, "Budgets"), h("p", { class: "empty" }, "Not drawn yet.")];
}
