// Budgets: promises about requests with their error budgets, and money with its plan.

import { h } from "../core/h.js";
import { objectives } from "./budgets/objectives.js";
import { course, spendBudgets } from "./budgets/spend.js";

export const title = () => "Budgets";

export function draw(page) {
  return [h("div", { class: "heading" }, h("h1", {}, "Budgets")), objectives(page), spendBudgets(page), course(page)];
}
