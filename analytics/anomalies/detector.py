"""Judges a figure value by value: how unusual is this one, by everything before it.

Four statistics are watched, each by its own history, so that heavy tails, counts and figures that hang together over
time need no setting:

    point   the value itself, against the nearest of: the baseline, the baseline and its bias of late, the last value
    short   the mean of about 9 differences from the baseline, none counted above 2.5 usual ones
    long    the cumulative sum of them, less half a spread each (Page 1954): small and lasting shifts
    noise   how large the errors of ``point`` are of late, against what they were

The probability of the most unusual one, times four, becomes the score: 0.5 where it is as small as the rate of false
alarms that is set. After an alarm only what is clearly louder is another one, until the new level is taken for normal.

Where only what lasts is to be told (``lasting``), a point counts with others near it (``together.py``), against the
baseline alone, and noise does not count: of single values whose tails nobody knows, no rate of false alarms can be
promised that is much below one in the values seen so far.

Nothing here looks at a clock or at what comes later: the scores of the first rows of a file are those of a file that
ends there.
"""

# ruff: noqa: FURB136 - min() and max() take three times as long, and this runs for every value

import math
from dataclasses import dataclass, field
from typing import NamedTuple

from analytics.anomalies.baseline import Baseline
from analytics.anomalies.event import ALARM as ALARM  # noqa: PLC0414 - part of what is said of a score
from analytics.anomalies.event import Event
from analytics.anomalies.rarity import Rarities
from analytics.anomalies.season import DAY_S
from analytics.anomalies.spread import Statistic
from analytics.anomalies.tail import Tail
from analytics.anomalies.together import Together

FALSE_ALARMS_PER_ROW = 1 / 4_000
"""The default: one in two weeks of five-minute figures."""
_STATISTICS = 4
_CLIP = 2.5
_LASTING_CLIP = 4.0
"""Where probabilities are asked for that need large differences; a single value is worth little then."""
_ALLOWED = 0.6
"""Usual differences; a normal one is 1.25 of them, so this is half a spread: best for shifts of one."""
_HIGHEST = 60.0
"""Where a sum stops, so that it comes down again."""
_OF_SUMS = 4.0
"""The threshold of sums before enough are known, in mean ones."""
_OF_MEANS = 3.0
"""The threshold of means before enough are known: one in fifty normal values is above 2.9 mean absolute ones."""
_ERROR_PACE, _NOISE_PACE = 0.02, 0.003
_TINY = 1e-300
_OFTEN = 0.05
"""Of rows that move, for an event to teach nothing: where one in a hundred moves, what is known of the size of moves is
too little to leave any out (94 alarms of 62 that are set)."""
_FIRST_DAY = 4.0
"""Powers of ten by which what lasts has to be rarer within a first day, which may go up and down as days do."""


class Judged(NamedTuple):
    """What is said of one value."""

    score: float
    """0 nothing unusual, from 0.5 on an alarm, towards 1 ever rarer."""
    expected: float
    """What the baseline expected."""
    rarity: float
    """How rare a value as unusual as this one is where nothing happens, in powers of ten: 3 is one in a thousand."""

    @property
    def probability(self) -> float:
        """The same as a probability."""
        return float(10**-self.rarity)


def _values() -> Statistic:
    return Statistic(Tail(shape=0.12, excess=0.22))


def _means() -> Statistic:
    return Statistic(Tail(shape=0.01, excess=0.15, sure=20, supposed=_OF_MEANS), 5)


def _sums() -> Statistic:
    return Statistic(Tail(shape=0.01, excess=0.25, sure=20, supposed=_OF_SUMS), 5)


@dataclass(slots=True)
class Detector:
    """Follows one figure; the cost of a value is some ten microseconds."""

    false_alarms_per_row: float = FALSE_ALARMS_PER_ROW
    lasting: bool = False
    """Only what lasts is unusual: two of three values in a row, or a mean."""
    baseline: Baseline = field(default_factory=Baseline)
    _point: Statistic = field(default_factory=_values)
    _short: Statistic = field(default_factory=_means)
    _long: Statistic = field(default_factory=_sums)
    _noise: Statistic = field(default_factory=lambda: Statistic(Tail(shape=0.05, excess=0.22), 10))
    _errors: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    _error: float = 0.0
    """How far the last value was from the nearest of what it could be expected to be."""
    _first_s: float = 0.0
    _last: float = 0.0
    _together: Together = field(default_factory=Together)
    _bias: float = 0.0
    _short_mean: float = 0.0
    _up: float = 0.0
    _down: float = 0.0
    _noise_now: float = 0.0
    _noise_usual: float = 0.0
    _rarities: Rarities = field(default_factory=Rarities)
    _habits: int = 0
    _event: Event = field(default_factory=Event)

    def update(self, at_s: float, value: float) -> Judged:
        """Judge a value and learn it; ``at_s`` is its time in seconds since 1970, for habits of the day and week."""
        baseline, event = self.baseline, self._event
        expected = baseline.expected(at_s)
        if not baseline.seen:
            baseline.learn(at_s, value, value, accepting=False)
            self._last, self._first_s = value, at_s
            return Judged(0.0, value, 0.0)
        if baseline.habits > self._habits:
            self._habits = baseline.habits
            self._rarities.forget()
        difference = value - expected
        probability = self._probability(value, expected)
        own = -math.log10(probability or _TINY) if probability < 1 else 0.0
        rarity = self._rarities.judge(own, learning=event.learning)
        if self.lasting and at_s - self._first_s < DAY_S:
            rarity = max(0.0, rarity - _FIRST_DAY)
        self._bias += 0.3 * (difference - self._bias)
        baseline.learn(at_s, value, expected, accepting=event.resting > 0)
        self._last = value
        event.forgiving = not self.lasting and self._point.moved > _OFTEN * self._point.learned
        learned = event.learning
        score = event.score(rarity, self.false_alarms_per_row, baseline)
        if not event.learning:
            self._keep(begun=learned, over=not event.resting)
        return Judged(score, expected, rarity)

    def _probability(self, value: float, expected: float) -> float:
        means = self._of_means(value - expected)
        if not self.lasting:
            return _STATISTICS * min(self._of_point(value, expected), *means)
        point = self._point.judge(value - expected, learning=self._event.learning)
        together = self._together.judge(point if value > expected else -point)
        return _STATISTICS * min(together, *means)

    def _of_point(self, value: float, expected: float) -> float:
        """The rarer of the value and of the noise of late."""
        errors = self._errors
        candidates = (expected, expected + self._bias, self._last)
        error = value - candidates[errors.index(min(errors))]
        known = 1 / self.baseline.seen
        rate = known if known > _ERROR_PACE else _ERROR_PACE
        for number, candidate in enumerate(candidates):
            errors[number] += rate * (abs(value - candidate) - errors[number])
        self._error = abs(error)
        return min(self._point.judge(error, learning=self._event.learning), self._of_noise(abs(error)))

    def _of_noise(self, size: float) -> float:
        usual = self._noise_usual
        largest = 6 * usual if usual > 0 else size
        self._noise_now += 0.1 * ((size if size < largest else largest) - self._noise_now)
        known = 1 / self.baseline.seen
        self._noise_usual = usual + (known if known > _NOISE_PACE else _NOISE_PACE) * (self._noise_now - usual)
        if self.baseline.seen < 30 or self._noise_usual <= 0:  # noqa: PLR2004 - three times what noise of late looks back
            return 1.0
        noise = math.log((self._noise_now + 0.02 * self._noise_usual) / self._noise_usual)
        return self._noise.judge(noise, learning=self._event.learning)

    def _of_means(self, difference: float) -> tuple[float, float]:
        usual = self.baseline.usual_difference
        most = (_LASTING_CLIP if self.lasting else _CLIP) * usual
        clipped = difference if -most < difference < most else math.copysign(most, difference)
        self._short_mean += 0.2 * (clipped - self._short_mean)
        less, highest = _ALLOWED * usual, _HIGHEST * usual
        up, down = self._up + clipped - less, self._down - clipped - less
        up = self._up = 0.0 if up < 0 else up if up < highest else highest
        down = self._down = 0.0 if down < 0 else down if down < highest else highest
        learning = self._event.learning
        short = self._short.judge(self._short_mean, learning=learning)
        return short, self._long.judge(up if up > down else down, learning=learning)

    def _keep(self, *, begun: bool, over: bool) -> None:
        """Keep rows of an event from being learned; when it is over and its level lasts, learn them after all."""
        learners = (self._point, self._short, self._long, self._noise, self._rarities)
        if begun and not self._point.knows(self._error):
            for one in learners:
                one.hold()
        if not over:
            return
        event, returned = self._event, self._event.returned(self.baseline)
        event.learning = True
        for one in learners:
            one.settle(learning=not returned)
        if returned:
            self._up = self._down = self._short_mean = 0.0
            self._noise_now = self._noise_usual
