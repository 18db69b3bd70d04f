"""A statistic that is about zero when nothing happens, in units of its own spread."""

from dataclasses import dataclass

from analytics.anomalies.tail import Tail

_PACE = 0.002
"""The spread forgets with this rate per row: its memory is about 500 rows."""
_LARGEST_Z = 60.0
_IMPOSSIBLE = 1e-12
"""The probability of any value of what never moved before."""


@dataclass(slots=True)
class Statistic:
    """Judges each value by the ones before it. Sums over windows move slowly: every ``every``-th value is learned."""

    tail: Tail
    every: int = 1
    spread: float = 0.0
    """Mean absolute value; one that is larger than the threshold of the tail counts as the threshold."""
    learned: int = 0
    _waited: int = 0

    def judge(self, value: float) -> float:
        """How often such a value, or one further from zero, is to be expected; then learn it."""
        size, spread = abs(value), self.spread
        if spread > 0:
            probability = self.tail.probability(size / spread)
        else:
            probability = _IMPOSSIBLE if size > 0 and self.learned > 64 else 1.0  # noqa: PLR2004 - as many as a tail needs
        self._waited += 1
        if self._waited >= self.every:
            self._waited = 0
            self._learn(size)
        return probability

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
