"""Billing months and UTC days as nanoseconds since 1970.

>>> month(date(2026, 11, 1))[0] == midnight_ns(date(2026, 11, 1)), day_of(midnight_ns(date(2026, 11, 1)))
(True, '2026-11-01')
"""

from datetime import UTC, date, datetime, time, timedelta

from analytics.notation import NS_PER_S, instant_text


def month(period: date) -> tuple[int, int]:
    """The start of a month and of the one after it; raises ValueError when ``period`` is no first day."""
    if period.day != 1:
        raise ValueError(f"the period is {period}; expected the first day of a month")
    return midnight_ns(period), midnight_ns((period + timedelta(days=32)).replace(day=1))


def midnight_ns(day: date) -> int:
    """The start of a UTC day."""
    return int(datetime.combine(day, time(), UTC).timestamp()) * NS_PER_S


def day_of(at_ns: int) -> str:
    """The UTC day of an instant, 2026-11-18."""
    return instant_text(at_ns)[:10]
