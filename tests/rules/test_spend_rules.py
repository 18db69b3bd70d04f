"""When spend pages: burns against the plan come as gauges, the rules hold them against their limits."""

from decimal import Decimal

from analytics.slo.rules.pack import rules_of
from analytics.slo.rules.promql import selector
from analytics.slo.rules.spend import ABOVE_PLAN, AMOUNT, BURN, SPENT, GaugeName
from analytics.spending.budget import SpendBudget
from tests.rules.timelines import check, firing, never, series

BUDGET = SpendBudget("support-month", Decimal(500))
BY = ("alertname", "severity", "window")
HOUR, SIX = (("BurnlineSpendBudgetBurn", *row) for row in (("page", "1h"), ("ticket", "6h")))
GONE = ("BurnlineSpendBudgetGone", "page", "")


def gauge(name: GaugeName, value: float, **labels: str) -> dict[str, str]:
    return series(selector(name.name, {"budget": BUDGET.name, **labels}), [value] * 31)


def spend(
    tmp_path, *asked, burns: dict[str, float] | None = None, above_usd: float = 10.0, spent_usd: float = 100.0
) -> None:
    burns = {"1h": 1.0, "5m": 1.0, "6h": 1.0, "30m": 1.0} | (burns or {})
    inputs = [gauge(AMOUNT, 500), gauge(SPENT, spent_usd)]
    inputs += [gauge(BURN, burn, window=window) for window, burn in burns.items()]
    inputs += [gauge(ABOVE_PLAN, above_usd, window=window) for window in burns]
    check(rules_of([], [BUDGET]), tmp_path, inputs, asked)


def test_spend_on_plan_burns_at_one_and_pages_nobody(tmp_path):
    spend(tmp_path, never(30))


def test_twice_the_plan_pages(tmp_path):
    spend(tmp_path, firing(0, HOUR, by=BY), burns={"1h": 2.0, "5m": 2.0})


def test_half_more_for_hours_is_a_ticket(tmp_path):
    spend(tmp_path, firing(0, SIX, by=BY), burns={"1h": 1.5, "5m": 1.5, "6h": 1.5, "30m": 1.5})


def test_a_dear_hour_that_is_over_does_not_page(tmp_path):
    spend(tmp_path, never(30), burns={"1h": 4.0, "5m": 0.5})


def test_a_fast_start_of_two_dollars_is_no_trend(tmp_path):
    spend(tmp_path, never(30), burns={"1h": 50.0, "5m": 50.0}, above_usd=2.0)


def test_a_budget_that_is_gone_pages(tmp_path):
    spend(tmp_path, firing(0, GONE, by=BY), spent_usd=500.0)


def test_a_budget_of_which_nothing_is_heard_is_a_ticket(tmp_path):
    absent = ("BurnlineSpendBudgetAbsent", "ticket", "")
    check(rules_of([], [BUDGET]), tmp_path, [], [firing(9, by=BY), firing(10, absent, by=BY)])
