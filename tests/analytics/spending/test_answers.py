"""Spend against its plan, in calendar periods: what ``/v1/budgets`` says."""

from decimal import Decimal

from analytics.notation import instant_text, usd_text
from analytics.periods import Period
from analytics.spending.answers import budget_answer
from analytics.spending.budget import Plan, SpendBudget
from analytics.spending.shapes import ReservationAsk, SettleAsk
from analytics.spending.spending import Spending
from tests.analytics.stored import NOON, Line, S, Stored, put, store_with

HOUR = 3_600 * S
DAILY = SpendBudget("daily", Decimal(10), Period.DAY)  # noon: half of it is planned
FOUR_DOLLARS = Line(quantity=4, unit_price_usd="1")


def spend(*requests: Stored, budget: SpendBudget = DAILY, now: int = NOON + S):
    (found,) = budget_answer(Spending(store_with(*requests), [budget]), now).budgets
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


def test_spend_keeps_its_last_digit_however_much_it_is():
    line = Line(quantity=4 * 10**18 + 7, unit_price_usd="0.000333333333333")
    found = spend(*(Stored(number=n, started_at=NOON - n * HOUR, lines=(line,)) for n in (1, 2)))
    assert usd_text(found.spent_usd) == "2666666666664000.004666666666662"  # 2 x 4,000,000,000,000,000,007 x the price


def test_spend_before_the_period_does_not_count():
    assert usd_text(spend(Stored(started_at=NOON - 13 * HOUR, lines=(FOUR_DOLLARS,))).spent_usd) == "0"


def test_spend_of_others_does_not_count():
    globex = SpendBudget("globex", Decimal(10), Period.DAY, tenant="globex")
    found = spend(Stored(number=1, lines=(FOUR_DOLLARS,)), Stored(number=2, tenant="globex"), budget=globex)
    assert usd_text(found.spent_usd) == "0.00025"


def test_spend_without_any_price_is_unknown_and_not_zero():
    found = spend(Stored(lines=(Line(unit_price_usd=None),)))
    assert (found.spent_usd, found.burn, found.status, found.unpriced_lines) == (None, None, "unknown", 1)


def test_a_word_that_is_asked_for_and_absent_does_not_count():
    nobody = Stored(tenant=None, lines=(FOUR_DOLLARS,))
    assert usd_text(spend(nobody, budget=SpendBudget("acme", Decimal(10), Period.DAY, tenant="acme")).spent_usd) == "0"


def test_every_word_of_a_scope_narrows_it():
    one = Stored(lines=(FOUR_DOLLARS,))
    words = {"tenant": "acme", "team": "support", "feature": "assistant", "route": "answer", "tier": "standard"}
    words |= {"environment": "prod", "provider": "openai", "model": "gpt-4o"}
    assert usd_text(spend(one, budget=SpendBudget("all", Decimal(10), Period.DAY, **words)).spent_usd) == "4"
    for word in (*words, "cost_center", "project"):
        other = SpendBudget("other", Decimal(10), Period.DAY, **words | {word: "another"})
        assert usd_text(spend(one, budget=other).spent_usd) == "0", word


def test_the_day_of_a_zone_is_that_zone_s():
    berlin = SpendBudget("berlin", Decimal(24), Period.DAY, zone="Europe/Berlin")
    at_midnight = NOON - 13 * HOUR  # 23:00 in UTC is midnight in Berlin
    late, early = (Stored(number=n, started_at=at_midnight + n * S, lines=(FOUR_DOLLARS,)) for n in (-60, 60))
    found = spend(Stored(number=1, started_at=late.started_at, lines=(FOUR_DOLLARS,)), early, budget=berlin, now=NOON)
    assert (instant_text(found.period_start), found.zone) == ("2026-11-17T23:00:00.000000Z", "Europe/Berlin")
    assert [usd_text(amount) for amount in (found.spent_usd, found.planned_usd)] == ["4", "13"]


def test_variance_is_how_far_spend_is_from_plan():
    found = spend(Stored(started_at=NOON - HOUR, lines=(FOUR_DOLLARS,)), now=NOON)
    assert found.variance_ratio == -0.2  # 4 of 5


def test_levels_are_reached_by_what_is_spent_and_reserved():
    spending = Spending(store_with(Stored(lines=(FOUR_DOLLARS,))), [DAILY])
    assert budget_answer(spending, NOON + S).budgets[0].level is None
    spending.reserve(ReservationAsk(amount_usd="1"), NOON + S)
    held = budget_answer(spending, NOON + S).budgets[0]
    assert (held.level, usd_text(held.reserved_usd), usd_text(held.available_usd)) == ("half", "1", "5")
    assert usd_text(held.remaining_usd) == "6"


def test_what_cost_more_than_was_reserved_is_shown():
    spending = Spending(store_with(), [DAILY, SpendBudget("others", Decimal(1), tenant="globex")])
    granted = spending.reserve(ReservationAsk(amount_usd="1", tenant="acme"), NOON)
    spending.settle(granted.reservation_id, SettleAsk(actual_usd="1.25"), NOON + S)
    mine, others = budget_answer(spending, NOON + 2 * S).budgets
    assert [usd_text(amount) for amount in (mine.overrun_usd, mine.settled_usd, others.overrun_usd)] == [
        "0.25",
        "1.25",
        "0",
    ]


def test_what_never_comes_to_the_ledger_is_shown_once_it_counts_no_more():
    spending = Spending(store_with(), [DAILY])
    granted = spending.reserve(ReservationAsk(amount_usd="1"), NOON)
    spending.settle(granted.reservation_id, SettleAsk(actual_usd="0.75", trace_id="f" * 32), NOON + S)
    before, after = (budget_answer(spending, NOON + seconds * S).budgets[0] for seconds in (600, 602))
    assert [usd_text(amount) for amount in (before.reserved_usd, before.unseen_usd)] == ["0.75", "0"]
    assert [usd_text(amount) for amount in (after.reserved_usd, after.unseen_usd)] == ["0", "0.75"]


def test_a_plan_follows_the_weekdays_and_hours_of_the_weeks_before():
    weeks = [NOON - HOUR - days * 24 * HOUR for days in range(1, 57)]  # a dollar at eleven, every day of eight weeks
    store = store_with(
        *(Stored(number=n, started_at=at, lines=(Line(quantity=1, unit_price_usd="1"),)) for n, at in enumerate(weeks))
    )
    put(store, Stored(number=99, started_at=NOON - HOUR, lines=(FOUR_DOLLARS,)))
    budget = SpendBudget("daily", Decimal(10), Period.DAY, plan=Plan.HISTORY)
    morning, noon = (budget_answer(Spending(store, [budget]), at).budgets[0] for at in (NOON - 2 * HOUR, NOON + HOUR))
    assert (noon.plan_kind, noon.plan_weeks, noon.plan_fallback) == ("history", 8, None)
    # 1/9 of a day's plan is the even week of the prior; the rest is spread 1:2:1 over the hours from ten to one
    assert usd_text(morning.planned_usd) == usd_text(round(Decimal(10) * 10 / 24 / 9, 6))
    assert usd_text(noon.planned_usd) == usd_text(round(Decimal(10) * (8 + Decimal(13) / 24) / 9, 6))
    assert noon.projected_low_usd == noon.projected_usd == noon.projected_high_usd  # every week was alike


def test_a_plan_without_enough_history_is_even_and_says_so():
    budget = SpendBudget("daily", Decimal(10), Period.DAY, plan=Plan.HISTORY)
    found = spend(Stored(started_at=NOON - 9 * 24 * HOUR), budget=budget, now=NOON)
    assert (found.plan_kind, usd_text(found.planned_usd)) == ("even", "5")
    assert found.plan_fallback == "fewer than 2 whole weeks of spend before the period"
