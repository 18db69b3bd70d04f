// A chart: plotly draws it once the page stands and the chart is near the window; the same figures are in a table.
//
//   chart({ label, series: [{ name, x, y, kind, dash, tone }], height, stacked, range, lines, marks, pick })
//     series   kind "line", "area" or "bar"; "bound" and after it "between" fill what is between the two; x are instants
//              or words; a y of null is a gap
//     step_s   length of a step in seconds, for bars over time
//     table    (optional) { columns, rows } of its alternative; without one it is made of the series
//     lines    [{ y, name, tone }] thresholds; marks [{ at, name, tone }] instants
//     pick     ({ index, x }) => void, told which series was clicked, and where
//     prefix, suffix, ticks, every   how the axis is written: see axis.js
//
// Numbers here are for drawing only: money comes as text, becomes a float at this edge, and is never calculated with.

import { h } from "../core/h.js";
import { instant, short } from "../core/format.js";
import { table } from "./table.js";

const NARROW_PX = 480;
let library = null;

function charts() {
  library ??= new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.src = document.getElementById("app").dataset.charts;
    script.onload = () => loaded(window.Plotly);
    script.onerror = () => {
      library = null;
      failed(new Error("the chart library did not load"));
    };
    document.head.append(script);
  });
  return library;
}

export function chart(given) {
  return h("figure", { class: "chart", key: given.key ?? given.label },
    canvas(given),
    h("details", { class: "as-table" }, h("summary", {}, "Show as table"), alternative(given)));
}

function canvas(given) {
  const place = h("div", { class: "canvas", role: "img", "aria-label": given.label, style: { height: `${given.height ?? 200}px` }, given });
  place.receive = (fresh) => {
    place.given = fresh;
    place.setAttribute("aria-label", fresh.label);
    if (place.near) draw(place);
  };
  // one that is built only to be compared with what stands never gets here
  requestAnimationFrame(() => place.isConnected && sight.observe(place));
  return place;
}

const sight = new IntersectionObserver((entries) => {
  for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
    sight.unobserve(target);
    target.near = true;
    afterPaint(() => draw(target));
  }
}, { rootMargin: "200px" });

// In other colours every chart is drawn anew.
function recolour() {
  for (const place of document.querySelectorAll(".canvas")) if (place.near) draw(place);
}
addEventListener("burnline:theme", recolour);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);

// The library holds on to what it drew until it is told that the page is left.
const standing = new Set();

function forgetLeft(plotly) {
  for (const place of standing) {
    if (place.isConnected) continue;
    plotly.purge(place);
    standing.delete(place);
  }
}

function afterPaint(work) {
  requestAnimationFrame(() => setTimeout(work, 0));
}

async function draw(place) {
  try {
    const plotly = await charts();
    forgetLeft(plotly);
    if (!place.isConnected) return;
    standing.add(place);
    const { given } = place;
    const narrow = place.clientWidth < NARROW_PX;
    const drawn = given.series.map((series, i) => trace(series, i, { ...given, narrow }));
    await plotly.react(place, drawn, layout(place, given), { displayModeBar: false, responsive: true });
    if (given.pick && !place.picks) {
      place.picks = true;
      place.on("plotly_click", ({ points }) => place.given.pick?.({ index: points[0].curveNumber, x: points[0].x }));
    }
  } catch (error) {
    place.replaceChildren(h("p", { class: "empty" }, `No chart: ${error.message}. The table below has the figures.`));
  }
}

// A colour of the design as the page shows it now: charts follow light and dark.
const probe = h("i", { hidden: true, style: { "forced-color-adjust": "none" } });

function colour(name) {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.setProperty("color", `var(--${name})`);
  return getComputedStyle(probe).color;
}

function faint(tone) {
  return tone.replace("rgb", "rgba").replace(")", ", 0.2)");
}

function trace(series, i, given) {
  const tone = colour(series.tone ?? `series-${(i % 8) + 1}`);
  const common = { name: escaped(short(series.name, given.narrow ? 11 : 24)), x: series.x, y: series.y, hovertemplate: `%{y:${given.format ?? ",.3~g"}}${given.unit ? ` ${given.unit}` : ""}`, hovertext: series.titles };
  if (series.titles) common.hovertemplate = "%{hovertext}";
  if (series.kind === "bar") return { ...common, type: "bar", ...slots(series, given), marker: { color: tone, line: { width: 0 } } };
  const filled = series.kind === "area";
  if (series.kind === "bound" || series.kind === "between") {
    const fill = series.kind === "between" ? { fill: "tonexty", fillcolor: faint(tone) } : { showlegend: false };
    return { ...common, type: "scatter", mode: "lines", line: { color: tone, width: 0 }, ...fill };
  }
  return {
    ...common, type: "scatter", mode: series.y.filter((y) => y !== null && y !== undefined).length < 3 ? "lines+markers" : "lines", connectgaps: false,
    line: { color: tone, width: 1.8, dash: series.dash ?? "solid", shape: series.shape ?? "linear" },
    marker: { color: tone, size: 6 },
    ...(filled ? { stackgroup: given.stacked ? "all" : undefined, fill: given.stacked ? undefined : "tozeroy", fillcolor: faint(tone) } : {}),
  };
}

// A bar as wide as its step, from where the step starts: the first and the last of a window may be cut.
function slots(series, { step_s: seconds }) {
  return seconds ? { width: series.x.map(() => seconds * 850), offset: seconds * 75 } : {};
}

function layout(place, given) {
  const [text, muted, line, surface] = ["text", "muted", "line", "surface"].map(colour);
  const axis = { gridcolor: line, linecolor: line, zerolinecolor: line, tickfont: { color: muted, size: 11 }, fixedrange: true, automargin: true };
  return {
    height: given.height ?? 200, margin: { l: 8, r: 8, t: 8, b: 8 }, paper_bgcolor: "transparent", plot_bgcolor: "transparent",
    font: { family: getComputedStyle(place).fontFamily, color: text, size: 12 }, barmode: given.stacked ? "stack" : "group", bargap: 0.15,
    hovermode: "x unified", hoverlabel: { bgcolor: surface, bordercolor: line, font: { color: text } },
    showlegend: given.series.length > 1, legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0, traceorder: "normal", font: { color: muted, size: 11 }, itemclick: "toggleothers" },
    xaxis: { ...axis, showgrid: false, type: given.words ? "category" : "date", range: given.range ?? undefined },
    yaxis: { ...axis, rangemode: "tozero", tickprefix: given.prefix ?? "", ticksuffix: given.suffix ?? "", tickformat: given.ticks ?? "~s", nticks: 5, dtick: given.every, range: given.yrange ?? undefined },
    shapes: [...(given.lines ?? []).map((one) => level(one)), ...(given.marks ?? []).map((one) => mark(one))],
    annotations: (given.lines ?? []).map((one) => named(one)),
  };
}

function level({ y, tone = "muted" }) {
  return { type: "line", xref: "paper", x0: 0, x1: 1, y0: y, y1: y, line: { color: colour(tone), width: 1, dash: "dash" } };
}

function named({ y, name, tone = "muted" }) {
  return { xref: "paper", x: 0, y, text: escaped(short(name, 40)), showarrow: false, xanchor: "left", yanchor: "bottom", font: { color: colour(tone), size: 11 } };
}

function mark({ at, tone = "muted" }) {
  return { type: "line", yref: "paper", y0: 0, y1: 1, x0: at, x1: at, line: { color: colour(tone), width: 1, dash: "dot" } };
}

// plotly reads a few tags in its texts; names of data are shown as they are.
export function escaped(text) {
  return String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function alternative(given) {
  if (given.table) return table({ caption: given.label, ...given.table });
  const places = [...new Set(given.series.flatMap((series) => series.x))];
  const at = given.series.map((series) => new Map(series.x.map((x, i) => [x, series.titles?.[i] ?? series.y[i]])));
  return table({
    caption: given.label,
    columns: [
      { label: given.words ? "" : "Time (UTC)", cell: (x) => (given.words ? x : instant(x)) },
      ...given.series.map((series, i) => ({ label: series.name, number: true, cell: (x) => at[i].get(x) ?? "–" })),
    ],
    rows: places,
    key: (x) => x,
  });
}
