// Where a cheaper model would do as well, by class of traffic: asked for, as it reads four weeks.

import { ask } from "../../core/api.js";
import { count, number } from "../../core/format.js";
import { h } from "../../core/h.js";
import { withQuery } from "../../core/router.js";
import { kept } from "../../parts/filters.js";
import { badge, money, word } from "../../parts/figures.js";
import { panel } from "../../parts/panel.js";
import { table } from "../../parts/table.js";

const SHOWN = 20;
const UNASKED = { rows: null };
const VERDICTS = { switch: ["holds quality", "good"], worse: ["worse", "bad"], not_known_yet: ["not known yet", "plain"] };

export function cheaper(page) {
  const asked = () => page.query.has("cheaper");
  return panel(page, {
    title: "Cheaper models",
    note: "Models that answered the same class of traffic in the last four weeks, at the prices of now. A person decides.",
    actions: () => !asked() && h("a", { href: withQuery({ cheaper: "1" }) }, "Compare models"),
    load: async (signal) => (asked() ? ask("/v1/recommendations", { ...kept(page.query, ["tenant", "route", "feature"]), limit: SHOWN }, { signal }) : UNASKED),
    empty: ({ rows, classes }) => {
      if (rows === null) return "Not compared yet.";
      return rows.length ? null : `No cheaper model answered enough of any class of traffic to compare. Classes with enough requests: ${count(classes)}.`;
    },
    draw: (told) => [h("p", { class: "note" }, money(told.saving_per_month_usd), " a month where quality is shown to hold."), rows(told.rows)],
  });
}

function rows(found) {
  return table({
    caption: "Cheaper models by class of traffic", rows: found, key: (row) => `${row.route} ${row.feature} ${row.size} ${row.model} ${row.candidate}`,
    columns: [
      { label: "Traffic", head: true, cell: (row) => [word(row.route), h("br"), h("small", { class: "muted" }, [row.feature ?? "no feature", row.size ?? "size not known"].join(" · "))] },
      { label: "Instead of", cell: (row) => word(row.model) },
      { label: "Cheaper", cell: (row) => word(row.candidate) },
      { label: "Verdict", class: "wide", cell: verdict },
      { label: "Quality", class: "wide-only", cell: (row) => row.measures.map((one) => h("div", { key: one.measure }, h("small", {}, `${one.measure} ${number(one.value)} → ${number(one.candidate_value)}`))) },
      { label: "Requests", number: true, class: "wide-only", cell: (row) => `${count(row.requests)} / ${count(row.candidate_requests)}` },
      { label: "Saves a month", number: true, cell: (row) => money(row.saving_per_month_usd) },
    ],
  });
}

function verdict(row) {
  const [said, tone] = VERDICTS[row.verdict] ?? [row.verdict, "plain"];
  const drawn = row.randomised_by && h("small", { class: "muted" }, ` drawn by ${row.randomised_by}`);
  return [badge(said, tone), drawn, row.unknown.map((one) => h("div", { key: one }, h("small", { class: "muted" }, one)))];
}
