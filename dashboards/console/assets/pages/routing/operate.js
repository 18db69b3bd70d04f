// What an operator can do with a route: hold it, serve a tier, let the budgets decide again. Each asks first and says
// what will happen; what the server refuses is shown as the server says it.

import { now, send } from "../../core/api.js";
import { clock } from "../../core/format.js";
import { h } from "../../core/h.js";
import { dialog, field, toast } from "../../parts/told.js";
import { remember, whoField } from "../../parts/who.js";
import { scopeName, served, tierName } from "./words.js";

const OVERRIDES = "/v1/routing/overrides";
const LENGTHS = [[900, "15 minutes"], [1800, "30 minutes"], [3600, "1 hour"], [4 * 3600, "4 hours"], [86_400, "24 hours"], [7 * 86_400, "7 days"]];
const SHARES = [[1, "100 %"], [0.5, "50 %"], [0.25, "25 %"], [0.05, "5 %"]];

export async function hold(route, done) {
  await act(route, done, {
    title: `Hold ${scopeName(route)}`, confirm: "Hold", fields: [length()],
    told: (given) => `${scopeName(route)} stays at ${served(route.tier, route.share)}, whatever its budgets say, until ${end(given)} UTC. Then the budgets decide again.`,
    body: (given) => ({ action: "hold", for_s: Number(given.for_s) }),
    said: (answer) => `${scopeName(route)} is held until ${clock(answer.expires_at)} UTC`,
  });
}

export async function set(route, done) {
  const below = route.ladder[route.ladder.indexOf(route.tier) + 1] ?? route.tier;
  const tiers = route.ladder.map((tier) => h("option", { value: tier }, tierName(tier)));
  await act(route, done, {
    title: `Serve ${scopeName(route)} at a tier`, confirm: "Serve it", danger: true,
    fields: [
      field("Tier", h("select", { name: "tier", value: below }, tiers)),
      field("Share of the requests", h("select", { name: "share" }, SHARES.map(([value, text]) => h("option", { value }, text))), "The rest stays one tier above."),
      length(),
    ],
    told: (given) => `Routers serve ${scopeName(route)} at ${served(given.tier, Number(given.share))} within about a second, whatever its budgets say, until ${end(given)} UTC. It is ${served(route.tier, route.share)} now.`,
    body: (given) => ({ action: "set", tier: given.tier, share: Number(given.share), for_s: Number(given.for_s) }),
    said: (answer) => `${scopeName(route)} is served at ${served(answer.tier, answer.share)} until ${clock(answer.expires_at)} UTC`,
  });
}

export async function clear(route, done) {
  await act(route, done, {
    title: `Let the budgets decide about ${scopeName(route)}`, confirm: "Clear", fields: [],
    told: () => `What was set by hand ends. The controller goes on from ${served(route.tier, route.share)}: it steps up once the budgets are calm, or further down if they burn.`,
    body: () => ({ action: "clear" }),
    said: () => `The budgets decide about ${scopeName(route)} again`,
  });
}

async function act(route, done, { title, confirm, fields, told, body, said, danger = false }) {
  const text = h("span", { "aria-live": "polite" });
  const reason = h("textarea", { name: "reason", required: true, rows: 2, maxlength: 2000 });
  const every = [...fields, field("Why", reason, "It stands in the journal, for those who find it."), whoField("Who does this")];
  const tell = () => {
    text.textContent = told(Object.fromEntries(every.flatMap((one) => [...one.querySelectorAll("[name]")]).map((control) => [control.name, control.value])));
  };
  for (const one of every) one.addEventListener("input", tell);
  tell();
  let answer = null;
  const given = await dialog({
    title, text, fields: every, confirm, danger,
    act: async (values) => {
      answer = await send("POST", OVERRIDES, { ...body(values), route: route.route, tenant: route.tenant, by: values.by.trim(), reason: values.reason.trim() });
    },
  });
  if (given === null) return;
  remember(given.by.trim());
  toast(said(answer), "good");
  done();
}

function length() {
  return field("For how long", h("select", { name: "for_s", value: "3600" }, LENGTHS.map(([value, text]) => h("option", { value }, text))));
}

function end({ for_s: seconds }) {
  const at = new Date(now() + Number(seconds) * 1000).toISOString();
  return Number(seconds) >= 86_400 ? at.slice(0, 16).replace("T", " ") : at.slice(11, 16);
}
