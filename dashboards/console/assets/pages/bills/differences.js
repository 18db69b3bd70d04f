// Where a bill and the ledger differ, largest gap first, and one of them down to the requests behind it.

import { count, instant } from "../../core/format.js";
import { h } from "../../core/h.js";
import { withQuery } from "../../core/router.js";
import { badge, moment, money, word } from "../../parts/figures.js";
import { panel } from "../../parts/panel.js";
import { rowLink, table } from "../../parts/table.js";
import { causeName } from "./words.js";

const SHOWN = 100;

// What names a cell among the others, in the address.
function keyOf(one) {
  return [one.day, one.project ?? "", one.model ?? "", one.usage_class ?? "", one.kind].join(" ");
}

export function differences(page, { differences: found }) {
  if (!found.length) return h("p", { class: "empty" }, "Both sides agree in every cell.");
  return [
    table({
      caption: "Differences, largest first", rows: found.slice(0, SHOWN), key: keyOf, selected: (one) => keyOf(one) === page.query.get("cell"),
      columns: [
        { label: "Day", class: "whole", cell: (one) => rowLink(withQuery({ cell: keyOf(one) }), one.day) },
        { label: "Project", class: "wide-only", cell: (one) => word(one.project, "–") },
        { label: "Model", class: "model", cell: (one) => word(one.model, "–") },
        { label: "Usage class", class: "wide-only", cell: (one) => h("span", { class: "mono" }, one.usage_class ?? one.kind) },
        { label: "Bill", number: true, cell: (one) => money(one.theirs_usd) },
        { label: "Ledger", number: true, cell: (one) => (one.unpriced_lines ? [badge("unpriced", "warn"), " ", money(one.ours_usd)] : money(one.ours_usd)) },
        { label: "Gap", number: true, cell: (one) => money(one.gap_usd) },
        { label: "Why", class: "wide-only", cell: (one) => one.parts.map((part) => [badge(causeName(part.cause), "plain", part.detail), " "]) },
      ],
    }),
    found.length > SHOWN && h("p", { class: "note more" }, `${count(SHOWN)} of ${count(found.length)} differences`),
  ];
}

export function behind(page, compared) {
  const section = panel(page, {
    title: "Behind the difference", live: false,
    actions: h("button", { type: "button", class: "quiet", onclick: () => page.set({ cell: null }) }, "Close"),
    load: async (signal) => (page.query.has("cell") ? ((await compared(signal)).differences ?? []).find((one) => keyOf(one) === page.query.get("cell")) ?? null : null),
    empty: (one) => (one ? null : "This difference is not there any more."),
    draw: (one) => [h("p", { class: "lead" }, `Look at ${one.look}.`), parts(one), one.lines.length ? lines(one) : h("p", { class: "empty" }, "The ledger has nothing in this cell."), source(one)],
  });
  const hide = () => {
    section.hidden = !page.query.has("cell");
  };
  let seen = page.query.get("cell");
  page.changed(() => {
    hide();
    if (page.query.has("cell") && page.query.get("cell") !== seen) section.scrollIntoView({ block: "nearest" });
    seen = page.query.get("cell");
  });
  hide();
  return section;
}

function parts({ parts: found }) {
  return table({ caption: "The gap by cause", rows: found, key: (part) => part.cause, columns: [
    { label: "Cause", class: "whole", cell: (part) => causeName(part.cause) },
    { label: "Why", class: "wide", cell: (part) => part.detail },
    { label: "Gap", number: true, cell: (part) => money(part.usd) },
  ] });
}

function lines(one) {
  return [
    table({ caption: "The largest ledger lines", seen: true, rows: one.lines, key: (line, i) => `${line.trace_id} ${line.span_id} ${i}`, columns: [
      { label: "Request", class: "whole", cell: (line) => rowLink(`/requests/${line.trace_id}?span=${line.span_id}`, h("span", { class: "mono" }, line.trace_id.slice(0, 12))) },
      { label: "Started (UTC)", class: "whole", cell: (line) => moment(line.started_at, instant(line.started_at)) },
      { label: "Usage class", class: "wide-only", cell: (line) => h("span", { class: "mono" }, line.usage_class) },
      { label: "Quantity", number: true, cell: (line) => count(Number(line.quantity)) },
      { label: "Cost", number: true, cell: (line) => money(line.cost_usd) },
    ] }),
    one.ledger_lines > one.lines.length && h("p", { class: "note more" }, `${count(one.lines.length)} of ${count(one.ledger_lines)} lines`),
  ];
}

function source({ bill_lines: places, usage_types: types }) {
  return places.length > 0 && h("p", { class: "note more" }, `On the bill as ${types.join(", ")}: ${places.slice(0, 5).join("; ")}${places.length > 5 ? ` and ${count(places.length - 5)} more` : ""}`);
}
