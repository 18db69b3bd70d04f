"""Spend against plan over a period: each row says what the budget's answer said at that instant."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.notation import usd_text
from analytics.periods import Period
from analytics.questions import NotFound
from analytics.spending.answers import budget_answer
from analytics.spending.budget import SpendBudget
from analytics.spending.history import SpendHistoryParams, spend_history
from analytics.spending.spending import Spending
from tests.analytics.stored import NOON, Line, S, Stored, store_with

HOUR = 3_600 * S
DAILY = SpendBudget("daily", Decimal(10), Period.DAY)
BERLIN = SpendBudget("berlin", Decimal(10), Period.DAY, zone="Europe/Berlin")
FOUR_DOLLARS = Line(quantity=4, unit_price_usd="1")


def history(*requests: Stored, budget=DAILY, now=NOON + S, step_s=6 * 3_600):
    return spend_history(Spending(store_with(*requests), [budget]), budget.name, SpendHistoryParams(step_s=step_s), now)


def test_spend_adds_up_to_now_and_the_plan_goes_on_to_the_end():
    spent = [Stored(number=n, started_at=NOON - n * 4 * HOUR, lines=(FOUR_DOLLARS,)) for n in (1, 2)]
    rows = history(*spent, now=NOON + HOUR).rows
    told = [(row.at, row.spent_usd and usd_text(row.spent_usd), usd_text(row.planned_usd)) for row in rows]
    assert told == [
        (NOON - 6 * HOUR, "4", "2.5"),
        (NOON, "8", "5"),
        (NOON + HOUR, "8", "5.416667"),  # 13 / 24 of 10
        (NOON + 6 * HOUR, None, "7.5"),
        (NOON + 12 * HOUR, None, "10"),
    ]


def test_what_has_no_price_is_counted_beside_the_spend():
    rows = history(Stored(started_at=NOON - HOUR, lines=(FOUR_DOLLARS, Line(unit_price_usd=None)))).rows
    assert [(row.unpriced_lines, row.spent_usd) for row in rows if row.at == NOON] == [(1, Decimal(4))]
    dark = history(Stored(started_at=NOON - HOUR, lines=(Line(unit_price_usd=None),))).rows
    assert [row.spent_usd for row in dark if row.at == NOON] == [None]


def test_a_budget_that_is_not_there_is_refused_by_name():
    with pytest.raises(NotFound, match="no budget is called 'gone'; configured are: daily"):
        spend_history(Spending(store_with(), [DAILY]), "gone", SpendHistoryParams(), NOON)


@settings(max_examples=4, deadline=None)
@given(
    starts=st.lists(st.integers(NOON - 15 * HOUR, NOON + 5 * HOUR), max_size=3),
    budget=st.sampled_from([DAILY, BERLIN]),
    step_s=st.just(4 * 3_600),
)
def test_every_row_up_to_now_is_what_the_answer_was_at_that_instant(starts, budget, step_s):
    requests = [Stored(number=n + 1, started_at=at, lines=(FOUR_DOLLARS,)) for n, at in enumerate(starts)]
    now = NOON + 5 * HOUR + 1
    for row in history(*requests, budget=budget, now=now, step_s=step_s).rows:
        before = [one for one in requests if one.started_at < row.at]
        (then,) = budget_answer(Spending(store_with(*before), [budget]), min(row.at, now)).budgets
        if row.at <= now:
            assert (row.spent_usd, row.planned_usd) == (then.spent_usd, then.planned_usd)
        else:
            assert row.spent_usd is None
