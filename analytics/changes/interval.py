"""By how much a figure is another one since a change, with an interval that holds at every look.

Minutes are what is sampled (``comparing.py``). The interval is that of ``analytics/experiments/intervals.py``, with
minutes for requests: the window after a change grows, somebody looks all the while, and the chance that the interval
ever leaves the true difference out stays what it is. No side is taken for less scattered than both together are: an
hour without a single failure does not prove that there are none.
"""

from analytics.changes.comparing import LEVEL, Interval, Sums
from analytics.experiments.intervals import Course, Difference, half_width

_COURSE = Course(alpha=LEVEL, tightest_at=120.0)
"""Tightest at an hour on each side."""


def interval(before: Sums, after: Sums) -> Interval:
    """The difference of two windows of at least two minutes each.

    >>> quiet = Sums(60, n=600, nn=6_000, x=6, xx=6, nx=60)      # ten a minute, six of 600 failed, one in a minute
    >>> failing = Sums(60, n=600, nn=6_000, x=60, xx=120, nx=600)
    >>> found = interval(quiet, failing)
    >>> round(found.low, 3), round(found.difference, 3), round(found.high, 3)
    (0.032, 0.09, 0.148)
    """
    sides = (before, after)
    scatter = [one.variance * one.minutes for one in sides]
    common = sum(one.minutes * each for one, each in zip(sides, scatter, strict=True)) / (
        before.minutes + after.minutes
    )
    variance = sum(max(each, common) / one.minutes for one, each in zip(sides, scatter, strict=True))
    apart = after.ratio - before.ratio
    half = float(half_width(Difference(apart, variance, before.minutes + after.minutes), _COURSE)) if variance else 0.0
    return Interval(apart, apart - half, apart + half)
