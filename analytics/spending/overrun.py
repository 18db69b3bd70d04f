"""How likely a budget is overrun: what the rest of the period may cost, seen from how the weeks before differed.

    rest    = spent / share x (1 - share)                        as projected: the plan at the pace so far
    spread  = rest x cv x sqrt(1 / weeks left + 1 / weeks over)  cv: standard deviation / mean of the weeks of history
    P       = P(T > (amount - spent - rest) / spread)            Student's T with one degree less than weeks of history

Weeks that differ much, and few of them, make everything possible; the part over tells the pace the better the longer
it is. Without history nobody knows, and None says so.

>>> round(chance(left=100.0, rest=80.0, cv=0.25, weeks_left=4.0, weeks_over=4.0, weeks=8), 2)
0.1
"""

from fractions import Fraction
from math import sqrt
from statistics import mean, stdev

from analytics.spending.curve import NS_PER_DAY
from analytics.spending.position import Position

_WEEK_NS = 7 * NS_PER_DAY


def overrun_probability(position: Position) -> float | None:
    """Probability, in 0..1, that the period ends above its amount; None without spend or without history."""
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
