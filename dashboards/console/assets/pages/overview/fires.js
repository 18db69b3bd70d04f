// What fires now, by our own look and by what an Alertmanager told: each alert with what explains it and what to do.

import { address, ask } from "../../core/api.js";
import { clock } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge, moment } from "../../parts/figures.js";
import { kept } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";

const SCOPE = ["tenant", "route"];
const TONES = { page: "bad", ticket: "warn", info: "plain" };
// The requests that spent an error budget, worst first.
const WORST = { availability: { status: "error" }, latency: { sort: "duration" }, first_chunk: { sort: "duration" }, cost: { sort: "cost" }, tokens: { sort: "cost" }, refusals: { refused: "true" } };

export function firesPanel(page, goals) {
  return panel(page, {
    title: "What fires", hidden: true, class: "bare", placeholder: () => null,
    load: (signal) => Promise.all([ask("/v1/alerts", {}, { signal }), goals(signal)]),
    draw: ([{ alerts }, { slos }]) => {
      const shown = alerts.filter((alert) => concerns(page, alert));
      return shown.length ? h("ul", { class: "alerts" }, shown.map((alert) => row(page, alert, slos.find((slo) => slo.name === alert.objective)))) : [];
    },
  });
}

// An alert whose scope is open is everybody's.
function concerns(page, alert) {
  return SCOPE.every((name) => !page.query.get(name) || alert[name] === null || alert[name] === page.query.get(name));
}

function row(page, alert, slo) {
  const tone = TONES[alert.severity] ?? "plain";
  const about = alert.objective ?? alert.budget ?? alert.route ?? alert.alertname;
  return h("li", { class: tone, key: [alert.origin, ...Object.values(alert.labels)].join(" ") },
    badge(alert.severity ?? "alert", tone, alert.origin === "burnline" ? "by Burnline's own look" : "as Alertmanager told"),
    h("a", { href: here(alert.explain_url) ?? "/routing" }, about),
    h("span", { title: alert.description }, said(alert, about)),
    alert.contributors && h("span", { class: "muted" }, alert.contributors),
    h("span", { class: "onward" },
      moment(alert.since, `since ${clock(alert.since)}`),
      alert.trace_url && h("a", { href: here(alert.trace_url) }, "Worst trace"),
      slo && h("a", { href: explained(page, alert, slo) }, "Requests behind it"),
      alert.runbook_url && h("a", { href: here(alert.runbook_url) }, "What to do")));
}

// Summaries begin with what they are about, which stands before them.
function said({ summary, alertname }, about) {
  if (!summary) return alertname === about ? "" : alertname;
  return summary.startsWith(`${about} `) ? summary.slice(about.length + 1) : summary;
}

// Pages of this server are stayed on, whatever address the server gives people for them.
function here(link) {
  if (!link) return null;
  const { pathname, search, hash } = new URL(link, location.href);
  return ["/budgets", "/requests", "/routing", "/runbooks", "/cost"].some((path) => pathname.startsWith(path)) ? pathname + search + hash : link;
}

function explained(page, alert, slo) {
  return address("/requests", { ...kept(page.query, ["window", ...SCOPE]), tenant: alert.tenant ?? page.query.get("tenant"), route: alert.route ?? page.query.get("route"), ...(WORST[slo.sli] ?? {}) });
}
