// Quality: how answers and documents are judged over time, which changes the gate let through, and what to look at first.

import { h } from "../core/h.js";
import { filterBar } from "../parts/filters.js";
import { agreementPanel } from "./quality/agreement.js";
import { courseOf, evaluationsPanel } from "./quality/evaluations.js";
import { gatesPanel } from "./quality/gates.js";
import { retrievalPanel } from "./quality/retrieval.js";
import { worstPanel } from "./quality/worst.js";
import { SOURCES, STANDARD } from "./quality/words.js";

const FIELDS = [
  { name: "route", label: "Route", facet: "route" },
  { name: "tenant", label: "Tenant", facet: "tenant" },
  { name: "name", label: "Evaluation" },
  { name: "source", label: "Said by", options: Object.entries(SOURCES).map(([value, text]) => [value || "traffic", text]) },
];

export const title = () => "Quality";

export function draw(page) {
  return [
    h("div", { class: "heading" }, h("h1", {}, "Quality")),
    filterBar(page, FIELDS, { standard: STANDARD }),
    courseOf(page),
    evaluationsPanel(page),
    gatesPanel(page),
    worstPanel(page),
    retrievalPanel(page),
    agreementPanel(page),
  ];
}
