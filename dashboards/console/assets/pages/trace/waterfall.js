// The spans of a trace as bars on one time axis: a tree that folds, of which only the rows in sight are built.
//
// Keys: up, down, page up, page down, home and end move; right unfolds or goes to the first child, left folds or goes
// to the parent. Where the focus is, is the span selected.

import { count, duration, tokens, usd } from "../../core/format.js";
import { h } from "../../core/h.js";
import { show } from "../../core/patch.js";
import { ended } from "../../parts/ended.js";
import { badge } from "../../parts/figures.js";
import { extent, ticks, unfolded } from "./tree.js";
import { tone, verdict } from "./verdict.js";

const ROW_PX = 30;
const AROUND = 12;
const BUILT_WHOLE = 300;

// `rows` are branches of the tree, `costs` money by span; `selected()` is a span id and `select(id)` is told a new one.
export function waterfall({ rows, costs, selected, select }) {
  const folded = new Set();
  const body = h("div", { class: "w-rows", role: "rowgroup" });
  const grid = h("div", { class: "waterfall", role: "treegrid", tabindex: "0", "aria-label": "Spans of the trace", "aria-colcount": "6" }, head(rows), body);
  const state = { shown: unfolded(rows, folded) };

  function redraw() {
    const { shown } = state;
    const at = Math.max(0, grid.scrollTop - ROW_PX);
    const whole = shown.length <= BUILT_WHOLE;
    const from = whole ? 0 : Math.max(0, Math.floor(at / ROW_PX) - AROUND);
    const until = whole ? shown.length : Math.min(shown.length, Math.ceil((at + grid.clientHeight) / ROW_PX) + AROUND);
    body.style.setProperty("height", `${shown.length * ROW_PX}px`);
    grid.setAttribute("aria-rowcount", String(shown.length + 1));
    const here = selected();
    if (shown.slice(from, until).some((row) => row.span.span_id === here)) grid.setAttribute("aria-activedescendant", `span-${here}`);
    else grid.removeAttribute("aria-activedescendant");
    const [first, wholeMs] = extent(rows);
    show(body, shown.slice(from, until).map((row, i) => line(row, from + i, { first, wholeMs, costs, here, folded, toggle, select: choose })));
  }

  function toggle(row, fold = !folded.has(row.span.span_id)) {
    if (!row.children.length) return;
    if (fold) folded.add(row.span.span_id);
    else folded.delete(row.span.span_id);
    state.shown = unfolded(rows, folded);
    redraw();
  }

  function choose(row) {
    select(row.span.span_id);
    const top = state.shown.indexOf(row) * ROW_PX;
    const room = grid.clientHeight - 2 * ROW_PX;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top > grid.scrollTop + room) grid.scrollTop = top - room;
    redraw();
  }

  grid.addEventListener("keydown", (event) => {
    const { shown } = state;
    const index = Math.max(0, shown.findIndex((row) => row.span.span_id === selected()));
    const row = shown[index];
    const page = Math.max(1, Math.floor(grid.clientHeight / ROW_PX) - 2);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + page, PageUp: index - page, Home: 0, End: shown.length - 1 }[event.key];
    if (to !== undefined) choose(shown[Math.max(0, Math.min(shown.length - 1, to))]);
    else if (event.key === "ArrowRight") row.children.length && folded.has(row.span.span_id) ? toggle(row, false) : row.children.length && choose(row.children[0]);
    else if (event.key === "ArrowLeft") row.children.length && !folded.has(row.span.span_id) ? toggle(row, true) : choose(parentOf(shown, index));
    else return;
    event.preventDefault();
  });
  grid.addEventListener("scroll", () => state.shown.length > BUILT_WHOLE && redraw(), { passive: true });
  grid.redraw = redraw;
  requestAnimationFrame(() => {
    const start = state.shown.findIndex((row) => row.span.span_id === selected());
    if (start * ROW_PX > grid.clientHeight - 3 * ROW_PX) grid.scrollTop = (start - 3) * ROW_PX;
    redraw();
  });
  redraw();
  return grid;
}

function parentOf(shown, index) {
  for (let i = index - 1; i >= 0; i -= 1) if (shown[i].depth < shown[index].depth) return shown[i];
  return shown[index];
}

function head(rows) {
  const [, wholeMs] = extent(rows);
  const axis = ticks(wholeMs).map((at) => h("span", { style: { left: `${(at / wholeMs) * 100}%` } }, duration(at)));
  return h("div", { class: "w-head", role: "row" },
    ["Span", "Verdict"].map((name) => h("span", { role: "columnheader" }, name)),
    h("span", { role: "columnheader", class: "axis", "aria-label": "Time" }, axis),
    ["Took", "Tokens", "Cost"].map((name) => h("span", { role: "columnheader", class: "number" }, name)));
}

function line(row, index, { first, wholeMs, costs, here, folded, toggle, select }) {
  const { span, depth, children } = row;
  const said = verdict(span);
  const closed = folded.has(span.span_id);
  return h("div", {
    class: `w-row ${span.status === "error" ? "error" : ""}`, role: "row", key: span.span_id, id: `span-${span.span_id}`,
    "aria-level": String(depth + 1), "aria-rowindex": String(index + 2), "aria-selected": String(span.span_id === here),
    "aria-expanded": children.length ? String(!closed) : null, style: { top: `${index * ROW_PX}px` }, onclick: () => select(row),
  },
    h("span", { role: "gridcell", class: "w-name", style: { "padding-left": `${Math.min(depth, 12) * 0.9}rem` } },
      h("span", { class: `w-fold ${children.length ? (closed ? "closed" : "open") : ""}`, "aria-hidden": "true", onclick: (event) => { event.stopPropagation(); toggle(row); } }),
      h("i", { class: "w-kind", style: { background: `var(--kind-${tone(span.kind)})` }, "aria-hidden": "true" }),
      h("span", { class: "w-text", title: `${span.name} (${span.kind})` }, span.name), closed && h("small", {}, ` +${count(below(row))}`),
      row.orphan && badge("parent missing", "warn", "The span it names as its parent has not arrived")),
    h("span", { role: "gridcell", class: "w-said" }, said && badge(said.text, said.tone, said.why), ended(span.finish_reason, span.finish_reasons), span.status === "error" && said?.tone !== "bad" && badge(span.error_type ?? "error", "bad", span.status_message)),
    h("span", { role: "gridcell", class: "w-track", "aria-label": `starts after ${duration(row.start - first)}` }, bars(row, first, wholeMs)),
    h("span", { role: "gridcell", class: "number" }, duration(span.duration_ms)),
    h("span", { role: "gridcell", class: "number w-wide" }, span.usage ? tokens(span.usage) : ""),
    h("span", { role: "gridcell", class: "number w-wide" }, costs.has(span.span_id) ? usd(costs.get(span.span_id)) : ""));
}

function below(row) {
  const waiting = [...row.children];
  let found = 0;
  while (waiting.length) {
    found += 1;
    waiting.push(...waiting.pop().children);
  }
  return found;
}

// The whole span faintly, the time in which it waited for nothing below it strongly, and its first chunk as a mark.
function bars(row, first, wholeMs) {
  const place = (from, to) => ({ left: `${((from - first) / wholeMs) * 100}%`, width: `${(Math.max(0, to - from) / wholeMs) * 100}%` });
  const colour = row.span.status === "error" ? "var(--bad)" : `var(--kind-${tone(row.span.kind)})`;
  return [
    h("i", { class: "w-bar", style: { ...place(row.start, row.end), background: colour } }),
    row.children.length > 0 && row.own.slice(0, 50).map(([from, to]) => h("i", { class: "w-own", style: { ...place(from, to), background: colour } })),
    row.children.length === 0 && h("i", { class: "w-own", style: { ...place(row.start, row.end), background: colour } }),
    row.span.ttft_ms !== null && h("i", { class: "w-first", title: `first chunk after ${duration(row.span.ttft_ms)}`, style: { left: `${((row.start + row.span.ttft_ms - first) / wholeMs) * 100}%` } }),
  ];
}
