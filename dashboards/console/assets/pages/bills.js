// One month against the provider's bill: what was billed, what the ledger holds, and why the two differ.

import { ask, send } from "../core/api.js";
import { count, exactUsd, share, usd } from "../core/format.js";
import { h } from "../core/h.js";
import { money, tile, word } from "../parts/figures.js";
import { panel } from "../parts/panel.js";
import { shared } from "../parts/shared.js";
import { table } from "../parts/table.js";
import { book, importBill } from "./bills/deeds.js";
import { behind, differences } from "./bills/differences.js";
import { CAUSES, causeName } from "./bills/words.js";

export const title = ({ period }) => `Bills ${period}`;

export function draw(page) {
  const month = page.params.period;
  const compared = shared(page, (signal) => comparison(page, month, signal));
  const again = () => {
    compared.forget();
    for (const part of parts) part.refresh();
  };
  // what needs a bill is not there without one
  const part = (name, drawn, { always = false, ...more } = {}) => {
    const section = panel(page, { title: name, live: false, empty: ({ missing = null }) => (always ? null : missing), load: (signal) => compared(signal).then((found) => { section.hidden = Boolean(found.missing) && !always; return found; }), draw: drawn, ...more });
    return section;
  };
  const parts = [
    part("In all", (found) => [bar(page, month, found, again), found.totals ? totals(found) : h("p", { class: "empty" }, found.missing)], { hidden: true, class: "bare", always: true }),
    part("The gap by cause", causes, { note: "the bill, less the ledger, less what was booked" }),
    part("By model", models),
    part("Differences", (found) => differences(page, found)),
    behind(page, compared),
  ];
  return [
    h("div", { class: "heading" }, h("h1", {}, `${month} against the bill`), h("a", { href: `/chargeback/${month}`, class: "note" }, "The month")),
    parts[0], h("div", { class: "columns" }, h("div", { class: "half" }, parts[1]), h("div", { class: "half" }, parts[2])), parts[3], parts[4],
  ];
}

// Sellers of the month, and what the bill of the one that is looked at says; `missing` where no bill tells of the month.
async function comparison(page, month, signal) {
  const { by_seller: rows } = await ask(`/v1/chargeback/periods/${month}`, {}, { signal });
  const dearest = [...rows].sort((one, other) => Number(other.cost_usd ?? 0) - Number(one.cost_usd ?? 0));
  const sellers = [...new Set([...dearest.map((row) => row.seller).filter(Boolean), ...page.query.getAll("issuer")])];
  const issuer = page.query.get("issuer") ?? sellers[0] ?? null;
  if (issuer === null) return { sellers, issuer, missing: "Nothing of this month was bought from anybody." };
  try {
    return { sellers, ...(await send("POST", "/v1/chargeback/reconciliations", { issuer, month }, { signal })) };
  } catch (error) {
    if (error.status !== 404) throw error;
    return { sellers, issuer, missing: `No bill of ${issuer} tells of this month. Import one to compare.` };
  }
}

function bar(page, month, found, again) {
  const { sellers, issuer } = found;
  return h("div", { class: "month" },
    h("label", { class: "beside" }, "Bill of ", h("select", { name: "issuer", value: issuer ?? "", onchange: (event) => page.set({ issuer: event.target.value, cell: null }) }, sellers.map((name) => h("option", { value: name }, name)))),
    h("p", { class: "note" }, found.bills ? found.bills.map((bill) => `${bill.files.join(", ")}, imported ${bill.imported_at.slice(0, 10)}`).join("; ") : ""),
    h("div", { class: "buttons" },
      found.totals && h("button", { type: "button", disabled: Number(found.totals.gap_usd) === 0, onclick: () => book(page, month, found, again) }, "Book the difference"),
      h("button", { type: "button", class: "primary", onclick: () => importBill(page, again) }, "Import a bill")));
}

function totals({ totals: sums, cells, agreeing }) {
  const gap = Number(sums.gap_usd);
  return h("div", { class: "tiles" },
    tile({ label: "On the bill", value: usd(sums.theirs_usd), title: exactUsd(sums.theirs_usd) }),
    tile({ label: "In the ledger", value: usd(sums.ours_usd), title: exactUsd(sums.ours_usd) }),
    Number(sums.booked_usd) !== 0 && tile({ label: "Booked before", value: usd(sums.booked_usd), title: exactUsd(sums.booked_usd) }),
    tile({ label: "Gap", value: usd(sums.gap_usd), title: exactUsd(sums.gap_usd), tone: gap === 0 ? null : "warn", notes: sums.gap_ratio === null ? "nothing was billed" : `${share(Number(sums.gap_ratio))} of the bill` }),
    tile({ label: "Agreeing", value: share(cells ? agreeing / cells : null), notes: `${count(agreeing)} of ${count(cells)} by day, model and usage class` }));
}

function causes({ totals: sums }) {
  const rows = Object.entries(sums.causes).sort(([, one], [, other]) => Math.abs(Number(other)) - Math.abs(Number(one)));
  if (!rows.length) return h("p", { class: "empty" }, "Both sides agree to the last digit.");
  return table({ caption: "The gap by cause", rows, key: ([cause]) => cause, columns: [
    { label: "Cause", class: "wide", cell: ([cause]) => [causeName(cause), h("small", { class: "under-name" }, CAUSES[cause] ?? "")] },
    { label: "Gap", number: true, cell: ([, amount]) => money(amount) },
  ] });
}

function models({ models: rows }) {
  return table({ caption: "By model, largest gap first", rows, key: (row) => row.model ?? "", columns: [
    { label: "Model", class: "model", cell: (row) => word(row.model, "no model named") },
    { label: "Bill", number: true, cell: (row) => money(row.theirs_usd) },
    { label: "Ledger", number: true, cell: (row) => money(row.ours_usd) },
    { label: "Gap", number: true, cell: (row) => money(row.gap_usd) },
  ] });
}
