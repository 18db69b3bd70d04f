"""Billing months: calendar months in UTC, each named by its first day.

>>> month_of(date(2026, 10, 31)), following(date(2026, 12, 1)), month_text(date(2026, 10, 1))
(datetime.date(2026, 10, 1), datetime.date(2027, 1, 1), '2026-10')
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from analytics.ledger.errors import NoSuchPeriod
from analytics.notation import NS_PER_S

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_YEARS = range(1970, 2262)
"""Years whose every instant is a count of nanoseconds since 1970 in 64 bits."""
_DAY = timedelta(days=1)


def month_of(day: date) -> date:
    """First day of the month of a day."""
    return day.replace(day=1)


def following(period: date) -> date:
    """First day of the month after."""
    return month_of(period + timedelta(days=31))


def months(first: date, last: date) -> Iterator[date]:
    """First days of the months from one to another, both included."""
    while first <= last:
        yield first
        first = following(first)


def month_text(period: date) -> str:
    """2026-10."""
    return f"{period:%Y-%m}"


def month_named(text: str) -> date:
    """First day of the month that is written 2026-10; raises :class:`NoSuchPeriod`.

    >>> month_named("2026-10")
    datetime.date(2026, 10, 1)
    """
    match = _MONTH.fullmatch(text)
    try:
        year, month = (int(part) for part in match.groups()) if match else (0, 0)
        return date(year if year in _YEARS else 0, month, 1)
    except ValueError as error:
        years = f"of the years {_YEARS[0]} to {_YEARS[-1]}"
        raise NoSuchPeriod(f"there is no month {text[:40]!r}: write one such as 2026-10, {years}") from error


def checked_month(period: date) -> date:
    """Return the same day; raises :class:`NoSuchPeriod` if no month begins with it."""
    if period.day != 1:
        raise NoSuchPeriod(f"a period is named by the first day of its month, this is {period}")
    return period


def midnight_ns(day: date) -> int:
    """Unix nanoseconds at which a UTC day begins."""
    return int(datetime.combine(day, time(), UTC).timestamp()) * NS_PER_S


def day_of(instant_ns: int) -> date:
    """UTC day of Unix nanoseconds.

    >>> day_of(midnight_ns(date(2026, 11, 1)) - 1)
    datetime.date(2026, 10, 31)
    """
    return date(1970, 1, 1) + instant_ns // (86_400 * NS_PER_S) * _DAY


def month_bounds(period: date) -> dict[str, int]:
    """Return the month as ``start_ns`` and ``until_ns``, half-open, for a query."""
    return {"start_ns": midnight_ns(period), "until_ns": midnight_ns(following(period))}


def day_bounds(day: date) -> dict[str, int]:
    """Return the UTC day as ``start_ns`` and ``until_ns``, half-open, for a query."""
    return {"start_ns": midnight_ns(day), "until_ns": midnight_ns(day + _DAY)}
