// The bar at the top: where one is, what time it is in UTC, whether the page refreshes itself, light or dark.

import { now } from "../core/api.js";
import { h } from "../core/h.js";
import { isLive, setLive } from "../core/live.js";
import { PAGES, pageOf } from "../core/pages.js";
import { show } from "../core/patch.js";
import { onArrival } from "../core/router.js";

const THEMES = [["", "System"], ["light", "Light"], ["dark", "Dark"]];

export function bar(top) {
  const draw = () => show(top, brand(), navigation(), tools(draw));
  draw();
  onArrival(draw);
  const tick = () => {
    document.getElementById("clock").textContent = clock();
  };
  setInterval(tick, 1000);
}

function clock() {
  return new Date(now()).toISOString().slice(11, 19);
}

function brand() {
  return h("a", { href: "/", class: "brand", "aria-label": "Burnline, to the overview" }, h("span", { class: "flame", "aria-hidden": "true" }), "Burnline");
}

function navigation() {
  const at = pageOf(location.pathname)?.path ?? "";
  const links = PAGES.filter((page) => page.nav).map((page) => {
    const here = at === page.path ? "page" : page.path !== "/" && at.startsWith(`${page.path}/`) ? "true" : null;
    return h("a", { href: page.path, "aria-current": here }, page.nav);
  });
  return h("nav", { "aria-label": "Pages" }, links);
}

function tools(draw) {
  const live = () => {
    setLive(!isLive());
    draw();
  };
  return h("div", { class: "tools" },
    h("span", { class: "clock", title: `All times are UTC; here it is ${new Date(now()).toLocaleString()}` }, h("span", { id: "clock" }, clock()), " UTC"),
    h("button", { type: "button", class: "quiet", "aria-pressed": String(isLive()), onclick: live, title: "Refresh every 5 seconds while visible" },
      h("span", { class: isLive() ? "dot on" : "dot", "aria-hidden": "true" }), "Live"),
    h("select", { "aria-label": "Colours", class: "quiet", value: document.documentElement.dataset.theme ?? "", onchange: choose },
      THEMES.map(([value, name]) => h("option", { value }, name))),
  );
}

function choose(event) {
  const { value } = event.target;
  if (value) document.documentElement.dataset.theme = value;
  else delete document.documentElement.dataset.theme;
  try {
    if (value) localStorage.setItem("burnline.theme", value);
    else localStorage.removeItem("burnline.theme");
  } catch {
    // a browser that keeps nothing: the choice holds until the page is left
  }
  dispatchEvent(new Event("burnline:theme"));
}
