// Budget: not drawn yet.

import { h } from "../core/h.js";

export const title = () => "Budget";

export function draw() {
  return [h("h1", {}, "Budget"), h("p", { class: "empty" }, "Not drawn yet.")];
}
