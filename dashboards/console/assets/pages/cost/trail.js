// The way down so far: what the figures are narrowed to, each step removable, the first one leads back to everything.

import { h } from "../../core/h.js";
import { show } from "../../core/patch.js";
import { withQuery } from "../../core/router.js";
import { DIMENSIONS, called, filtersOf } from "./dimensions.js";

export function trail(page) {
  const nav = h("nav", { class: "trail", "aria-label": "Narrowed to" });
  const draw = () => show(nav, steps(page));
  page.changed(draw);
  draw();
  return nav;
}

function steps(page) {
  const filters = Object.entries(filtersOf(page.query));
  if (!filters.length) return null;
  const none = Object.fromEntries(filters.map(([name]) => [name, null]));
  const everything = h("li", {}, h("a", { href: withQuery({ ...none, by: null }) }, "Everything"));
  return h("ol", {}, everything, filters.map(([name, value]) => h("li", { key: name },
    h("span", {}, `${DIMENSIONS[name]}: `, h("b", {}, called(name, value))),
    h("a", { class: "away", href: withQuery({ [name]: null, by: name }), "aria-label": `Remove ${DIMENSIONS[name]} ${called(name, value)}` }, "×"))));
}
