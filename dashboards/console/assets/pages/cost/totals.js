// What it came to: the figures of the whole window, beside those of the window before.

import { ask, now } from "../../core/api.js";
import { count, exactUsd, number, rough, share, usd } from "../../core/format.js";
import { h } from "../../core/h.js";
import { withQuery } from "../../core/router.js";
import { moves, secondsOf, windowOf } from "../../parts/filters.js";
import { tile } from "../../parts/figures.js";
import { panel } from "../../parts/panel.js";
import { shared } from "../../parts/shared.js";
import { filtersOf } from "./dimensions.js";

// The question, which the other panels wait for: sums of a month keep the server busy.
export function sumsOf(page, standard) {
  return shared(page, async (signal) => {
    const window = windowOf(page.query, standard);
    const asked = (one) => ask("/v1/cost", { ...filtersOf(page.query), ...one, limit: 1 }, { signal });
    const [sums, before] = await Promise.all([asked(window), asked(earlier(page.query, window, standard))]);
    return { sums: sums.totals, before: before.totals };
  });
}

export function totals(page, standard, sums) {
  return panel(page, {
    title: "In all",
    hidden: true,
    class: "bare",
    live: () => moves(page.query),
    load: sums,
    draw: ({ sums, before }) => h("div", { class: "tiles" },
      tile({ label: "Cost", value: usd(sums.cost_usd), title: exactUsd(sums.cost_usd), notes: compared(page, sums, before, standard) }),
      listed(sums) && tile({ label: "At list prices", value: usd(sums.list_cost_usd), title: exactUsd(sums.list_cost_usd), notes: `${share(Number(sums.cost_usd) / Number(sums.list_cost_usd))} of it is paid` }),
      priced(page, sums.coverage),
      sums.requests !== null && tile({ label: "Requests", value: count(sums.requests), notes: sums.errors ? `${count(sums.errors)} failed` : "none failed" }),
      sums.requests !== null && tile({ label: "Per thousand requests", value: usd(sums.cost_per_1000_requests_usd), title: exactUsd(sums.cost_per_1000_requests_usd), notes: `${usd(sums.cost_per_ok_request_usd)} a good answer` })),
  });
}

// Seconds of the window; one without an end lasts until now.
function lengthOf(query, standard) {
  const open = query.get("start") && !query.get("until");
  return open ? (now() - Date.parse(query.get("start"))) / 1000 : secondsOf(query, standard);
}

function earlier(query, { start, until }, standard) {
  const seconds = lengthOf(query, standard);
  const from = start ? Date.parse(start) : Date.parse(until) - seconds * 1000;
  return { start: new Date(from - seconds * 1000).toISOString(), until: new Date(from).toISOString() };
}

// Ratios of two sums are drawn, never booked: here, and only here, money becomes a float.
function compared(page, sums, before, standard) {
  const length = rough(lengthOf(page.query, standard) * 1000);
  if (before.cost_usd === null || Number(before.cost_usd) === 0) return `nothing priced in the ${length} before`;
  const times = Number(sums.cost_usd ?? 0) / Number(before.cost_usd);
  if (times >= 10) return `${number(times)} times the ${length} before`;
  const more = times - 1;
  return `${more < 0 ? "−" : "+"}${share(Math.abs(more))} on the ${length} before`;
}

function listed(now) {
  return now.list_cost_usd !== null && now.list_cost_usd !== now.cost_usd;
}

function priced(page, { lines, unpriced_lines: unpriced, priced_token_ratio: ratio }) {
  if (!lines) return tile({ label: "Priced", value: "–", notes: "nothing was billed" });
  if (!unpriced) return tile({ label: "Priced", value: "100 %", notes: `all ${count(lines)} ledger lines` });
  return tile({
    label: "Priced", value: share(ratio), tone: "warn", href: withQuery({ price_id: "", by: "model" }),
    title: "Of the tokens; what has no price is not in the cost", notes: `${count(unpriced)} of ${count(lines)} lines have no price`,
  });
}
