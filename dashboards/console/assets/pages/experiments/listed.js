// The experiments there are, and where the newest of them stand.

import { Asked, ask } from "../../core/api.js";
import { count, many } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge, moment, word } from "../../parts/figures.js";
import { moves, secondsOf } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { rowLink, table } from "../../parts/table.js";
import { pictures } from "./pictures.js";
import { STANDARD, concluded, promise } from "./words.js";

const JUDGED = 4;
const LIVE_S = 86_400; // a longer window is counted once
const NOTHING = "No span named an experiment in this window. Say which variant serves a request: step.variant(\"shorter-prompt\", \"b\"), or the attributes burnline.experiment and burnline.variant.";

export function hrefOf(name) {
  return `/experiments/${encodeURIComponent(name)}`;
}

export function listPanel(page, listed) {
  return panel(page, {
    title: "Experiments", note: "As spans name them, the one seen last first.",
    load: listed,
    live: () => moves(page.query) && secondsOf(page.query, STANDARD) <= LIVE_S,
    empty: ({ experiments }) => (experiments.length ? null : NOTHING),
    draw: ({ experiments, next }) => [
      table({
        caption: "Experiments", rows: experiments, key: (row) => row.name,
        columns: [
          { label: "Experiment", head: true, class: "name", cell: (row) => rowLink(hrefOf(row.name), word(row.name)) },
          { label: "Variants", class: "wide", cell: (row) => row.variants.map((one, i) => [i > 0 && ", ", word(one)]) },
          { label: "Requests", number: true, cell: (row) => count(row.requests) },
          { label: "First, UTC", class: "whole wide-only", cell: (row) => moment(row.first_at) },
          { label: "Last, UTC", class: "whole", cell: (row) => moment(row.last_at) },
        ],
      }),
      next && h("p", { class: "note" }, `The newest ${count(experiments.length)} are shown.`),
    ],
  });
}

export function standingPanel(page, listed) {
  return panel(page, {
    title: "What can be concluded today",
    load: async (signal) => {
      const { experiments } = await listed(signal);
      return Promise.all(experiments.slice(0, JUDGED).map((one) => judged(one.name, signal)));
    },
    live: false, // each is judged from its first request on
    empty: (answers) => (answers.length ? null : "Without an experiment, nothing."),
    draw: (answers) => [
      answers.filter((one) => !one.failed).slice(0, 1).map((one) => h("p", { class: "note lead" }, promise(one))),
      answers.map((one) => (one.failed ? unjudged(one) : standing(one))),
    ],
  });
}

// One that cannot be judged leaves the others alone.
async function judged(name, signal) {
  try {
    return await ask(`/v1${hrefOf(name)}`, {}, { signal });
  } catch (error) {
    if (!(error instanceof Asked)) throw error;
    return { name, failed: error.message };
  }
}

function unjudged({ name, failed }) {
  return h("article", { class: "experiment", key: name },
    h("h3", {}, h("a", { href: hrefOf(name) }, word(name))),
    h("p", { class: "note" }, `Not judged: ${failed}`));
}

function standing(answer) {
  const requests = answer.variants.reduce((sum, one) => sum + one.requests, 0);
  return h("article", { class: "experiment", key: answer.name },
    h("h3", {}, h("a", { href: hrefOf(answer.name) }, word(answer.name)), " ", h("small", { class: "muted" }, `${many(requests, "request")}, drawn by ${answer.unit}`)),
    conclusions(answer),
    answer.split?.verdict !== "mismatch" && pictures(answer));
}

export function conclusions(answer) {
  return h("ul", { class: "concluded" }, concluded(answer).map(([tone, text]) => h("li", { key: text }, badge(SIGNS[tone], tone), " ", h("span", {}, text))));
}

const SIGNS = { good: "better", bad: "beware", same: "alike", plain: "open" };
