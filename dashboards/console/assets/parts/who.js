// Who does something that stays: asked for each time, remembered in this browser for the next.

import { h } from "../core/h.js";
import { field } from "./told.js";

const WHO = "burnline.operator";

export function whoField(label) {
  return field(label, h("input", { name: "by", required: true, maxlength: 200, autocomplete: "name", value: remembered() }));
}

function remembered() {
  try {
    return localStorage.getItem(WHO) ?? "";
  } catch {
    return ""; // a browser that keeps nothing asks each time
  }
}

export function remember(name) {
  try {
    localStorage.setItem(WHO, name);
  } catch {
    // a browser that keeps nothing asks each time
  }
}
