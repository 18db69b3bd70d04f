"""Forecasts of one store, kept so that the same history is not read and judged again at every look.

History, that is everything before the running day, is read at most every ten minutes: late spans change it by little,
and half a year takes longer to read than a page may wait. What is seen since is read at every look.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from threading import Lock
from typing import Any

import numpy as np

from analytics.cost import CostScope
from analytics.forecast.backtest import Backtest, backtest
from analytics.forecast.calendar import Days, kinds_of
from analytics.forecast.calls import price_factors
from analytics.forecast.course import Course, Step, course, edges_after, edges_until
from analytics.forecast.outlook import Outlook, Reason, Refused, cycle_of, forecast, outlook, refusal
from analytics.forecast.reading import Figure, Read, read_budgets, read_scope
from analytics.forecast.rolling import Rolling, naive_paths, rolled
from analytics.forecast.season import Floats
from analytics.forecast.settings import ForecastEvent
from analytics.notation import NS_PER_MINUTE, NS_PER_S
from analytics.periods import Period
from analytics.questions import Window
from analytics.spending.budget import SpendBudget
from analytics.spending.pricing import Pricer, without_prices
from collector.store import Store

_AGAIN_NS = 10 * NS_PER_MINUTE
_MOST_KEPT = 256
LEAST_BACK: Mapping[Step, int] = {Step.DAY: 26 * 7, Step.HOUR: 8 * 7 * 24}
MOST_BACK: Mapping[Step, int] = {Step.DAY: 400, Step.HOUR: 8 * 7 * 24}
"""Whole steps that are looked back, at least and at most: twice as many as there are ahead in between."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose figure, in which steps, of which period."""

    of: SpendBudget | CostScope
    figure: Figure
    step: Step
    start_ns: int
    """What was seen since counts as so far."""
    until_ns: int
    zone: tzinfo


def spend_of(budget: SpendBudget, start_ns: int, until_ns: int) -> Subject:
    """The spend of a budget in one of its periods."""
    step = Step.HOUR if budget.period is Period.DAY else Step.DAY
    return Subject(budget, Figure.COST_USD, step, start_ns, until_ns, budget.clock)


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to say of a subject."""

    subject: Subject
    at_ns: int
    read: Read
    course: Course
    ahead: tuple[int, ...]
    rolling: Rolling | Refused
    judged: dict[int, Backtest]
    """Back-tests of this history, by steps ahead."""

    def back_test(self) -> Backtest | None:
        """How such forecasts did before; None where there is none."""
        if isinstance(self.rolling, Refused):
            return None
        steps, values = len(self.rolling.ahead), self.course.values
        if steps not in self.judged:
            naive = rolled(values, steps, cycle_of(self.subject.step, values), naive_paths)
            self.judged[steps] = backtest(self.rolling, naive)
        return self.judged[steps]

    @property
    def so_far(self) -> Decimal:
        """Exact, since the start of the period."""
        return self.read.between(self.subject.start_ns, self.at_ns)

    def gone_ns(self, amount: Decimal) -> int | None:
        """When an amount was gone, to a quarter of an hour; None while something is left of it."""
        if self.so_far < amount:
            return None
        return min(self.read.reached_ns(self.subject.start_ns, amount) or self.at_ns, self.at_ns)

    def outlook(self, factor: float = 1.0) -> Outlook | Refused:
        """How it goes on, if what is still to come is ``factor`` times as much."""
        if isinstance(self.rolling, Refused):
            return self.rolling
        return outlook(self.course, self.rolling, self.ahead, (self.at_ns, self.subject.until_ns), factor)


@dataclass(frozen=True, slots=True)
class _History:
    made_ns: int
    read: Read
    rolled: dict[int, Rolling] = field(default_factory=dict)
    judged: dict[int, Backtest] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Forecasts:
    """One of these for a server; safe to use from any thread."""

    store: Store
    events: Sequence[ForecastEvent] = ()
    """Days that somebody knows to be unlike others."""
    price: Pricer = without_prices
    """Says what calls cost at other times."""
    whole: Callable[[], bool] = lambda: True
    """Whether what the store held when the server started is derived: what is read before is read again."""
    _kept: dict[object, _History] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, subject: Subject, now_ns: int) -> Found:
        """Forecast one subject."""
        (found,) = self.of_all([subject], now_ns)
        return found

    def of_all(self, subjects: Sequence[Subject], now_ns: int) -> list[Found]:
        """Forecast several; those of budgets are read with one question."""
        with self._lock:
            edges = [edges_until(one.step, now_ns, _back(one, now_ns), one.zone) for one in subjects]
            keys = [(_name(one), own[0], own[-1]) for one, own in zip(subjects, edges, strict=True)]
            missing = [place for place, key in enumerate(keys) if self._stale(key, now_ns)]
            windows = [Window(edges[place][0], edges[place][-1]) for place in missing]
            made_ns = now_ns if self.whole() else 0
            reads = _read_all(self.store, [subjects[place] for place in missing], windows)
            self._kept.update(
                {keys[place]: _History(made_ns, read) for place, read in zip(missing, reads, strict=True)}
            )
            history = [self._kept[key] for key in keys]
            self._forget()
            windows = [Window(own[-1], max(now_ns, own[-1] + 1)) for own in edges]
            running = _read_all(self.store, subjects, windows)
            told = zip(subjects, edges, history, running, strict=True)
            return [self._found(subject, own, before, new, now_ns) for subject, own, before, new in told]

    def _found(self, subject: Subject, edges: tuple[int, ...], history: _History, new: Read, now_ns: int) -> Found:
        read = history.read.joined(new)
        going = course(read.amounts, edges, now_ns)
        ahead = edges_after(subject.step, now_ns, subject.until_ns, subject.zone)
        steps = len(ahead) - 1 if subject.until_ns > now_ns else 0
        refused = _unpriced(subject, read) or refusal(subject.step, going.values, steps)
        if refused is not None:
            return Found(subject, now_ns, read, going, ahead, refused, history.judged)
        if steps not in history.rolled:
            days = self._days(subject, (*going.edges[:-1], *ahead[:-1]), now_ns)
            history.rolled[steps] = forecast(subject.step, going.values, steps, days)
        return Found(subject, now_ns, read, going, ahead, history.rolled[steps], history.judged)

    def _days(self, subject: Subject, begins: Sequence[int], now_ns: int) -> Days:
        """What is known of each step: events and ends of months, and for money the prices of its day."""
        dates = [date_of(begin, subject.zone) for begin in begins]
        named = [event for event in self.events if event.times is None]
        whole = subject.step is Step.DAY
        kinds = kinds_of(dates, [event.dates for event in named]) if whole else np.zeros(len(dates), np.int64)
        known = np.ones(len(dates))
        for event in self.events:
            if event.times is not None:
                known *= np.where([day in event.dates for day in dates], event.times, 1.0)
        return Days(kinds, known * self._prices(subject, begins, now_ns))

    def _prices(self, subject: Subject, begins: Sequence[int], now_ns: int) -> Floats:
        if subject.figure is not Figure.COST_USD:
            return np.ones(len(begins))
        return price_factors(self.store, self.price, scope_of(subject), begins, now_ns)

    def _stale(self, key: object, now_ns: int) -> bool:
        known = self._kept.get(key)
        return known is None or not 0 <= now_ns - known.made_ns < _AGAIN_NS

    def _forget(self) -> None:
        for key in list(self._kept)[: max(len(self._kept) - _MOST_KEPT, 0)]:
            del self._kept[key]


def _unpriced(subject: Subject, read: Read) -> Refused | None:
    if subject.figure is Figure.COST_USD and read.lines and read.unpriced_lines >= read.lines:
        return Refused(Reason.UNPRICED, "nothing of its history has a price: `burnline prices explain` says why")
    return None


def _read_all(store: Store, subjects: Sequence[Subject], windows: Sequence[Window]) -> list[Read]:
    found: dict[int, Read] = {}
    budgets = [(place, one.of) for place, one in enumerate(subjects) if isinstance(one.of, SpendBudget)]
    by_window: dict[Window, list[tuple[int, SpendBudget]]] = {}
    for place, budget in budgets:
        by_window.setdefault(windows[place], []).append((place, budget))
    for window, asked in by_window.items():
        reads = read_budgets(store, [budget for _, budget in asked], window)
        found.update({place: read for (place, _), read in zip(asked, reads, strict=True)})
    for place, one in enumerate(subjects):
        if not isinstance(one.of, SpendBudget):
            found[place] = read_scope(store, one.of, one.figure, windows[place])
    return [found[place] for place in range(len(subjects))]


def _back(subject: Subject, now_ns: int) -> int:
    ahead = len(edges_after(subject.step, now_ns, max(subject.until_ns, now_ns + 1), subject.zone)) - 1
    since = len(edges_after(subject.step, min(subject.start_ns, now_ns), now_ns, subject.zone))
    return min(max(LEAST_BACK[subject.step], 2 * ahead, since), max(MOST_BACK[subject.step], since))


def scope_of(subject: Subject) -> CostScope:
    """Whose figure, as filters."""
    of = subject.of
    words: dict[str, Any] = dict(of.scope) if isinstance(of, SpendBudget) else of.attribution() | of.lines()
    return CostScope(**words)


def date_of(at_ns: int, zone: tzinfo) -> date:
    """The local day of an instant."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at_ns // NS_PER_S)).astimezone(zone).date()


def _name(subject: Subject) -> object:
    of = subject.of
    if isinstance(of, SpendBudget):
        return "budget", tuple(of.scope.items()), subject.step
    return "scope", of.model_dump_json(exclude={"start", "until"}, exclude_none=True), subject.figure, subject.step
