// The measures of an experiment beside each other: the figures of both sides and the interval of their difference.

import { count, readable } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge, word } from "../../parts/figures.js";
import { interval } from "../../parts/interval.js";
import { table } from "../../parts/table.js";
import { VERDICTS, apart, boundOf, figure, measureOf, relative } from "./words.js";

const TONES = { better: "good", worse: "bad", same: "same", not_known_yet: "open" };

export function pictures({ comparisons, margin_ratio: margin, control, name }) {
  if (!comparisons.length) return null;
  const bound = boundOf(comparisons, margin);
  const several = new Set(comparisons.map((row) => row.variant)).size > 1;
  const ends = `${relative(-bound)} … ${relative(bound)}`;
  return table({
    caption: `Measures of ${readable(name)}`, rows: comparisons, key: (row) => `${row.variant} ${row.measure}`,
    columns: [
      ...(several ? [{ label: "Variant", head: true, cell: (row) => word(row.variant) }] : []),
      { label: "Measure", head: !several, cell: measure },
      { label: word(control), number: true, class: "wide-only", cell: (row) => figure(row, row.control_value) },
      { label: several ? "Variant" : word(comparisons[0].variant), number: true, class: "wide-only", cell: (row) => figure(row, row.value) },
      { label: `Interval, ${ends}`, class: "picture", title: "Of the control's figure; the line is no difference, the band what counts as none", cell: (row) => picture(row, margin, bound) },
      { label: "Difference", number: true, cell: difference },
      { label: "Verdict", cell: verdict },
    ],
  });
}

function measure(row) {
  const { name, kind } = measureOf(row.measure);
  const better = row.lower_is_better ? "lower is better" : "higher is better";
  const about = row.measure === "slow_ratio" ? "slower than the p95 of all" : kind;
  return [word(name), h("br"), h("small", { class: "muted" }, about ? `${about}, ${better}` : better)];
}

function difference(row) {
  const ratio = relative(row.difference_ratio);
  return [h("div", {}, ratio ?? apart(row, row.difference)), row.low !== null && h("small", { class: "muted" }, `${apart(row, row.low)} to ${apart(row, row.high)}`)];
}

// Where the control has nothing to be a share of, the picture has a scale of its own.
function picture(row, margin, bound) {
  if (row.low === null) return h("small", { class: "muted" }, "too few requests for an interval");
  const own = !row.control_value;
  const whole = own ? Math.max(Math.abs(row.low), Math.abs(row.high)) : Math.abs(row.control_value) * bound;
  const alike = margin * Math.abs(row.control_value);
  return interval({
    low: row.low, high: row.high, value: row.difference, bound: whole, margin: own ? null : [-alike, alike], tone: TONES[row.verdict] ?? "open",
    label: `${measureOf(row.measure).name}: ${apart(row, row.low)} to ${apart(row, row.high)}${own ? ", on a scale of its own, as the control has 0" : ""}`,
  });
}

function verdict(row) {
  const [said, tone] = VERDICTS[row.verdict] ?? [row.verdict, "plain"];
  return [badge(said, tone), row.more_requests !== null && h("div", {}, h("small", { class: "muted", title: "Of all variants together, until a verdict could come if the difference stays" }, `about ${count(row.more_requests)} more`))];
}
