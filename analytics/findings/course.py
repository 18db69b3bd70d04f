"""The course of one figure: judged step by step, with what was unusual about it, from when until when.

What is unusual begins, by the largest likelihood of a shift of the mean, in one of the last :data:`REMEMBERED` steps
(Hinkley 1970), and it ends where the figure has been back for three steps, or has stayed for so long that the detector
takes it for normal.
"""

import pickle
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt
from typing import Any

from analytics.anomalies.detector import ALARM, Detector
from analytics.findings.state import filled, lists

REMEMBERED = 36
_MOST = 4.0
"""Usual differences that one step counts in dating a beginning."""
_BACK = 0.5
"""The share of its size below which a difference is no longer the event's."""
_CALM = 3
_SMOOTH = 0.4
NEW_NORMAL_STEPS = 100
"""Steps after which it is no event any more; as long as a detector rests."""


class Ended(StrEnum):
    """How something unusual ended."""

    RETURNED = "returned"
    NEW_NORMAL = "new_normal"
    WITHDRAWN = "withdrawn"  # spans that came late took it back


@dataclass(slots=True)
class Event:
    """Something unusual about one figure; instants are seconds since 1970."""

    start_s: float
    alarmed_s: float
    """The end of the step in which it was certain; with the figure it is the name of the event."""
    levels: list[float]
    """The levels of the baseline before: they stays what is expected, while the baseline itself gets used to it."""
    rarity: float
    expected_sum: float
    observed_sum: float
    steps: int
    smoothed: float
    calm: int = 0
    calm_from_s: float = 0.0
    until_s: float | None = None
    ended: str | None = None

    @property
    def expected(self) -> float:
        """Mean of what was expected."""
        return self.expected_sum / self.steps

    @property
    def observed(self) -> float:
        """Mean of what there was."""
        return self.observed_sum / self.steps

    def follow(self, at_s: float, step_s: float, value: float, expected: float) -> None:
        """Take one more step into account."""
        size = self.observed - self.expected
        self.smoothed += _SMOOTH * (value - expected - self.smoothed)
        if self.smoothed * size < _BACK * size * size:
            self.calm_from_s = self.calm_from_s if self.calm else at_s
            self.calm += 1
        else:
            self.calm = 0
        if self.calm >= _CALM:
            self.until_s, self.ended = self.calm_from_s, Ended.RETURNED
            return
        if not self.calm:
            self.expected_sum += expected
            self.observed_sum += value
            self.steps += 1
        if at_s + step_s - self.alarmed_s >= NEW_NORMAL_STEPS * step_s:
            self.until_s, self.ended = at_s + step_s, Ended.NEW_NORMAL


@dataclass(slots=True)
class Course:
    """One figure and everything its detector knows."""

    step_s: int
    detector: Detector = field(default_factory=lambda: Detector(lasting=True))
    events: list[Event] = field(default_factory=list)
    """Those that go on, and those that ended since :meth:`forget`."""
    _recent: deque[tuple[float, float, float, float, list[float]]] = field(
        default_factory=lambda: deque(maxlen=REMEMBERED)
    )
    """Instant, value, expected, usual difference and levels of the last steps."""

    def take(self, step: int, value: float) -> None:
        """Judge the figure of a step."""
        at_s, baseline = float(step * self.step_s), self.detector.baseline
        spread, levels = baseline.usual_difference, [*baseline.levels]
        judged = self.detector.update(at_s, value)
        open_event = self.events[-1] if self.events and self.events[-1].until_s is None else None
        if open_event is not None:
            habits = baseline.habits
            open_event.rarity = max(open_event.rarity, judged.rarity)
            open_event.follow(at_s, self.step_s, value, judged.expected + open_event.levels[habits] - levels[habits])
        self._recent.append((at_s, value, judged.expected, spread, levels))
        if open_event is None and judged.score >= ALARM:
            self.events.append(self._begun(judged.rarity))

    def forget(self, before_s: float) -> None:
        """Drop events that ended before an instant."""
        self.events = [one for one in self.events if one.until_s is None or one.until_s >= before_s]

    def state(self) -> list[Any]:
        """Everything, as nested lists."""
        return [self.step_s, lists(self.detector), [lists(one) for one in self.events], lists(self._recent)]

    def copy(self) -> "Course":
        """Another one that knows the same; seven times as fast as by :meth:`state`."""
        copied: Course = pickle.loads(pickle.dumps(self, pickle.HIGHEST_PROTOCOL))  # noqa: S301 - what was just written
        return copied

    @classmethod
    def of(cls, state: list[Any]) -> "Course":
        """Make a course go on where another stood."""
        step_s, detector, events, recent = state
        found = cls(step_s, filled(Detector(), detector), [Event(*one) for one in events])
        found._recent.extend(
            (at_s, value, expected, spread, levels) for at_s, value, expected, spread, levels in recent
        )
        return found

    def _begun(self, rarity: float) -> Event:
        rows = list(self._recent)
        first = _onset([(value - expected) / spread if spread > 0 else 0.0 for _, value, expected, spread, _ in rows])
        part = rows[first:]
        expected, observed = sum(row[2] for row in part), sum(row[1] for row in part)
        smoothed = (observed - expected) / len(part)
        end_s = part[-1][0] + self.step_s
        return Event(part[0][0], end_s, part[0][4], rarity, expected, observed, len(part), smoothed)


def _onset(differences: list[float]) -> int:
    """Where a shift that lasts until the end most likely began.

    >>> _onset([0.1, -0.3, 0.2, -0.1, 2.1, 1.8, 2.4])
    4
    """
    best, found, total = 0.0, len(differences) - 1, 0.0
    for place in range(len(differences) - 1, -1, -1):
        total += min(max(differences[place], -_MOST), _MOST)
        likelihood = abs(total) / sqrt(len(differences) - place)
        if likelihood > best:
            best, found = likelihood, place
    return found
