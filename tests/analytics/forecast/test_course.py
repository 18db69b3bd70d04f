"""Whole local days, and how much of the running one is usually over."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from analytics.forecast.course import QUARTER_NS, Amounts, Step, course, edges_after, edges_until
from analytics.notation import NS_PER_HOUR, instant_ns

BERLIN = ZoneInfo("Europe/Berlin")
DAY = 24 * NS_PER_HOUR


def ns(text):
    return instant_ns(text)


def test_days_are_those_of_the_zone_also_when_the_clock_is_put_back():
    edges = edges_until(Step.DAY, ns("2026-10-26T08:00:00Z"), 2, BERLIN)
    assert [datetime.fromtimestamp(edge / 1e9, UTC).hour for edge in edges] == [22, 22, 23]
    assert edges[2] - edges[1] == 25 * NS_PER_HOUR


def test_steps_ahead_begin_with_the_running_one_and_hold_the_end():
    now, until = ns("2026-11-18T12:00:00Z"), ns("2026-11-21T06:00:00Z")
    edges = edges_after(Step.DAY, now, until, UTC)
    assert (edges[0], edges[-1]) == (ns("2026-11-18T00:00:00Z"), ns("2026-11-22T00:00:00Z"))
    hours = edges_after(Step.HOUR, ns("2026-11-18T12:20:00Z"), ns("2026-11-18T15:00:00Z"), UTC)
    assert [edge // NS_PER_HOUR % 24 for edge in hours] == [12, 13, 14, 15]


def test_an_hour_of_kathmandu_begins_at_a_quarter():
    (edge,) = edges_until(Step.HOUR, ns("2026-11-18T12:20:00Z"), 0, ZoneInfo("Asia/Kathmandu"))
    assert edge == ns("2026-11-18T12:15:00Z")


def test_the_running_day_is_over_by_as_much_as_it_usually_is():
    morning = [(day * DAY + 9 * NS_PER_HOUR, 30.0) for day in range(60)]
    evening = [(day * DAY + 20 * NS_PER_HOUR, 10.0) for day in range(59)]
    at, values = map(np.array, zip(*sorted(morning + evening), strict=True))
    going = course(Amounts(at, values), tuple(range(0, 60 * DAY, DAY)), 59 * DAY + 12 * NS_PER_HOUR)
    assert (going.running, going.over) == (30.0, 0.75)  # 30 of 40


def test_days_before_the_first_amount_and_its_own_are_left_out():
    at = np.arange(10 * DAY + 12 * NS_PER_HOUR, 20 * DAY, QUARTER_NS)
    going = course(Amounts(at, np.ones(len(at))), tuple(range(0, 20 * DAY, DAY)), 19 * DAY + 1)
    assert going.edges[0] == 11 * DAY
    assert going.values.tolist() == [96.0] * 8


@pytest.mark.parametrize("amounts", [Amounts(np.array([], dtype=np.int64), np.array([]))])
def test_nothing_seen_is_no_course(amounts):
    going = course(amounts, tuple(range(0, 20 * DAY, DAY)), 19 * DAY + NS_PER_HOUR)
    assert (len(going.values), going.running) == (0, 0.0)
    assert going.over == pytest.approx(1 / 24)
