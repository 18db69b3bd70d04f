// What the panels of this page have in common: who says an evaluation, whose requests are asked for, and means.

import { number } from "../../core/format.js";
import { h } from "../../core/h.js";
import { kept, windowOf } from "../../parts/filters.js";

// Of ten million spans, retrieval of a day takes a sixth of a second and of a week a whole one.
export const STANDARD = "24h";
// The API calls evaluators of traffic by no name.
export const SOURCES = { "": "evaluators of traffic", run: "golden runs", human: "people" };

export function saidBy(source) {
  return SOURCES[source ?? ""] ?? source;
}

// The window and the filters on evaluations, as parameters of the API.
export function evaluationsAsked(query) {
  const source = query.get("source");
  return { ...scopeAsked(query), ...kept(query, ["name"]), ...(source === null ? {} : { source: source === "traffic" ? "" : source }) };
}

export function scopeAsked(query) {
  return { ...windowOf(query, STANDARD), ...kept(query, ["tenant", "route"]) };
}

// A mean of scores with its interval below it.
export function mean(value, low, high) {
  if (value === null) return h("span", { class: "unknown" }, "–");
  return [h("div", {}, number(value)), low !== null && h("small", { class: "muted", title: "95 % interval" }, `${number(low)} to ${number(high)}`)];
}
