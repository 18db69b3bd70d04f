// Routes, tiers and steps in words.

import { share } from "../../core/format.js";
import { h } from "../../core/h.js";

export const TIERS = ["premium", "standard", "economy", "cached_only", "sources_only", "human_handoff"];

export function scopeName({ route, tenant }) {
  return [route ?? "every route", tenant === null ? null : ` of ${tenant}`].filter(Boolean).join("");
}

export function scopeKey({ route, tenant }) {
  return JSON.stringify([route, tenant]);
}

export function tierName(tier) {
  return tier.replaceAll("_", " ");
}

// "standard", or "standard for 25 %" where the rest is one tier above.
export function served(tier, part) {
  return part === 1 ? tierName(tier) : `${tierName(tier)} for ${share(part)}`;
}

// The tiers of a route as steps, with the one that is served marked.
export function ladder(one) {
  const tiers = one.ladder.includes(one.tier) ? one.ladder : TIERS.filter((tier) => one.ladder.includes(tier) || tier === one.tier);
  return h("ol", { class: "ladder", "aria-label": `Tiers; served: ${served(one.tier, one.share)}` }, tiers.map((tier) => h("li", { class: `tier ${tier === one.tier ? "served" : ""}`, "aria-current": tier === one.tier ? "step" : null },
    h("span", { class: `swatch tier-${tier}`, "aria-hidden": "true" }), tierName(tier), tier === one.tier && one.share < 1 && h("b", {}, ` ${share(one.share)}`))));
}

const WHY = {
  burning: "a budget burned", taken_back: "the trial above burned", flapping: "too many turns", manual: "by hand", calm_probe: "calm: a trial above", calm: "calm",
};

export function why(word) {
  return WHY[word] ?? word.replaceAll("_", " ");
}
