"""Windows are boxes: what is cut out and what is left are the whole again, and nothing is in both."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.prices.windows import DAY_S, When, instant_of, meet, minus, weekdays_of, without, words

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
instants = st.integers(-10, 30 * 24).map(lambda hour: MONDAY + timedelta(hours=hour))
edges = st.none() | st.integers(0, 20).map(lambda day: MONDAY + timedelta(days=day))
seconds = st.none() | st.integers(1, 23).map(lambda hour: hour * 3600)
sizes = st.none() | st.integers(1, 9)
masks = st.none() | st.integers(1, 126)


def valid(when):
    return meet(when, when) is not None


windows = st.builds(When, edges, edges, masks, seconds, seconds, sizes, sizes).filter(valid)


def holds(when, at, prompt):
    return when.in_force(at) and when.covers(prompt)


@given(windows, windows, instants, st.integers(0, 10))
def test_a_meeting_holds_exactly_where_both_hold(left, right, at, prompt):
    common = meet(left, right)
    assert (common is not None and holds(common, at, prompt)) == (holds(left, at, prompt) and holds(right, at, prompt))


@given(windows, windows, instants, st.integers(0, 10))
def test_what_is_left_holds_where_the_whole_does_and_the_hole_does_not_and_only_once(whole, hole, at, prompt):
    parts = [part for part in minus(whole, hole) if holds(part, at, prompt)]
    assert len(parts) == (holds(whole, at, prompt) and not holds(hole, at, prompt))


@given(windows, st.lists(windows, max_size=4), instants, st.integers(0, 10))
def test_cutting_out_many_leaves_what_lies_in_none(whole, cut, at, prompt):
    parts = [part for part in without([whole], cut) if holds(part, at, prompt)]
    inside = holds(whole, at, prompt) and not any(holds(one, at, prompt) for one in cut)
    assert len(parts) == inside


def test_nothing_is_left_of_a_window_cut_out_of_itself():
    night = When(weekdays=31, tod_start_s=22 * 3600)
    assert minus(night, night) == ()
    assert minus(night, When()) == ()


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-06T23:59:59Z", True),  # Friday night
        ("2026-11-07T00:00:00Z", False),  # Saturday
        ("2026-11-08T23:59:59Z", False),
        ("2026-11-09T00:00:00Z", True),  # Monday
    ],
)
def test_a_day_of_the_week_is_that_of_utc_and_changes_at_midnight(at, expected):
    assert When(weekdays=weekdays_of("mon-fri")).in_force(datetime.fromisoformat(at)) is expected


def test_an_instant_with_another_offset_is_taken_for_what_it_is_in_utc():
    sunday_in_utc = datetime.fromisoformat("2026-11-09T07:59:59+08:00")
    assert When(weekdays=weekdays_of("sun"), tod_start_s=DAY_S - 1).in_force(sunday_in_utc)


@pytest.mark.parametrize("text", ["2026-11-09T16:00:00", "2026-11-09T16:00:00.5Z", "soon"])
def test_an_instant_without_zone_or_with_fractions_is_refused(text):
    with pytest.raises(ValueError, match=r"time zone|fractions|isoformat"):
        instant_of(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_an_instant_that_utc_has_not_is_refused(text):
    with pytest.raises(ValueError, match="lies outside the years 1 to 9999 in UTC"):
        instant_of(text)


def test_an_unknown_day_is_named():
    with pytest.raises(ValueError, match=r"'someday' is no day; expected mon, tue"):
        weekdays_of("mon-someday")


def test_a_window_reads_as_one_would_say_it():
    assert words(When()) == "always"
    assert words(When(tod_end_s=3600, context_until=9)) == "00:00-01:00 UTC, up to 9 prompt tokens"
