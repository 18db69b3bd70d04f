// Experiments that served requests in the window: a panel that stands only where there are some.

import { ask } from "../../core/api.js";
import { many } from "../../core/format.js";
import { h } from "../../core/h.js";
import { word } from "../../parts/figures.js";
import { windowOf } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { following } from "../../parts/shared.js";
import { hrefOf } from "../experiments/listed.js";

const SHOWN = 4;

export function experimentsPanel(page, first) {
  return panel(page, {
    title: "Experiments", class: "if-any", actions: h("a", { href: "/experiments" }, "What can be concluded"),
    load: following(first, (signal) => ask("/v1/experiments", { ...windowOf(page.query), limit: SHOWN }, { signal })),
    placeholder: () => h("p", { class: "empty" }),
    empty: ({ experiments }) => (experiments.length ? null : "No span named an experiment in this window."),
    draw: ({ experiments }) => h("ul", { class: "standing" }, experiments.map((one) => h("li", { key: one.name },
      h("a", { class: "row", href: hrefOf(one.name) }, word(one.name)), h("span", {}),
      h("small", {}, `${many(one.variants.length, "variant")}, ${many(one.requests, "request")} in this window`)))),
  });
}
