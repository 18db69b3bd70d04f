// Every objective with its error budget: how it stands, what is left, how fast it burns and when it runs out.

import { ask } from "../../core/api.js";
import { ago, count } from "../../core/format.js";
import { now } from "../../core/api.js";
import { h } from "../../core/h.js";
import { badge, meter, moment, status } from "../../parts/figures.js";
import { panel } from "../../parts/panel.js";
import { rowLink, table } from "../../parts/table.js";
import { budgetAddress, leftTone, loudest, promise, reasonOf, scopeOf, span, times } from "./words.js";

export function objectives(page) {
  return panel(page, {
    title: "Objectives",
    load: (signal) => ask("/v1/slos", {}, { signal }),
    empty: ({ slos }) => (slos.length ? null : "No objective is configured: the section objectives of burnline.yaml has them."),
    draw: ({ slos }) => table({
      caption: "Objectives and their error budgets", rows: slos, key: (slo) => slo.name,
      columns: [
        { label: "Objective", class: "wide", cell: named },
        { label: "Status", cell: standing },
        { label: "Budget left", class: "share", cell: (slo) => left(slo) },
        { label: "Burn", number: true, title: "Of the window nearest to its alert", cell: (slo) => burning(slo.windows) },
        { label: "Judged", number: true, class: "wide-only", cell: (slo) => count(slo.total) },
        { label: "Runs out", class: "whole", cell: (slo) => gone(slo) },
      ],
    }),
  });
}

function named(slo) {
  return [
    rowLink(budgetAddress(slo.name), slo.name),
    h("small", { class: "under-name" }, `${promise(slo)}, ${scopeOf(slo)}${slo.groups.length ? `, by ${slo.per.join(" and ")}` : ""}`),
  ];
}

export function standing(one) {
  const said = status(one.status === "firing" ? "firing" : one.status, reasonOf(one));
  const waits = one.in_force === false && badge("waits for approval", "warn", "Shown, and neither pages nor steers until somebody approves it");
  return [said, waits, one.status === "insufficient_data" && h("small", { class: "under-name" }, reasonOf(one))];
}

export function left(one) {
  if (one.remaining_ratio === null) return h("span", { class: "unknown" }, "nothing judged yet");
  return meter({ ratio: one.remaining_ratio, label: "Error budget left", tone: leftTone(one.remaining_ratio) });
}

export function burning(windows) {
  const window = loudest(windows);
  if (window === null) return "–";
  const tone = window.verdict === "firing" ? "hot" : null;
  return h("span", { class: tone, title: `${times(window.long_burn)} in ${span(window.long_s)}, ${times(window.short_burn)} in ${span(window.short_s)}; fires above ${times(window.factor)}` },
    `${times(window.long_burn)} of ${times(window.factor)} in ${span(window.long_s)}`);
}

export function gone({ exhausted_at: at, remaining_ratio: ratio }) {
  if (at === null) return h("span", { class: "unknown" }, ratio === null ? "–" : "lasts");
  return ratio <= 0 ? badge("spent", "bad") : moment(at, ago(at, now()));
}
