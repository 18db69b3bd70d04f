// The dialog in which a person tells a change.

import { now, send } from "../../core/api.js";
import { h } from "../../core/h.js";
import { dialog, field, toast } from "../../parts/told.js";

const KINDS = ["release", "prompt", "model", "index", "configuration", "other"];
const LONGEST = 200;
const TWO = { display: "grid", "grid-template-columns": "1fr 1fr", gap: "0.8rem" };

// Calls `kept` when a change was kept.
export async function tellChange(page, kept) {
  const given = await dialog({
    title: "Tell a change",
    text: "Spans that name the same kind, name and version within a day are taken for this change.",
    fields: [
      field("Kind", h("select", { name: "kind" }, KINDS.map((kind) => h("option", { value: kind }, kind)))),
      field("Name", text("name", { required: true, placeholder: "a service, a prompt, an index ..." })),
      h("div", { style: TWO }, field("From version", text("from")), field("To version", text("to"))),
      field("At (UTC)", h("input", { type: "datetime-local", name: "at", step: "1", required: true, value: new Date(now()).toISOString().slice(0, 19) })),
      h("div", { style: TWO }, field("Only route", text("route", { value: page.query.get("route") ?? "" })), field("Only tenant", text("tenant", { value: page.query.get("tenant") ?? "" }))),
      h("div", { style: TWO }, field("By", text("by")), field("Link", h("input", { name: "url", type: "url", placeholder: "https://" }))),
      field("Note", text("note", { maxlength: "2000" })),
    ],
    confirm: "Keep it",
    act: (told) => send("POST", "/v1/changes", body(told)),
  });
  if (!given) return;
  toast(`The change of ${given.name} is kept.`, "good");
  kept();
}

function text(name, props = {}) {
  return h("input", { name, type: "text", maxlength: String(LONGEST), autocomplete: "off", spellcheck: "false", ...props });
}

// What was left empty is not told.
function body({ at, ...told }) {
  const given = Object.entries(told).map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== "");
  const instant = at.length === "2026-11-21T14:07".length ? `${at}:00Z` : `${at}Z`;
  return { ...Object.fromEntries(given), at: instant };
}
