// What finance does with a bill: import it, and book what it says otherwise. Each asks first and says what will happen.

import { ask, send } from "../../core/api.js";
import { count, many, usd } from "../../core/format.js";
import { h } from "../../core/h.js";
import { dialog, field, toast } from "../../parts/told.js";
import { remember, whoField } from "../../parts/who.js";
import { CAUSES, causeName } from "./words.js";

const KINDS = [
  ["openai_costs", "OpenAI: pages of the costs report, JSON"], ["anthropic_cost", "Anthropic: pages of the cost report, JSON"],
  ["focus", "FOCUS 1.x, CSV or Parquet"], ["cur", "AWS Cost and Usage Report 2.0, CSV or Parquet"],
];

// A bill is kept whole or not at all, and the same one again changes nothing.
export async function importBill(page, done) {
  const files = h("input", { type: "file", name: "files", multiple: true, required: true, accept: ".json,.csv,.gz,.parquet" });
  let taken = null;
  await dialog({
    title: "Import a bill", confirm: "Import",
    text: "All its files at once. It is kept whole or not at all; the newest bill that tells of a day counts for it.",
    fields: [
      field("Form", h("select", { name: "kind" }, KINDS.map(([value, text]) => h("option", { value }, text)))), field("Files", files),
      h("label", { class: "check" }, h("input", { type: "checkbox", name: "holes" }), "Take it although days between are missing; they then count as missing"),
    ],
    act: async ({ kind, holes }) => {
      const contents = await Promise.all([...files.files].map(async (file) => ({ name: file.name, content: await base64(file) })));
      taken = await send("POST", "/v1/chargeback/bills", { kind, files: contents, accept_missing_days: holes === "on" }, { signal: page.signal });
    },
  });
  if (taken === null) return;
  toast(`${taken.new ? "Imported" : "Known before"}: ${many(taken.lines, "line")}, ${usd(taken.total_usd)}, ${taken.start} to ${taken.until}${taken.left_out ? `; ${count(taken.left_out)} rows about no model left out` : ""}`, "good");
  if (taken.issuers.length && !taken.issuers.includes(page.query.get("issuer"))) page.set({ issuer: taken.issuers[0], cell: null });
  done();
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new Error(`${file.name} cannot be read: ${reader.error.message}`));
    reader.readAsDataURL(file);
  });
}

// Adjustments stay: a mistake is corrected by another one.
export async function book(page, month, found, done) {
  const { periods } = await ask("/v1/chargeback/periods", {}, { signal: page.signal });
  const open = periods.filter(({ state }) => ["open", "ended"].includes(state)).map(({ period }) => period).reverse();
  const causes = Object.entries(found.totals.causes).filter(([, amount]) => Number(amount) !== 0);
  let booked = null;
  const given = await dialog({
    title: `Book what the bill of ${found.issuer} says otherwise`, danger: true, confirm: "Book",
    text: ["The causes that are chosen become charges of a month that is not closed, to whoever owns the project. ", h("b", {}, "An adjustment stays"), ": a mistake is corrected by another one."],
    fields: [
      h("fieldset", { class: "checks stacked" }, h("legend", {}, "Causes"), causes.map(([cause, amount]) => h("label", { class: "check", title: CAUSES[cause] }, h("input", { type: "checkbox", name: `cause ${cause}` }), `${causeName(cause)}: ${usd(amount)}`))),
      field("Into the month", h("select", { name: "period", value: open.includes(month) ? month : open[0] }, open.map((one) => h("option", { value: one }, one)))),
      whoField("Who books it"),
    ],
    act: async (values) => {
      const chosen = causes.map(([cause]) => cause).filter((cause) => values[`cause ${cause}`]);
      if (!chosen.length) throw new Error("Choose at least one cause.");
      booked = await send("POST", "/v1/chargeback/adjustments", { issuer: found.issuer, month, causes: chosen, period: values.period, reconciliation_id: found.reconciliation_id, by: values.by.trim() }, { signal: page.signal });
    },
  });
  if (given === null || booked === null) return;
  remember(given.by.trim());
  toast(`${usd(booked.usd)} booked into ${booked.period} in ${many(booked.charges, "charge")}`, "good");
  done();
}
