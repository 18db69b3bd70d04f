// What it came to: the figures of the whole window, beside those of the window before.

import { ask } from "../../core/api.js";
import { count, exactUsd, number, rough, share, usd } from "../../core/format.js";
import { h } from "../../core/h.js";
import { withQuery } from "../../core/router.js";
import { moves, secondsOf, windowOf } from "../../parts/filters.js";
import { tile } from "../../parts/figures.js";
import { panel } from "../../parts/panel.js";
import { filtersOf } from "./dimensions.js";

export function totals(page, standard) {
  return panel(page, {
    title: "In all",
    hidden: true,
    class: "bare",
    live: moves(page.query),
    load: async (signal) => {
      const window = windowOf(page.query, standard);
      const asked = (one) => ask("/v1/cost", { ...filtersOf(page.query), ...one, limit: 1 }, { signal });
      const [now, before] = await Promise.all([asked(window), asked(earlier(page.query, window, standard))]);
      return { now: now.totals, before: before.totals };
    },
    draw: ({ now, before }) => h("div", { class: "tiles" },
      tile({ label: "Cost", value: usd(now.cost_usd), title: exactUsd(now.cost_usd), notes: compared(page, now, before, standard) }),
      listed(now) && tile({ label: "At list prices", value: usd(now.list_cost_usd), title: exactUsd(now.list_cost_usd), notes: `${share(Number(now.cost_usd) / Number(now.list_cost_usd))} of it is paid` }),
      priced(page, now.coverage),
      now.requests !== null && tile({ label: "Requests", value: count(now.requests), notes: now.errors ? `${count(now.errors)} failed` : "none failed" }),
      now.requests !== null && tile({ label: "A thousand requests", value: usd(now.cost_per_1000_requests_usd), title: exactUsd(now.cost_per_1000_requests_usd), notes: `${usd(now.cost_per_ok_request_usd)} a good answer` })),
  });
}

function earlier(query, { start, until }, standard) {
  const seconds = secondsOf(query, standard);
  const from = start ? Date.parse(start) : Date.parse(until) - seconds * 1000;
  return { start: new Date(from - seconds * 1000).toISOString(), until: new Date(from).toISOString() };
}

// Ratios of two sums are drawn, never booked: here, and only here, money becomes a float.
function compared(page, now, before, standard) {
  const length = rough(secondsOf(page.query, standard) * 1000);
  if (before.cost_usd === null || Number(before.cost_usd) === 0) return `nothing priced in the ${length} before`;
  const times = Number(now.cost_usd ?? 0) / Number(before.cost_usd);
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
