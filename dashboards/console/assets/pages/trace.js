// One trace.

import { h } from "../core/h.js";

export const title = () => "Trace";

export function draw() {
  return [h("h1", {}, "Trace")];
}
