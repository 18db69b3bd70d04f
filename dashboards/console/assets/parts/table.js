// A table of figures.
//
//   table({ caption, columns, rows, key, sort, onsort, label })
//     columns   [{ name, label, cell: (row) => node or text, number, sort, title, class }]
//     key       (row) => text that names the row among the others
//     sort      the column sorted by, with a leading "-" when the largest come first; `onsort(text)` is told a new one
//     selected  (row) => whether the row is the one selected
//
// A row becomes one link when its first cell holds `rowLink(href, text)`.

import { h } from "../core/h.js";

export function table(given) {
  const whole = drawn(given);
  given.columns.forEach((column, i) => column.number && align([...whole.querySelectorAll(`tbody > tr > :nth-child(${i + 1}) .money`)]));
  return whole;
}

// Amounts below each other stand by their points: what a shorter one lacks is there and not seen.
function align(amounts) {
  const places = amounts.map((amount) => amount.textContent.split(".")[1]?.length ?? 0);
  const most = Math.max(0, ...places);
  amounts.forEach((amount, i) => places[i] < most && amount.append(h("span", { class: "pad", "aria-hidden": "true" }, "0".repeat(most - places[i]))));
}

function drawn({ caption, columns, rows, key = (_, i) => i, sort = "", onsort = null, selected = () => false, seen = false }) {
  return h("div", { class: "table", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {},
      h("caption", { class: seen ? null : "unseen" }, caption),
      h("thead", {}, h("tr", {}, columns.map((column) => head(column, sort, onsort)))),
      h("tbody", {}, rows.map((row, i) => h("tr", { key: key(row, i), "aria-current": selected(row) ? "true" : null },
        columns.map((column) => cell(column, row)))))));
}

export function rowLink(href, ...text) {
  return h("a", { class: "row", href }, ...text);
}

function head(column, sort, onsort) {
  const props = { scope: "col", class: classes(column), title: column.title };
  if (!column.sort || !onsort) return h("th", props, column.label);
  const down = sort === `-${column.sort}`;
  const up = sort === column.sort;
  const next = down ? column.sort : `-${column.sort}`;
  return h("th", { ...props, "aria-sort": down ? "descending" : up ? "ascending" : null },
    h("button", { type: "button", onclick: () => onsort(column.oneWay ? `-${column.sort}` : next) },
      column.label, h("span", { class: "arrow", "aria-hidden": "true" }, down ? "↓" : up ? "↑" : "")));
}

function cell(column, row) {
  return h(column.head ? "th" : "td", { class: classes(column), scope: column.head ? "row" : null }, column.cell(row));
}

function classes(column) {
  return [column.number ? "number" : null, column.class].filter(Boolean).join(" ") || null;
}
