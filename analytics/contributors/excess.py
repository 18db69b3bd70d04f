"""Which values explain bad events: how many more there are than if those events failed like all others.

For a value v with n events, b of them bad, among N events of which B are bad,

    excess(v) = b - n * (B - b) / (N - n)        share(v) = excess(v) / B

the bad events there would not be if v failed at the rate of the rest (attributable to v in the sense of Levin, 1953:
the population attributable fraction). How sure that is, is told by the distance of b from its mean if the B bad events
had been dealt out at random, in standard deviations of the hypergeometric distribution.

The value with the largest excess comes first. Its events are then put aside and the rest is asked again, so that the
shares add up to one at most, and what merely goes along with it (the team of the tenant) is named beside it instead of
being counted twice.

>>> good, bad = {"tenant": ("acme",), "route": ("answer",)}, {"tenant": ("umbrella",), "route": ("answer",)}
>>> (found,) = explained([Combination(good, total=900, bad=9), Combination(bad, total=100, bad=51)])
>>> found.dimension, found.value, found.excess, round(found.share, 2)
('tenant', 'umbrella', 50.0, 0.83)
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

DIMENSIONS = ("version", "model", "provider", "tier", "route", "feature", "tenant", "team", "environment", "stage")
"""What is asked, the most telling first: of values that explain the same, the first is named."""
MOST = 5
"""Values that are told: few enough to look at each."""
LEAST_SHARE = 0.05
"""Of the bad events; less explains nothing."""
LEAST_BAD = 3.0
LEAST_DEVIATIONS = 4.0
"""Among a thousand values, chance alone reaches 3 in every second look, and 4 in one of thirty."""
SAME = 0.95
"""Events two values have in common / events of either, from which on they are told as one."""

Values = Mapping[str, Sequence[str]]
Mask = npt.NDArray[np.bool_]
Sums = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Combination:
    """Events that have all their words in common; ``values`` may name several values of a dimension."""

    values: Values
    total: float
    bad: float


@dataclass(frozen=True, slots=True)
class Contributor:
    """One value that explains bad events; counts are of what the contributors before it leave."""

    dimension: str
    value: str
    total: float
    bad: float
    rest_ratio: float
    """Bad / all of the other events."""
    excess: float
    share: float
    """Excess / all bad events of the window."""
    deviations: float
    also: tuple[tuple[str, str], ...] = ()
    """Values of other dimensions that the same events have."""


def explained(combinations: Sequence[Combination]) -> list[Contributor]:
    """The values that explain the bad events, the largest excess first; none where no value stands out."""
    total, bad = (np.array([getattr(one, name) for one in combinations], np.float64) for name in ("total", "bad"))
    masks, all_bad = _masks(combinations), float(bad.sum())
    found: list[Contributor] = []
    left: Mask = np.ones(len(combinations), np.bool_)
    while len(found) < MOST:
        best = _largest(masks, total * left, bad * left, all_bad)
        if best is None:
            break
        found.append(best)
        left = left & ~masks[best.dimension, best.value]
    return found


def _masks(combinations: Sequence[Combination]) -> Mapping[tuple[str, str], Mask]:
    """Which combinations have a value, the dimensions in their order."""
    seen = {
        (dimension, value): None
        for dimension in DIMENSIONS
        for value in sorted({value for one in combinations for value in one.values.get(dimension, ())})
    }
    masks: dict[tuple[str, str], Mask] = {key: np.zeros(len(combinations), np.bool_) for key in seen}
    for place, one in enumerate(combinations):
        for dimension, values in one.values.items():
            for value in values:
                masks[dimension, value][place] = True
    return masks


def _largest(masks: Mapping[tuple[str, str], Mask], total: Sums, bad: Sums, all_bad: float) -> Contributor | None:
    candidates = [one for key, mask in masks.items() if (one := _candidate(key, mask, total, bad, all_bad)) is not None]
    if not candidates:
        return None
    best = max(candidates, key=lambda one: one.excess)  # the first of equals, in the order of the dimensions
    same = tuple(_same(masks, (best.dimension, best.value), total))
    return Contributor(**{name: getattr(best, name) for name in _PLAIN}, also=same)


_PLAIN = tuple(name for name in Contributor.__dataclass_fields__ if name != "also")


def _candidate(key: tuple[str, str], mask: Mask, total: Sums, bad: Sums, all_bad: float) -> Contributor | None:
    whole, whole_bad, n, b = (float(sums.sum()) for sums in (total, bad, total[mask], bad[mask]))
    if b < LEAST_BAD or n >= whole:
        return None
    rest = (whole_bad - b) / (whole - n)
    excess, deviations = b - n * rest, _deviations(whole, whole_bad, n, b)
    if excess < LEAST_SHARE * all_bad or deviations < LEAST_DEVIATIONS:
        return None
    return Contributor(*key, n, b, rest, excess, excess / all_bad, deviations)


def _deviations(whole: float, whole_bad: float, n: float, b: float) -> float:
    """How far b is above what chance would deal out, in standard deviations.

    >>> round(_deviations(100, 50, 50, 50), 2)
    9.95
    """
    if whole <= 1:
        return 0.0
    variance = n * whole_bad * (whole - n) * (whole - whole_bad) / (whole**2 * (whole - 1))
    return (b - n * whole_bad / whole) / sqrt(variance) if variance > 0 else 0.0


def _same(masks: Mapping[tuple[str, str], Mask], key: tuple[str, str], total: Sums) -> Iterator[tuple[str, str]]:
    """Values of other dimensions that (nearly) the same events have."""
    own = masks[key]
    for other, mask in masks.items():
        if other[0] != key[0] and float(total[own & mask].sum()) >= SAME * float(total[own | mask].sum()):
            yield other
