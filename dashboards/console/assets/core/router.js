// Which page is shown. All state of a page is in its path and its query string, so a link reproduces it.
//
// A page module exports `title(params)` and `draw(page)`; `draw` returns the nodes of the page, once. `page` has
//   params          what stands in the path
//   query           URLSearchParams as they are now
//   set(changes, {replace})   changes the query: null removes a name
//   changed(work)   calls `work` after every change of the query
//   every(work)     calls `work` at every turn of the live refresh
//   signal          aborted when the page is left

import { h } from "./h.js";
import { every } from "./live.js";
import { comeBack, leaveMark } from "./mark.js";
import { pageOf } from "./pages.js";

const main = document.getElementById("main");
let shown = null;
const arrived = new Set();

// Calls `work` with the page shown, after each arrival.
export function onArrival(work) {
  arrived.add(work);
}

export function go(url, { replace = false } = {}) {
  if (!replace) leaveMark(main);
  history[replace ? "replaceState" : "pushState"](null, "", url);
  return show();
}

// An address on the same path with some of the query changed; null removes a name.
export function withQuery(changes, pathname = location.pathname, search = location.search) {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined) query.delete(name);
    else query.set(name, value);
  }
  return query.size ? `${pathname}?${query}` : pathname;
}

export function start() {
  document.addEventListener("click", follow);
  addEventListener("popstate", ({ state }) => show(state));
  return show();
}

function follow(event) {
  const link = event.target.closest?.("a[href]");
  const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.hash || !pageOf(url.pathname)) return;
  event.preventDefault();
  go(url.pathname + url.search);
}

// `mark` is where one stood on it, of a page one comes back to.
async function show(mark = null) {
  const found = pageOf(location.pathname);
  if (shown && found && shown.path === location.pathname) {
    shown.page.query = new URLSearchParams(location.search);
    for (const work of shown.changes) work();
  } else {
    await arrive(found, mark);
  }
  for (const work of arrived) work(shown.page);
}

async function arrive(found, mark) {
  const first = shown === null;
  shown?.leave.abort();
  const leave = new AbortController();
  const changes = new Set();
  const page = {
    params: found?.params ?? {},
    query: new URLSearchParams(location.search),
    signal: leave.signal,
    set: (values, options) => go(withQuery(values), options),
    changed: (work) => changes.add(work),
    every: (work) => every(work, leave.signal),
  };
  shown = { path: location.pathname, page, changes, leave };
  const [title, drawn] = await drawnPage(found, page);
  if (leave.signal.aborted) return;
  document.title = `${title} · Burnline`;
  main.replaceChildren(...[drawn].flat());
  if (!first) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
    if (mark) comeBack(main, mark, leave.signal);
  }
}

async function drawnPage(found, page) {
  if (!found) return ["Not found", notice("There is no such page", `Nothing is at ${location.pathname}.`)];
  try {
    const module = await import(`../pages/${found.module}.js`);
    return [module.title(page.params), module.draw(page)];
  } catch (error) {
    console.error(error);
    return ["Error", notice("This page could not be drawn", `${error.message}. Reload the page to try again.`)];
  }
}

function notice(heading, text) {
  return h("section", { class: "notice" }, h("h1", {}, heading), h("p", {}, text), h("p", {}, h("a", { href: "/" }, "To the overview")));
}
