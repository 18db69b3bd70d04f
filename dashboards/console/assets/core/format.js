// Figures as people read them: nothing is rounded to zero, nothing unknown looks like zero. The same rules as in the
// terminal (`dashboards/figures.py`), so that one figure reads the same everywhere.

export const UNKNOWN = "–";
export const UNALLOCATED = "unallocated";
// Control characters, and those that change the direction of a text.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

// Money is text from end to end: digits are cut and rounded as digits, never as a float.
export function usd(amount) {
  if (amount === null || amount === undefined) return UNKNOWN;
  const [sign, whole, fraction] = digitsOf(amount);
  const leading = fraction.search(/[1-9]/);
  const places = whole !== "0" || leading < 0 ? 2 : Math.max(2, leading + 3);
  const [rounded, cents] = halfEven(whole, fraction, places);
  const shown = cents.slice(0, 2) + cents.slice(2).replace(/0+$/, "");
  return `${sign}$${grouped(rounded)}.${shown}`;
}

// The exact amount, for titles: every digit the ledger has.
export function exactUsd(amount) {
  return amount === null || amount === undefined ? "nobody knows the price" : `${amount} USD`;
}

function digitsOf(amount) {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(amount) ?? [];
  if (whole === undefined) throw new Error(`expected a decimal number as text, found ${JSON.stringify(amount)}`);
  const point = whole.length + Number(exponent);
  const digits = (whole + fraction).padEnd(point, "0").padStart(whole.length + fraction.length - Math.min(point, 0), "0");
  const at = Math.max(point, 0);
  return [sign, digits.slice(0, at).replace(/^0+(?=\d)/, "") || "0", digits.slice(at)];
}

function halfEven(whole, fraction, places) {
  const kept = BigInt(whole + fraction.slice(0, places).padEnd(places, "0"));
  const rest = fraction.slice(places);
  const half = rest.padEnd(1, "0").localeCompare("5".padEnd(rest.length || 1, "0"));
  const up = half > 0 || (half === 0 && kept % 2n === 1n);
  const text = String(up ? kept + 1n : kept).padStart(places + 1, "0");
  const point = text.length - places;
  return [text.slice(0, point), text.slice(point)];
}

function grouped(whole) {
  return whole.replace(/\B(?=(\d{3})+$)/g, ",");
}

export function count(number) {
  return number === null || number === undefined ? UNKNOWN : grouped(String(Math.trunc(number)));
}

// A number with at most three digits that count; for rates, burns and factors.
export function number(value) {
  if (value === null || value === undefined) return UNKNOWN;
  const size = Math.abs(value);
  if (size >= 1000) return count(Math.round(value));
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

const SHORT = [
  [0.001, 1_000_000, "ns"],
  [1, 1_000, "µs"],
  [1_000, 1, "ms"],
  [60_000, 0.001, "s"],
];

export function duration(ms) {
  if (ms === null || ms === undefined) return UNKNOWN;
  if (ms === 0) return "0 ms";
  for (const [below, perMs, unit] of SHORT) if (ms < below) return `${three(ms * perMs)} ${unit}`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, "0")} s`;
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} m`;
  return `${Math.floor(hours / 24)} d ${String(hours % 24).padStart(2, "0")} h`;
}

function three(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

// A share of 0..1 in percent; what is not quite everything never reads as 100 %.
export function share(ratio) {
  if (ratio === null || ratio === undefined) return UNKNOWN;
  const [sign, ones, fraction] = digitsOf(String(ratio));
  const whole = (ones + fraction.padEnd(2, "0").slice(0, 2)).replace(/^0+(?=\d)/, "");
  const rest = fraction.slice(2);
  if (whole.length >= 4) return `${sign}${grouped(halfEven(whole, rest, 0)[0])} %`;
  for (const places of [1, 2, 3, 4]) {
    const shown = halfEven(whole, rest, places).join(".");
    const full = ["0", "100"].includes(shown.replace(/\.0+$/, ""));
    if (!full || ratio === 0 || ratio === 1) return `${sign}${shown} %`;
  }
  return Math.abs(ratio) < 0.000001 ? `${sign}<0.0001 %` : `${sign}${whole}.${rest.slice(0, 4).padEnd(4, "0")} %`;
}

// A name as it can be told from others: what would not be seen, or would turn the text around, is written out.
export function readable(text) {
  return String(text).replace(UNSEEN, (sign) => `‹U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}›`);
}

// The beginning of a name, where there is little room; the whole of it stands elsewhere.
export function short(text, most = 24) {
  const signs = [...readable(text)];
  return signs.length <= most ? signs.join("") : `${signs.slice(0, most - 1).join("")}…`;
}

// How many there are of something.
export function many(howMany, noun) {
  return `${count(howMany)} ${noun}${howMany === 1 ? "" : "s"}`;
}

export function bytes(size) {
  if (size === null || size === undefined) return UNKNOWN;
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = size < 1 ? 0 : Math.min(4, Math.floor(Math.log10(size) / 3));
  return `${three(size / 1000 ** step)} ${units[step]}`;
}

export function tokens(usage) {
  if (!usage || (usage.input_tokens === null && usage.output_tokens === null)) return UNKNOWN;
  return `${count(usage.input_tokens)} → ${count(usage.output_tokens)}`;
}

// Instants are UTC throughout, as in exports, alerts and the journal; the header says so, and titles give local time.
export function instant(text, precise = false) {
  return text ? `${text.slice(0, 10)} ${clock(text, precise)}` : UNKNOWN;
}

export function clock(text, precise = false) {
  if (!text) return UNKNOWN;
  const [, whole, fraction = ""] = /T(\d\d:\d\d:\d\d)(?:\.(\d+))?/.exec(text) ?? [null, UNKNOWN];
  return precise ? `${whole}.${fraction.slice(0, 3).padEnd(3, "0")}` : whole;
}

export function localTime(text) {
  if (!text) return "";
  const at = new Date(text);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return `${text} is ${at.toLocaleString()} in ${zone}`;
}

// How long ago, or how far ahead.
export function ago(text, nowMs) {
  if (!text) return UNKNOWN;
  const ms = nowMs - Date.parse(text);
  return ms < 0 ? `in ${rough(-ms)}` : `${rough(ms)} ago`;
}

export function rough(ms) {
  const steps = [[86_400_000, "d"], [3_600_000, "h"], [60_000, "min"], [1000, "s"]];
  const [per, unit] = steps.find(([size]) => ms >= size * (size === 1000 ? 0 : 2)) ?? steps[3];
  return `${Math.floor(ms / per)} ${unit}`;
}
