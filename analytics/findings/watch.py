"""Every figure of a store, judged as its steps end: what is new about it, what goes on, what has ended.

The setting is how many findings a month may be wrong, of all figures together. A step of a figure is wrong with
probability

    budget x share / (figures x steps a month)

(Bonferroni), where half of the budget is for the figures of everybody and half for all others, and each length of step
has half of that. The number of figures is rounded up to a power of two, so that a new tenant moves nothing.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from analytics.findings.course import Course, Ended, Event
from analytics.findings.finding import Finding, Kind, found, grouped, head, moved, withdrawn
from analytics.findings.following import Following
from analytics.findings.kept import courses, findings_between, keep_courses, keep_findings
from analytics.findings.reading import Figures, Key, began, busy, figures, filled
from analytics.findings.settings import FindingSettings
from analytics.notation import NS_PER_S
from collector.store import Store

_log = logging.getLogger(__name__)

SETTLE_S = 60
"""After the end of a step, until most of its spans are here and derived."""
HISTORY_S = 28 * 86_400
"""What is judged when nothing is known: two weeks make habits of the week known, two more the tails."""
_FIRST_VALUES = 250_000
"""What is judged of each length of step when nothing is known: some four seconds."""
_LATELY = 24
"""Steps that say how many figures there are, and the fewest that are judged."""
_MONTH_S = 365.25 / 12 * 86_400
_DAY_S = 86_400
_KEPT_EVERY_S = 3_600
_EVERYBODY = "all"


class Grain(NamedTuple):
    """Steps of one length."""

    step_s: int
    late: int
    """Steps that spans may still change; what comes later is not judged again."""


GRAINS = (Grain(300, 12), Grain(3_600, 2))
"""Five minutes, and hours for what has few requests in five minutes."""

Explain = Callable[[Finding], Mapping[str, object]]


@dataclass(slots=True)
class GrainWatch:
    """The figures of one length of step."""

    store: Store
    grain: Grain
    settings: FindingSettings
    following: dict[Key, Following] = field(default_factory=dict)
    settled: int | None = None
    """The first step that is not settled; None: nothing is known."""
    judged: int = 0
    """The first step that is not judged."""
    kept: int = 0
    """Where :attr:`settled` was when the state was written."""
    left_out: int = 0
    """Figures of the steps that were read last which are not watched: there are too many."""

    @classmethod
    def of(cls, store: Store, grain: Grain, settings: FindingSettings) -> "GrainWatch":
        """Go on where the store says."""
        settled_s, known = courses(store, grain.step_s)
        settled = None if settled_s is None else settled_s // grain.step_s
        following = {key: Following(course) for key, course in known.items()}
        return cls(store, grain, settings, following, settled, settled or 0, settled or 0)

    def turn(self, now_s: int) -> bool:
        """Judge the steps that have ended; whether there were any."""
        step_s, late = self.grain
        until = (now_s - SETTLE_S) // step_s
        if until <= self.judged:
            return False
        settle_until = until - late
        first = self._beginning(until) if self.settled is None else self.settled
        first = max(first, (now_s - HISTORY_S) // step_s)
        a_day = max(1, _DAY_S // step_s)
        first += self._nothing(first, settle_until) // a_day * a_day
        for start in range(first, settle_until - a_day, a_day):
            self._settle(self._read(start, start + a_day))
            first = start + a_day
            _log.info("findings: %d figures are judged, %d days to go", len(self.following), (until - first) // a_day)
        self._judge(self._read(first, until), settle_until)
        self.settled, self.judged = settle_until, until
        return True

    def _beginning(self, until: int) -> int:
        """Where to begin when nothing is known: with fewer days of history where there are many figures."""
        read = len(self._read(until - _LATELY, until))
        figures_now = max(1, min(read, self.settings.most_figures))
        return max(0, until - max(_LATELY, _FIRST_VALUES // figures_now))

    def _nothing(self, first: int, until: int) -> int:
        """For how many steps there is nothing to judge, as no figure is known and none comes."""
        if self.following or (until - first) * self.grain.step_s < _DAY_S:
            return 0
        began_s = began(self.store, first * self.grain.step_s)
        return (until if began_s is None else min(until, began_s // self.grain.step_s)) - first

    def keep(self, *, at_once: bool = False) -> None:
        """Write the state now and then."""
        if self.settled is None or not (at_once or (self.settled - self.kept) * self.grain.step_s >= _KEPT_EVERY_S):
            return
        known = ((key, one.settled) for key, one in self.following.items())
        keep_courses(self.store, self.grain.step_s, self.settled * self.grain.step_s, known)
        self.kept = self.settled

    def events(self) -> Iterable[tuple[Key, Sequence[Event]]]:
        """What is unusual, or was lately, by figure."""
        return ((key, one.events) for key, one in self.following.items())

    def forget(self, before_s: float) -> None:
        """Drop what ended before an instant."""
        for one in self.following.values():
            one.forget(before_s)

    def _read(self, first: int, until: int) -> Figures:
        settings = self.settings
        return figures(self.store, first, until, self.grain.step_s, per=settings.per, least=settings.requests)

    def _settle(self, read: Figures) -> None:
        for one, steps in self._followed(read):
            one.settle(steps)

    def _judge(self, read: Figures, settle_until: int) -> None:
        for one, steps in self._followed(read):
            one.turn(steps, settle_until)

    def _followed(self, read: Figures) -> Iterable[tuple[Following, Mapping[int, float]]]:
        served = busy(read)
        seen_before = set(self.following)
        many = self._admit(read)
        rates = {whole: self._rate(many[whole]) for whole in many}
        for key, one in self.following.items():
            one.allow(rates[key.dimension == _EVERYBODY])
            steps = read.get(key, {})
            yield one, filled(key, steps, served) if key in seen_before else steps

    def _admit(self, read: Figures) -> Mapping[bool, int]:
        """Watch what is new as far as there is room; how many figures of everybody, and how many others, that makes."""
        many = Counter(key.dimension == _EVERYBODY for key in self.following)
        for key in read:
            whole = key.dimension == _EVERYBODY
            if key not in self.following and many[whole] < self.settings.most_figures:
                self.following[key] = Following(Course(self.grain.step_s))
                many[whole] += 1
        left_out = sum(key not in self.following for key in read)
        if left_out and not self.left_out:
            _log.warning("findings: %d figures are not watched, there are more than most_figures", left_out)
        self.left_out = left_out
        return {whole: many[whole] for whole in (True, False)}

    def _rate(self, many: int) -> float:
        """How often one step of a figure may be wrong, of so many figures.

        >>> rate = GrainWatch(None, GRAINS[1], FindingSettings(false_alarms_per_month=4.0))._rate(100)
        >>> f"{rate * 128 * 730.5:.2f}"  # a quarter of the budget, over 128 figures and the 730.5 hours of a month
        '1.00'
        """
        share = self.settings.false_alarms_per_month / 2 / len(GRAINS)
        rounded = 1 << (max(many, 1) - 1).bit_length()
        return min(0.01, share * self.grain.step_s / _MONTH_S / rounded)


@dataclass(slots=True)
class Watch:
    """All figures of a store, and their findings."""

    store: Store
    settings: FindingSettings
    explain: Explain = lambda _: {}
    known: dict[str, Finding] = field(default_factory=dict)
    """Findings that can still change, by name."""
    grains: list[GrainWatch] = field(default_factory=list)

    def open(self, now_s: int) -> None:
        """Go on where the store says; what is open or young is known again."""
        self.grains = [GrainWatch.of(self.store, grain, self.settings) for grain in GRAINS]
        recent = findings_between(self.store, now_s - HISTORY_S, now_s + _DAY_S)
        mine = (one for one in recent if one.kind is Kind.FIGURE and one.ended is not Ended.WITHDRAWN)
        self.known = {one.finding_id: one for one in mine}

    def turn(self, now_ns: int) -> list[Finding]:
        """Judge what has ended by now; the findings that are new or have changed, as they were written."""
        now_s = now_ns // NS_PER_S
        told: list[Finding] = []
        for watch in self.grains:
            if watch.turn(now_s):
                told += self._told(watch)
        told = [self._explained(one, now_s) for one in told]
        keep_findings(self.store, told)
        for watch in self.grains:
            watch.keep()
            watch.forget(now_s - _DAY_S)
        self._forget(now_s)
        return told

    def close(self) -> None:
        """Write down what the detectors know, so that the next start has less to judge."""
        for watch in self.grains:
            watch.keep(at_once=True)

    @property
    def figures(self) -> int:
        """Figures that are watched."""
        return sum(len(watch.following) for watch in self.grains)

    @property
    def left_out(self) -> int:
        """Figures that are not, as there are too many."""
        return sum(watch.left_out for watch in self.grains)

    def _told(self, watch: GrainWatch) -> list[Finding]:
        step_s, late = watch.grain
        mine: dict[Key, list[Finding]] = {}
        for one in self.known.values():
            if one.step_s == step_s:
                mine.setdefault(one.key, []).append(one)
        fresh, changed = [], []
        for key, events in watch.events():
            left = mine.pop(key, [])
            for event in events:
                same = next((one for one in left if abs(one.alarmed_s - event.alarmed_s) <= late * step_s), None)
                if same is None:
                    fresh.append(found(key, step_s, event))
                    continue
                left.remove(same)
                changed.append(moved(same, event))
            changed += self._vanished(left, watch)
        changed = [one for one in changed if one != self.known[one.finding_id]]
        told = [*changed, *grouped(fresh, list(self.known.values()))]
        self.known |= {one.finding_id: one for one in told}
        return told

    def _vanished(self, left: Iterable[Finding], watch: GrainWatch) -> Iterable[Finding]:
        """Findings of steps that are not settled yet, which nothing says any more."""
        settled_before_s = ((watch.settled or 0) - watch.grain.late) * watch.grain.step_s
        return [withdrawn(one) for one in left if one.open and one.alarmed_s > settled_before_s]

    def _explained(self, one: Finding, now_s: int) -> Finding:
        """Explain the one of a group to begin with; once it has stood for an hour its explanation stays."""
        if one.ended is Ended.WITHDRAWN or (one.explanation and now_s - one.alarmed_s > _KEPT_EVERY_S):
            return one
        group = [other for other in self.known.values() if other.group_id == one.group_id]
        if head(group).finding_id != one.finding_id:
            return one
        explained = replace(one, explanation=self.explain(one))
        self.known[one.finding_id] = explained
        return explained

    def _forget(self, now_s: int) -> None:
        gone = [
            name
            for name, one in self.known.items()
            if one.ended is Ended.WITHDRAWN or (one.until_s is not None and one.until_s < now_s - 2 * _DAY_S)
        ]
        for name in gone:
            del self.known[name]
