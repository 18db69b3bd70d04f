// Findings: figures that are not as usual, since when, and what explains it.

import { ask } from "../../core/api.js";
import { clock, readable, share } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge, moment } from "../../parts/figures.js";
import { kept, moves, windowOf } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";

const ROWS = 20;
const ENDED = { returned: "returned", new_normal: "the new normal" };
const HOW = { new: "new", inside: "changed", share: "another share of the traffic" };

export function findingsPanel(page, standard) {
  return panel(page, {
    title: "Not as usual", note: "Figures, models and distributions that are not as they were; what tells of one thing stands together. Few are told, so that each is worth a look.",
    load: (signal) => ask("/v1/findings", { ...windowOf(page.query, standard), ...kept(page.query, ["tenant", "route"]), limit: ROWS }, { signal }),
    live: () => moves(page.query),
    empty: ({ findings }) => (findings.length ? null : "Every figure that is watched was as usual in this window."),
    draw: ({ findings }) => h("ol", { class: "events" }, findings.map(finding)),
  });
}

function finding(one) {
  return h("li", { key: one.id },
    moment(one.start, `${one.start.slice(5, 10)} ${clock(one.start)}`),
    one.until === null ? badge("goes on", "warn") : badge(ENDED[one.ended_as] ?? one.ended_as),
    h("span", {}, readable(one.text),
      one.evidence.length > 0 && h("ul", { class: "evident" }, one.evidence.map((said) => h("li", { key: said }, readable(said)))),
      h("small", { class: "muted" }, details(one).map((part, place) => [place > 0 && " · ", part]))));
}

function details(one) {
  const figures = one.also.filter((other) => other.kind === "figure").map((other) => other.measure);
  const also = [...new Set(figures)].filter((measure) => measure !== one.measure).map((measure) => measure.replaceAll("_", " "));
  return [
    ...one.moved.map((value) => `${value.dimension.replace("_", " ")} ${readable(value.value)}: ${share(Math.min(value.share, 1))} of it, ${HOW[value.how] ?? value.how}`),
    ...one.changes.map((change) => `${change.kind} ${readable(change.name)} ${change.from ?? "–"} → ${change.to ?? "–"} at ${clock(change.at)}`),
    ...(also.length ? [`also ${also.join(", ")}`] : []),
    ...one.trace_ids.slice(0, 1).map((trace) => h("a", { href: `/requests/${trace}` }, "a trace")),
  ];
}
