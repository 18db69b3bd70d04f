"""Off-peak prices of LiteLLM's map: lower figures in named hours of named days, the plain ones outside of them.

A rule names hours in UTC and days of the week; the days may be read on another calendar (`weekday_timezone`), whose
offset has to be the same all year. A window whose end is not after its start runs over midnight, or all day when both
are equal. Here the hours become windows that do not overlap, with the days on the UTC calendar.

>>> rule = {"windows": [{"hours_utc": "22:00-06:00", "weekdays": [6, 7]}]}
>>> from analytics.prices.windows import words
>>> [words(when) for when in off_peak_windows(rule)]
['sat-sun, 22:00-24:00 UTC', 'sat-sun, 00:00-06:00 UTC']
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from analytics.prices.amount import unit_price
from analytics.prices.litellm_fields import parsed
from analytics.prices.price import Price, within
from analytics.prices.windows import DAY_S, When, meet, weekday_mask, without

_SEASONS = (datetime(2026, 1, 1), datetime(2026, 7, 1))  # noqa: DTZ001 - wall clocks of a zone that is asked for its offset


class NotFixedError(ValueError):
    """A calendar whose offset from UTC changes within a year."""


def split(prices: Iterable[Price], off_peak: Mapping[str, Any]) -> Iterator[Price]:
    """Return plain prices of an entry, cut into peak and off-peak where the entry has an off-peak figure."""
    windows = off_peak_windows(off_peak)
    lower = {field.usage_class: figure for name, figure in off_peak.items() if (field := parsed(name)) is not None}
    for price in prices:
        figure = lower.get(price.usage_class)
        amount = None if figure is None else unit_price(Decimal(figure))
        if amount is None or amount == price.unit_price_usd:
            yield price
            continue
        for part in without([price.when], windows):
            yield within(price, part)
        for window in windows:
            common = meet(price.when, window)
            if common is not None:
                yield replace(within(price, common), unit_price_usd=amount)


def off_peak_windows(off_peak: Mapping[str, Any]) -> tuple[When, ...]:
    """Return the off-peak hours as windows that do not overlap; NotFixedError for a calendar with summer time."""
    offset_s = _offset_s(off_peak.get("weekday_timezone"))
    rules = [{"hours_utc": off_peak["hours_utc"]}] if "hours_utc" in off_peak else []
    found: list[When] = []
    for rule in [*rules, *off_peak.get("windows", ())]:
        for window in _rule_windows(rule, offset_s):
            found += without([window], found)
    return tuple(found)


def _rule_windows(rule: Mapping[str, Any], offset_s: int) -> Iterator[When]:
    hours = [rule["hours_utc"]] if isinstance(rule["hours_utc"], str) else rule["hours_utc"]
    days = [int(day) - 1 for day in rule.get("weekdays", range(1, 8))]
    for text in hours:
        start, end = (_second(clock) for clock in text.split("-"))
        pieces = [(start, end)] if start < end else [(start, DAY_S), (0, end)]
        for piece in pieces if start != end else [(0, DAY_S)]:
            yield from _on_utc_days(*piece, days, offset_s)


def _on_utc_days(start_s: int, end_s: int, days: Sequence[int], offset_s: int) -> Iterator[When]:
    """Return hours of days of another calendar on the days of UTC: late hours there may be tomorrow already."""
    for shift in (-1, 0, 1):
        first = max(start_s, shift * DAY_S - offset_s)
        last = min(end_s, (shift + 1) * DAY_S - offset_s)
        if first < last:
            mask = weekday_mask((day - shift) % 7 for day in days)
            yield When(weekdays=mask, tod_start_s=first or None, tod_end_s=None if last == DAY_S else last)


def _offset_s(zone: str | None) -> int:
    if zone is None:
        return 0
    offsets = {(at.replace(tzinfo=ZoneInfo(zone)).utcoffset() or timedelta()) for at in _SEASONS}
    if len(offsets) > 1:
        raise NotFixedError(f"the days of {zone} move against UTC within a year; expected a calendar that does not")
    return int(offsets.pop().total_seconds())


def _second(clock: str) -> int:
    hour, minute = clock.strip().split(":")
    return int(hour) * 3600 + int(minute) * 60
