// Where every steered route stands, why, what is in force by hand, and the buttons of the operator.

import { ask, now } from "../../core/api.js";
import { clock, count, duration, many, rough, share } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge, moment, status } from "../../parts/figures.js";
import { lastSeconds } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { clear, hold, set } from "./operate.js";
import { ladder, scopeKey, scopeName } from "./words.js";

const MODES = {
  normal: "the best tier is served", pending: "a step is asked for and waits", degraded: "stepped down", probing: "a share is tried one tier above",
  recovered: "back at the best tier", hold: "nothing moves", manual: "set by an operator", shadow: "decided and shown, obeyed by nobody",
};
const SETTLES_MS = 1500;

export function routes(page, changed) {
  const section = panel(page, {
    title: "Routes",
    load: (signal) => loaded(signal),
    empty: ({ routes: standing }) => (standing.length ? null : "No route is steered: the section routes of burnline.yaml has them."),
    draw: (data) => h("ul", { class: "routes" }, data.routes.map((one) => card(one, data, done))),
  });
  // at once, and when the controller has carried it out
  function done() {
    changed();
    section.refresh();
    setTimeout(() => {
      if (section.isConnected) changed();
      if (section.isConnected) section.refresh();
    }, SETTLES_MS);
  }
  return section;
}

// Standings, what is in force by hand, and the figures of the last hour as cost and latency say them.
async function loaded(signal) {
  const hour = lastSeconds(3600);
  const [{ routes: standing }, { overrides }, sums, times] = await Promise.all([
    ask("/v1/routing/routes", {}, { signal }), ask("/v1/routing/overrides", {}, { signal }),
    ask("/v1/cost", { by: "route", ...hour }, { signal }), ask("/v1/latency", { by: "route", ...hour }, { signal }),
  ]);
  const p95 = new Map(times.rows.map((row) => [row.route, row.p95_ms]));
  const figures = new Map(sums.rows.map((row) => [row.route, { ...row, p95_ms: p95.get(row.route) ?? null }]));
  return { routes: standing, figures, overrides: new Map(overrides.map((one) => [scopeKey(one), one])) };
}

function card(one, { figures, overrides }, done) {
  const word = overrides.get(scopeKey(one));
  const seen = one.tenant === null ? figures.get(one.route) : null;
  return h("li", { class: "route", key: scopeKey(one) },
    h("div", { class: "head" },
      h("h3", {}, scopeName(one)), status(one.mode, MODES[one.mode]),
      one.since && h("span", { class: "note" }, "for ", moment(one.since, rough(Math.max(0, now() - Date.parse(one.since))))),
      h("div", { class: "buttons" },
        h("button", { type: "button", onclick: () => hold(one, done), "aria-label": `Hold ${scopeName(one)}` }, "Hold"),
        h("button", { type: "button", onclick: () => set(one, done), "aria-label": `Set the tier of ${scopeName(one)}` }, "Set tier"),
        word && h("button", { type: "button", class: "primary", onclick: () => clear(one, done), "aria-label": `Clear ${scopeName(one)}` }, "Clear"))),
    ladder(one),
    word && h("p", { class: "warned" }, badge(word.action === "hold" ? "held" : "set by hand", "accent"), " by ", h("b", {}, word.by), " until ", moment(word.expires_at, clock(word.expires_at)), `: ${word.reason}`),
    one.reason && !word && h("p", {}, one.reason),
    seen && h("p", { class: "note" }, `In the last hour ${many(seen.requests, "request")}, ${share(seen.requests ? seen.errors / seen.requests : null)} failed, p95 ${duration(seen.p95_ms)}, ${count(seen.degraded_requests)} served degraded. `,
      h("a", { href: `/requests?${new URLSearchParams({ route: one.route })}` }, "Requests")));
}
