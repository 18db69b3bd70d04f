// The overview.

import { h } from "../core/h.js";

export const title = () => "Overview";

export function draw() {
  return [h("h1", {}, "Overview")];
}
