"""Alerting rules for spend budgets. Money is no error budget: healthy spend burns at 1, and five is a catastrophe.

PromQL has no plan curve, so the burn of a window against the plan comes from Burnline itself, as gauges; the rules hold
it against the limits of two rows. As for errors, the short window says that it goes on. Evidence is money: the long
window has spent more above its plan than a two-hundredth of the amount, so that the first call of a day is no trend.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analytics.links import Links
from analytics.slo.rules.promql import duration, figure, number, plain, selector
from analytics.slo.rules.rule import Alerting, Group
from analytics.slo.windows import Severity
from analytics.spending.budget import SpendBudget

BURNING = "BurnlineSpendBudgetBurn"
GONE = "BurnlineSpendBudgetGone"
ABSENT = "BurnlineSpendBudgetAbsent"
INTERVAL_S = 60.0
MATERIAL = 0.005
"""Share of the amount that has to be spent above plan within the long window."""


@dataclass(frozen=True, slots=True)
class SpendRow:
    """Fires where the rest of a budget burns above ``burn`` in both windows; 1 lasts exactly the period."""

    burn: float
    long_s: float
    short_s: float
    severity: Severity


SPEND_ROWS = (
    SpendRow(1.8, 3600.0, 300.0, Severity.PAGE),
    SpendRow(1.25, 21600.0, 1800.0, Severity.TICKET),
)


@dataclass(frozen=True, slots=True)
class GaugeName:
    """One gauge about a spend budget."""

    name: str
    text: str
    labels: tuple[str, ...] = ("budget",)


AMOUNT = GaugeName("burnline_budget_amount_usd", "What may be spent in the period, rounded to a float.")
SPENT = GaugeName("burnline_budget_spent_usd", "What was spent in the period, rounded to a float.")
BURN = GaugeName("burnline_budget_burn", "Burn of the rest of the budget; 1 lasts the period.", ("budget", "window"))
ABOVE_PLAN = GaugeName(
    "burnline_budget_above_plan_usd", "Spent in the window less planned for it, in USD.", ("budget", "window")
)
GAUGES = (AMOUNT, SPENT, BURN, ABOVE_PLAN)


def spend_group(budget: SpendBudget, links: Links | None = None) -> Group:
    """Every alert of one budget."""
    found = [*(_burn_alert(budget, row) for row in SPEND_ROWS), _gone_alert(budget), _absent_alert(budget)]
    rules = [_linked(alert, links or Links()) for alert in found]
    return Group(f"budget {budget.name}", INTERVAL_S, rules)


def _linked(alert: Alerting, links: Links) -> Alerting:
    leads = {"runbook_url": links.runbook(alert.alert), "explain_url": links.budgets()}
    return replace(alert, annotations={**alert.annotations, **leads})


def _burn_alert(budget: SpendBudget, row: SpendRow) -> Alerting:
    long, short = duration(row.long_s), duration(row.short_s)
    burns = [_of(budget, BURN, window=window) for window in (long, short)]
    material = f"{_of(budget, ABOVE_PLAN, window=long)} > {number(MATERIAL)} * {number(float(budget.amount_usd))}"
    conditions = (f"{burns[0]} > {number(row.burn)}", f"{burns[1]} > {number(row.burn)}", material)
    description = (
        f"In the last {long} the rest of the budget went {{{{ $value | humanize }}}} times as fast as lasts the "
        f"{budget.period}, and in the last {short} still above {number(row.burn)}. Healthy spend burns near 1."
    )
    return Alerting(
        alert=BURNING,
        expr="\nand ignoring (window) ".join(f"({condition})" for condition in conditions),
        labels={**_labels(budget, row.severity), "window": long},
        annotations={"summary": f"{plain(budget.name)} is spent too fast", "description": description, **_ACTION},
        keep_firing_for_s=row.short_s,
    )


def _gone_alert(budget: SpendBudget) -> Alerting:
    return Alerting(
        alert=GONE,
        expr=f"{_of(budget, SPENT)} >= {number(float(budget.amount_usd))}",
        labels=_labels(budget, Severity.PAGE),
        annotations={
            "summary": f"{plain(budget.name)} is spent",
            "description": f"{{{{ $value }}}} of {figure(float(budget.amount_usd))} USD went in this {budget.period}.",
            **_ACTION,
        },
    )


def _absent_alert(budget: SpendBudget) -> Alerting:
    return Alerting(
        alert=ABSENT,
        expr=f"absent({_of(budget, AMOUNT)})",
        labels=_labels(budget, Severity.TICKET),
        annotations={
            "summary": f"Nothing is known about the spend budget {plain(budget.name)}: no alert of it can fire",
            "description": f"Prometheus has no {AMOUNT.name} of it: Burnline is not scraped, or has no such budget.",
        },
        for_s=600.0,
    )


_ACTION = {"action": "See where it goes with `burnline budgets` and `burnline cost --by feature,model --since 24h`"}


def _of(budget: SpendBudget, gauge: GaugeName, **more: str) -> str:
    return selector(gauge.name, {"budget": budget.name, **more})


def _labels(budget: SpendBudget, severity: Severity) -> Mapping[str, str]:
    owner = {"owner": plain(budget.owner)} if budget.owner else {}
    return {"severity": severity, "budget": plain(budget.name), **owner}
