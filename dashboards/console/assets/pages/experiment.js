// One experiment: what can be concluded today, whether the split can be trusted, its variants, and every measure.

import { address, ask } from "../core/api.js";
import { count, duration, instant, readable, share } from "../core/format.js";
import { h } from "../core/h.js";
import { badge, money, word } from "../parts/figures.js";
import { kept } from "../parts/filters.js";
import { panel } from "../parts/panel.js";
import { shared } from "../parts/shared.js";
import { table } from "../parts/table.js";
import { conclusions, hrefOf } from "./experiments/listed.js";
import { pictures } from "./experiments/pictures.js";
import { promise, splitInWords } from "./experiments/words.js";

const ASKED = ["start", "until", "control", "split", "unit", "alpha"];
const UNITS = ["tenant", "user", "session", "request"];

export const title = ({ name }) => `Experiment ${readable(name)}`;

export function draw(page) {
  const { name } = page.params;
  const judged = shared(page, (signal) => ask(`/v1${hrefOf(name)}`, kept(page.query, ASKED), { signal }));
  return [
    h("div", { class: "heading" }, h("h1", {}, "Experiment ", h("bdi", {}, readable(name))), h("a", { href: "/experiments", class: "note" }, "All experiments")),
    panel(page, {
      title: "What can be concluded today", load: judged, live: false, actions: (answer) => choices(page, name, answer),
      draw: (answer) => [h("p", { class: "note lead" }, `${instant(answer.start)} to ${instant(answer.until)} UTC. `, safe(page, answer)), conclusions(answer)],
    }),
    panel(page, { title: "Split", note: "Whether as many came to each variant as were meant to.", load: judged, live: false, draw: split }),
    panel(page, { title: "Measures", note: "Of the control's figure: the line is no difference, the band what counts as none.", load: judged, live: false, empty: (answer) => (answer.comparisons.length ? null : "Nothing to compare yet: it takes two variants."), draw: pictures }),
    panel(page, { title: "Variants", load: judged, live: false, draw: ({ variants }) => variantsTable(variants) }),
  ];
}

function safe(page, answer) {
  return page.query.has("start")
    ? h("strong", {}, "This window does not begin with the experiment: whoever chooses a start after having looked has chosen what to see, and the intervals do not hold for that.")
    : promise(answer);
}

function choices(page, name, answer) {
  const choose = (field, options, standard, value) => h("select", { name: field, "aria-label": standard, value: value ?? "", onchange: (event) => page.set({ [field]: event.target.value || null }) },
    h("option", { value: "" }, standard), options.map((one) => h("option", { value: one }, readable(one))));
  return [
    choose("control", answer.variants.map((one) => one.variant), "Control", page.query.get("control")),
    choose("unit", UNITS, "Drawn by", page.query.get("unit")),
    h("a", { href: address(`/v1${hrefOf(name)}`, kept(page.query, ASKED)), target: "_blank" }, "JSON"),
  ];
}

function split(answer) {
  const told = answer.split;
  const bad = told?.verdict === "mismatch";
  const drawn = answer.unit_asked ? `Counted by ${answer.unit}, as asked.` : `Counted by ${answer.unit}: the widest of tenant, user and session that stays with one variant, or else each request.`;
  return [
    h("p", { class: "lead" }, told && badge(bad ? "mismatch" : "as planned", bad ? "bad" : "good"), " ", splitInWords(answer)),
    h("p", { class: "note" }, drawn, told && ` Chi-square ${told.chi_square.toFixed(2)}, p ${p(told.p_value)} for one look; p ${p(told.sequential_p_value)} for every look at once, a mismatch below 0.01.`),
  ];
}

function p(value) {
  return value < 0.0001 ? "below 0.0001" : value.toPrecision(2);
}

function variantsTable(variants) {
  return table({
    caption: "Variants", rows: variants, key: (row) => row.variant,
    columns: [
      { label: "Variant", head: true, class: "name", cell: (row) => [word(row.variant), row.control && [" ", badge("control")]] },
      { label: "Units", number: true, cell: (row) => [h("div", {}, count(row.units)), h("small", { class: "muted" }, `planned ${share(row.planned_ratio)}`)] },
      { label: "Requests", number: true, cell: (row) => [h("div", {}, count(row.requests)), row.mixed_requests > 0 && h("small", { class: "muted", title: "Of units that met several variants" }, `${count(row.mixed_requests)} left out`)] },
      { label: "Failed", number: true, cell: (row) => [h("div", {}, count(row.errors)), h("small", { class: "muted" }, share(row.requests ? row.errors / row.requests : null))] },
      { label: "Cost of one", number: true, cell: (row) => money(row.cost_per_request_usd) },
      { label: "Cost", number: true, class: "wide-only", cell: (row) => [money(row.cost_usd), row.unpriced_requests > 0 && [" ", badge(`${count(row.unpriced_requests)} unpriced`, "warn", "They are not in the cost that is compared")]] },
      { label: "p50", number: true, class: "wide-only", cell: (row) => duration(row.p50_ms) },
      { label: "p95", number: true, cell: (row) => duration(row.p95_ms) },
      { label: "Models", class: "wide wide-only", cell: (row) => row.models.map((one, i) => [i > 0 && ", ", word(one)]) },
    ],
  });
}
