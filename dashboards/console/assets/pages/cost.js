// What it cost and who spent it: from the total down to the price rows, a click each; all of it is in the address.

import { h } from "../core/h.js";
import { forecastPanel } from "../parts/forecast.js";
import { filterBar } from "../parts/filters.js";
import { cheaper } from "./cost/cheaper.js";
import { dearest } from "./cost/dearest.js";
import { closer, filtersOf } from "./cost/dimensions.js";
import { groups } from "./cost/groups.js";
import { overTime } from "./cost/over_time.js";
import { sumsOf, totals } from "./cost/totals.js";
import { trail } from "./cost/trail.js";

const WINDOW = "24h";
const FIELDS = [
  { name: "tenant", label: "Tenant", facet: "tenant" }, { name: "team", label: "Team", facet: "team" },
  { name: "feature", label: "Feature", facet: "feature" }, { name: "route", label: "Route", facet: "route" },
  { name: "model", label: "Model", facet: "model" },
];

export const title = () => "Cost";

export function draw(page) {
  const pick = (by, value) => page.set({ [by]: value ?? "", by: closer(by, { ...filtersOf(page.query), [by]: "" }) ?? by });
  const sums = sumsOf(page, WINDOW);
  return [
    h("div", { class: "heading" }, h("h1", {}, "Cost"), trail(page)),
    filterBar(page, FIELDS, { standard: WINDOW }),
    totals(page, WINDOW, sums),
    overTime(page, WINDOW, sums, pick),
    groups(page, WINDOW, sums),
    forecastPanel(page, { title: "This month", first: sums, params: () => filtersOf(page.query) }),
    dearest(page, WINDOW, sums),
    cheaper(page),
  ];
}
