"""Plans: even ones, and those that follow a weekly pattern."""

from datetime import UTC
from fractions import Fraction
from zoneinfo import ZoneInfo

from analytics.notation import NS_PER_DAY, NS_PER_HOUR
from analytics.spending.curve import Pattern, even, from_pattern, pattern

WEEK = 7 * NS_PER_DAY
MONDAY = 4 * NS_PER_DAY  # 1970-01-05
EDGES = tuple(MONDAY + n * WEEK for n in range(5))


def weekly(*amounts: int) -> dict[int, int]:
    """Spend on Tuesday at nine, week by week."""
    return {begin + 33 * NS_PER_HOUR: amount for begin, amount in zip(EDGES, amounts, strict=False)}


def test_an_even_plan_grows_with_the_time_that_is_over():
    plan = even(100, 200)
    assert [plan.share(at) for at in (50, 100, 125, 200, 300)] == [0, 0, Fraction(1, 4), 1, 1]
    assert [plan.reached(Fraction(share)) for share in (0, Fraction(1, 4), 1, 2)] == [100, 125, 200, 200]


def test_a_pattern_sums_the_weeks_by_hour_of_the_week():
    found = pattern(weekly(1, 2, 3, 4), EDGES, UTC)
    assert (found.weeks, found.totals, found.by_hour[33], sum(found.by_hour)) == (4, (1, 2, 3, 4), 10, 10)


def test_an_hour_is_the_zone_s_own():
    assert pattern(weekly(1, 1, 1, 1), EDGES, ZoneInfo("Asia/Tokyo")).by_hour[42] == 4


def test_the_week_in_which_spend_began_is_left_out():
    assert pattern(weekly(0, 2, 3, 4), EDGES, UTC).totals == (3, 4)


def test_one_week_is_no_pattern():
    assert pattern(weekly(0, 0, 3, 4), EDGES, UTC) is None
    assert pattern({}, EDGES, UTC) is None


def test_a_week_without_spend_counts_as_a_quiet_week():
    assert pattern(weekly(4, 0, 0, 4), EDGES, UTC).totals == (4, 0, 0, 4)


def test_busy_hours_are_planned_to_cost_more_and_quiet_ones_never_nothing():
    plan = from_pattern(pattern(weekly(1, 1, 1, 1), EDGES, UTC), MONDAY, MONDAY + WEEK, UTC)
    hours = [plan.share(MONDAY + (n + 1) * NS_PER_HOUR) - plan.share(MONDAY + n * NS_PER_HOUR) for n in range(168)]
    even_hour = Fraction(1, 5 * 168)  # one even week beside four of history
    above = [hours[n] - even_hour for n in (31, 32, 33, 34, 35)]
    assert above == [0, Fraction(1, 5), Fraction(2, 5), Fraction(1, 5), 0]
    assert min(hours) == even_hour


def test_a_longer_period_repeats_the_week():
    plan = from_pattern(Pattern((1,) * 24 + (0,) * 144, 3, (8, 8, 8)), MONDAY, MONDAY + 2 * WEEK, UTC)
    assert plan.share(MONDAY + WEEK) == Fraction(1, 2)
