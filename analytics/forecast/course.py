"""A figure as it went, in whole steps of a local calendar, and the step that is still running.

A forecast is made of whole days (of whole hours, for periods of a day): a day that is half over would look like a bad
one. How much of the running day is usually over by now is told by the same weekday of the weeks before.

>>> quarters = np.arange(0, 3 * NS_PER_DAY, QUARTER_NS)
>>> steady, days = Amounts(quarters, np.ones(len(quarters))), (0, NS_PER_DAY, 2 * NS_PER_DAY)
>>> going = course(steady, days, 2 * NS_PER_DAY + NS_PER_HOUR)
>>> going.values.tolist(), going.running, round(going.over, 4)
([96.0, 96.0], 4.0, 0.0417)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

import numpy as np

from analytics.forecast.season import Floats, Origins
from analytics.notation import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from analytics.periods import Period, midnight, period_of

QUARTER_NS = 15 * NS_PER_MINUTE
"""Every zone's days and hours begin on a quarter of an hour."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PROFILE_WEEKS = 8
_LEAST_PROFILES = 3


class Step(StrEnum):
    """What a forecast counts in."""

    DAY = "day"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Amounts:
    """A figure by quarters of an hour, by the ns since 1970 they begin at, in order; quarters of 0 may miss."""

    at_ns: Origins
    values: Floats

    def between(self, start_ns: int, until_ns: int) -> float:
        """The sum of the quarters that begin in a half-open window."""
        first, last = np.searchsorted(self.at_ns, (start_ns, until_ns))
        return float(self.values[first:last].sum())


@dataclass(frozen=True, slots=True)
class Course:
    """Whole steps since the figure was first seen, and the running one."""

    edges: tuple[int, ...]
    """Of the whole steps, one more than there are; the running step begins at the last."""
    values: Floats
    running: float
    """Seen of the running step."""
    over: float
    """Share of the running step that is usually over by now, in 0..1."""


def course(amounts: Amounts, edges: Sequence[int], now_ns: int) -> Course:
    """Put quarters into the steps between the edges; the running step begins at the last edge.

    Steps before the first amount are left out, and the step it is in unless it is the oldest one looked at: the service
    may have begun in the middle of it.
    """
    places = np.searchsorted(np.asarray(edges, dtype=np.int64), amounts.at_ns, side="right") - 1
    within = (places >= 0) & (places < len(edges) - 1) & (amounts.at_ns < now_ns)
    sums = np.bincount(places[within], amounts.values[within], minlength=len(edges) - 1).astype(np.float64)
    seen = np.flatnonzero(sums)
    first = int(seen[0]) if len(seen) else len(sums)
    first += bool(first)
    first = min(first, len(sums))
    return Course(
        edges=tuple(edges[first:]),
        values=sums[first:],
        running=amounts.between(edges[-1], now_ns),
        over=_over(amounts, edges, now_ns),
    )


def edges_until(step: Step, now_ns: int, back: int, zone: tzinfo) -> tuple[int, ...]:
    """Edges of the whole local steps before now, the oldest first; the last begins the running one."""
    today = _local(now_ns, zone).date()
    if step is Step.DAY:
        start = _ns(period_of(Period.DAY, _at(now_ns), zone)[0])
        days = sorted({_ns(midnight(today - timedelta(days=n), zone)) for n in range(back + 2)})
        before = [edge for edge in days if edge < start]
        return (*before[max(len(before) - back, 0) :], start)
    start = now_ns - (now_ns - _ns(midnight(today, zone))) % NS_PER_HOUR
    return tuple(start - n * NS_PER_HOUR for n in range(back, -1, -1))


def edges_after(step: Step, now_ns: int, until_ns: int, zone: tzinfo) -> tuple[int, ...]:
    """Edges of the running step and of those after it; the last step holds, or ends with, ``until_ns``."""
    (start,) = edges_until(step, now_ns, 0, zone)
    if step is Step.HOUR:
        return tuple(range(start, until_ns + NS_PER_HOUR, NS_PER_HOUR))[: -(-(until_ns - start) // NS_PER_HOUR) + 1]
    edges, day = [start], _local(start, zone).date()
    while edges[-1] < until_ns:
        day += timedelta(days=1)
        edges.append(max(_ns(midnight(day, zone)), edges[-1]))
    return tuple(sorted({*edges}))


def _over(amounts: Amounts, edges: Sequence[int], now_ns: int) -> float:
    """By the same weekday of the weeks before where at least three saw something; hours, and all else, by the clock."""
    start_ns, length_ns = edges[-1], edges[-1] - edges[-2] if len(edges) > 1 else NS_PER_DAY
    gone = (now_ns - start_ns) / length_ns
    if length_ns <= NS_PER_HOUR:
        return min(max(gone, 0.0), 1.0)
    shares = []
    for back in range(7, 7 * _PROFILE_WEEKS + 1, 7):
        if len(edges) <= back:
            break
        begin, end = edges[-1 - back], edges[-back]
        whole = amounts.between(begin, end)
        if whole > 0:
            shares.append(amounts.between(begin, begin + (now_ns - start_ns)) / whole)
    return float(np.clip(np.mean(shares) if len(shares) >= _LEAST_PROFILES else gone, 0.0, 1.0))


def _at(at_ns: int) -> datetime:
    return _EPOCH + timedelta(seconds=at_ns // NS_PER_S)


def _local(at_ns: int, zone: tzinfo) -> datetime:
    return _at(at_ns).astimezone(zone)


def _ns(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(seconds=1) * NS_PER_S
