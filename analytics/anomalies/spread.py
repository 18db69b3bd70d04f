"""A statistic that is about zero when nothing happens, in units of its own spread."""

# ruff: noqa: FURB136 - min() and max() take three times as long, and this runs for every value

from collections import deque
from dataclasses import dataclass, field

from analytics.anomalies.tail import Tail

_PACE = 0.002
"""The spread forgets with this rate per row: its memory is about 500 rows."""
_LARGEST_Z = 1e4
"""More is as rare as this."""
_CLIP, _WIDER, _NARROWER = 5.0, 1.5, 0.9988
"""Where a value counts as less than it is, in spreads: wider with each that was further, so that of values that are
nearly always zero the others count; without them narrower again, so that one in 300 is further at most."""
_NEVER_SEEN = 0.02
_MOVED, _OF_MOVES = 0.2, 9
"""Of n values of which m moved by a fifth of the spread, the next is never rarer than 0.02 / (n + 9 m): a rule of
succession for figures of which most never move at all, as what never moved says little about how far it will."""
_LATER = 40
"""Rows after which a value is learned, so that what goes on does not make itself usual."""
_AT_ONCE = 64
"""Values that are learned when they come: as many as a tail needs."""


@dataclass(slots=True)
class Statistic:
    """Judges each value by the ones before it. Sums over windows move slowly: every ``every``-th value is learned."""

    tail: Tail
    every: int = 1
    spread: float = 0.0
    """Mean absolute value; one that is larger than the threshold of the tail counts as the threshold."""
    learned: int = 0
    moved: int = 0
    _clip: float = _CLIP
    _waited: int = 0
    _waiting: deque[float] = field(default_factory=deque)
    _kept: list[float] = field(default_factory=list)

    def judge(self, value: float, *, learning: bool = True) -> float:
        """How often such a value, or one further from zero, is to be expected; then learn it, or keep it for later."""
        size, spread = abs(value), self.spread
        probability = 1.0
        if spread > 0:
            z = size / spread
            probability = self.tail.probability(z if z < _LARGEST_Z else _LARGEST_Z)
        elif size > 0 and self.learned >= _AT_ONCE:
            probability = 0.0
        if probability < 1 and self.every == 1:
            probability = max(probability, _NEVER_SEEN / (self.learned + _OF_MOVES * self.moved))
        if learning:
            self._take(size)
        else:
            self._kept.append(size)
        return probability

    def knows(self, size: float) -> bool:
        """Whether so much is known of such values that one more says nothing new."""
        return not self.spread or self.tail.knows(min(size / self.spread, _LARGEST_Z))

    def hold(self) -> None:
        """Keep the last value for later after all."""
        if self._waiting and not self._waited:
            self._kept.append(self._waiting.pop())

    def settle(self, *, learning: bool) -> None:
        """Learn what was kept, or forget it."""
        kept, self._kept = self._kept, []
        if learning:
            for size in kept:
                self._take(size)

    def _take(self, size: float) -> None:
        self._waited += 1
        if self._waited < self.every:
            return
        self._waited = 0
        if self.learned < _AT_ONCE:
            self._learn(size)
            return
        self._waiting.append(size)
        if len(self._waiting) * self.every > _LATER:
            self._learn(self._waiting.popleft())

    def _learn(self, size: float) -> None:
        self.learned += 1
        spread = self.spread
        if spread <= 0:
            self.spread = size
            return
        z = size / spread
        tail = self.tail
        tail.learn(z if z < _LARGEST_Z else _LARGEST_Z)
        self.moved += z > _MOVED
        clip, least = self._clip, tail.threshold
        most = clip if clip > least else least
        if z > most:
            self._clip, z = most * _WIDER, most
        elif clip > _CLIP:
            self._clip = clip * _NARROWER
        known, pace = 1 / self.learned, _PACE * self.every
        self.spread = spread + (known if known > pace else pace) * (z - 1) * spread
