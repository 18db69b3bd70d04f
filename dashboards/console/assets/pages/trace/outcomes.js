// What came of a request: outcomes that were told, before or long after it.

import { h } from "../../core/h.js";
import { moment } from "../../parts/figures.js";
import { table } from "../../parts/table.js";

export function outcomesOf({ outcomes }) {
  if (!outcomes.length) return null;
  return h("section", { class: "panel", "aria-label": "Outcomes", key: "outcomes" },
    h("header", {}, h("h2", {}, "What came of it")),
    h("div", { class: "body" }, table({
      caption: "Outcomes of the request", rows: outcomes, key: (one) => one.id,
      columns: [
        { label: "Outcome", class: "wide", cell: (one) => one.name },
        { label: "Value", number: true, cell: (one) => one.value },
        { label: "Happened (UTC)", class: "whole", cell: (one) => moment(one.at) },
        { label: "Told (UTC)", class: "whole", cell: (one) => moment(one.recorded_at) },
      ],
    })));
}
