// Routing: where every route stands and why, the tiers over time, who obeys, and the operator's hand.

import { h } from "../core/h.js";
import { filterBar } from "../parts/filters.js";
import { months } from "./routing/effects.js";
import { readers } from "./routing/readers.js";
import { routes } from "./routing/routes.js";
import { timeline } from "./routing/timeline.js";

const WINDOW = "24h";

export const title = () => "Routing";

export function draw(page) {
  const steps = timeline(page, WINDOW);
  const sums = months(page, WINDOW);
  const heard = readers(page);
  const changed = () => {
    steps.refresh();
    heard.refresh();
  };
  return [h("div", { class: "heading" }, h("h1", {}, "Routing")), routes(page, changed), filterBar(page, [], { standard: WINDOW }), steps, sums, heard];
}
