"""Is a mean of paired differences below what is tolerated? By flipping signs, over several metrics at once.

Where two systems are equally good, the difference of an item is as likely as the same with the other sign. So the signs
of all items are flipped by seeded coins, the same coin for every metric of an item, and the observed mean is ranked
among the flipped ones: exact without a normal distribution, and for yes/no metrics the same as McNemar's test. A margin
is tested by moving the differences by it; the rank is then exact where they are symmetric, and right for many items
otherwise.

Over several metrics the step-down of Westfall and Young (1993, algorithm 2.8, smallest p first) compares with the most
extreme flipped metric, so that the chance of any false alarm is the level, whatever depends on whatever: metrics that
move together count once, where Holm's steps, which never find more, count them apart.

The interval of a difference is the same test turned round: by Hartigan (1969) the means of random halves of the items
are its possible ends.

Equal ranks count half (mid-p: Fagerland, Lydersen, Laake 2013), which keeps the level of coarse scores near its name.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.evaluation.coins import coins

Floats = npt.NDArray[np.float64]
FLIPS = 9_999
_SAME = 1e-9
"""Statistics closer than this are equal: sums of the same numbers in another order."""
_BLOCK = 500


@dataclass(frozen=True, slots=True)
class Flipped:
    """What flipping said of every metric, in the order of the columns."""

    p_values: Floats
    """Of each metric alone: how often chance alone looks as bad."""
    adjusted: Floats
    """The same with all metrics looked at; at or below the level: one of them is worse."""
    lower: Floats
    upper: Floats
    """Of the difference; each end holds with 1 - level."""


def flipped(differences: Floats, tolerated: Floats, *, level: float, seed: int, flips: int = FLIPS) -> Flipped:
    """Test every column of differences (items x metrics, nan where there is no pair) for a mean below -tolerated.

    >>> worse = np.array([[-1.0]] * 6 + [[0.0]] * 14)
    >>> found = flipped(worse, np.zeros(1), level=0.05, seed=1)
    >>> round(float(found.p_values[0]), 3)  # all six coins, or half of a tie: 1/2 of 1/64
    0.008
    """
    there = ~np.isnan(differences)
    values = np.where(there, differences, 0.0)
    moved = np.where(there, values + tolerated, 0.0)
    size = np.sqrt((moved**2).sum(axis=0))
    scale = np.where(size > 0, size, 1.0)
    observed = -moved.sum(axis=0) / scale  # larger is worse
    statistics, halves = _all_flips(moved / scale, values, there, seed=seed, flips=flips)
    return Flipped(_rank(statistics, observed), _stepped_down(statistics, observed), *_ends(halves, level))


def _all_flips(
    moved: Floats, values: Floats, there: npt.NDArray[np.bool_], *, seed: int, flips: int
) -> tuple[Floats, Floats]:
    """Statistics under flipped signs, and means of the random halves that were flipped; flips x metrics."""
    statistics, halves = [], []
    weights = there.astype(np.float64)
    for block in coins(len(moved), flips, seed, _BLOCK):
        statistics.append(-((1.0 - 2.0 * block) @ moved))
        counts = block @ weights
        with np.errstate(invalid="ignore", divide="ignore"):  # a half without items says nothing
            halves.append((block @ values) / counts)
    return np.concatenate(statistics), np.concatenate(halves)


def _rank(statistics: Floats, observed: Floats) -> Floats:
    """Share of flips that look as bad or worse, the observed one among them, equal ones by half."""
    above = (statistics > observed + _SAME).sum(axis=0)
    same = (np.abs(statistics - observed) <= _SAME).sum(axis=0)
    ranked: Floats = (above + (same + 1) / 2) / (len(statistics) + 1)
    return ranked


def _stepped_down(statistics: Floats, observed: Floats) -> Floats:
    """Adjusted p-values: each metric against the worst flipped one of those that are not worse than it."""
    order = np.argsort(_rank(statistics, observed), kind="stable")
    extremes = _tail_ranks(statistics)
    own = _tail_ranks_of(statistics, observed)
    adjusted = np.ones(len(observed))
    largest = 0.0
    for place, metric in enumerate(order):
        smallest = extremes[:, order[place:]].min(axis=1)
        below = (smallest < own[metric] - _SAME).sum()
        same = (np.abs(smallest - own[metric]) <= _SAME).sum()
        largest = max(largest, float((below + (same + 1) / 2) / (len(statistics) + 1)))
        adjusted[metric] = largest
    return adjusted


def _tail_ranks(statistics: Floats) -> Floats:
    """For every flip the p-value it would have had itself."""
    ranks = np.empty_like(statistics)
    for metric in range(statistics.shape[1]):
        ranks[:, metric] = _tail_rank(statistics[:, metric], statistics[:, metric])
    return ranks


def _tail_ranks_of(statistics: Floats, observed: Floats) -> Floats:
    return np.array([_tail_rank(column, observed[[n]])[0] for n, column in enumerate(statistics.T)])


def _tail_rank(column: Floats, values: Floats) -> Floats:
    """Mid-rank from above of values among a column, as a share."""
    ordered = np.sort(column)
    above = len(column) - np.searchsorted(ordered, values + _SAME, side="right")
    at_least = len(column) - np.searchsorted(ordered, values - _SAME, side="left")
    ranked: Floats = (above + at_least) / 2 / len(column)
    return ranked


def _ends(halves: Floats, level: float) -> tuple[Floats, Floats]:
    with np.errstate(all="ignore"):
        return np.nanquantile(halves, level, axis=0), np.nanquantile(halves, 1 - level, axis=0)
