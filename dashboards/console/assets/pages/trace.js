// One request: where its time, its tokens and its money went, and what was decided on the way.

import { address, ask } from "../core/api.js";
import { UNALLOCATED, count, duration, many, share, tokens } from "../core/format.js";
import { h } from "../core/h.js";
import { withQuery } from "../core/router.js";
import { ended } from "../parts/ended.js";
import { badge, moment, money, status } from "../parts/figures.js";
import { panel } from "../parts/panel.js";
import { costLines } from "./trace/lines.js";
import { outcomesOf } from "./trace/outcomes.js";
import { facts, spanDetail, usage } from "./trace/span.js";
import { branches, extent } from "./trace/tree.js";
import { waterfall } from "./trace/waterfall.js";

const SETTLES_MS = 60_000;

export const title = ({ trace_id: id }) => `Request ${id.slice(0, 8)}`;

export function draw(page) {
  const { trace_id: id } = page.params;
  return [
    h("nav", { class: "crumbs", "aria-label": "Where this is" }, h("a", { href: "/requests" }, "Requests"), " / ", h("code", {}, id)),
    panel(page, {
      title: "Request", hidden: true, class: "bare trace", redraws: true,
      load: async (signal) => prepared(await ask(`/v1/requests/${encodeURIComponent(id)}`, {}, { signal })),
      live: () => page.growing ?? true,
      draw: (found) => view(page, found),
    }),
  ];
}

// The answer with what is drawn of it: the tree, and money by span.
function prepared(request) {
  const costs = new Map();
  for (const line of request.cost.lines) {
    if (line.cost_usd !== null) costs.set(line.span_id, plus(costs.get(line.span_id) ?? "0", line.cost_usd));
  }
  return { request, rows: branches(request.spans), costs };
}

// Two decimal texts added digit by digit: 18 places, as the ledger has at most.
function plus(one, other) {
  const [scaled, more] = [one, other].map((text) => {
    const [whole, fraction = ""] = text.replace("-", "").split(".");
    const units = BigInt(whole + fraction.padEnd(18, "0").slice(0, 18));
    return text.startsWith("-") ? -units : units;
  });
  const sum = scaled + more;
  const digits = String(sum < 0n ? -sum : sum).padStart(19, "0");
  return `${sum < 0n ? "-" : ""}${digits.slice(0, -18)}.${digits.slice(-18)}`;
}

function view(page, { request, rows, costs }) {
  // a trace that is done does not change any more: no need to ask for it again
  page.growing = !request.complete || Date.now() - Date.parse(request.started_at) - request.duration_ms < SETTLES_MS;
  const [first] = extent(rows);
  const place = h("div", { class: "columns split", key: "split" });
  place.receive = ({ fresh }) => place.replaceChildren(...fresh());
  const chosen = () => page.chosen ?? page.query.get("span") ?? telling(rows)?.span.span_id;
  const side = h("div", { class: "body detail" });
  const detail = () => {
    const row = rows.find((one) => one.span.span_id === chosen());
    side.replaceChildren(...[spanDetail(row, request.cost.lines.filter((line) => line.span_id === row?.span.span_id), first)].flat(9).filter(Boolean));
  };
  const select = (spanId) => {
    page.chosen = spanId;
    detail();
    clearTimeout(page.writing);
    page.writing = setTimeout(() => !page.signal.aborted && history.replaceState(null, "", withQuery({ span: spanId })), 150);
  };
  const fresh = () => {
    detail();
    return [
      h("section", { class: "panel", "aria-label": "Waterfall" }, h("header", {}, h("h2", {}, "Waterfall"), h("p", { class: "note" }, `${many(rows.length, "span")}; solid where a span waits for nothing below it`)), waterfall({ rows, costs, selected: chosen, select })),
      h("section", { class: "panel", "aria-label": "Span" }, h("header", {}, h("h2", {}, "Span")), side),
    ];
  };
  if (place.given === undefined) place.append(...fresh());
  place.given = { fresh, rows };
  return [summary(request, rows), outcomesOf(request), place, ledger(request)];
}

// The span to look at first: the one that failed and has no failed span below it, else the root.
function telling(rows) {
  const failed = (row) => row.span.status === "error";
  return rows.find((row) => failed(row) && !row.children.some(failed)) ?? rows[0];
}

function summary(request, rows) {
  const who = (name) => request[name] && h("a", { href: address("/requests", { [name]: request[name] }) }, request[name]);
  const { cost } = request;
  return h("section", { class: "panel", "aria-label": "Summary", key: "summary" },
    h("header", {}, h("h1", {}, request.name), status(request.status), request.degraded && badge("degraded", "warn"), ended(request.finish_reason), !request.complete && badge("entry span missing", "warn", "Its entry span has not arrived (yet)"),
      h("span", { class: "actions" }, h("a", { href: `/v1/requests/${request.trace_id}`, target: "_blank" }, "JSON"))),
    request.error_type && h("p", { class: "failed" }, `Failed: ${request.error_type}`),
    h("div", { class: "body" }, facts([
      ["Took", duration(request.duration_ms), true], ["Cost", [money(cost.usd), cost.status !== "priced" && [" ", status(cost.status)]], true], ["Tokens", tokens(request.usage), true], ["Tier", request.tier ?? "–", true],
      ["Started (UTC)", moment(request.started_at)], ["Route", who("route") ?? UNALLOCATED], ["Tenant", who("tenant") ?? UNALLOCATED], ["Team", who("team") ?? UNALLOCATED], ["Feature", who("feature") ?? UNALLOCATED],
      ["User", who("user_id")], ["Environment", request.environment], ["Service", request.service], ["Spans, calls", `${count(request.span_count)}, ${count(request.call_count)}`],
      ["Unaccounted", unaccounted(rows)], ...usage(request.usage).filter(([name]) => !name.endsWith("tokens")),
    ]), cost.shares.map((one) => h("p", { class: "note" }, `Its share of ${one.resource}${one.provisional ? " so far today" : ""}: `, money(one.share_usd), ", beside the cost above."))));
}

// Time of the first root in which nothing below it ran.
function unaccounted(rows) {
  const root = rows[0];
  if (!root?.children.length) return null;
  const alone = root.own.reduce((sum, [from, to]) => sum + to - from, 0);
  return `${duration(alone)} (${share(root.end > root.start ? alone / (root.end - root.start) : 0)})`;
}

function ledger({ cost }) {
  if (!cost.lines.length) return null;
  return h("section", { class: "panel", "aria-label": "Cost lines", key: "ledger" }, h("header", {}, h("h2", {}, "Cost, line by line")), h("div", { class: "body" }, costLines(cost.lines, "Ledger lines of the request", { whole: true })));
}
