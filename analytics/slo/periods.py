"""The period an error budget is for: the last ``period_s`` seconds, or a calendar period in a time zone.

>>> from analytics.slo.objective import Sli
>>> monthly = Objective("up", Sli.AVAILABILITY, 0.99, calendar=Period.MONTH, time_zone="Europe/Berlin")
>>> found = budget_period(monthly, datetime(2026, 11, 16, 23, tzinfo=UTC))
>>> found.start.isoformat(), found.elapsed_ratio
('2026-10-31T23:00:00+00:00', 0.5333333333333333)
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from analytics.periods import Period, period_of
from analytics.slo.objective import Objective

__all__ = ["BudgetPeriod", "Period", "budget_period"]


@dataclass(frozen=True, slots=True)
class BudgetPeriod:
    """Where a period stands at an instant."""

    start: datetime
    at: datetime
    until: datetime | None
    """Start of the next one; None: it rolls, and so never ends."""

    @property
    def elapsed_s(self) -> float:
        """Length of the window that its counts are for, exact to the microsecond."""
        return (self.at - self.start) / timedelta(seconds=1)

    @property
    def length_s(self) -> float:
        """How long it is when it is over."""
        return self.elapsed_s if self.until is None else (self.until - self.start) / timedelta(seconds=1)

    @property
    def elapsed_ratio(self) -> float:
        """How much of it is over, in 0..1; a rolling one is always whole."""
        return 1.0 if self.until is None else self.elapsed_s / self.length_s


def budget_period(objective: Objective, at: datetime) -> BudgetPeriod:
    """Find the period of an objective that holds an instant."""
    if objective.calendar is None:
        return BudgetPeriod(at - timedelta(seconds=objective.period_s), at, None)
    start, until = period_of(objective.calendar, at, ZoneInfo(objective.time_zone))
    return BudgetPeriod(start, at.astimezone(UTC), until)
