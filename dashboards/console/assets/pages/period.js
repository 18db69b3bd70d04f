// One billing month: what it comes to and who pays, its charges down to the requests, and what finance does with it.

import { ask } from "../core/api.js";
import { h } from "../core/h.js";
import { moment } from "../parts/figures.js";
import { panel } from "../parts/panel.js";
import { shared } from "../parts/shared.js";
import { stateOf } from "./chargeback.js";
import { charges, explained } from "./chargeback/charges.js";
import { close, exportMonth, verify } from "./chargeback/deeds.js";
import { byCostCenter, byEntry, bySeller, byTeam, totals } from "./chargeback/sums.js";
import { workplace } from "./chargeback/work.js";

export const title = ({ period }) => `Chargeback ${period}`;

export function draw(page) {
  const month = page.params.period;
  const place = workplace();
  const preview = shared(page, (signal) => ask(`/v1/chargeback/periods/${month}`, { rounded: true }, { signal }));
  const sum = (name, drawn) => panel(page, { title: name, class: "half", live: false, load: preview, empty: (found) => (found.total.charges ? null : "Nothing is to be charged."), draw: (found) => drawn(page, found) });
  const again = () => {
    preview.forget();
    for (const part of [head, ...sums]) part.refresh();
  };
  const head = panel(page, {
    title: "In all", hidden: true, class: "bare", live: false, load: preview,
    draw: (found) => [bar(page, month, found, place, again), place.element, totals(found)],
  });
  const sums = [sum("By cost centre", byCostCenter), sum("By team", byTeam), sum("By invoice", bySeller), sum("By kind of charge", byEntry)];
  return [
    h("div", { class: "heading" }, h("h1", {}, `Chargeback ${month}`), h("a", { href: "/chargeback", class: "note" }, "All months")),
    head,
    h("div", { class: "columns even" }, sums),
    explained(page, month),
    charges(page, month, preview),
  ];
}

function bar(page, month, found, place, done) {
  const closed = found.state === "closed";
  return h("div", { class: "month" }, stateOf(found),
    h("p", { class: "note" }, closed ? ["Signed by ", h("b", {}, found.closed_by), " ", moment(found.closed_at), found.note && `: ${found.note}`, ". Manifest ", h("span", { class: "mono", title: found.sha256 }, found.sha256.slice(0, 16))] : "As things stand now, with the cents that closing would round."),
    h("div", { class: "buttons" },
      closed && h("button", { type: "button", onclick: () => verify(page, month, place) }, "Verify"),
      h("a", { class: "button", href: `/chargeback/${month}/bills` }, "Against the bill"),
      h("button", { type: "button", onclick: () => exportMonth(page, month, place) }, "Export"),
      !closed && h("button", { type: "button", class: "primary", disabled: found.state !== "ended", title: found.state === "ended" ? null : "A month can be closed once it has ended", onclick: () => close(page, month, found, place, done) }, "Close month")));
}
