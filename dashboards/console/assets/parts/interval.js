// An interval as a picture: where a difference may lie, against the line of no difference.
//
//   interval({ low, high, value, margin, bound, tone, label })
//     bound    what the ends of the picture stand for; what reaches beyond is cut there, with an open end
//     margin   [from, to] that count as no difference, or null
//     tone     good, bad, same or open; `label` says it all in words, as nobody reads positions aloud

import { h } from "../core/h.js";

export function interval({ low, high, value, margin = null, bound, tone = "open", label }) {
  const at = (one) => 50 + (Math.max(-bound, Math.min(bound, one)) / bound) * 50;
  const across = (from, to) => ({ left: `${at(from)}%`, width: `${at(to) - at(from)}%` });
  const open = [low < -bound && "open-left", high > bound && "open-right"].filter(Boolean).join(" ");
  return h("span", { class: `interval ${tone}`, role: "img", "aria-label": label, title: label },
    margin && h("i", { class: "margin", style: across(...margin) }),
    h("i", { class: "zero" }),
    h("i", { class: `range ${open}`, style: across(low, high) }),
    Math.abs(value) <= bound && h("i", { class: "point", style: { left: `${at(value)}%` } }));
}
