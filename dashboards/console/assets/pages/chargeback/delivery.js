// Brings an export to a folder or bucket of the configuration: where to, what goes, and who says so.

import { ask } from "../../core/api.js";
import { bytes, many } from "../../core/format.js";
import { h } from "../../core/h.js";
import { badge } from "../../parts/figures.js";
import { dialog, field, toast } from "../../parts/told.js";
import { whoField } from "../../parts/who.js";
import { underway } from "./deeds.js";

// `offer` draws the export again, below what came of delivering it.
export async function deliver(page, month, place, made, offer) {
  const { targets } = await ask("/v1/chargeback/deliveries", {}, { signal: page.signal });
  if (!targets.length) {
    toast("Nowhere to deliver to: the section chargeback.deliveries of burnline.yaml names folders and buckets.", "bad");
    return;
  }
  const given = await dialog({
    title: `Deliver ${month}`, confirm: "Deliver",
    text: [
      `${many(made.files.length, "file")} of the ${made.profile} export go to whoever reads there. `,
      made.status === "closed" ? "The month is closed: what is delivered stays as it is." : h("b", {}, "The month is open: the figures are not final, and its files say so."),
    ],
    fields: [field("To", h("select", { name: "target" }, targets.map((one) => h("option", { value: one.name }, `${one.name}: ${one.where}`)))), whoField("Who delivers it")],
  });
  if (given === null) return;
  const how = { target: given.target, profile: made.profile, form: made.form, by: given.by.trim() };
  await underway(page, place, `Delivering ${month}`, `/v1/chargeback/periods/${month}/deliver`, how, (done) => {
    toast(`${month} is delivered to ${done.target}`, "good");
    place.say(h("p", { class: "done" }, badge("delivered", "good"), ` ${said(done)} It lies at `, h("span", { class: "mono" }, done.address), "."), ...offer());
  });
}

function said({ sent, present, sent_bytes: size }) {
  if (!sent.length) return `All ${many(present.length, "file")} were there already, byte for byte; nothing was sent.`;
  return `${many(sent.length, "file")} sent (${bytes(size)})${present.length ? `, ${present.length} there already` : ""}.`;
}
