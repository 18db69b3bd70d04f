// What the page says back: toasts that a screen reader hears, and dialogs that ask before something is changed.

import { h } from "../core/h.js";

const toasts = document.getElementById("toasts");
const STAYS_MS = 12_000;

export function toast(text, tone = "plain") {
  const said = h("p", { class: `toast ${tone}` }, text, h("button", { type: "button", class: "quiet", "aria-label": "Dismiss", onclick: () => said.remove() }, "×"));
  toasts.append(said);
  setTimeout(() => said.remove(), STAYS_MS);
}

// Opens a modal dialog; resolves to the form's data as an object when it is confirmed, to null when it is not.
// `fields` are nodes with names; `act` runs before it closes, and what it throws is shown in the dialog.
export function dialog({ title, text = null, fields = [], confirm = "OK", danger = false, act = null }) {
  return new Promise((resolve) => {
    const said = h("p", { class: "failed", role: "alert", hidden: true });
    const done = h("button", { type: "submit", class: danger ? "danger" : "primary" }, confirm);
    const form = h("form", { method: "dialog" },
      h("h2", { id: "dialog-title" }, title), text && h("p", {}, text), fields, said,
      h("div", { class: "buttons" }, h("button", { type: "button", onclick: () => box.close() }, "Cancel"), done));
    const box = h("dialog", { "aria-labelledby": "dialog-title" }, form);
    let answer = null;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const given = Object.fromEntries(new FormData(form));
      done.disabled = true;
      try {
        await act?.(given);
        answer = given;
        box.close();
      } catch (error) {
        said.textContent = error.message;
        said.hidden = false;
      }
      done.disabled = false;
    });
    box.addEventListener("close", () => {
      box.remove();
      resolve(answer);
    });
    document.body.append(box);
    box.showModal();
  });
}

export function field(label, control, note = null) {
  return h("label", { class: "field" }, h("span", {}, label), control, note && h("small", {}, note));
}
