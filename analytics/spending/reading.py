"""What is spent in the current periods, kept up with the ledger without summing whole periods again and again.

What is at least an hour old is summed once, in steps of a quarter of an hour; what is younger is summed at every look,
by the minute. A late span changes an old minute: then the roll-up has more rows before the cut than were summed, and
the old part is summed anew, at most every ten seconds. Until then the reading says that it is not exact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from analytics.notation import LAST_NS, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from analytics.spending.budget import SpendBudget
from analytics.spending.plans import Plans
from analytics.spending.position import PlannedPeriod, Sums
from analytics.spending.series import STEP_NS, Answered, Asked, Series, spend_series
from collector.store import Store

_YOUNG_NS = NS_PER_HOUR
_EXTEND_NS = 2 * NS_PER_HOUR
_AGAIN_NS = 10 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Spent:
    """Spend of one budget in its current period."""

    period: PlannedPeriod
    cut_ns: int
    """Where the young part begins."""
    old: Series
    young: Series
    whole: Sums
    """The whole period."""

    def between(self, start_ns: int, until_ns: int) -> Sums:
        """The steps that begin in a half-open window."""
        return self.old.between(start_ns, until_ns) + self.young.between(start_ns, until_ns)

    def step_at(self, at_ns: int) -> int:
        """The start of the step an instant falls in: windows that begin there are exact.

        Minutes where spend is young, quarters of an hour where it is old, and never before the period.
        """
        step_ns = NS_PER_MINUTE if at_ns >= self.cut_ns else STEP_NS
        return max(at_ns // step_ns * step_ns, self.period.start_ns)


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at every budget."""

    at_ns: int
    spent: tuple[Spent, ...]
    exact: bool
    """Whether everything derived when it was looked is in it."""


@dataclass(frozen=True, slots=True)
class _Old:
    cut_ns: int
    rows_before: int
    made_ns: int
    series: tuple[Series, ...]
    periods: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class SpendReader:
    """Reads spend; used by one thread at a time."""

    store: Store
    budgets: Sequence[SpendBudget]
    _plans: Plans = field(init=False)
    _old: _Old | None = None

    def __post_init__(self) -> None:
        self._plans = Plans(self.store, self.budgets)

    def read(self, now_ns: int) -> Reading:
        """Look at every budget now."""
        if not self.budgets:  # looks come several times a second, and the question alone takes a tenth of a core
            return Reading(now_ns, (), exact=True)
        periods = self._plans.at(now_ns)
        asked = [Asked(b, p.start_ns, p.until_ns) for b, p in zip(self.budgets, periods, strict=True)]
        old = self._kept(asked, now_ns)
        young = self._young(asked, old)
        late = young.rows_before != old.rows_before
        if late and now_ns - old.made_ns >= _AGAIN_NS:
            old = self._old = self._summed(asked, now_ns)
            young = self._young(asked, old)
            late = young.rows_before != old.rows_before
        series = zip(periods, old.series, young.series, strict=True)
        spent = tuple(
            Spent(period, old.cut_ns, before, after, before.running[-1] + after.running[-1])
            for period, before, after in series
        )
        return Reading(now_ns, spent, exact=not late)

    def _kept(self, asked: Sequence[Asked], now_ns: int) -> _Old:
        old = self._old
        if old is None or old.periods != _periods(asked) or now_ns < old.cut_ns:
            old = self._summed(asked, now_ns)
        elif now_ns - old.cut_ns >= _EXTEND_NS:
            old = self._extended(asked, old, now_ns)
        self._old = old
        return old

    def _summed(self, asked: Sequence[Asked], now_ns: int) -> _Old:
        """Sum everything before the cut."""
        cut_ns = _cut(now_ns)
        start_ns = min((cut_ns, *(one.start_ns for one in asked)))
        found = spend_series(self.store, asked, (start_ns, cut_ns), STEP_NS)
        return _Old(cut_ns, found.rows_before + found.rows_in, now_ns, found.series, _periods(asked))

    def _extended(self, asked: Sequence[Asked], old: _Old, now_ns: int) -> _Old:
        """Sum only what has grown old since."""
        cut_ns = _cut(now_ns)
        found = spend_series(self.store, asked, (old.cut_ns, cut_ns), STEP_NS)
        if found.rows_before != old.rows_before:
            return self._summed(asked, now_ns)
        series = tuple(_joined(before, after) for before, after in zip(old.series, found.series, strict=True))
        return _Old(cut_ns, found.rows_before + found.rows_in, old.made_ns, series, old.periods)

    def _young(self, asked: Sequence[Asked], old: _Old) -> Answered:
        return spend_series(self.store, asked, (old.cut_ns, LAST_NS), NS_PER_MINUTE)


def _cut(now_ns: int) -> int:
    return (now_ns - _YOUNG_NS) // STEP_NS * STEP_NS


def _periods(asked: Iterable[Asked]) -> tuple[tuple[int, int], ...]:
    return tuple((one.start_ns, one.until_ns) for one in asked)


def _joined(before: Series, after: Series) -> Series:
    return Series.of(chain(before.steps(), after.steps()))
