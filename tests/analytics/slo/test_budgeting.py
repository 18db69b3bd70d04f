"""What is left of a budget, for how long, and in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from analytics.slo.arithmetic import Counts
from analytics.slo.budgeting import budget
from analytics.slo.objective import Objective, Sli
from analytics.slo.periods import BudgetPeriod, Period, budget_period
from analytics.slo.words import called, in_words

AT = datetime(2026, 11, 16, 12, tzinfo=UTC)  # a Monday, 15.5 days into November
ROLLING = BudgetPeriod(AT - timedelta(days=28), AT, None)
MONTH = BudgetPeriod(datetime(2026, 11, 1, tzinfo=UTC), AT, datetime(2026, 12, 1, tzinfo=UTC))


def up(**words) -> Objective:
    return Objective("up", Sli.AVAILABILITY, 0.99, **words)


def test_a_month_half_over_at_a_burn_of_one_has_spent_half_of_its_budget():
    half = BudgetPeriod(MONTH.start, datetime(2026, 11, 16, tzinfo=UTC), MONTH.until)
    assert budget(Counts(1000, 990), 0.99, half, pace=1.0).remaining_ratio == pytest.approx(0.5)


def test_a_month_at_a_pace_that_its_rest_bears_lasts():
    assert budget(Counts(1000, 990), 0.99, MONTH, pace=0.9).gone_at is None
    gone = budget(Counts(1000, 990), 0.99, MONTH, pace=2.0)
    assert gone.gone_in_s == pytest.approx((1 - 15.5 / 30) * 30 * 86400 / 2)


def test_a_rolling_budget_is_never_gone_at_a_pace_of_one():
    assert budget(Counts(1000, 995), 0.99, ROLLING, pace=1.0).gone_at is None
    assert budget(Counts(1000, 995), 0.99, ROLLING, pace=2.0).gone_in_s == pytest.approx(0.5 * 28 * 86400 / 2)


@pytest.mark.parametrize("pace", [None, 0.0, 0.5, 5.0])
def test_an_overspent_budget_is_gone_now_whatever_the_pace(pace):
    found = budget(Counts(1000, 900), 0.99, ROLLING, pace)
    assert (found.gone_in_s, found.gone_at, found.remaining_ratio) == (0.0, AT, pytest.approx(-9))


def test_nothing_judged_is_nothing_known():
    found = budget(Counts(), 0.99, MONTH, pace=None)
    assert (found.burn, found.remaining_ratio, found.gone_at) == (None, None, None)


@pytest.mark.parametrize(
    ("at", "start", "until", "elapsed_s"),
    [
        ("2026-11-16T12:00:00+00:00", "2026-10-31T23:00:00+00:00", "2026-11-30T23:00:00+00:00", 15 * 86400 + 13 * 3600),
        ("2026-10-25T12:00:00+00:00", "2026-09-30T22:00:00+00:00", "2026-10-31T23:00:00+00:00", 24 * 86400 + 14 * 3600),
    ],
)
def test_a_calendar_period_begins_at_midnight_of_its_zone_also_when_clocks_change(at, start, until, elapsed_s):
    found = budget_period(up(calendar=Period.MONTH, time_zone="Europe/Berlin"), datetime.fromisoformat(at))
    assert (found.start.isoformat(), found.until.isoformat(), found.elapsed_s) == (start, until, elapsed_s)


def test_a_rolling_period_is_always_whole():
    found = budget_period(up(), AT)
    assert (found.elapsed_s, found.elapsed_ratio, found.until) == (28 * 86400, 1.0, None)


# bad of 1,000 at 99 %, pace -> the sentence
SAID = {
    "thursday": (4, 7.5, "at this pace the month's budget is gone on Thursday; 79 % of it is left"),
    "soon": (4, 500.0, "at this pace the month's budget is gone in 69 minutes; 79 % of it is left"),
    "tonight": (4, 100.0, "at this pace the month's budget is gone today at 17:42; 79 % of it is left"),
    "later": (4, 2.4, "at this pace the month's budget is gone on 26 November; 79 % of it is left"),
    "lasting": (4, 0.3, "at this pace the month's budget lasts; 79 % of it is left"),
    "calm": (4, 0.0, "nothing spends the month's budget at present; 79 % of it is left"),
    "silent": (4, None, "nothing came of late, so nobody knows its pace; 79 % of the month's budget is left"),
    "gone": (40, 1.0, "the month's budget is gone: 2.07 times as much was spent"),
    "just gone": (600 / 31, 1.0, "the month's budget is gone"),
}


@pytest.mark.parametrize(("bad", "pace", "said"), SAID.values(), ids=SAID)
def test_a_burn_is_said_as_a_person_would(bad, pace, said):
    assert in_words(budget(Counts(1000, 1000 - bad), 0.99, MONTH, pace), MONTH, "month", UTC) == said


def test_the_day_is_the_day_of_the_objectives_zone():
    at = datetime(2026, 11, 17, 22, tzinfo=UTC)  # Wednesday in Tokyo, where 14 hours later it is Wednesday night
    period = BudgetPeriod(at - timedelta(days=28), at, None)
    left = budget(Counts(1000, 995), 0.99, period, pace=0.5 * 28 * 24 / 20)
    assert "on Thursday" in in_words(left, period, "28 days", ZoneInfo("Asia/Tokyo"))
    assert "on Wednesday" in in_words(left, period, "28 days", UTC)


def test_nothing_known_is_said_too():
    assert in_words(budget(Counts(), 0.99, ROLLING, None), ROLLING, "28 days", UTC) == (
        "nothing was judged within 28 days, so nothing is known"
    )


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ({}, "28 days"),
        ({"calendar": Period.MONTH}, "month"),
        ({"period_s": 86400.0 * 3}, "3 days"),
        ({"period_s": 3600.0 * 73}, "73 hours"),
    ],
)
def test_a_period_is_called_as_people_call_it(words, name):
    assert called(up(**words)) == name
