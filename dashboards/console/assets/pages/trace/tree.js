// Spans as a tree in time. A span whose parent has not arrived, or that is its own ancestor, starts a tree of its own.

// Milliseconds since the epoch with all digits of the fraction, relative to `base` seconds so that none is lost.
function millis(text, baseMs) {
  const [, whole, fraction = ""] = /^(.+?:\d\d)(?:\.(\d+))?Z$/.exec(text);
  return Date.parse(`${whole}Z`) - baseMs + (fraction ? Number(`0.${fraction}`) * 1000 : 0);
}

// Every span in the order of the tree: { span, depth, start, end, own: [[from, to]], children, orphan, parts }.
export function branches(spans) {
  const baseMs = spans.length ? Math.floor(Date.parse(spans[0].started_at) / 1000) * 1000 : 0;
  const known = new Map(spans.map((span) => {
    const start = millis(span.started_at, baseMs);
    return [span.span_id, { span, start, end: start + Math.max(0, span.duration_ms), depth: 0, children: [], orphan: false }];
  }));
  const roots = [];
  for (const branch of known.values()) {
    const parent = known.get(branch.span.parent_span_id);
    branch.orphan = branch.span.parent_span_id !== null && !parent;
    (parent && parent !== branch ? parent.children : roots).push(branch);
  }
  const ordered = [];
  const seen = new Set();
  for (const root of [...roots, ...known.values()]) walk(root, seen, ordered);
  for (const branch of ordered) branch.own = gaps(branch);
  return ordered;
}

// Without recursion: a trace may be deeper than the stack.
function walk(root, seen, ordered) {
  const waiting = [[root, 0]];
  while (waiting.length) {
    const [branch, depth] = waiting.pop();
    if (seen.has(branch)) continue;
    seen.add(branch);
    branch.depth = depth;
    ordered.push(branch);
    const below = branch.children.filter((child) => !seen.has(child)).sort((a, b) => a.start - b.start);
    branch.children = below;
    for (const child of below.toReversed()) waiting.push([child, depth + 1]);
  }
}

// The parts of a span in which none of its children ran.
function gaps({ start, end, children }) {
  const found = [];
  let at = start;
  for (const child of children.toSorted((a, b) => a.start - b.start)) {
    if (child.start > at) found.push([at, Math.min(child.start, end)]);
    at = Math.max(at, child.end);
    if (at >= end) break;
  }
  if (at < end) found.push([at, end]);
  return found.filter(([from, to]) => to > from);
}

// The first start and the last end of all.
export function extent(rows) {
  const first = rows.reduce((least, row) => Math.min(least, row.start), Infinity);
  const last = rows.reduce((most, row) => Math.max(most, row.end), -Infinity);
  return rows.length ? [first, Math.max(last - first, 1e-6)] : [0, 1];
}

// Rows that no folded span hides.
export function unfolded(rows, folded) {
  const shown = [];
  let below = Infinity;
  for (const row of rows) {
    if (row.depth > below) continue;
    below = folded.has(row.span.span_id) && row.children.length ? row.depth : Infinity;
    shown.push(row);
  }
  return shown;
}

// Times for the axis: round steps, two to four of them.
export function ticks(wholeMs) {
  const rough = wholeMs / 3.5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  return Array.from({ length: Math.floor(wholeMs / step) + 1 }, (_, i) => i * step).filter((at) => at / wholeMs < 0.85);
}
