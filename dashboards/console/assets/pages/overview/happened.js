// What happened: steps of the router; what was deployed or seen for the first time, and what differs since.

import { address, ask } from "../../core/api.js";
import { clock, share } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge, moment, word } from "../../parts/figures.js";
import { kept, windowOf } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { after } from "../../parts/shared.js";
import { findings } from "../changes/findings.js";

const SHOWN = 6;

export function stepsPanel(page, overview) {
  return panel(page, {
    title: "Steps of the router", load: overview, actions: h("a", { href: "/routing" }, "Timeline"),
    empty: ({ steps }) => (steps.length ? null : "No route stepped in this window."),
    draw: ({ steps }) => h("ol", { class: "events" }, steps.map(step)),
  });
}

function step(one) {
  const whole = one.share === 1;
  return h("li", { key: one.entry_seq },
    moment(one.noted_at, clock(one.noted_at)),
    badge(`${one.from_tier === one.to_tier ? one.to_tier : `${one.from_tier} → ${one.to_tier}`}${whole ? "" : ` ${share(one.share)}`}`, ["burning", "flapping", "taken_back"].includes(one.why) ? "warn" : "plain"),
    h("span", {}, one.sentence));
}

// `first` is what people look at before; comparing waits for it.
export function changesPanel(page, first) {
  const changes = after(page, first, (signal) => ask("/v1/changes", { ...windowOf(page.query), ...kept(page.query, ["tenant", "route"]) }, { signal }));
  return panel(page, {
    title: "Changes", actions: h("a", { href: "/changes" }, "All changes"),
    note: "an hour before and after", load: changes,
    empty: ({ changes }) => (others(changes).length ? null : "Nothing else was deployed, changed or seen for the first time in this window."),
    draw: ({ changes }) => h("ol", { class: "events" }, others(changes).slice(0, SHOWN).map((one) => changed(page, one))),
  });
}

// The router's own steps stand above.
const others = (changes) => changes.filter((one) => one.kind !== "router");

function changed(page, one) {
  const versions = one.from && one.to ? `${one.from} → ${one.to}` : (one.to ?? one.from ?? "");
  return h("li", { key: one.id }, moment(one.at, clock(one.at)), badge(one.kind),
    h("span", {}, h("a", { href: address("/changes", { ...kept(page.query, ["window"]), kind: one.kind, name: one.name }) }, word(one.name, "unnamed")), " ", versions, one.again && " (again)", one.note && `: ${one.note}`,
      h("span", { class: "found" }, findings(one))));
}
