"""Disjoint validity: from a list of overlapping conditions to slots of time that do not overlap.

A price list says "this from that date, and that between these hours, and the last one that is true wins".
Here the days are cut at every start date and every hour named, so that within one slot the same conditions
are true from end to end. The caller picks the price of each slot; equal neighbours are joined again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Generic, TypeVar

from analytics.prices.windows import DAY_S

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Condition:
    """When one entry of a list is true: from a date on, and within a daily window in seconds after 00:00 UTC.

    A window that ends before it starts runs over midnight.
    """

    start_on: date | None = None
    tod_start_s: int | None = None
    tod_end_s: int | None = None

    def true_at(self, day: date | None, second: int) -> bool:
        """Whether it holds at a second of a day; a day of None lies before every date."""
        if self.start_on is not None and (day is None or day < self.start_on):
            return False
        if self.tod_start_s is None or self.tod_end_s is None:
            return True
        if self.tod_end_s < self.tod_start_s:
            return second >= self.tod_start_s or second < self.tod_end_s
        return self.tod_start_s <= second < self.tod_end_s


@dataclass(frozen=True, slots=True)
class Slot(Generic[_Value]):
    """A stretch of days and, on each of them, a stretch of time, with what holds in it. None is open."""

    effective_from: date | None
    effective_until: date | None
    tod_start_s: int | None
    tod_end_s: int | None
    value: _Value


def slots(conditions: Sequence[Condition]) -> list[Slot[tuple[int, ...]]]:
    """Cut time at every edge of the conditions; a slot's value lists the conditions true in it, in their order.

    >>> [(slot.effective_from, slot.value) for slot in slots([Condition(), Condition(date(2026, 8, 21))])]
    [(None, (0,)), (datetime.date(2026, 8, 21), (0, 1))]
    """
    days = [None, *sorted({c.start_on for c in conditions if c.start_on is not None})]
    edges = sorted({0, DAY_S, *(edge for c in conditions for edge in (c.tod_start_s, c.tod_end_s) if edge is not None)})
    return [
        Slot(day, until, start or None, None if end == DAY_S else end, _true(conditions, day, start))
        for day, until in zip(days, [*days[1:], None], strict=True)
        for start, end in pairwise(edges)
    ]


def joined(found: Sequence[Slot[_Value]]) -> list[Slot[_Value]]:
    """Join slots of equal value that touch: first within a day, then over days with the same hours.

    >>> [slot.effective_until for slot in joined([Slot(None, date(2026, 1, 1), None, None, "a"),
    ...                                           Slot(date(2026, 1, 1), None, None, None, "a")])]
    [None]
    """
    within_days = _joined_hours(found)
    by_hours: dict[tuple[int | None, int | None], list[Slot[_Value]]] = {}
    for slot in within_days:
        row = by_hours.setdefault((slot.tod_start_s, slot.tod_end_s), [])
        if row and row[-1].effective_until == slot.effective_from and row[-1].value == slot.value:
            row[-1] = replace(row[-1], effective_until=slot.effective_until)
        else:
            row.append(slot)
    return [slot for row in by_hours.values() for slot in row]


def _joined_hours(found: Sequence[Slot[_Value]]) -> list[Slot[_Value]]:
    result: list[Slot[_Value]] = []
    for slot in found:
        last = result[-1] if result else None
        if (
            last is not None
            and last.effective_from == slot.effective_from
            and last.tod_end_s is not None
            and last.tod_end_s == slot.tod_start_s
            and last.value == slot.value
        ):
            result[-1] = replace(last, tod_end_s=slot.tod_end_s)
        else:
            result.append(slot)
    return result


def _true(conditions: Sequence[Condition], day: date | None, second: int) -> tuple[int, ...]:
    return tuple(index for index, condition in enumerate(conditions) if condition.true_at(day, second))
