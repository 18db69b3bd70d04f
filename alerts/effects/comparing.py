"""How much a figure differs between requests that were stepped down and what they would have had, and how sure that is.

A figure is a ratio of sums: errors, milliseconds, money, scores or outcomes over the requests that say something of it.
What happens in one minute, or to one tenant, happens to many requests at once, so whole minutes or whole tenants are
drawn again, not requests (cluster bootstrap: Davison and Hinkley, Bootstrap Methods and their Application, 3.8).

    same time    d = sum_b w_b (low_b - high_b) / sum_b w_b,   w_b = n_low n_high / (n_low + n_high)

over blocks b of time, so that neither a busy hour nor a change of the share counts as an effect. The 95 % interval is
that of percentiles, widened for few clusters (Hesterberg, The American Statistician 69, 2015, 4.4.2). Where too few
requests failed, or did not, for that (fewer than 20), it is put together from Wilson's intervals of the ratios (Zou and
Donner, Statistics in Medicine 27, 2008; for two ratios that is Newcombe's, Statistics in Medicine 17, 1998).
"""

from dataclasses import dataclass
from enum import StrEnum
from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from analytics.ratios import Z, wilson

Floats = NDArray[np.float64]
LEAST = 30
"""Requests of each side that say something of a figure; with fewer nothing is said."""
LEAST_CLUSTERS = 8
"""Parts of the time on each side: below, Student's factor is no longer known to 1e-3."""
LEAST_TENANTS = 20
"""Tenants, weighed by their requests, from which on they are what is drawn again."""
_RARE = 20
"""Failures of a side below which the bootstrap would give an interval without width."""
_DRAWS = 1_000
"""Bootstrap samples: the ends of a 95 % interval are the 25th and the 975th."""


class Verdict(StrEnum):
    """What can be said of a change."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_CHANGE_SEEN = "no_change_seen"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Arm:
    """Requests by block of time and by tenant: how many say something of a figure, its sum, its squares."""

    n: Floats
    x: Floats
    xx: Floats

    @property
    def count(self) -> float:
        """Of all of them."""
        return float(self.n.sum())

    @property
    def hits(self) -> float | None:
        """How many are 1, where each is 1 or 0; None for other figures."""
        return float(self.x.sum()) if np.array_equal(self.x, self.xx) else None

    @property
    def mean(self) -> float:
        """Of all of them."""
        return float(self.x.sum() / self.n.sum())

    def merged(self, blocks: int) -> "Arm":
        """The same in fewer blocks of time."""
        edges = np.linspace(0, len(self.n), min(blocks, len(self.n)), endpoint=False).astype(int)
        return Arm(*(np.add.reduceat(part, edges, axis=0) for part in (self.n, self.x, self.xx)))


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure changed by being served lower."""

    lower_mean: float | None
    """Of the requests that were served lower."""
    change: float | None
    """What that is above what it would have been; None: nobody knows."""
    low: float | None
    """Of its 95 % interval."""
    high: float | None
    lower_count: int
    other_count: int
    clusters: int
    clustered_by: str
    """minute or tenant: what is drawn again."""

    @property
    def verdict(self) -> Verdict:
        """In a word."""
        if self.change is None or self.low is None or self.high is None:
            return Verdict.NOT_KNOWN
        if self.low > 0:
            return Verdict.HIGHER
        return Verdict.LOWER if self.high < 0 else Verdict.NO_CHANGE_SEEN


def same_time(lower: Arm, better: Arm, seed: int) -> Change:
    """Compare what was served at the same time; arms of one shape, blocks by tenants."""
    fewer = min(lower.count, better.count)
    if fewer < LEAST:
        return unknown(lower, better)
    by_tenant = min(_effective(lower), _effective(better)) >= LEAST_TENANTS
    blocks = int(np.clip(fewer / 5, LEAST_CLUSTERS, 240))
    low, high = lower.merged(blocks), better.merged(blocks)
    clusters, weights = _drawn(low, high, seed, by_tenant=by_tenant)
    if clusters < LEAST_CLUSTERS:
        return unknown(lower, better)
    found = _stratified(low, high, np.ones((1, weights.shape[1])), by_tenant=by_tenant)[0]
    ends = interval(_stratified(low, high, weights, by_tenant=by_tenant), clusters)
    if rare(lower, better):
        ends = mover(((lower, 1.0), (better, -1.0)), found)
    by = "tenant" if by_tenant else "minute"
    return Change(lower.mean, float(found), *ends, int(lower.count), int(better.count), clusters, by)


def interval(draws: Floats, clusters: int) -> tuple[float, float]:
    """The 95 % interval of an estimate from its draws, widened as few clusters ask for."""
    known = draws[np.isfinite(draws)]
    level = normal(-sqrt(clusters / (clusters - 1)) * student(clusters - 1))
    low, high = np.quantile(known, (level, 1 - level))
    return float(low), float(high)


def mover(arms: tuple[tuple[Arm, float], ...], found: float) -> tuple[float, float]:
    """The 95 % interval of a sum of ratios, each with its sign, from Wilson's interval of each."""
    below = above = 0.0
    for arm, sign in arms:
        ratio, (low, high) = arm.mean, wilson(arm.x.sum(), arm.count)
        down, up = (ratio - low, high - ratio) if sign > 0 else (high - ratio, ratio - low)
        below, above = below + down**2, above + up**2
    return found - sqrt(below), found + sqrt(above)


def student(freedom: float) -> float:
    """The 97.5 % point of Student's distribution, to 1e-3 from seven degrees of freedom on (Abramowitz, Stegun 26.7.5).

    >>> [round(student(n), 3) for n in (7, 30, 1e9)]
    [2.365, 2.042, 1.96]
    """
    z = Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, start=1))


def normal(z: float) -> float:
    """The probability below a point of the normal distribution."""
    return 0.5 * (1 + erf(z / sqrt(2)))


def unknown(lower: Arm, other: Arm) -> Change:
    """Too few to say anything but how many there are."""
    mean = lower.mean if lower.count else None
    return Change(mean, None, None, None, int(lower.count), int(other.count), 0, "minute")


def _stratified(low: Arm, high: Arm, weights: Floats, *, by_tenant: bool) -> Floats:
    """The difference within blocks, for every row of weights of tenants or of blocks."""
    if by_tenant:
        n_low, x_low, n_high, x_high = (weights @ part.T for part in (low.n, low.x, high.n, high.x))
    else:
        n_low, x_low, n_high, x_high = (part.sum(axis=1)[None, :] for part in (low.n, low.x, high.n, high.x))
    both = (n_low > 0) & (n_high > 0)
    weight = np.where(both, n_low * n_high / np.maximum(n_low + n_high, 1e-300), 0.0)
    if not by_tenant:
        weight = weight * weights
    apart = np.where(both, x_low / np.where(both, n_low, 1) - x_high / np.where(both, n_high, 1), 0.0)
    total = weight.sum(axis=1)
    found: Floats = np.where(total > 0, (weight * apart).sum(axis=1) / np.where(total > 0, total, 1), np.nan)
    return found


def _drawn(low: Arm, high: Arm, seed: int, *, by_tenant: bool) -> tuple[int, Floats]:
    """How often each cluster is drawn, for every draw; clusters that say nothing are left out of the count."""
    if by_tenant:
        useful = (low.n.sum(axis=0) + high.n.sum(axis=0)) > 0
    else:
        useful = (low.n.sum(axis=1) > 0) & (high.n.sum(axis=1) > 0)
    return int(useful.sum()), draws_of(useful, seed)


def draws_of(useful: NDArray[np.bool_], seed: int) -> Floats:
    """Draw as many clusters as there are useful ones, with replacement, many times over."""
    count = int(useful.sum())
    weights = np.zeros((_DRAWS, len(useful)))
    if count:
        weights[:, useful] = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), _DRAWS)
    return weights


def _effective(arm: Arm) -> float:
    """How many tenants of equal size would say as much."""
    n = arm.n.sum(axis=0)
    return float(n.sum() ** 2 / max((n**2).sum(), 1e-300))


def rare(*arms: Arm) -> bool:
    """Whether hits, or misses, are too few for the bootstrap."""
    hits = [arm.hits for arm in arms]
    if any(one is None for one in hits):
        return False
    found = sum(one for one in hits if one is not None)
    return min(found, sum(arm.count for arm in arms) - found) < _RARE
