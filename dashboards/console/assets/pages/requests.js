// The requests.

import { h } from "../core/h.js";

export const title = () => "Requests";

export function draw() {
  return [h("h1", {}, "Requests")];
}
