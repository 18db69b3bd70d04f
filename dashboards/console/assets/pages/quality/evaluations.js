// Evaluations over time and in sum: who says what, how often, how good, and how sure that is.

import { ask } from "../../core/api.js";
import { count, many, number, short } from "../../core/format.js";
import { h } from "../../core/h.js";
import { withQuery } from "../../core/router.js";
import { chart, escaped } from "../../parts/chart.js";
import { badge, moment, word } from "../../parts/figures.js";
import { moves } from "../../parts/filters.js";
import { panel } from "../../parts/panel.js";
import { table } from "../../parts/table.js";
import { evaluationsAsked, mean, saidBy } from "./words.js";

const LINES = 6;
const NOTHING = "Nothing was evaluated in this window. Evaluators send gen_ai.evaluation.result; burnline eval run --otlp sends the scores of a run.";

export function courseOf(page) {
  return panel(page, {
    title: "Over time", note: "Mean score in each step. With one evaluation chosen, its 95 % interval.",
    load: (signal) => ask("/v1/evaluations/course", { ...evaluationsAsked(page.query), limit: 10_000 }, { signal }),
    live: () => moves(page.query),
    empty: ({ rows }) => (rows.some((row) => row.scored) ? null : rows.length ? "What was told in this window has labels and no scores." : NOTHING),
    draw: drawn,
  });
}

function drawn({ rows, start, until }) {
  const courses = [...grouped(rows.filter((row) => row.scored)).values()].sort((a, b) => results(b) - results(a));
  const shown = courses.slice(0, LINES);
  const alone = shown.length === 1;
  const inside = rows.every((row) => row.mean_score === null || (row.mean_score >= 0 && row.mean_score <= 1));
  return [
    chart({
      key: "course", label: "Mean score of evaluations over time", height: 240, range: [start, until], ticks: ".2~f", yrange: inside ? [0, 1.02] : undefined,
      series: shown.flatMap((course, i) => (alone ? banded(course) : [line(course, `series-${i + 1}`)])),
      table: {
        columns: [
          { label: "From (UTC)", class: "whole", cell: (row) => moment(row.at) },
          { label: "Evaluation", cell: (row) => word(row.name) },
          { label: "Said by", cell: (row) => saidBy(row.source) },
          { label: "Scored", number: true, cell: (row) => count(row.scored) },
          { label: "Mean", number: true, cell: (row) => number(row.mean_score) },
          { label: "95 % interval", number: true, cell: (row) => (row.low === null ? "–" : `${number(row.low)} to ${number(row.high)}`) },
        ],
        rows: shown.flat(), key: (row) => `${row.at} ${row.name} ${row.source}`,
      },
    }),
    courses.length > LINES && h("p", { class: "note" }, `${many(courses.length - LINES, "evaluation")} with fewer results not drawn: choose one below.`),
  ];
}

function grouped(rows) {
  const found = new Map();
  for (const row of rows) {
    const key = JSON.stringify([row.name, row.source]);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(row);
  }
  return found;
}

function results(course) {
  return course.reduce((sum, row) => sum + row.scored, 0);
}

function nameOf({ name, source }) {
  return !source ? name : `${name}, ${saidBy(source)}`;
}

function line(course, tone, more = {}) {
  const titles = course.map((row) => `${escaped(short(nameOf(row)))} ${number(row.mean_score)}${row.low === null ? "" : ` (${number(row.low)} to ${number(row.high)})`} of ${count(row.scored)}`);
  return { name: nameOf(course[0]), x: course.map((row) => row.at), y: course.map((row) => row.mean_score), titles, tone, ...more };
}

function banded(course) {
  const end = (name, which, kind) => line(course, "series-1", { name, y: course.map((row) => row[which]), kind });
  return [end("low", "low", "bound"), end("95 % interval", "high", "between"), line(course, "series-1")];
}

export function evaluationsPanel(page) {
  return panel(page, {
    title: "Evaluations", note: "Of the whole window; each result counts once.",
    load: (signal) => ask("/v1/evaluations", { ...evaluationsAsked(page.query), limit: 200 }, { signal }),
    live: () => moves(page.query),
    empty: ({ evaluations }) => (evaluations.length ? null : NOTHING),
    draw: ({ evaluations }) => table({
      caption: "Evaluations by name and who says them", rows: evaluations, key: (row) => `${row.name} ${row.source}`,
      columns: [
        { label: "Evaluation", head: true, class: "name", cell: (row) => h("a", { href: withQuery({ name: row.name, source: row.source || "traffic" }) }, word(row.name)) },
        { label: "Said by", cell: (row) => saidBy(row.source) },
        { label: "Results", number: true, cell: (row) => count(row.results) },
        { label: "Mean score", number: true, cell: (row) => mean(row.mean_score, row.low, row.high) },
        { label: "Passed, failed", number: true, cell: (row) => passed(row) },
        { label: "About requests", number: true, class: "wide-only", title: "Results about a request that is stored", cell: (row) => count(row.about_requests) },
        { label: "Last, UTC", class: "whole wide-only", cell: (row) => moment(row.last_at) },
      ],
    }),
  });
}

function passed(row) {
  if (!row.passed && !row.failed) return "–";
  return [count(row.passed), " ", row.failed > 0 && badge(`${count(row.failed)} failed`, "bad")];
}
