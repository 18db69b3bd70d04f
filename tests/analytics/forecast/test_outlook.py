"""What is seen joined with what is forecast."""

import numpy as np
import pytest

from analytics.forecast.course import Course, Step
from analytics.forecast.outlook import Outlook, Reason, cycle_of, forecast, outlook, refusal
from analytics.notation import NS_PER_DAY
from tests.analytics.forecast.spend import spend

START = 180 * NS_PER_DAY


def looked(*, running=0.0, over=0.0, days=10, factor=1.0, shape="flat") -> Outlook:
    values = spend(shape, 1, 180)
    going = Course(tuple(range(0, START + 1, NS_PER_DAY)), values, running, over)
    ahead = [START + n * NS_PER_DAY for n in range(days + 1)]
    now = START + int(over * NS_PER_DAY)
    return outlook(going, forecast(Step.DAY, values, days), ahead, (now, ahead[-1]), factor)


def test_at_midnight_all_is_still_to_come():
    found = looked()
    assert found.steps[1].sum() == pytest.approx(found.expected)


def test_what_was_seen_of_a_day_counts_the_more_the_later_it_is():
    usual = looked().steps[1][0]
    days = [looked(running=2 * usual * over, over=over).steps[1][0] / usual for over in (0.1, 0.5, 0.9)]
    assert days == pytest.approx([1.19, 1.75, 1.99])  # seen + (1 - over) x ((1 - over) + seen): 0.2 + 0.9 x 1.1 ...


def test_an_end_within_the_running_day_takes_its_part():
    values = spend("flat", 1, 180)
    going = Course(tuple(range(0, START + 1, NS_PER_DAY)), values, 0.0, 0.0)
    ahead = (START, START + NS_PER_DAY)
    rolling = forecast(Step.DAY, values, 1)
    half, whole = (
        outlook(going, rolling, ahead, (START, START + part)).expected for part in (NS_PER_DAY // 2, NS_PER_DAY)
    )
    assert half == pytest.approx(whole / 2)


def test_more_traffic_is_more_of_what_is_to_come():
    as_is, grown = looked(running=50.0, over=0.5), looked(running=50.0, over=0.5, factor=1.5)
    assert grown.expected == pytest.approx(1.5 * as_is.expected)
    assert grown.steps[1][0] - 50 == pytest.approx(1.5 * (as_is.steps[1][0] - 50))


def test_totals_only_grow_and_stay_within_their_bounds():
    found = looked(days=30, shape="spikes")
    low, expected, high = found.rest
    assert (low <= expected).all()
    assert (expected <= high).all()
    for curve in found.rest:
        assert (np.diff(curve) >= 0).all()


def test_money_is_gone_earlier_at_the_high_end():
    found = looked(days=30)
    gone = found.gone(found.expected / 2)
    assert START < gone.earliest_ns < gone.expected_ns < gone.latest_ns < START + 30 * NS_PER_DAY
    assert found.gone(2 * found.expected).expected_ns is None


def test_an_amount_that_is_spent_is_overrun_and_one_out_of_reach_hardly_is():
    found = looked()
    assert found.probability_above(-0.01) == 1.0
    assert found.probability_above(5 * found.expected) == pytest.approx(0.005)
    assert 0.2 < found.probability_above(found.expected) < 0.8


@pytest.mark.parametrize(
    ("days", "ahead", "reason"),
    [
        (0, 5, Reason.NOTHING_SEEN),
        (27, 5, Reason.TOO_LITTLE_HISTORY),
        (28, 14, None),
        (28, 15, Reason.TOO_FAR),
        (100, 0, Reason.OVER),
    ],
)
def test_too_little_is_said_and_not_guessed(days, ahead, reason):
    found = refusal(Step.DAY, np.ones(days), ahead)
    assert (found and found.reason) == reason


def test_hours_have_a_week_unless_most_of_them_see_nothing():
    rare = np.tile([1.0, 0.0, 0.0], 300)
    assert [cycle_of(Step.HOUR, values) for values in (np.ones(900), rare)] == [168, 1]
    assert refusal(Step.HOUR, np.ones(671), 10).reason is Reason.TOO_LITTLE_HISTORY
