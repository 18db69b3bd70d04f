"""How likely a budget is overrun."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.notation import NS_PER_DAY
from analytics.spending.budget import Plan, SpendBudget
from analytics.spending.curve import Pattern, even
from analytics.spending.overrun import chance, overrun_probability
from analytics.spending.position import PlannedPeriod, Position, Reserved, Sums

WEEKS = (90, 110, 100, 80, 120, 100)
FOUR_WEEKS = 28 * NS_PER_DAY


def position(spent, *, days=14, amount=400, weeks=WEEKS, lines=1) -> Position:
    found = None if weeks is None else Pattern((1,) * 168, len(weeks), tuple(weeks))
    period = PlannedPeriod(0, FOUR_WEEKS, even(0, FOUR_WEEKS), found)
    budget = SpendBudget("all", Decimal(amount), plan=Plan.HISTORY)
    return Position(budget, period, Sums(Decimal(spent), lines), Reserved(), days * NS_PER_DAY)


def test_spend_exactly_on_its_plan_is_as_likely_over_as_under():
    assert overrun_probability(position(200)) == pytest.approx(0.5)


def test_a_budget_that_is_overspent_is_overrun_and_one_that_is_over_in_time_is_not():
    assert overrun_probability(position(401)) == 1.0
    assert overrun_probability(position(400, days=28)) == 0.0


def test_late_in_the_period_the_same_pace_says_more():
    chances = [overrun_probability(position(days * 13, days=days)) for days in (4, 14, 26)]
    assert chances == sorted(chances, reverse=True)
    assert (chances[0] > 0.2, chances[2] < 0.08) == (True, True)


def test_without_a_history_or_a_price_nobody_knows():
    assert overrun_probability(position(200, weeks=None)) is None
    assert overrun_probability(Position(*_unpriced())) is None


def _unpriced():
    known = position(0)
    return known.budget, known.period, Sums(Decimal(0), lines=3, unpriced_lines=3), known.reserved, known.at_ns


def test_weeks_that_are_all_alike_leave_no_doubt():
    assert overrun_probability(position(201, weeks=(100, 100))) == 1.0
    assert overrun_probability(position(199, weeks=(100, 100))) == 0.0


@given(st.integers(1, 399), st.integers(1, 399))
def test_more_spend_never_makes_an_overrun_less_likely(one, other):
    low, high = sorted((one, other))
    assert overrun_probability(position(low)) <= overrun_probability(position(high)) + 1e-12


def test_what_is_called_one_in_five_comes_about_in_one_of_five():
    random = Random(7)
    told = []
    for _ in range(4_000):
        history = [random.gammavariate(25, 4) for _ in range(8)]
        first, rest = (random.gammavariate(50, 4) for _ in range(2))  # two weeks each, of mean 200
        mean = sum(history) / 8
        cv = (sum((week - mean) ** 2 for week in history) / 7) ** 0.5 / mean
        left = random.uniform(150, 260)
        likely = chance(left=left, rest=first, cv=cv, weeks_left=2, weeks_over=2, weeks=8)
        told.append((likely, rest > left))
    for low, high in ((0.1, 0.3), (0.4, 0.6), (0.7, 0.9)):
        come = [came for likely, came in told if low <= likely < high]
        assert low - 0.05 < sum(come) / len(come) < high + 0.05
