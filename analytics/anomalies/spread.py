"""A statistic that is about zero when nothing happens, in units of its own spread."""

from collections import deque
from dataclasses import dataclass, field

from analytics.anomalies.tail import Tail

_PACE = 0.002
"""The spread forgets with this rate per row: its memory is about 500 rows."""
_LARGEST_Z = 60.0
"""More is as rare as this: where values are far apart, all of them are that large."""
_IMPOSSIBLE = 1e-12
"""The probability of any value of what never moved before."""
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
    _waited: int = 0
    _waiting: deque[float] = field(default_factory=deque)

    def judge(self, value: float) -> float:
        """How often such a value, or one further from zero, is to be expected; then learn it."""
        size, spread = abs(value), self.spread
        if spread > 0:
            probability = self.tail.probability(min(size / spread, _LARGEST_Z))
        else:
            probability = _IMPOSSIBLE if size > 0 and self.learned >= _AT_ONCE else 1.0
        self._waited += 1
        if self._waited >= self.every:
            self._waited = 0
            self._take(size)
        return probability

    def _take(self, size: float) -> None:
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
        self.tail.learn(min(z, _LARGEST_Z))
        rate = max(_PACE * self.every, 1 / self.learned)
        self.spread = spread + rate * (min(z, max(5.0, self.tail.threshold)) * spread - spread)
