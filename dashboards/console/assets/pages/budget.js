// One error budget: the promise, how it stands, how it went, and what made it burn.

import { ask, Asked } from "../core/api.js";
import { h } from "../core/h.js";
import { filterBar } from "../parts/filters.js";
import { status } from "../parts/figures.js";
import { panel } from "../parts/panel.js";
import { shared } from "../parts/shared.js";
import { contributors, wordsOfGroup } from "./budget/contributors.js";
import { history } from "./budget/history.js";
import { figures, groups, windows } from "./budget/standing.js";
import { promise, reasonOf, scopeOf, span } from "./budgets/words.js";

const WINDOW = "24h";

export const title = ({ name }) => `Budget ${name}`;

export function draw(page) {
  const { name } = page.params;
  const asked = shared(page, async (signal) => found(await ask("/v1/slos", { name }, { signal }), page.query.get("group")));
  return [
    h("div", { class: "heading" }, h("h1", {}, name), h("a", { href: "/budgets", class: "note" }, "All budgets")),
    panel(page, { title: "How it stands", hidden: true, class: "bare", load: asked, draw: ({ slo, one }) => [said(slo, one), figures(slo, one)] }),
    panel(page, { title: "Alert windows", load: asked, draw: ({ one }) => windows(page, one) }),
    byValue(page, asked),
    filterBar(page, [], { standard: WINDOW }),
    history(page, name, WINDOW, asked),
    contributors(page, name, async () => {
      const { one, slo } = await asked();
      return one === slo ? {} : wordsOfGroup(one);
    }),
  ];
}

// Only where budgets are kept by the values of some words.
function byValue(page, asked) {
  const section = panel(page, {
    title: "Budgets by value",
    load: async () => {
      const answer = await asked();
      section.hidden = answer.slo.groups.length === 0;
      return answer;
    },
    draw: ({ slo }) => groups(page, slo),
  });
  section.hidden = true;
  return section;
}

function found({ slos: [slo] }, group) {
  const one = group === null ? slo : slo.groups.find((found) => found.name === group);
  if (!one) throw new Asked(404, "No such group", `${slo.name} keeps no budget for ${group}.`);
  return { slo, one };
}

function said(slo, one) {
  const link = slo.runbook_url && /^https?:|^\//.test(slo.runbook_url);
  return h("div", { class: "said-of" },
    h("p", {}, status(one.status, reasonOf(one)), " ", one === slo ? null : h("b", {}, `${one.name}: `), one.in_words),
    h("p", { class: "note" }, [`${promise(slo)}, ${scopeOf(slo)}, over ${slo.calendar ? `a ${slo.calendar}` : span(slo.period_s)}`, slo.owner && `owner ${slo.owner}`, slo.description].filter(Boolean).join(" · "),
      link && [" · ", h("a", { href: slo.runbook_url }, "runbook")]));
}
