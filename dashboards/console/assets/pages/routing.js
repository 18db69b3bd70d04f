// Routing: not drawn yet.

import { h } from "../core/h.js";

export const title = () => "Routing";

export function draw() {
  return [h("h1", {}, "Routing"), h("p", { class: "empty" }, "Not drawn yet.")];
}
