// Objectives in words: what is promised, for whom, and why a status is what it is.

import { count, duration, number, share, usd } from "../../core/format.js";

export const SCOPE = ["tenant", "team", "feature", "route", "tier", "environment", "cost_center", "project", "stage", "provider", "model"];

// For whom or what: "route answer, tenant acme", or everything.
export function scopeOf(one) {
  const said = SCOPE.filter((word) => one[word] !== null && one[word] !== undefined).map((word) => `${word.replace("_", " ")} ${one[word]}`);
  return said.join(", ") || "everything";
}

const UNITS = { request: "requests", span: "spans", measure: "figures" };

export function promise(slo) {
  const of = `${share(slo.target)} of ${UNITS[slo.unit] ?? slo.unit}`;
  switch (slo.sli) {
    case "availability": return `${of} without an error`;
    case "latency": return `${of} within ${duration(slo.threshold_ms)}`;
    case "first_chunk": return `${of} begin within ${duration(slo.threshold_ms)}`;
    case "cost": return `${of} at most ${slo.ceiling_usd === null ? baseline(slo) : usd(slo.ceiling_usd)} each`;
    case "tokens": return `${of} at most ${slo.ceiling_tokens === null ? baseline(slo) : `${count(slo.ceiling_tokens)} tokens`}`;
    case "refusals": return `${of} given an answer`;
    default: return `${of} with ${slo.measure} ${limits(slo)}`;
  }
}

function baseline(slo) {
  return `${number(slo.times_baseline)} × the usual`;
}

function limits({ at_least: least, at_most: most, labels }) {
  const said = [least !== null && `at least ${least}`, most !== null && `at most ${most}`, labels.length && `one of ${labels.join(", ")}`];
  return said.filter(Boolean).join(" and ");
}

// A length of time as it is configured: 300 is "5 min", 259200 is "3 d".
export function span(seconds) {
  const [per, unit] = [[86_400, "d"], [3600, "h"], [60, "min"]].find(([size]) => seconds >= size) ?? [1, "s"];
  const value = seconds / per;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${unit}`;
}

const REASONS = {
  burning: "burns over the factor in both windows, with evidence",
  long_window_below: "the long window burns below the factor",
  short_window_below: "it does not happen any more: the short window burns below the factor",
  no_requests: "nothing was judged in the long window",
  no_recent_requests: "nothing was judged in the short window",
  too_few_requests: "too few were judged to be certain",
};

export function because(reason) {
  return REASONS[reason] ?? reason.replaceAll("_", " ");
}

// Why a budget has the status it has: the first window that says the same.
export function reasonOf(standing) {
  const says = { firing: "firing", ticket: "firing" }[standing.status] ?? standing.status;
  const window = standing.windows.find((one) => one.verdict === says);
  return window ? because(window.reason) : null;
}

// The window that is nearest to firing; null where nothing is known.
export function loudest(windows) {
  const known = windows.filter((window) => window.long_burn !== null);
  return known.reduce((most, one) => (most === null || one.long_burn / one.factor > most.long_burn / most.factor ? one : most), null);
}

export function times(burn) {
  return burn === null || burn === undefined ? "–" : `${number(burn)}×`;
}

export function leftTone(ratio) {
  return ratio === null ? "plain" : ratio <= 0 ? "bad" : ratio < 0.25 ? "warn" : "good";
}

export function budgetAddress(name, changes = {}) {
  const query = new URLSearchParams(Object.entries(changes).filter(([, value]) => value !== null && value !== undefined));
  const path = `/budgets/${name.split("/").map(encodeURIComponent).join("/")}`;
  return query.size ? `${path}?${query}` : path;
}
