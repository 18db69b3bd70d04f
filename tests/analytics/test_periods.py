"""Calendar periods in time zones, daylight saving and all."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from analytics.periods import Period, period_of, weeks_before

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("period", "at", "start", "until"),
    [
        (Period.DAY, "2026-11-18T23:59:59+00:00", "2026-11-18", "2026-11-19"),
        (Period.DAY, "2026-11-18T23:30:00-01:00", "2026-11-19", "2026-11-20"),
        (Period.WEEK, "2026-11-16T00:00:00+00:00", "2026-11-16", "2026-11-23"),
        (Period.WEEK, "2026-11-22T12:00:00+00:00", "2026-11-16", "2026-11-23"),
        (Period.MONTH, "2028-02-29T12:00:00+00:00", "2028-02-01", "2028-03-01"),
        (Period.MONTH, "2026-12-31T23:59:59+00:00", "2026-12-01", "2027-01-01"),
        (Period.QUARTER, "2026-06-30T12:00:00+00:00", "2026-04-01", "2026-07-01"),
        (Period.QUARTER, "2026-07-01T00:00:00+00:00", "2026-07-01", "2026-10-01"),
        (Period.YEAR, "2028-12-31T12:00:00+00:00", "2028-01-01", "2029-01-01"),
    ],
)
def test_periods_are_calendar_periods_and_utc_unless_said_otherwise(period, at, start, until):
    midnights = tuple(datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (start, until))
    assert period_of(period, datetime.fromisoformat(at)) == midnights


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00", 23),
        ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00", 25),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00", 24.5),
        ("America/Havana", "2026-03-08", "2026-03-08T05:00", 23),  # midnight is skipped: the day begins at one
        ("America/Havana", "2026-11-01", "2026-11-01T04:00", 25),  # midnight comes twice: it begins with the first
        ("Asia/Kathmandu", "2026-11-18", "2026-11-17T18:15", 24),
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00", 24),  # the thirtieth did not happen there
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00", 24),
    ],
)
def test_a_local_day_begins_at_its_midnight_and_has_the_hours_it_has(zone, day, start, hours):
    at_noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo(zone))
    found, until = period_of(Period.DAY, at_noon, ZoneInfo(zone))
    assert (found.isoformat(), (until - found) / HOUR) == (f"{start}:00+00:00", hours)


def test_a_day_that_has_begun_does_not_end_because_the_clock_is_put_back_over_midnight():
    zone = ZoneInfo("America/St_Johns")  # in 2006, at 00:01, back to 23:01 of the day before
    begun = datetime(2006, 10, 29, 0, 0, 30, tzinfo=zone)
    again = begun.astimezone(UTC) + timedelta(minutes=1)
    assert again.astimezone(zone).day == 28
    assert period_of(Period.DAY, begun, zone) == period_of(Period.DAY, again, zone)


def test_weeks_before_a_period_are_seven_local_days_whatever_the_clock_does():
    zone = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 11, 1, tzinfo=zone).astimezone(UTC)
    edges = weeks_before(start, 2, zone)
    assert [(after - before) / HOUR for before, after in pairwise(edges)] == [168, 169]
    assert all(edge.astimezone(zone).hour == 0 for edge in edges)
