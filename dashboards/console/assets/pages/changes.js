// Changes: what was deployed, seen for the first time or noted, with the figures on both sides; and steps of the router.

import { ask } from "../core/api.js";
import { clock, share } from "../core/format.js";
import { h } from "../core/h.js";
import { withQuery } from "../core/router.js";
import { badge, moment } from "../parts/figures.js";
import { filterBar, kept, moves, windowOf } from "../parts/filters.js";
import { panel } from "../parts/panel.js";
import { findingsPanel } from "./changes/unusual.js";
import { changesTable } from "./changes/rows.js";
import { tellChange } from "./changes/telling.js";

const STANDARD = "7d";
const PAGE_ROWS = 50;
const STEPS = 50;
const KINDS = [
  ["release", "release"], ["prompt", "prompt"], ["model", "model"], ["index", "index"], ["configuration", "configuration"],
  ["router", "router"], ["objective", "objective"], ["prices", "prices"], ["other", "other"],
];
const FIELDS = [
  { name: "kind", label: "Kind", options: KINDS },
  { name: "source", label: "Known by", options: [["posted", "told"], ["seen", "seen in spans"], ["recorded", "noted here"]] },
  { name: "route", label: "Route", facet: "route" },
  { name: "tenant", label: "Tenant", facet: "tenant" },
  { name: "name", label: "Name" },
  { name: "compare_s", label: "Compared over", standard: "1 hour", options: [["900", "15 minutes"], ["21600", "6 hours"], ["86400", "24 hours"]] },
];
const FILTERS = FIELDS.map((one) => one.name);

export const title = () => "Changes";

export function draw(page) {
  const changes = changesPanel(page);
  const told = () => tellChange(page, () => changes.refresh());
  return [
    h("div", { class: "heading" }, h("h1", {}, "Changes"), h("button", { type: "button", class: "primary", onclick: told }, "Tell a change")),
    filterBar(page, FIELDS, { standard: STANDARD, resets: ["cursor"] }),
    findingsPanel(page, STANDARD),
    changes,
    stepsPanel(page),
  ];
}

function changesPanel(page) {
  return panel(page, {
    title: "What changed", note: "Requests that ended before and after; a figure that differs by more than chance is marked.",
    load: (signal) => ask("/v1/changes", asked(page), { signal }),
    live: () => moves(page.query) && !page.query.has("cursor"),
    empty: ({ changes }) => (changes.length ? null : nothing(page)),
    draw: (found) => [changesTable(found.changes), pages(page, found)],
  });
}

// A cursor carries its window.
function asked(page) {
  const window = page.query.has("cursor") ? {} : windowOf(page.query, STANDARD);
  return { ...window, ...kept(page.query, [...FILTERS, "cursor"]), limit: PAGE_ROWS };
}

function nothing(page) {
  const filtered = FILTERS.some((name) => name !== "compare_s" && page.query.has(name));
  return filtered
    ? "No change in this window passes these filters."
    : "Nothing was told, seen for the first time or noted in this window. Deploys are told with “Tell a change” or POST /v1/changes.";
}

function pages(page, { next }) {
  const further = page.query.has("cursor");
  return (next || further) && h("nav", { class: "pages", "aria-label": "Pages of changes" },
    further && h("a", { href: withQuery({ cursor: null }) }, "First page"),
    next && h("a", { href: withQuery({ cursor: next }) }, "Next page"));
}

function stepsPanel(page) {
  return panel(page, {
    title: "Steps of the router", note: "What the router did in the same window.", actions: h("a", { href: "/routing" }, "Timeline"),
    load: (signal) => ask("/v1/routing/transitions", { ...windowOf(page.query, STANDARD), limit: STEPS }, { signal }),
    live: () => moves(page.query),
    empty: ({ transitions }) => (transitions.length ? null : "No route stepped in this window."),
    draw: ({ transitions }) => h("ol", { class: "events" }, transitions.map(step)),
  });
}

function step(one) {
  const tiers = one.from_tier === one.to_tier ? one.to_tier : `${one.from_tier} → ${one.to_tier}`;
  const partly = one.share === 1 ? "" : ` ${share(one.share)}`;
  return h("li", { key: one.entry_seq },
    moment(one.noted_at, `${one.noted_at.slice(5, 10)} ${clock(one.noted_at)}`),
    badge(`${tiers}${partly}`, ["burning", "flapping"].includes(one.why) ? "warn" : "plain"),
    h("span", {}, one.sentence));
}
