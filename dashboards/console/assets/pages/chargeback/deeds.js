// What finance does with a month: close it for good, export it, verify it.

import { address } from "../../core/api.js";
import { bytes, count, many, usd } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge } from "../../parts/figures.js";
import { dialog, field, toast } from "../../parts/told.js";
import { remember, whoField } from "../../parts/who.js";
import { deliver } from "./delivery.js";
import { work } from "./work.js";

const FORMATS = [["csv", "CSV"], ["parquet", "Parquet"], ["xlsx", "Excel, rounded"]];

// Closing cannot be undone, so the month has to be typed.
export async function close(page, month, preview, place, done) {
  const unpriced = preview.unpriced.lines;
  const given = await dialog({
    title: `Close ${month} for good`, danger: true, confirm: `Close ${month}`,
    text: [
      `${usd(preview.total.cost_usd)} in ${many(preview.total.charges, "charge")} is booked and signed. `, h("b", {}, "This cannot be undone"),
      ": nothing in this month changes any more, and what comes late or is repriced becomes a correction in the next open month.",
    ],
    fields: [
      whoField("Who signs it off"),
      field("Note", h("input", { name: "note", maxlength: 2000 })),
      unpriced > 0 && h("label", { class: "check" }, h("input", { type: "checkbox", name: "accept_unpriced", required: true }), `Close although ${many(unpriced, "ledger line")} without a price ${unpriced === 1 ? "stands" : "stand"} in no invoice`),
      field(`Type ${month} to confirm`, h("input", { name: "month", required: true, autocomplete: "off", spellcheck: "false" })),
    ].filter(Boolean),
    act: ({ month: typed }) => {
      if (typed.trim() !== month) throw new Error(`Found “${typed.trim()}”, expected ${month}: type the month that is to be closed.`);
    },
  });
  if (given === null) return;
  await underway(page, place, `Closing ${month}`, `/v1/chargeback/periods/${month}/close`, { by: given.by.trim(), note: given.note.trim() || null, accept_unpriced: given.accept_unpriced === "on" }, (signed) => {
    toast(`${month} is closed`, "good");
    place.say(h("p", { class: "done" }, badge("closed", "good"), ` Signed by ${signed.closed_by}. Manifest `, h("span", { class: "mono" }, signed.sha256.slice(0, 16)), "."));
    done();
  });
}

export async function exportMonth(page, month, place) {
  const given = await dialog({
    title: `Export ${month}`, confirm: "Export",
    text: "FOCUS files, each row held to every rule of its version. A closed month always gives the same bytes.",
    fields: [
      field("Version", h("select", { name: "profile" }, h("option", { value: "focus-1.4" }, "FOCUS 1.4"), h("option", { value: "focus-1.2" }, "FOCUS 1.2"))),
      field("For", h("select", { name: "form" }, h("option", { value: "machine" }, "programs"), h("option", { value: "spreadsheet" }, "spreadsheets: cells that would execute are defused"))),
      h("fieldset", { class: "checks" }, h("legend", {}, "Files"), FORMATS.map(([value, text], i) => h("label", { class: "check" }, h("input", { type: "checkbox", name: value, checked: i < 2 }), text))),
    ],
    act: (values) => {
      if (!FORMATS.some(([name]) => values[name])) throw new Error("Choose at least one kind of file.");
    },
  });
  if (given === null) return;
  const formats = FORMATS.map(([name]) => name).filter((name) => given[name]);
  await underway(page, place, `Exporting ${month}`, `/v1/chargeback/periods/${month}/export`, { profile: given.profile, form: given.form, formats }, (made) => {
    toast(`${month} is exported`, "good");
    const offer = () => [exported(month, made), h("div", { class: "buttons" }, h("button", { type: "button", onclick: () => deliver(page, month, place, made, offer) }, "Deliver it"))];
    place.say(...offer());
  });
}

function exported(month, made) {
  const at = (name) => `/v1/chargeback/exports/${month}/${made.profile}/${made.form}/${name.split("/").map(encodeURIComponent).join("/")}`;
  const [statements, files] = [made.files.filter((file) => file.name.startsWith("statements/")), made.files.filter((file) => !file.name.startsWith("statements/"))];
  const list = (shown) => h("ul", { class: "files" }, shown.map((file) => h("li", {}, h("a", { href: at(file.name), download: file.name.split("/").at(-1) }, file.name), h("small", {}, ` ${bytes(file.bytes)}`))));
  return h("div", { class: "exported" },
    h("p", {}, badge(made.status, made.status === "closed" ? "good" : "warn", made.status === "closed" ? "It never changes" : "The month is open: it will change"),
      ` ${many(made.rows, "row")}, ${usd(made.billed_usd)}. `,
      made.broken.length ? badge(`${many(made.broken.length, "rule")} broken`, "bad") : `Held to ${count(made.rules_checked)} rules, all kept.`,
      made.unpriced_lines > 0 && ` ${many(made.unpriced_lines, "unpriced line")} ${made.unpriced_lines === 1 ? "is" : "are"} in unpriced.csv and nowhere else.`),
    made.broken.length > 0 && h("ul", {}, made.broken.map((one) => h("li", {}, `${one.rule}, ${many(one.times, "time")}: ${one.where} has ${one.found}, expected ${one.expected}`))),
    h("h3", {}, "Files"), list(files), statements.length > 0 && [h("h3", {}, "Statements by cost centre"), list(statements)]);
}

export async function verify(page, month, place) {
  await underway(page, place, `Verifying ${month}`, `/v1/chargeback/periods/${month}/verify`, {}, (verdict) => place.say(h("div", { class: "done" },
    h("p", {}, badge(verdict.sound ? "sound" : "not sound", verdict.sound ? "good" : "bad"), verdict.sound ? ` The books of ${month} are what was signed, ` : ` The books of ${month} are not what was signed, `, h("span", { class: "mono" }, verdict.sha256.slice(0, 16)), "."),
    verdict.faults.length > 0 && h("ul", {}, verdict.faults.map((one) => h("li", {}, `${one.fault} at ${one.where}: signed ${one.expected}, found ${one.found}`))))));
}

export async function underway(page, place, what, path, body, then) {
  try {
    const result = await work(address(path), body, place.told(what), page.signal);
    if (body.by) remember(body.by);
    then(result);
  } catch (error) {
    if (error.name !== "AbortError") place.say(h("p", { class: "failed", role: "alert" }, h("strong", {}, error.title ?? "It failed"), " ", error.message));
  }
}
