"""The plan of a period: which share of the amount is expected to be spent by an instant.

A curve is a line through whole-number weights of the period's hours: 0 at the start, 1 at the end, rising in every
instant in between. Shares are exact fractions, so that a planned amount of money is never the product of a float.

From history. The spend of the weeks before the period is summed by weekday and hour of the budget's zone; each hour is
evened out with its neighbours (1 : 2 : 1), and one week of even spend at the mean rate is added as prior. The prior
keeps the plan rising in hours that never saw spend, and weighs less the more weeks there are. Fewer than two weeks are
no pattern: the plan is even, and the answer says so.

>>> from analytics.notation import NS_PER_DAY
>>> noon_of_ten_days = even(0, 10 * NS_PER_DAY).share(5 * NS_PER_DAY)
>>> noon_of_ten_days
Fraction(1, 2)
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from itertools import accumulate, pairwise

from analytics.notation import NS_PER_HOUR

WEEK_HOURS = 7 * 24
LEAST_WEEKS = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Curve:
    """Cumulative weights at instants (nanoseconds since 1970): from 0 at the first edge, rising to the last."""

    edges: tuple[int, ...]
    cumulative: tuple[int, ...]

    def share(self, at_ns: int) -> Fraction:
        """Share of the whole by an instant: 0 before the period, 1 after it."""
        if at_ns <= self.edges[0]:
            return Fraction(0)
        if at_ns >= self.edges[-1]:
            return Fraction(1)
        step = bisect_right(self.edges, at_ns) - 1
        weight = self.cumulative[step + 1] - self.cumulative[step]
        into = Fraction(at_ns - self.edges[step], self.edges[step + 1] - self.edges[step])
        return (self.cumulative[step] + weight * into) / self.cumulative[-1]

    def reached(self, share: Fraction) -> int:
        """The instant at which a share in 0..1 is reached, to the nanosecond below.

        >>> even(0, 100).reached(Fraction(1, 4))
        25
        """
        wanted = min(max(share, Fraction(0)), Fraction(1)) * self.cumulative[-1]
        step = min(bisect_right(self.cumulative, wanted), len(self.cumulative) - 1) - 1
        weight = self.cumulative[step + 1] - self.cumulative[step]
        into = (wanted - self.cumulative[step]) / weight
        return self.edges[step] + int(into * (self.edges[step + 1] - self.edges[step]))


@dataclass(frozen=True, slots=True)
class Pattern:
    """Spend of some weeks by hour of the week (Monday 00 first), in one whole-number unit."""

    by_hour: tuple[int, ...]
    weeks: int
    totals: tuple[int, ...]
    """Spend of each of the weeks."""


def even(start_ns: int, until_ns: int) -> Curve:
    """A plan that grows at one rate."""
    return Curve((start_ns, until_ns), (0, 1))


def pattern(spent: Mapping[int, int], edges: Sequence[int], zone: tzinfo) -> Pattern | None:
    """The weekly pattern of spend (by instant in nanoseconds, in a whole-number unit) between the edges of weeks.

    Weeks before the first spend are left out, and the week of the first spend unless it is the oldest one looked at:
    the service may have begun in the middle of it. None with fewer than two weeks left.
    """
    weeks: list[dict[int, int]] = [{} for _ in edges[1:]]
    for at_ns, amount in spent.items():
        week = bisect_right(edges, at_ns) - 1
        if 0 <= week < len(weeks) and amount > 0:
            weeks[week][at_ns] = amount
    first = next((number for number, week in enumerate(weeks) if week), len(weeks))
    kept = weeks[first + 1 if first else 0 :]
    if len(kept) < LEAST_WEEKS or not any(kept):
        return None
    by_hour = [0] * WEEK_HOURS
    for week_spent in kept:
        for at_ns, amount in week_spent.items():
            by_hour[_hour_of_week(at_ns, zone)] += amount
    return Pattern(tuple(by_hour), len(kept), tuple(sum(week.values()) for week in kept))


def from_pattern(found: Pattern, start_ns: int, until_ns: int, zone: tzinfo) -> Curve:
    """The plan of a period that follows a weekly pattern.

    >>> busy_mondays = Pattern((1,) * 24 + (0,) * 144, 2, (12, 12))
    >>> from analytics.notation import NS_PER_DAY
    >>> monday = 4 * NS_PER_DAY  # 1970-01-05
    >>> 0.4 < from_pattern(busy_mondays, monday, monday + 7 * NS_PER_DAY, UTC).share(monday + NS_PER_DAY) < 1
    True
    """
    weights = _weights(found)
    edges = (*range(start_ns, until_ns, NS_PER_HOUR), until_ns)
    parts = (weights[_hour_of_week(begin, zone)] * (end - begin) // NS_PER_HOUR for begin, end in pairwise(edges))
    return Curve(edges, tuple(accumulate(parts, initial=0)))


def _weights(found: Pattern) -> tuple[int, ...]:
    """Evened out over neighbouring hours, plus one week of even spend; scaled so that parts of hours stay whole."""
    hours, total = found.by_hour, sum(found.by_hour)
    smooth = (hours[n - 1] + 2 * hours[n] + hours[(n + 1) % WEEK_HOURS] for n in range(WEEK_HOURS))
    # smooth sums to 4 x total over the weeks; one even week is total / weeks, spread over the hours of a week
    return tuple(3600 * (hour * WEEK_HOURS * found.weeks + 4 * total) for hour in smooth)


def _hour_of_week(at_ns: int, zone: tzinfo) -> int:
    local = (_EPOCH + timedelta(microseconds=at_ns // 1_000)).astimezone(zone)
    return local.weekday() * 24 + local.hour
