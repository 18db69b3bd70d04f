// Budgets: promises about requests with their error budgets, and money with its plan.

import { ask } from "../core/api.js";
import { h } from "../core/h.js";
import { shared } from "../parts/shared.js";
import { objectives } from "./budgets/objectives.js";
import { course, outlook, spendBudgets } from "./budgets/spend.js";

export const title = () => "Budgets";

export function draw(page) {
  const budgets = shared(page, (signal) => ask("/v1/budgets", {}, { signal }));
  return [h("div", { class: "heading" }, h("h1", {}, "Budgets")), objectives(page), spendBudgets(page, budgets), course(page, budgets), outlook(page, budgets)];
}
