// Cost: not drawn yet.

import { h } from "../core/h.js";

export const title = () => "Cost";

export function draw() {
  return [h("h1", {}, "Cost"), h("p", { class: "empty" }, "Not drawn yet.")];
}
