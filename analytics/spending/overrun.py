"""How likely a budget is overrun: by the forecast of its spend, or by how the weeks of its plan's history differed.

With enough history the forecast says it (``analytics/forecast``): it knows weekdays, trend and how far off it was
before. Without, and where the plan has a history, it follows from the pace so far:

    rest    = spent / share x (1 - share)                        as projected: the plan at the pace so far
    spread  = rest x cv x sqrt(1 / weeks left + 1 / weeks over)  cv: standard deviation / mean of the weeks of history
    P       = P(T > (amount - spent - rest) / spread)            Student's T with one degree less than weeks of history

Weeks that differ much, and few of them, make everything possible; the part over tells the pace the better the longer
it is. Without history nobody knows, and None says so.

>>> round(chance(left=100.0, rest=80.0, cv=0.25, weeks_left=4.0, weeks_over=4.0, weeks=8), 2)
0.1
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import isfinite, sqrt
from statistics import mean, stdev

from analytics.forecast.outlook import Outlook, Refused
from analytics.notation import NS_PER_DAY
from analytics.spending.position import Position, usd

_WEEK_NS = 7 * NS_PER_DAY


class Basis(StrEnum):
    """What a probability of overrun rests on."""

    FORECAST = "forecast"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Overrun:
    """How likely a budget is overrun, and what it comes to."""

    probability: float | None
    basis: Basis | None
    """None where nobody knows."""
    ends_usd: tuple[Decimal, Decimal, Decimal] | None = None
    """Low, expected and high spend of the whole period, by the forecast; None without one."""


def overrun(position: Position, view: Outlook | Refused) -> Overrun:
    """Ask the forecast, and the weeks of the plan where there is none."""
    if isinstance(view, Refused) or position.spent_usd is None:
        likely = overrun_probability(position)
        return Overrun(likely, None if likely is None else Basis.PLAN)
    spent = position.spent_usd
    likely = view.probability_above(float(position.budget.amount_usd - spent))
    rest = [float(curve[-1]) for curve in view.rest]
    if likely is None or not all(map(isfinite, rest)):
        likely = overrun_probability(position)
        return Overrun(likely, None if likely is None else Basis.PLAN)
    low, expected, high = (usd(Fraction(spent) + Fraction(more)) for more in rest)
    return Overrun(likely, Basis.FORECAST, (low, expected, high))


def overrun_probability(position: Position) -> float | None:
    """By the plan: probability, in 0..1, that the period ends above its amount; None without spend or history."""
    spent, amount, found = position.spent_usd, position.budget.amount_usd, position.period.pattern
    if spent is not None and spent > amount:
        return 1.0
    if spent is None or found is None or not position.share:
        return None
    period = position.period
    rest = float(Fraction(spent) / position.share * (1 - position.share))
    if not rest:
        return 0.0
    return chance(
        left=float(amount - spent),
        rest=rest,
        cv=stdev(found.totals) / mean(found.totals),
        weeks_left=(period.until_ns - position.at_ns) / _WEEK_NS,
        weeks_over=(position.at_ns - period.start_ns) / _WEEK_NS,
        weeks=len(found.totals),
    )


def chance(*, left: float, rest: float, cv: float, weeks_left: float, weeks_over: float, weeks: int) -> float:
    """Probability that more than ``left`` is spent where ``rest`` is expected."""
    spread = rest * cv * sqrt(1 / weeks_left + 1 / weeks_over)
    if not spread:
        return 1.0 if rest > left else 0.0
    from scipy.special import stdtr  # noqa: PLC0415 - a quarter second, which a server starts without

    return float(stdtr(weeks - 1, (rest - left) / spread))
