"""A burn in words: what a figure such as 3.2 means for the person who reads it.

>>> from datetime import UTC
>>> at = datetime(2026, 11, 17, 9, tzinfo=UTC)  # a Tuesday
>>> month = BudgetPeriod(datetime(2026, 11, 1, tzinfo=UTC), at, datetime(2026, 12, 1, tzinfo=UTC))
>>> in_words(Budget(1.2, 0.3, 4.0, 2 * 86400, at + timedelta(days=2)), month, "month", UTC)
"at this pace the month's budget is gone on Thursday; 30 % of it is left"
>>> in_words(Budget(0.1, 0.9, 0.1, None, None), month, "month", UTC)
"at this pace the month's budget lasts; 90 % of it is left"
"""

from datetime import datetime, timedelta, tzinfo

from analytics.slo.budgeting import Budget
from analytics.slo.objective import Objective
from analytics.slo.periods import BudgetPeriod

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400
_SOON_S = 90 * _MINUTE_S
_A_WEEK = timedelta(days=6)


def in_words(budget: Budget, period: BudgetPeriod, called: str, zone: tzinfo) -> str:
    """Say in one sentence how a budget stands; ``called`` is what its period is called."""
    whose = f"the {called}'s budget" if not called.endswith("s") else f"the budget of {called}"
    if budget.remaining_ratio is None:
        within = f"this {called} yet" if not called.endswith("s") else f"within {called}"
        return f"nothing was judged {within}, so nothing is known"
    if budget.remaining_ratio <= 0:
        spent = f"{1 - budget.remaining_ratio:.3g}"
        return f"{whose} is gone" + ("" if spent == "1" else f": {spent} times as much was spent")
    left = f"{budget.remaining_ratio:.0%}".replace("%", " %")
    if budget.pace is None:
        return f"nothing came of late, so nobody knows its pace; {left} of {whose} is left"
    if budget.pace == 0:
        return f"nothing spends {whose} at present; {left} of it is left"
    if budget.gone_at is None or budget.gone_in_s is None:
        return f"at this pace {whose} lasts; {left} of it is left"
    when = _when(budget.gone_at.astimezone(zone), period.at.astimezone(zone), budget.gone_in_s)
    return f"at this pace {whose} is gone {when}; {left} of it is left"


def called(objective: Objective) -> str:
    """What people call the period of an objective.

    >>> from analytics.slo.objective import Sli
    >>> called(Objective("up", Sli.AVAILABILITY, 0.99))
    '28 days'
    """
    if objective.calendar is not None:
        return str(objective.calendar)
    for unit, length_s in (("day", _DAY_S), ("hour", _HOUR_S), ("minute", _MINUTE_S), ("second", 1)):
        if objective.period_s >= length_s and objective.period_s % length_s == 0:
            count = round(objective.period_s / length_s)
            return unit if count == 1 else f"{count} {unit}s"
    return f"{objective.period_s:g} seconds"


def _when(gone: datetime, now: datetime, in_s: float) -> str:
    """An instant as one would say it from here."""
    if in_s < _SOON_S:
        minutes = max(1, round(in_s / _MINUTE_S))
        return f"in {minutes} minutes" if minutes > 1 else "within a minute"
    if gone.date() == now.date():
        return f"today at {gone:%H:%M}"
    if gone.date() - now.date() <= _A_WEEK:
        return f"on {gone:%A}"
    return f"on {gone.day} {gone:%B}" + (f" {gone.year}" if gone.year != now.year else "")
