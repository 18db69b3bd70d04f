"""How much of a budget is left, and when it is gone.

What is counted depends on the method; the arithmetic does not:

    occurrences        total and good are requests (spans, figures), weighted where they are sampled
    timeslices         total are the slices of time in which anything was judged, good those that reached their target
    ratio_timeslices   the same slices; good is the sum of their ratios, so that a quiet night weighs as much as a day

    spent      = burn over the period so far x the part of the period that is over
    remaining  = 1 - spent
    gone in    = remaining x length of the period / pace, the pace being the burn of late

A calendar budget is meant for the whole period: half of a month at a burn of 1 has spent half. A rolling one is always
whole; at a pace of at most 1 it is never gone, because what was lost leaves the window as fast as it is lost.

>>> from datetime import UTC
>>> rolling = BudgetPeriod(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 29, tzinfo=UTC), None)
>>> found = budget(Counts(total=1000, good=995), 0.99, rolling, pace=10.0)
>>> round(found.remaining_ratio, 9), round(found.gone_in_s / 3600, 9)
(0.5, 33.6)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.slo.arithmetic import Counts, burn_rate, exhausted_in_s
from analytics.slo.periods import BudgetPeriod

_TOO_FAR_S = 10 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class Budget:
    """An error budget at an instant; None is unknown, never fine."""

    burn: float | None
    """Over the period so far: 1.0 spends the budget exactly."""
    remaining_ratio: float | None
    """In (-inf, 1]; negative when overspent."""
    pace: float | None
    """The burn that is taken to go on."""
    gone_in_s: float | None
    """0 when it is gone; None when it lasts, or nobody knows."""
    gone_at: datetime | None
    """The same as an instant."""


def budget(counts: Counts, target: float, period: BudgetPeriod, pace: float | None) -> Budget:
    """What is left of the budget of a period, and for how long at this pace."""
    burn = burn_rate(counts, target)
    remaining = None if burn is None else 1 - burn * period.elapsed_ratio
    gone_in_s = exhausted_in_s(remaining, pace, period.length_s)
    if gone_in_s is not None and _outlasts(gone_in_s, period, pace or 0.0):
        gone_in_s = None
    gone_at = None if gone_in_s is None else period.at + timedelta(seconds=gone_in_s)
    if remaining is not None and remaining <= 0:
        gone_in_s, gone_at = 0.0, period.at
    return Budget(burn, remaining, pace, gone_in_s, gone_at)


def _outlasts(gone_in_s: float, period: BudgetPeriod, pace: float) -> bool:
    if gone_in_s > _TOO_FAR_S:
        return True
    if period.until is None:
        return gone_in_s > 0 and pace <= 1
    return period.at + timedelta(seconds=gone_in_s) >= period.until
