// The tiers of every route over time as bars, and the steps as a table, each with what burned and by how much.

import { ask } from "../../core/api.js";
import { clock, count, instant, share } from "../../core/format.js";
import { h } from "../../core/h.js";
import { withQuery } from "../../core/router.js";
import { badge, moment } from "../../parts/figures.js";
import { moves, windowOf } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { table } from "../../parts/table.js";
import { budgetAddress, span, times } from "../budgets/words.js";
import { effectNote, effectsOf } from "./effects.js";
import { scopeKey, scopeName, served, tierName, why } from "./words.js";

const MOST = 200;

export function timeline(page, standard) {
  return panel(page, {
    title: "Steps",
    live: () => moves(page.query),
    load: (signal) => loaded(page, standard, signal),
    empty: ({ rows, steps }) => (rows.length || steps.length ? null : "No route has ever stepped: every route is served at its best tier."),
    draw: (data) => [h("div", { class: "timeline" }, data.rows.map((row) => bar(row, data))), legend(data), data.steps.length ? stepList(page, data) : h("p", { class: "empty" }, "No route stepped in this window.")],
  });
}

async function loaded(page, standard, signal) {
  const window = windowOf(page.query, standard);
  const { start, until, transitions } = await ask("/v1/routing/transitions", { ...window, limit: MOST }, { signal });
  const [before, journal, effects] = await Promise.all([
    ask("/v1/routing/standings", { at: start }, { signal }),
    ask("/v1/journal", { kind: "transition", limit: MOST }, { signal }),
    effectsOf({ start, until }, signal),
  ]);
  const bodies = new Map(journal.entries.map((entry) => [entry.entry_seq, entry.body]));
  return { start, until, steps: transitions, rows: segments(start, until, before.standings, transitions), bodies, effects };
}

// What was served when, by route: from what stood at the start, cut at every step.
function segments(start, until, standings, steps) {
  const rows = new Map();
  const row = (one) => rows.get(scopeKey(one)) ?? rows.set(scopeKey(one), { name: scopeName(one), parts: [] }).get(scopeKey(one));
  for (const one of standings) row(one).parts.push({ from: start, tier: one.tier, share: one.share });
  for (const step of [...steps].reverse()) {
    const { parts } = row(step);
    if (!parts.length) parts.push({ from: start, tier: step.from_tier, share: 1 });
    parts.push({ from: step.noted_at, tier: step.to_tier, share: step.share, seq: step.entry_seq });
  }
  for (const { parts } of rows.values()) parts.forEach((part, i) => Object.assign(part, { until: parts[i + 1]?.from ?? until }));
  return [...rows.values()].sort((one, other) => one.name.localeCompare(other.name));
}

function bar({ name, parts }, { start, until }) {
  const [from, to] = [Date.parse(start), Date.parse(until)];
  const at = (text) => ((Math.min(Math.max(Date.parse(text), from), to) - from) / (to - from)) * 100;
  const said = parts.map((part) => `${served(part.tier, part.share)} from ${instant(part.from)}`).join(", ");
  return h("div", { class: "lane", key: name },
    h("span", { class: "name" }, name),
    h("div", { class: "lane-bar", role: "img", "aria-label": `${name}: ${said}` }, parts.map((part) => h("i", {
      key: `${part.from} ${part.tier} ${part.share}`, class: `tier-${part.tier}`, title: `${served(part.tier, part.share)}, ${instant(part.from)} to ${instant(part.until)} UTC`,
      style: { left: `${at(part.from)}%`, width: `${Math.max(at(part.until) - at(part.from), 0.15)}%`, height: `${Math.max(part.share * 100, 15)}%` },
    }))),
    h("span", { class: "ends", "aria-hidden": "true" }, h("span", {}, instant(start).slice(5, 16)), h("span", {}, instant(until).slice(5, 16))));
}

function legend({ rows }) {
  const tiers = [...new Set(rows.flatMap(({ parts }) => parts.map((part) => part.tier)))];
  return rows.length > 0 && h("p", { class: "legend" }, tiers.map((tier) => h("span", {}, h("i", { class: `swatch tier-${tier}`, "aria-hidden": "true" }), tierName(tier))), h("span", { class: "note" }, "A low bar is a share of the requests."));
}

function stepList(page, { steps, bodies, effects }) {
  const marked = page.query.get("step");
  return h("ol", { class: "steps", "aria-label": "Steps, newest first" }, steps.map((step) => {
    const here = marked === String(step.entry_seq);
    return h("li", { key: step.entry_seq, "aria-current": here ? "true" : null },
      h("div", { class: "when" }, h("a", { href: withQuery({ step: here ? null : step.entry_seq }), title: "Mark this step in the address" }, moment(step.noted_at)), h("b", {}, scopeName(step)), turn(step)),
      h("div", {}, h("p", {}, step.sentence), effectNote(effects.get(step.entry_seq)), evidence(step, bodies.get(step.entry_seq)?.transition, here)));
  }));
}

function turn(step) {
  const stepped = step.from_tier !== step.to_tier;
  const text = stepped ? `${tierName(step.from_tier)} → ${served(step.to_tier, step.share)}` : served(step.to_tier, step.share);
  return h("span", {}, badge(text, ["burning", "taken_back", "flapping"].includes(step.why) ? "warn" : "good"), h("small", {}, ` ${why(step.why)}`));
}

// What the step rests on; entries that are older than what was asked of the journal have their sentence only.
function evidence(step, found, open) {
  return found && h("details", { open }, h("summary", {}, "Evidence"),
    found.causes.length > 0 && table({ caption: `What burned at ${clock(step.noted_at)}`, rows: found.causes, columns: EVIDENCE }),
    found.override && h("p", { class: "note" }, `By ${found.override.by}: ${found.override.reason}`),
    found.vetoes.length > 0 && h("p", { class: "note" }, `Passed over for quality: ${found.vetoes.map((veto) => veto.tier ?? veto.objective ?? "a tier").join(", ")}`),
    h("p", { class: "note" }, `Entry ${step.entry_seq} of the journal has every count it rests on.`));
}

const EVIDENCE = [
  { label: "Objective", cell: (one) => h("a", { href: budgetAddress(one.objective) }, one.objective) },
  { label: "Windows", class: "whole", cell: (one) => `${span(one.window.long_s)} and ${span(one.window.short_s)}` },
  { label: "Long burn", number: true, cell: (one) => times(one.judgement.long_burn) },
  { label: "Short burn", number: true, cell: (one) => times(one.judgement.short_burn) },
  { label: "Above", number: true, cell: (one) => times(one.factor) },
  { label: "Bad", number: true, cell: (one) => (one.long ? `${count(one.long.total - one.long.good)} of ${count(one.long.total)}` : "–") },
  { label: "P(burn > factor)", number: true, cell: (one) => share(one.judgement.posterior) },
];
