"""How rare it is that several values near each other are rare in the same direction, by how often that was so before.

Of independent values, j of m in a row are as rare as p with a probability of at most C(m, j) p^j. Of values that hang
together it is p^(1 + (j - 1) (e - 1)) instead of p^j, where e = 1 / eta, between 1 and 2, comes from the coefficient of
tail dependence eta (Ledford and Tawn 1996): from the share c of values over a threshold, exceeded with probability q,
that had another one in the place before, as c q = q^e.
"""

from collections import deque
from dataclasses import dataclass, field
from math import comb, log

_RARE = 0.02
"""The share of values whose probability is below 1: those above the threshold of their tail."""
_NEAR = ((2, 3), (3, 5), (5, 8))
"""How many of how many; any of them counts, so each has a third."""
_FACTORS = tuple(len(_NEAR) * comb(many, least) for least, many in _NEAR)
_ROWS = 8
_PRIOR_TOGETHER, _PRIOR = 1.0, 10.0
"""As if of ten values one had come with another: while little is known, they hang together somewhat."""
_REMEMBERED = 400.0
_LATER = 40
"""Rows after which it is learned what came together, so that what goes on does not make itself usual."""


def _last() -> deque[float]:
    return deque([1.0] * _ROWS, _ROWS)


@dataclass(slots=True)
class Together:
    """Follows the probabilities of values, one after the other; negative ones are of values below what is expected."""

    _last: deque[float] = field(default_factory=_last)
    _waiting: deque[int] = field(default_factory=deque)
    """Of the last rows: 0 not rare, 1 rare, 2 rare with another one just before."""
    _rare: float = 0.0
    _together: float = 0.0

    def judge(self, probability: float) -> float:
        """How often so many rare values come near each other; 1 where there is one at most. Then learn.

        >>> together = Together()
        >>> [together.judge(p) < 1 for p in (0.001, -0.001, 1.0, 1.0, 0.001, 0.001)]
        [False, False, False, False, False, True]
        """
        last = self._last
        rare = abs(probability) < 1
        self._learn((2 if abs(last[-1]) < 1 or abs(last[-2]) < 1 else 1) if rare else 0)
        last.append(probability)
        if not rare and all(abs(one) >= 1 for one in last):
            return 1.0
        exponent = self._exponent()
        return min(1.0, self._of([*last], exponent), self._of([-one for one in last], exponent))

    def _of(self, last: list[float], exponent: float) -> float:
        """The rarest of the ways to come near each other, above what is expected."""
        found = 1.0
        for (least, many), factor in zip(_NEAR, _FACTORS, strict=True):
            rare = sorted(one for one in last[-many:] if 0 <= one < 1)
            if len(rare) < least:
                break
            found = min(found, factor * rare[least - 1] ** (1 + (least - 1) * exponent))
        return found

    def _exponent(self) -> float:
        """1 / eta - 1; of the two places before, one counts."""
        share = (self._together + _PRIOR_TOGETHER) / (self._rare + _PRIOR) / 2
        return min(1.0, max(0.0, log(share) / log(_RARE)))

    def _learn(self, met: int) -> None:
        self._waiting.append(met)
        if len(self._waiting) <= _LATER or not (met := self._waiting.popleft()):
            return
        if self._rare >= _REMEMBERED:
            self._rare, self._together = self._rare / 2, self._together / 2
        self._rare += 1
        self._together += met > 1
