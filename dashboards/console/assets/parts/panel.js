// A part of a page that asks for its own data: loading, empty, failed and shown are states of the panel, so that one
// question that fails leaves the others alone.
//
//   panel(page, { title, load: (signal) => ask(...), draw: (data) => nodes, empty: (data) => text or null,
//                 actions, note, live, class })
//
// What was shown stays while it is asked again, and stays, marked as old, when that fails. `live` (true by default)
// asks again at every turn of the live refresh; it may be a function that says whether to. `redraws`: a change of the
// query asks nothing, it only draws anew. `placeholder` draws what stands there until the first answer.

import { Asked, NO_ANSWER } from "../core/api.js";
import { h } from "../core/h.js";
import { show } from "../core/patch.js";
import { failed, mended } from "./failures.js";

// A question that takes long is asked less often: it rests this many times as long as it took.
const RESTS = 4;

let named = 0;

export function panel(page, { title, load, draw, empty = () => null, actions = null, note = null, live = true, redraws = false, level = 2, hidden = false, placeholder = skeleton, ...props }) {
  const id = `panel-${++named}`;
  const heading = h(`h${level}`, { id, class: hidden ? "unseen" : null }, title);
  const body = h("div", { class: "body" });
  const said = h("div", { class: "said" });
  const aside = h("div", { class: "actions" });
  const section = h("section", { ...props, class: `panel ${props.class ?? ""}`, "aria-labelledby": id, "aria-busy": "true" },
    h("header", { class: hidden && !actions ? "unseen" : null }, heading, note && h("p", { class: "note" }, note), aside), said, body);
  const state = { data: undefined, asking: null, restsUntil: 0 };

  // `quiet`: a refresh nobody asked for, which does not interrupt one that runs
  async function refresh({ quiet = false } = {}) {
    if (quiet && (state.asking || performance.now() < state.restsUntil)) return;
    state.asking?.abort();
    const asking = new AbortController();
    state.asking = asking;
    if (!quiet) section.setAttribute("aria-busy", "true");
    if (state.data === undefined) show(body, placeholder());
    const began = performance.now();
    try {
      const data = await load(AbortSignal.any([asking.signal, page.signal]));
      if (state.asking !== asking || page.signal.aborted) return;
      drawn(data);
      section.classList.remove("stale");
      show(said);
      mended(page, section);
    } catch (error) {
      if (error.name === "AbortError" || state.asking !== asking) return;
      if (!(error instanceof Asked)) console.error(error);
      tell(error);
    }
    state.asking = null;
    state.restsUntil = performance.now() + RESTS * (performance.now() - began);
    section.removeAttribute("aria-busy");
  }

  // what cannot be drawn leaves what stands
  function drawn(data) {
    const before = state.data;
    state.data = data;
    try {
      redraw();
    } catch (error) {
      state.data = before;
      throw error;
    }
  }

  function redraw() {
    if (state.data === undefined) return;
    const nothing = empty(state.data);
    show(aside, typeof actions === "function" ? actions(state.data) : actions);
    show(body, nothing ? h("p", { class: "empty" }, nothing) : draw(state.data));
  }

  function tell(error) {
    const old = state.data !== undefined;
    if (!old) show(body);
    section.classList.toggle("stale", old);
    // the page says once that nobody answers
    if (old && error.status === NO_ANSWER) return;
    failed(page, {
      section, place: said, retry: refresh, title: old ? "Not refreshed" : (error.title ?? "This could not be drawn"),
      message: error instanceof Asked ? error.message : `The answer is not what this page expects (${error.message}). Where the server was renewed, reload the page.`,
    });
  }

  section.refresh = refresh;
  section.redraw = redraw;
  if (actions && typeof actions !== "function") show(aside, actions);
  page.changed(redraws ? redraw : () => refresh());
  if (live) page.every(() => (live === true || live()) && refresh({ quiet: true }));
  refresh();
  return section;
}

export function skeleton() {
  return h("div", { class: "skeleton", role: "status" }, h("span", { class: "unseen" }, "Loading"), [1, 2, 3].map(() => h("i", {})));
}
