// What cost is split by and narrowed to, in which order one looks closer, and which of it single requests are listed by.

import { UNALLOCATED } from "../../core/format.js";
import { kept, WINDOW_NAMES } from "../../parts/filters.js";

export const DIMENSIONS = {
  tenant: "Tenant", team: "Team", feature: "Feature", route: "Route", tier: "Tier", environment: "Environment",
  cost_center: "Cost centre", project: "Project", provider: "Provider", model: "Model", usage_class: "Usage class",
  purpose: "Purpose", price_id: "Price",
};
export const NAMES = Object.keys(DIMENSIONS);
export const USUAL = "team";

// Where a click on a group leads: down to the prices that made its figure.
const CLOSER = {
  tenant: "team", cost_center: "team", environment: "team", team: "model", feature: "model", route: "model", tier: "model",
  project: "model", provider: "model", purpose: "model", usage_class: "price_id", model: "price_id",
};
const OF_REQUESTS = ["tenant", "team", "feature", "route", "tier", "environment", "cost_center", "project", "provider", "model"];

export function splitOf(query) {
  const found = (query.get("by") ?? USUAL).split(",").filter((name) => name in DIMENSIONS);
  return found.length ? found : [USUAL];
}

export function filtersOf(query) {
  return kept(query, NAMES);
}

// What a value is called: nothing is nobody's, or has no price.
export function called(name, value) {
  if (value !== null && value !== undefined && value !== "") return value;
  return name === "price_id" ? "unpriced" : UNALLOCATED;
}

// The dimension to look closer by, given what is narrowed to already; null at the end.
export function closer(name, filters) {
  let next = CLOSER[name] ?? null;
  while (next && next in filters) next = CLOSER[next] ?? null;
  return next;
}

// Filters that single requests cannot be listed by.
export function beyondRequests(filters) {
  return Object.keys(filters).filter((name) => !OF_REQUESTS.includes(name));
}

// The requests of a group, as an address; what has no price is found by its status.
export function requestsAddress(query, group) {
  const filters = { ...filtersOf(query), ...group };
  const unpriced = filters.price_id === "";
  const left = beyondRequests(filters).filter((name) => !(name === "price_id" && unpriced));
  if (left.length) return null;
  const told = { ...kept(query, WINDOW_NAMES), ...Object.fromEntries(Object.entries(filters).filter(([name]) => OF_REQUESTS.includes(name))) };
  if (!query.has("window") && !query.has("start")) told.window = "24h";
  return `/requests?${new URLSearchParams({ ...told, ...(unpriced ? { cost_status: "unpriced" } : { sort: "cost" }) })}`;
}

export function groupOf(row, split) {
  return Object.fromEntries(split.map((name) => [name, row[name] ?? ""]));
}
