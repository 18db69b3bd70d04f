"""How rare it is to be as rare, by how rare rows were before: what makes a probability mean what it says.

Probabilities of statistics that hang together over rows, of seasons nobody told of and of whole numbers are not the
share of rows that come with them. So the rarest row of every ten is counted, by size. Rarities are powers of ten: were
they right, those over a threshold would be exponential with mean 1 / ln 10. That mean is learned, drawn to what it
should be as if by two of them; of an exponential whose mean is known from k values, the next one is over x with
probability (1 + x / k mean)^-k, the predictive distribution, a Lomax one.
"""

# ruff: noqa: FURB136 - min() and max() take three times as long, and this runs for every value

from collections import deque
from dataclasses import dataclass, field
from math import log10

_ROWS = 10
"""Rows of which the rarest counts: those near each other hang together."""
_LATER = 4
"""Blocks after which one is learned, so that what goes on does not make itself usual."""
_FIRST, _ENOUGH = 5, 80
"""Blocks from which on a row may be less rare than it says, and from which on it may be rarer, too."""
_OVER, _ENOUGH_OVER, _OVER_LATER, _LEAST_OVER = 0.05, 15.0, 0.0125, 2.0
"""The share of blocks that are over the threshold, until they are enough for a fourth of it; and their least number."""
_LEAST_OFTEN = 10
"""A threshold that is a lower tenth of a power says that rows hardly ever are rare: then none is rarer than it says."""
_LEAST_PLACE = 13
"""No threshold is lower: many rows are as rare as the thresholds of the statistics, which says nothing about a tail."""
_BINS, _PER_POWER = 120, 10
_MOST_OVER = 3.0
"""What a block over the threshold counts at most."""
_PRIOR, _PRIOR_MEAN = 2.0, 1 / 2.302585
_REMEMBERED = 2_000.0
"""Blocks after which older ones count half."""
_FORGOTTEN = 0.1
_UNKNOWN_ROWS = 120
"""While so many rows were seen, each is held to be twice as likely as it seems; of n, 1 + 120 / n times."""


@dataclass(slots=True)
class Rarities:
    """Follows the rarities of one figure, in powers of ten."""

    rows: int = 0
    _block_rows: int = 0
    _block: float = 0.0
    _waiting: deque[float] = field(default_factory=deque)
    _blocks: float = 0.0
    _counts: list[float] = field(default_factory=lambda: [0.0] * _BINS)
    _threshold: float = 0.0
    _at_threshold: float = 0.0
    """How rare a row at the threshold is."""
    _often: bool = False
    """Whether rows are rare often enough to say how rare they are."""
    _over: float = 0.0
    _mean: float = _PRIOR_MEAN
    _kept: list[float] = field(default_factory=list)

    def judge(self, rarity: float, *, learning: bool = True) -> float:
        """How rare a row as rare as this one is; then learn it, or keep it for later.

        >>> rarities = Rarities()
        >>> found = [rarities.judge(2.5 if row % 10 == 0 else 0.0) for row in range(2_000)]
        >>> round(found[-10], 1)  # one row in ten says that it is one in 300
        1.0
        """
        self.rows += 1
        found = rarity
        if self._blocks >= _FIRST and rarity > 0:
            found = self._calibrated(rarity)
        if learning:
            self._learn(rarity)
        else:
            self._kept.append(rarity)
        return max(0.0, found - log10(1 + _UNKNOWN_ROWS / self.rows)) if found > 0 else 0.0

    def hold(self) -> None:
        """Keep the rarest of the last rows for later after all."""
        if self._block_rows:
            self._kept.append(self._block)
            self._block = 0.0
        elif self._waiting:
            self._kept.append(self._waiting.pop())

    def settle(self, *, learning: bool) -> None:
        """Learn what was kept, or forget it."""
        kept, self._kept = self._kept, []
        if learning:
            for rarity in kept:
                self._learn(rarity)

    def forget(self) -> None:
        """Let what was count a tenth: figures are judged in another way."""
        self._blocks *= _FORGOTTEN
        self._counts = [many * _FORGOTTEN for many in self._counts]

    def _calibrated(self, rarity: float) -> float:
        over = rarity - self._threshold
        if self._over < _LEAST_OVER:
            return rarity
        if over < 0:
            return min(rarity, self._at_threshold)
        known = self._over + _PRIOR
        found = self._at_threshold + known * log10(1 + over / (known * self._mean))
        return found if self._often and self._blocks >= _ENOUGH else min(found, rarity)

    def _learn(self, rarity: float) -> None:
        self._block = rarity if rarity > self._block else self._block
        self._block_rows += 1
        if self._block_rows == _ROWS:
            self._waiting.append(self._block)
            self._block_rows, self._block = 0, 0.0
            if len(self._waiting) > _LATER:
                self._count(self._waiting.popleft())

    def _count(self, rarity: float) -> None:
        counts = self._counts
        if self._blocks >= _REMEMBERED:
            self._blocks /= 2
            counts[:] = [many / 2 for many in counts]
        self._blocks += 1
        place = min(_BINS - 1, int(rarity * _PER_POWER))
        counts[place] += 1
        wanted = max(min(_OVER * self._blocks, _ENOUGH_OVER + _OVER_LATER * self._blocks), _LEAST_OVER)
        over = total = 0.0
        place = _BINS
        while place and over < wanted:
            place -= 1
            over += counts[place]
        self._often = place >= _LEAST_OFTEN
        if place < _LEAST_PLACE:
            place, over = _LEAST_PLACE, sum(counts[_LEAST_PLACE:])
        threshold = place / _PER_POWER
        for higher in range(place, _BINS):
            if counts[higher]:
                total += counts[higher] * min((higher + 0.5) / _PER_POWER - threshold, _MOST_OVER)
        self._threshold, self._over = threshold, over
        self._at_threshold = log10(self._blocks * _ROWS / max(over, _LEAST_OVER))
        self._mean = (total + _PRIOR * _PRIOR_MEAN) / (over + _PRIOR)
