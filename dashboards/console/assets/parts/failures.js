// Panels of a page that fail for the same reason: the first says it and tries all of them again, the others point to it.

import { h } from "../core/h.js";
import { show } from "../core/patch.js";

const failing = new WeakMap();

// `failure` is { section, place, title, message, retry }.
export function failed(page, failure) {
  const found = failing.get(page) ?? failing.set(page, new Map()).get(page);
  found.set(failure.section, failure);
  tell(found);
}

export function mended(page, section) {
  const found = failing.get(page);
  if (found?.delete(section)) tell(found);
}

function tell(found) {
  const inOrder = [...found.values()].sort((one, other) => (one.section.compareDocumentPosition(other.section) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  const told = new Set();
  for (const one of inOrder) {
    const reason = `${one.title} ${one.message}`;
    show(one.place, told.has(reason) ? h("p", { class: "failed also" }, "Not shown, for the reason above.") : alert(one, () => inOrder.filter((other) => `${other.title} ${other.message}` === reason).forEach((other) => other.retry())));
    told.add(reason);
  }
}

function alert({ title, message }, again) {
  return h("div", { class: "failed", role: "alert" }, h("strong", {}, title), " ", h("span", {}, message), " ", h("button", { type: "button", onclick: again }, "Try again"));
}
