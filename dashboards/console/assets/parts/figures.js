// Single figures: tiles with a sparkline, badges, meters, instants, money.

import { UNALLOCATED, exactUsd, instant, localTime, readable, share, usd } from "../core/format.js";
import { h, svg } from "../core/h.js";

// One figure with its name; the whole tile is the link to what explains it.
export function tile({ label, value, title = null, href = null, notes = [], tone = null, spark = null }) {
  const shown = h("span", { class: "value", title }, value);
  return h("div", { class: `tile ${tone ?? ""}`, key: label },
    h("span", { class: "label" }, href ? h("a", { class: "row", href }, label) : label),
    shown,
    h("span", { class: "notes" }, notes),
    spark && sparkline(spark));
}

// A line without axes; null leaves a gap. It repeats what the figures say, so it is hidden from screen readers.
export function sparkline({ values, tone = "plain" }) {
  const wide = 120;
  const high = 28;
  const most = Math.max(...values.filter((value) => value !== null), 0) || 1;
  const step = wide / Math.max(1, values.length - 1);
  const at = (value, i) => [i * step, high - 1.5 - (value / most) * (high - 4)];
  // a point alone is a line of no length, which the round ends of the stroke show as a dot
  const runs = runsOf(values.map((value, i) => (value === null ? null : at(value, i)))).map((run) => (run.length > 1 ? run : [run[0], run[0]]));
  const line = runs.map((run) => `M${run.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`).join("");
  const area = runs.map((run) => `M${run[0][0].toFixed(1)} ${high}L${run.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}L${run.at(-1)[0].toFixed(1)} ${high}Z`).join("");
  const flat = values.every((value) => !value);
  return svg("svg", { class: `spark ${flat ? "plain" : tone}`, viewBox: `0 0 ${wide} ${high}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "area", d: area }), svg("path", { class: "line", d: line }));
}

function runsOf(points) {
  const runs = [[]];
  for (const point of points) {
    if (point) runs.at(-1).push(point);
    else if (runs.at(-1).length) runs.push([]);
  }
  return runs.filter((run) => run.length);
}

// A name out of data on one line: cut where it is long, whole in its title; `none` is said where there is no name.
export function word(text, none = UNALLOCATED) {
  if (text === null || text === undefined || text === "") return h("span", { class: "unknown" }, none);
  const shown = readable(text);
  return h("bdi", { class: "word", title: shown.length > 20 ? shown : null }, shown);
}

// tone: good, warn, bad, or plain; the word says it too, so nobody needs the colour.
export function badge(text, tone = "plain", title = null) {
  return h("span", { class: `badge ${tone}`, title }, text);
}

const TONES = {
  ok: "good", error: "bad",
  firing: "bad", ticket: "warn", insufficient_data: "plain",
  within_plan: "good", over_plan: "warn", exhausted: "bad",
  priced: "good", partial: "warn", unpriced: "bad", none: "plain",
  normal: "good", recovered: "good", pending: "warn", probing: "accent", degraded: "bad", hold: "warn", manual: "accent",
};
const WORDS = { insufficient_data: "not enough data" };

// A status as the API says it, in the tone it has everywhere.
export function status(text, title = null) {
  return text === null || text === undefined ? badge("unknown", "plain", title) : badge(WORDS[text] ?? text.replaceAll("_", " "), TONES[text] ?? "plain", title);
}

// A share of a whole as a bar; `ratio` may be under 0 or over 1.
export function meter({ ratio, label, tone = "plain", text = share(ratio) }) {
  const width = ratio === null || ratio === undefined ? 0 : Math.max(0, Math.min(1, ratio)) * 100;
  return h("span", { class: `meter ${tone}`, role: "img", "aria-label": `${label}: ${text}` },
    h("span", { class: "bar", "aria-hidden": "true" }, h("i", { style: { width: `${width}%` } })),
    h("span", { class: "text", "aria-hidden": "true" }, text));
}

export function money(amount) {
  return h("span", { class: amount === null || amount === undefined ? "unknown" : "money", title: exactUsd(amount) }, usd(amount));
}

export function moment(text, shown = instant(text)) {
  return text ? h("time", { datetime: text, title: localTime(text) }, ...[shown].flat()) : "–";
}
