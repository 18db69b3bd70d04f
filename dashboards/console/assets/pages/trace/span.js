// One span, whole: what it did, used, decided and cost, and every attribute as it was sent.

import { clock, count, duration } from "../../core/format.js";
import { h } from "../../core/h.js";
import { ended } from "../../parts/ended.js";
import { badge, moment, status, word } from "../../parts/figures.js";
import { costLines } from "./lines.js";
import { verdict } from "./verdict.js";

export function spanDetail(row, lines, first) {
  if (!row) return h("p", { class: "empty" }, "Select a span.");
  const { span } = row;
  const said = verdict(span);
  return [
    h("h3", { class: "span-name" }, span.name),
    h("p", { class: "badges" }, badge(span.kind), status(span.status), said && badge(said.text, said.tone), row.orphan && badge("parent missing", "warn"), span.suspect && badge(span.suspect.replaceAll("_", " "), "warn")),
    said?.why && h("p", { class: "note" }, said.why),
    (span.error_type || span.status_message) && h("p", { class: "failed" }, [span.error_type, span.status_message].filter(Boolean).join(": ")),
    facts([
      ["Started", moment(span.started_at, clock(span.started_at, true))], ["After", duration(row.start - first)], ["Took", duration(span.duration_ms)],
      ["On its own", row.children.length ? duration(row.own.reduce((sum, [from, to]) => sum + to - from, 0)) : null],
      ["Ended", span.finish_reasons && [word(span.finish_reasons), " ", ended(span.finish_reason)]], ["First chunk", span.ttft_ms === null ? null : duration(span.ttft_ms)], ["Service", span.service], ["Provider", span.provider], ["Model", span.model],
      ...usage(span.usage),
    ]),
    lines.length > 0 && costLines(lines, "Cost of this span"),
    attributes("Attributes", span.attributes, span.attributes_status),
    span.events.length > 0 && events(span.events),
    attributes("Resource", span.resource, "kept", true),
    h("p", { class: "note" }, "Span ", h("code", {}, span.span_id), span.parent_span_id && [", parent ", h("code", {}, span.parent_span_id)]),
  ];
}

export function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.filter(([, value]) => value !== null && value !== undefined).map(([name, value, large]) => h("div", { key: name }, h("dt", {}, name), h("dd", { class: large ? "large" : null }, value))));
}

export function usage(used) {
  if (!used) return [];
  return [
    ["Input tokens", some(used.input_tokens)], ["Cached input", some(used.cache_read_tokens)], ["Output tokens", some(used.output_tokens)], ["Reasoning output", some(used.reasoning_tokens)],
    ["Usage", used.status === "reported" ? null : badge(used.status.replaceAll("_", " "), "warn")],
  ];
}

const some = (value) => (value === null ? null : count(value));

function attributes(name, found, kept, closed = false) {
  if (kept !== "kept") return h("p", { class: "note" }, kept === "expired" ? `${name} have expired; figures and cost are kept.` : `${name} cannot be read.`);
  const names = Object.keys(found).sort();
  if (!names.length) return null;
  return h("details", { class: "attributes", open: !closed, key: name }, h("summary", {}, `${name} (${names.length})`),
    h("dl", { class: "pairs" }, names.map((one) => h("div", { key: one }, h("dt", {}, one), h("dd", {}, shown(found[one]))))));
}

const LONG = 600;

function shown(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= LONG ? text : h("details", {}, h("summary", {}, `${text.slice(0, 160)}… (${count(text.length)} characters)`), text);
}

function events(found) {
  return h("details", { class: "attributes", open: true, key: "events" }, h("summary", {}, `Events (${found.length})`),
    h("dl", { class: "pairs" }, found.map((event, i) => h("div", { key: i }, h("dt", {}, `${clock(event.occurred_at, true)} ${event.name}`), h("dd", {}, shown(event.attributes ?? {}))))));
}

