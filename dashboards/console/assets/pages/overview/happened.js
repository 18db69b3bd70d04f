// What happened: steps of the router, and what was deployed or seen for the first time.

import { ask } from "../../core/api.js";
import { clock, share } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge, moment } from "../../parts/figures.js";
import { windowOf } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";

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

export function changesPanel(page) {
  return panel(page, {
    title: "Changes", actions: h("a", { href: "/changes" }, "All changes"),
    load: (signal) => ask("/v1/changes", { ...windowOf(page.query), figures: false }, { signal }),
    empty: ({ changes }) => (others(changes).length ? null : "Nothing else was deployed, changed or seen for the first time in this window."),
    draw: ({ changes }) => h("ol", { class: "events" }, others(changes).slice(0, 6).map(changed)),
  });
}

// The router's own steps stand above.
const others = (changes) => changes.filter((one) => one.kind !== "router");

function changed(one) {
  const versions = one.from && one.to ? `${one.from} → ${one.to}` : (one.to ?? one.from ?? "");
  return h("li", { key: one.id }, moment(one.at, clock(one.at)), badge(one.kind), h("span", {}, h("strong", {}, one.name), " ", versions, one.again && " (again)", one.note && `: ${one.note}`));
}
