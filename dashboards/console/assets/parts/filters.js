// The bar of filters and the window picker. Both keep their state in the query string and nowhere else.

import { ask, now } from "../core/api.js";
import { h } from "../core/h.js";
import { show } from "../core/patch.js";
import { go } from "../core/router.js";
import { dialog, field } from "./told.js";

export const WINDOWS = [
  ["15m", "15 min", 900], ["1h", "hour", 3600], ["6h", "6 hours", 21_600], ["24h", "24 hours", 86_400],
  ["7d", "7 days", 604_800], ["30d", "30 days", 2_592_000],
];
export const DEFAULT_WINDOW = "1h";

// The window of a page as parameters of the API: `start` and `until` fixed, or `window` counted back from now.
export function windowOf(query, standard = DEFAULT_WINDOW) {
  if (query.get("start") || query.get("until")) {
    return { start: query.get("start"), until: query.get("until") };
  }
  return lastSeconds(secondsOf(query, standard));
}

export function lastSeconds(seconds) {
  const until = now();
  return { start: new Date(until - seconds * 1000).toISOString(), until: new Date(until).toISOString() };
}

export function secondsOf(query, standard = DEFAULT_WINDOW) {
  if (query.get("start") && query.get("until")) {
    return (Date.parse(query.get("until")) - Date.parse(query.get("start"))) / 1000;
  }
  const [, , seconds] = WINDOWS.find(([name]) => name === query.get("window")) ?? WINDOWS.find(([name]) => name === standard);
  return seconds;
}

// Whether the window ends now, so that a refresh can bring something new.
export function moves(query) {
  return !query.get("until");
}

// The parameters of the query that are in `names`, for the API and for links to other pages.
export function kept(query, names) {
  return Object.fromEntries(names.filter((name) => query.has(name)).map((name) => [name, query.get(name)]));
}

export const SCOPE = ["tenant", "team", "feature", "route", "model"];
export const WINDOW_NAMES = ["window", "start", "until"];

// fields: [{ name, label, options: [[value, text]] | undefined, facet: a dimension of /v1/cost, type, step }]
// `leads` of a field gives the address a whole value leads to, or null. `more` are fields folded away until one is set; `resets` are names that any change removes, as a cursor.
export function filterBar(page, fields, { standard = DEFAULT_WINDOW, resets = [], more = [] } = {}) {
  const bar = h("form", { class: "filters", role: "search", "aria-label": "Filters", onsubmit: (event) => event.preventDefault() });
  const set = (name, value) => page.set({ [name]: value === "" ? null : value, ...Object.fromEntries(resets.map((one) => [one, null])) });
  const draw = () => show(bar, windowPicker(page, standard, resets), fields.map((one) => control(page, one, set)),
    clear(page, [...fields, ...more], resets), more.length > 0 && folded(page, more, set));
  page.changed(draw);
  draw();
  return bar;
}

function control(page, one, set) {
  const value = page.query.get(one.name) ?? "";
  const props = { name: one.name, value, class: value ? "set" : null, onchange: (event) => leadOn(one, event.target.value.trim()) || set(one.name, event.target.value.trim()) };
  if (one.options) {
    return field(one.label, h("select", props, h("option", { value: "" }, one.standard ?? "any"), one.options.map(([key, text]) => h("option", { value: key }, text))));
  }
  const list = one.facet ? `known-${one.name}` : null;
  const input = h("input", { ...props, type: one.type ?? "text", step: one.step, min: one.min, list, placeholder: one.placeholder ?? "any", autocomplete: "off", spellcheck: "false",
    onfocus: one.facet ? (event) => suggest(page, one.facet, event.target) : null });
  return field(one.label, [input, list && h("datalist", { id: list })]);
}

// A field may know where a whole value leads: `leads` gives the address, or null.
function leadOn(one, value) {
  const address = one.leads?.(value);
  if (address) go(address);
  return Boolean(address);
}

function folded(page, more, set) {
  const used = more.filter((one) => page.query.has(one.name)).length;
  return h("details", { class: "more", open: used > 0 },
    h("summary", {}, used ? `More filters (${used})` : "More filters"),
    h("div", {}, more.map((one) => control(page, one, set))));
}

// Known values are asked for when a person comes to the field, and only then.
async function suggest(page, facet, input) {
  try {
    const { rows } = await ask("/v1/cost", { by: facet, ...windowOf(page.query), limit: 200 }, { signal: page.signal });
    const values = rows.map((row) => row[facet]).filter((value) => value !== null);
    input.nextElementSibling.replaceChildren(...values.map((value) => h("option", { value })));
  } catch (error) {
    if (error.name !== "AbortError") input.title = `Known values could not be asked for: ${error.message}`;
  }
}

function windowPicker(page, standard, resets) {
  const fixed = page.query.get("start") || page.query.get("until");
  const cleared = Object.fromEntries(resets.map((name) => [name, null]));
  const choose = (event) => {
    if (event.target.value === "custom") return custom(page, cleared, standard);
    return page.set({ window: event.target.value === standard ? null : event.target.value, start: null, until: null, ...cleared });
  };
  return field("Window", h("select", { name: "window", class: fixed ? "set" : null, value: fixed ? "fixed" : known(page.query.get("window")) ?? standard, onchange: choose },
    WINDOWS.map(([value, text]) => h("option", { value }, `last ${text}`)),
    fixed && h("option", { value: "fixed" }, `${brief(page.query.get("start"))} to ${brief(page.query.get("until")) || "now"}`),
    h("option", { value: "custom" }, "from … to …")));
}

// What an address names that is no window is read as the usual one.
function known(name) {
  return WINDOWS.some(([value]) => value === name) ? name : null;
}

function brief(text) {
  return text ? text.replace("T", " ").slice(0, 16) : "";
}

async function custom(page, cleared, standard) {
  const { start, until } = windowOf(page.query, standard);
  const input = (name, text) => h("input", { type: "datetime-local", name, step: "1", required: true, value: (text ?? new Date(now()).toISOString()).slice(0, 19) });
  const given = await dialog({
    title: "Window in UTC",
    fields: [field("From (UTC)", input("start", start)), field("To (UTC), excluded", input("until", until))],
    confirm: "Show",
    act: ({ start: from, until: to }) => {
      if (from >= to) throw new Error(`From (${from}) has to be before To (${to}).`);
    },
  });
  const full = (text) => (text.length === 16 ? `${text}:00Z` : `${text}Z`);
  page.set(given ? { window: null, start: full(given.start), until: full(given.until), ...cleared } : {}, { replace: true });
}

function clear(page, fields, resets) {
  const names = [...fields.map((one) => one.name), ...WINDOW_NAMES].filter((name) => page.query.has(name));
  return names.length > 0 && h("button", { type: "button", class: "quiet", onclick: () => page.set(Object.fromEntries([...names, ...resets].map((name) => [name, null]))) }, "Clear");
}
