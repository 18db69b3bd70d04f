"""The current period of each budget with its plan, found once a period.

A plan from history is made of the weeks that end where the period begins, so it stays as it is while the period lasts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from analytics.notation import NS_PER_S
from analytics.periods import period_of, weeks_before
from analytics.spending.budget import Plan, SpendBudget
from analytics.spending.curve import LEAST_WEEKS, even, from_pattern, pattern
from analytics.spending.position import PlannedPeriod
from analytics.spending.series import STEP_NS, Asked, spend_series
from collector.store import Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = 15
"""Decimal places of the ledger: a pattern counts in whole units of the last one."""


@dataclass(slots=True)
class Plans:
    """Remembers the period and plan of each budget; used under the lock of its owner."""

    store: Store
    budgets: Sequence[SpendBudget]
    _current: dict[int, PlannedPeriod] = field(default_factory=dict)

    def at(self, now_ns: int) -> tuple[PlannedPeriod, ...]:
        """The period that holds an instant, of every budget."""
        return tuple(self._of(row, now_ns) for row in range(len(self.budgets)))

    def _of(self, row: int, now_ns: int) -> PlannedPeriod:
        known = self._current.get(row)
        if known is None or not known.start_ns <= now_ns < known.until_ns:
            known = self._current[row] = planned_period(self.store, self.budgets[row], now_ns)
        return known


def planned_period(store: Store, budget: SpendBudget, now_ns: int) -> PlannedPeriod:
    """The period of a budget that holds an instant, with its plan."""
    start, until = period_of(budget.period, _EPOCH + timedelta(seconds=now_ns // NS_PER_S), budget.clock)
    start_ns, until_ns = nanoseconds(start), nanoseconds(until)
    if budget.plan is Plan.EVEN:
        return PlannedPeriod(start_ns, until_ns, even(start_ns, until_ns))
    edges = [nanoseconds(edge) for edge in weeks_before(start, budget.history_weeks, budget.clock)]
    found = pattern(_spent(store, budget, edges), edges, budget.clock)
    if found is None:
        why = f"fewer than {LEAST_WEEKS} whole weeks of spend before the period"
        return PlannedPeriod(start_ns, until_ns, even(start_ns, until_ns), fallback=why)
    return PlannedPeriod(start_ns, until_ns, from_pattern(found, start_ns, until_ns, budget.clock), found)


def nanoseconds(at: datetime) -> int:
    """Nanoseconds since 1970 of an aware instant, to the second."""
    return (at - _EPOCH) // timedelta(seconds=1) * NS_PER_S


def _spent(store: Store, budget: SpendBudget, edges: Sequence[int]) -> dict[int, int]:
    window = (edges[0], edges[-1])
    (series,) = spend_series(store, [Asked(budget, *window)], window, STEP_NS).series
    return {at_ns: int(sums.cost_usd.scaleb(_UNIT)) for at_ns, sums in series.steps()}
