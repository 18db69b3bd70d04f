// Experiments: variants compared on real requests, what can be concluded today, and where a cheaper model would do.

import { ask } from "../core/api.js";
import { h } from "../core/h.js";
import { filterBar, windowOf } from "../parts/filters.js";
import { following, shared } from "../parts/shared.js";
import { cheaperPanel } from "./experiments/cheaper.js";
import { listPanel, standingPanel } from "./experiments/listed.js";
import { STANDARD } from "./experiments/words.js";

const SHOWN = 50;

export const title = () => "Experiments";

export function draw(page) {
  const listed = shared(page, (signal) => ask("/v1/experiments", { ...windowOf(page.query, STANDARD), limit: SHOWN }, { signal }));
  return [
    h("div", { class: "heading" }, h("h1", {}, "Experiments")),
    filterBar(page, [], { standard: STANDARD }),
    listPanel(page, listed),
    standingPanel(page, listed),
    cheaperPanel(page, (question) => following(listed, question)),
  ];
}
