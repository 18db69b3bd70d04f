// One row a change: what it was, and each figure after it, with what it was before.

import { address } from "../../core/api.js";
import { clock, count, duration, share } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge, moment, money } from "../../parts/figures.js";
import { table } from "../../parts/table.js";

const SOURCES = { posted: "told", seen: "seen in spans", recorded: "noted here" };
const SAID = {
  differs: ["differs", "warn"],
  no_difference_seen: ["no clear change", "plain"],
  too_few_requests: ["too few", "plain"],
  unknown: ["not known", "plain"],
};
const WHY = {
  differs: "more than the usual spread of its minutes",
  no_difference_seen: "a difference as large comes about by chance",
  too_few_requests: "fewer than 30 requests or 10 minutes on a side",
  unknown: "some requests do not tell their price or their tokens",
};
const ADVISED = { roll_back: ["rollback recommended", "bad"], keep: ["keep", "good"] };
const SCOPE = ["tenant", "team", "feature", "route", "environment"];

export function changesTable(rows) {
  return table({
    caption: "Changes with the figures before and after", rows, key: (one) => one.id,
    columns: [
      { label: "When, UTC", head: true, class: "whole", cell: when },
      { label: "What", class: "wide", cell: what },
      { label: "Requests", number: true, cell: (one) => requests(one) },
      figure("Errors", "error_ratio", share),
      figure("p95", "p95_ms", duration),
      figure("Cost per request", "cost_per_request_usd", money),
      figure("Tokens per request", "tokens_per_request", count),
    ],
  });
}

function when(one) {
  return moment(one.at, [h("span", {}, one.at.slice(0, 10)), h("br"), clock(one.at)]);
}

function what(one) {
  const versions = one.from === null && one.to === null ? null : h("span", { class: "mono" }, `${one.from ?? "–"} → ${one.to ?? "–"}`);
  return [
    h("div", {}, badge(one.kind, "accent"), " ", h("strong", {}, one.name || "unnamed"), " ", versions, one.again && [" ", badge("again", "warn", "this version had been there before")]),
    one.note && h("div", {}, one.note),
    advice(one.advice),
    h("small", { class: "muted" }, about(one), one.url && [" · ", h("a", { href: one.url, rel: "noreferrer", target: "_blank" }, "more")],
      one.trace_ids.length > 0 && [" · ", h("a", { href: `/requests/${one.trace_ids[0]}` }, "a first trace")]),
  ];
}

// What the figures say to do; a person does it.
function advice(told) {
  if (told === null || told.course === "not_known_yet") return null;
  const [word, tone] = ADVISED[told.course] ?? [told.course, "plain"];
  const stake = Number(told.at_stake_per_day_usd) > 0 && [" ", money(told.at_stake_per_day_usd), " a day at stake."];
  const doubts = told.doubts.length > 0 && h("small", { class: "muted" }, ` But ${told.doubts.join("; ")}.`);
  return h("div", { class: "advice" }, badge(word, tone, told.reasons.join("; ")), " ",
    h("small", {}, `${told.reasons.join("; ")}.`, stake), doubts);
}

function about(one) {
  const scope = SCOPE.filter((name) => one[name] !== null).map((name) => `${name} ${one[name]}`);
  const several = one.route === null && one.routes?.length > 1 ? [`routes ${one.routes.map((name) => name || "unnamed").join(", ")}`] : [];
  const by = one.by === null ? [] : [`by ${one.by}`];
  const seen = one.source === "posted" ? [one.seen_at === null ? "not seen in spans yet" : `seen at ${clock(one.seen_at)}`] : [];
  return [SOURCES[one.source] ?? one.source, ...by, ...scope, ...several, ...seen].join(" · ");
}

function requests(one) {
  const [before, after] = [one.figures_before, one.figures_after];
  if (before === null) return h("span", { class: "muted" }, "too soon");
  const link = (side, name) => h("a", { href: linkTo(one, side), title: `Requests ${name}: ${span(side)}` }, count(side.requests));
  return [h("div", {}, link(after, "after")), h("small", { class: "muted" }, "was ", link(before, "before"))];
}

function linkTo(one, side) {
  const scope = Object.fromEntries(SCOPE.filter((name) => one[name] !== null).map((name) => [name, one[name]]));
  return address("/requests", { ...scope, start: side.start, until: side.until });
}

function span(side) {
  return `${side.start.slice(0, 16).replace("T", " ")} to ${side.until.slice(11, 16)} UTC`;
}

function figure(label, name, written) {
  return {
    label, number: true,
    cell: (one) => {
      if (one.figures_before === null) return "–";
      const said = one.compared.find((compared) => compared.figure === name);
      const [word, tone] = SAID[said.verdict] ?? [said.verdict, "plain"];
      const chance = said.p_value === null ? "" : `, p = ${said.p_value.toPrecision(2)}`;
      return [
        h("div", {}, written(one.figures_after[name])),
        h("small", { class: "muted" }, "was ", written(one.figures_before[name])),
        h("div", {}, said.verdict === "differs" ? badge(word, tone, `${WHY.differs}${chance}`) : h("small", { class: "muted", title: `${WHY[said.verdict] ?? ""}${chance}` }, word)),
      ];
    },
  };
}
