// Makes the children of an element look like a freshly built list, and keeps every node that can stay: so focus,
// scroll, selection and open <details> survive a refresh.
//
// A child is matched by its `key` where it has one, else by its place and tag. An element with a method `receive`
// draws itself: it is kept, and handed the `given` of its successor.

import { STATES, nodes } from "./h.js";

export function show(element, ...children) {
  patchChildren(element, nodes(children));
}

function patchChildren(parent, wanted) {
  const keyed = new Map([...parent.childNodes].filter((node) => node.key).map((node) => [node.key, node]));
  const stays = new Set(wanted.map((node) => node.key));
  let place = parent.firstChild;
  for (const node of wanted) {
    // what goes is removed before anything is moved: moving a node would take the focus from it
    while (place?.key && !stays.has(place.key)) place = removed(place);
    const match = node.key ? keyed.get(node.key) : place && !place.key ? place : null;
    if (match && same(match, node)) {
      if (match === place) place = place.nextSibling;
      else parent.insertBefore(match, place);
      patch(match, node);
    } else {
      parent.insertBefore(node, place);
    }
  }
  while (place) place = removed(place);
}

function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function same(old, fresh) {
  return old.nodeName === fresh.nodeName && old.key === fresh.key && typeof old.receive === typeof fresh.receive;
}

function patch(old, fresh) {
  if (old === fresh) return;
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.receive) {
    old.receive(fresh.given);
    return;
  }
  patchAttributes(old, fresh);
  old.handlers = adopt(old, fresh);
  patchChildren(old, [...fresh.childNodes]);
  patchState(old, fresh);
}

function patchAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    // whether a person has opened something is theirs to say
    if (!fresh.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (name === "open" && old.nodeName === "DETAILS") continue;
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function patchState(old, fresh) {
  const typing = old === document.activeElement && old.nodeName !== "SELECT";
  if (!("value" in old) || typing) return;
  for (const name of STATES) {
    if (name in old && name !== "open" && old[name] !== fresh[name]) old[name] = fresh[name];
  }
}

// The listeners of `old` stay; the functions behind them become those of `fresh`.
function adopt(old, fresh) {
  if (!old.handlers && !fresh.handlers) return undefined;
  const handlers = old.handlers ?? new Map();
  for (const type of handlers.keys()) handlers.set(type, fresh.handlers?.get(type));
  for (const [type, handler] of fresh.handlers ?? []) {
    if (!handlers.has(type)) old.addEventListener(type, (event) => old.handlers.get(type)?.call(old, event));
    handlers.set(type, handler);
  }
  return handlers;
}
