"""Calendar periods in a time zone: half-open, and tiling time without a gap.

A day of a zone with daylight saving has 23, 24 or 25 hours; its edges are instants, so nothing else needs to know.
Where local midnight does not exist the day begins with the instant that skips it; where it comes twice, with the first.
A period that has begun does not end because the clock is put back over its first midnight.

>>> from zoneinfo import ZoneInfo
>>> start, until = period_of(Period.DAY, datetime(2026, 10, 25, 9, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
>>> start.isoformat(), (until - start) / timedelta(hours=1)
('2026-10-24T22:00:00+00:00', 25.0)
>>> period_of(Period.QUARTER, datetime(2026, 12, 24, 9, tzinfo=UTC))[1].isoformat()
'2027-01-01T00:00:00+00:00'
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

_WEEK = timedelta(days=7)
_MONTHS_OF_A_QUARTER = 3


class Period(StrEnum):
    """How often a spend budget starts anew; weeks start on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def period_of(period: Period, at: datetime, zone: tzinfo = UTC) -> tuple[datetime, datetime]:
    """Find the calendar period that holds an instant: its start and the start of the one after it, both in UTC."""
    first = first_day(period, at.astimezone(zone).date())
    start, until = midnight(first, zone), midnight(day_after(period, first), zone)
    while not at < until:  # the clock was put back over the first midnight of the next period
        first = day_after(period, first)
        start, until = until, midnight(day_after(period, first), zone)
    return start, until


def first_day(period: Period, day: date) -> date:
    """First day of the period that a day belongs to.

    >>> first_day(Period.WEEK, date(2026, 11, 22)).isoformat()
    '2026-11-16'
    """
    match period:
        case Period.DAY:
            return day
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)
        case Period.QUARTER:
            return day.replace(month=(day.month - 1) // _MONTHS_OF_A_QUARTER * _MONTHS_OF_A_QUARTER + 1, day=1)
        case Period.YEAR:
            return day.replace(month=1, day=1)


def day_after(period: Period, first: date) -> date:
    """First day of the period that follows the one beginning on ``first``."""
    longest_days = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 31, Period.QUARTER: 92, Period.YEAR: 366}[period]
    return first_day(period, first + timedelta(days=longest_days))


def midnight(day: date, zone: tzinfo) -> datetime:
    """The instant a local day begins, in UTC."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def weeks_before(start: datetime, weeks: int, zone: tzinfo) -> tuple[datetime, ...]:
    """Edges of the whole local weeks that end with ``start``, the oldest first; one edge more than weeks.

    >>> [edge.day for edge in weeks_before(datetime(2026, 11, 18, tzinfo=UTC), 2, UTC)]
    [4, 11, 18]
    """
    local = start.astimezone(zone)
    return (*(((local.replace(fold=0) - n * _WEEK).astimezone(UTC)) for n in range(weeks, 0, -1)), start)
