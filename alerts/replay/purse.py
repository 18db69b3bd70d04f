"""A spend budget in memory: the same looks at it as ``analytics/spending/reading.py`` makes of the ledger.

What is at least an hour old is read in quarters of an hour, what is younger by the minute, and the border moves every
two hours: windows begin where they would begin in a live reading.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from alerts.replay.world import usd
from analytics.notation import NS_PER_HOUR, NS_PER_MINUTE
from analytics.spending.budget import SpendBudget
from analytics.spending.curve import Curve
from analytics.spending.pace import Look
from analytics.spending.position import PlannedPeriod, Position, Reserved, Sums
from analytics.spending.reading import Spent
from analytics.spending.series import STEP_NS, Series

_YOUNG_NS = NS_PER_HOUR
_EXTEND_NS = 2 * NS_PER_HOUR
_NOTHING = Reserved()
_RECALLED = 64
Plan = Callable[[SpendBudget, int], PlannedPeriod]


@dataclass(frozen=True, slots=True)
class _Recalled(Curve):
    """A curve that remembers what it was asked: one look asks for the same few instants again and again."""

    known: dict[int, Fraction] = field(default_factory=dict, compare=False)

    def share(self, at_ns: int) -> Fraction:
        """Share of the whole by an instant."""
        found = self.known.get(at_ns)
        if found is None:
            if len(self.known) >= _RECALLED:
                self.known.clear()
            found = self.known[at_ns] = Curve.share(self, at_ns)
        return found


@dataclass(slots=True)
class Purse:
    """What is known to be spent of one budget."""

    budget: SpendBudget
    plan: Plan
    _minutes: dict[int, Sums] = field(default_factory=dict)
    _changed_ns: int | None = None
    """The earliest minute that changed since the last look."""
    _newest_ns: int = 0
    _period: PlannedPeriod | None = None
    _cut_ns: int = 0
    _old: Series = field(default_factory=Series)
    _at_ns: list[int] = field(default_factory=list)
    _running: list[Sums] = field(default_factory=lambda: [Sums()])

    def learn(self, at_ns: int, cost_femto: int, lines: int, unpriced_lines: int) -> None:
        """Lines of one minute are known."""
        minute = at_ns // NS_PER_MINUTE * NS_PER_MINUTE
        more = Sums(usd(cost_femto), lines, unpriced_lines)
        known = self._minutes.get(minute)
        self._minutes[minute] = more if known is None else known + more
        self._newest_ns = max(minute, self._newest_ns)
        self._changed_ns = minute if self._changed_ns is None else min(minute, self._changed_ns)

    def look(self, now_ns: int) -> Look:
        """How it stands."""
        period = self._period
        if period is None or not period.start_ns <= now_ns < period.until_ns:
            planned = self.plan(self.budget, now_ns)
            curve = _Recalled(planned.curve.edges, planned.curve.cumulative)
            period = self._period = replace(planned, curve=curve)
            self._begin(period, now_ns)
        elif now_ns - self._cut_ns >= _EXTEND_NS or (self._changed_ns or self._cut_ns) < self._cut_ns:
            self._begin(period, now_ns)
        elif self._changed_ns is not None:
            self._follow(self._changed_ns)
        self._changed_ns = None
        young = Series(tuple(self._at_ns), tuple(self._running))
        whole = self._old.running[-1] + self._running[-1]
        spent = Spent(period, self._cut_ns, self._old, young, whole)
        return Look(Position(self.budget, period, whole, _NOTHING, now_ns), spent)

    def _begin(self, period: PlannedPeriod, now_ns: int) -> None:
        """Sum the period anew, with the border where it is now."""
        self._cut_ns = (now_ns - _YOUNG_NS) // STEP_NS * STEP_NS
        inside = sorted(at for at in self._minutes if period.start_ns <= at < period.until_ns)
        steps: dict[int, Sums] = {}
        for at in inside[: bisect_left(inside, self._cut_ns)]:
            step = at // STEP_NS * STEP_NS
            steps[step] = steps.get(step, Sums()) + self._minutes[at]
        self._old = Series.of(steps.items())
        self._at_ns, self._running = [], [Sums()]
        self._append(inside[bisect_left(inside, self._cut_ns) :])

    def _follow(self, since_ns: int) -> None:
        """Sum the young minutes again from the first that changed."""
        period = self._period
        place = bisect_left(self._at_ns, since_ns)
        del self._at_ns[place:], self._running[place + 1 :]
        first = max(since_ns, self._cut_ns, 0 if period is None else period.start_ns)
        self._append(at for at in range(first, self._newest_ns + 1, NS_PER_MINUTE) if at in self._minutes)

    def _append(self, minutes: Iterable[int]) -> None:
        for at in minutes:
            self._at_ns.append(at)
            self._running.append(self._running[-1] + self._minutes[at])
