// What experiments say in words: measures, figures with their units, verdicts, and what can be concluded from all of them.

import { count, duration, many, readable, share, short, usd } from "../../core/format.js";

export const STANDARD = "30d";
export const VERDICTS = { better: ["better", "good"], worse: ["worse", "bad"], same: ["no difference", "same"], not_known_yet: ["not known yet", "plain"] };
const MEASURES = { cost_usd: "cost of a request", latency_ms: "latency", slow_ratio: "slow requests", error_ratio: "failed requests" };
const LEAST = 0.0005; // what is less rounds to nothing
const WIDEST = 1; // a difference as large as the control's figure fills the picture

// A measure as people call it, and of which kind it is where people named it.
export function measureOf(text) {
  const [kind, ...rest] = text.split(":");
  return rest.length ? { name: readable(rest.join(":")), kind } : { name: MEASURES[text] ?? text, kind: null };
}

export function figure({ measure }, value) {
  if (measure === "cost_usd") return usd(value.toFixed(12));
  if (measure === "latency_ms") return duration(value);
  return measure.startsWith("evaluation:") ? value.toFixed(3) : share(value);
}

// A difference of two figures: shares differ by points.
export function apart(row, value) {
  return `${sign(value)}${figure(row, Math.abs(value)).replace(/ %$/, " points")}`;
}

export function relative(ratio) {
  if (ratio === null) return null;
  return Math.abs(ratio) < LEAST ? `${sign(0)}0.0 %` : `${sign(ratio)}${share(Math.abs(ratio))}`;
}

function sign(value) {
  return value < 0 ? "−" : value > 0 ? "+" : "±";
}

// What the ends of all pictures stand for, as a share of the control's figure.
export function boundOf(rows, margin) {
  const reaches = rows.filter((row) => row.low !== null && row.control_value).flatMap((row) => [row.low, row.high].map((end) => Math.abs(end / row.control_value)));
  return Math.min(WIDEST, Math.max(2 * margin, ...reaches) * 1.05);
}

// What can be concluded, a sentence each: the split first, as nothing holds without it, then every variant.
export function concluded(answer) {
  const { split, comparisons, control } = answer;
  if (split?.verdict === "mismatch") return [["bad", `Nothing yet: ${answer.unit}s do not come to the variants as planned, so that whatever is compared below may be an effect of that.`]];
  if (!comparisons.length) return [["plain", "Nothing yet: it takes two variants that served requests."]];
  const variants = [...new Set(comparisons.map((row) => row.variant))];
  return variants.flatMap((name) => sentences(name, control, comparisons.filter((row) => row.variant === name)));
}

function sentences(name, control, rows) {
  const against = `${short(name)} against ${short(control)}`;
  const of = (verdict) => rows.filter((row) => row.verdict === verdict);
  const said = [
    ["good", of("better"), (row) => `${named(row)} (${size(row)})`, `${against}: better in`],
    ["bad", of("worse"), (row) => `${named(row)} (${size(row)})`, `${against}: worse in`],
    ["same", of("same"), named, `${against}: no difference that matters in`],
    ["plain", of("not_known_yet"), named, `${against}: not known yet:`],
  ];
  return said.filter(([, found]) => found.length).map(([tone, found, text, begin]) => [tone, `${begin} ${listed(found.map(text))}.${next(found)}`]);
}

function named(row) {
  return short(measureOf(row.measure).name);
}

function size(row) {
  return relative(row.difference_ratio) ?? apart(row, row.difference);
}

// When the next verdict could come.
function next(rows) {
  const lacking = rows.map((row) => row.more_requests).filter((one) => one !== null);
  return lacking.length ? ` The next verdict could come after about ${many(Math.min(...lacking), "more request")}.` : "";
}

function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

// How units came to the variants, in words.
export function splitInWords({ split, variants, unit }) {
  const units = (howMany) => many(howMany, unit);
  if (split === null) return `${variants.length ? `${units(variants[0].units)} came to ${short(variants[0].variant)}` : "Nobody came"}: one variant alone has no split.`;
  const seen = listed(variants.map((one) => `${count(one.units)} to ${short(one.variant)}`));
  const planned = variants.every((one) => one.planned_ratio === variants[0].planned_ratio) ? "even shares" : listed(variants.map((one) => share(one.planned_ratio)));
  const came = `${units(variants.reduce((sum, one) => sum + one.units, 0))}: ${seen}, where ${planned} were planned.`;
  return split.verdict === "mismatch"
    ? `${came} Chance does not explain that: something loses or doubles ${unit}s of one variant. Find out what before believing anything else here.`
    : `${came} Chance explains that.`;
}

// The chance of a false verdict, and when looking is safe.
export function promise({ alpha }) {
  return `Safe to look at daily: the intervals hold at every look at once, so an experiment may be ended on the day a verdict comes. The chance that a measure is ever called better or worse although it is not is ${share(alpha)}.`;
}
