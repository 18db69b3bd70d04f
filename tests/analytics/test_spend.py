"""Spend against an even plan, in calendar periods."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from analytics.notation import instant_text, usd_text
from analytics.spend import Period, SpendBudget, budget_answer, period_of
from tests.analytics.stored import NOON, Line, S, Stored, store_with

HOUR = 3_600 * S
DAILY = SpendBudget("daily", Decimal(10), Period.DAY)  # noon: half of it is planned
FOUR_DOLLARS = Line(quantity=4, unit_price_usd="1")


def spend(*requests: Stored, budget: SpendBudget = DAILY, now: int = NOON + S):
    (found,) = budget_answer(store_with(*requests), [budget], now).budgets
    return found


def test_spend_is_held_against_what_an_even_plan_would_have_spent_by_now():
    found = spend(Stored(started_at=NOON - HOUR, lines=(FOUR_DOLLARS,)), now=NOON)
    assert [usd_text(v) for v in (found.spent_usd, found.planned_usd, found.projected_usd)] == ["4", "5", "8"]
    assert (found.burn, found.status, found.exhausted_at) == (0.8, "within_plan", None)


def test_spend_over_plan_says_when_the_amount_is_gone():
    found = spend(Stored(started_at=NOON - HOUR, lines=(FOUR_DOLLARS, FOUR_DOLLARS)), now=NOON)
    assert (found.status, found.burn) == ("over_plan", 1.6)
    assert instant_text(found.exhausted_at) == "2026-11-18T15:00:00.000000Z"  # 12 h x 10 / 8


def test_an_amount_that_is_gone_is_exhausted():
    found = spend(Stored(started_at=NOON - HOUR, lines=(FOUR_DOLLARS,) * 3))
    assert (found.status, usd_text(found.remaining_usd)) == ("exhausted", "-2")


def test_spend_before_the_period_does_not_count():
    assert usd_text(spend(Stored(started_at=NOON - 13 * HOUR, lines=(FOUR_DOLLARS,))).spent_usd) == "0"


def test_spend_of_others_does_not_count():
    globex = SpendBudget("globex", Decimal(10), Period.DAY, tenant="globex")
    found = spend(Stored(number=1, lines=(FOUR_DOLLARS,)), Stored(number=2, tenant="globex"), budget=globex)
    assert usd_text(found.spent_usd) == "0.00025"


def test_spend_without_any_price_is_unknown_and_not_zero():
    found = spend(Stored(lines=(Line(unit_price_usd=None),)))
    assert (found.spent_usd, found.burn, found.status, found.unpriced_lines) == (None, None, "unknown", 1)


@pytest.mark.parametrize(
    ("period", "at", "start", "until"),
    [
        (Period.DAY, "2026-11-18T23:59:59+00:00", "2026-11-18", "2026-11-19"),
        (Period.DAY, "2026-11-18T23:30:00-01:00", "2026-11-19", "2026-11-20"),
        (Period.WEEK, "2026-11-16T00:00:00+00:00", "2026-11-16", "2026-11-23"),
        (Period.WEEK, "2026-11-22T12:00:00+00:00", "2026-11-16", "2026-11-23"),
        (Period.MONTH, "2028-02-29T12:00:00+00:00", "2028-02-01", "2028-03-01"),
    ],
)
def test_periods_are_calendar_periods_in_utc(period, at, start, until):
    midnights = tuple(datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (start, until))
    assert period_of(period, datetime.fromisoformat(at)) == midnights
