// Says once, for the whole page, that the server does not answer and how old is what stands here.

import { onReach } from "../core/api.js";
import { h } from "../core/h.js";
import { refreshNow } from "../core/live.js";
import { show } from "../core/patch.js";

export function reach(place) {
  onReach((reached, at) => show(place, !reached && h("div", { class: "failed", role: "alert" },
    h("strong", {}, "Not refreshed"), " ",
    `No answer from the server: it may be restarting, or the network is gone. What stands here is from ${new Date(at).toISOString().slice(11, 19)} UTC.`, " ",
    h("button", { type: "button", onclick: refreshNow }, "Try again"))));
}
