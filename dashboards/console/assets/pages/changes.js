// Changes: not drawn yet.

import { h } from "../core/h.js";

export const title = () => "Changes";

export function draw() {
  return [h("h1", {}, "Changes"), h("p", { class: "empty" }, "Not drawn yet.")];
}
