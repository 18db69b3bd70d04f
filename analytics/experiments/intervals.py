"""The difference of two variants, with an interval that holds at every look at once.

A figure of a variant is a ratio of sums, R = sum x / sum n: cost over requests, failures over requests, scores over
weights. What was randomised (a user, a session, a tenant, a request) is the unit; with k units

    var R = k / (k - 1) * sum over units (x - R n)^2 / (sum n)^2

(Cochran, Sampling Techniques, 3rd ed., 2.11; Deng et al., KDD 2018). The interval of a difference d with variance v is

    d +- sqrt(v) * sqrt((t r + 1) / (t r) * log((t r + 1) / alpha^2)),    r = (a + log(a + 1)) / t*,  a = -2 log alpha

the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (Annals of Statistics 52, 2024,
theorem 2.2), a normal mixture (Robbins; Howard et al., Annals of Statistics 49, 2021): the chance that it ever leaves
the truth out, at whatever looks, is alpha. It is tightest at t = t*. Time t is counted in requests worth one: requests
/ design effect, which grows as 1 / v does. Units that come back make later looks resemble earlier ones more than
independent ones would, so that fewer of them err (Slepian, Bell System Technical Journal 41, 1962).

Two guards for few requests: no variant is taken for less scattered than all requests together are (one that has not met
its dear requests yet looks sure of itself), and a share is one request away from 0 and from 1 (Agresti and Caffo, The
American Statistician 54, 2000).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Figures = float | npt.NDArray[np.float64]
"""One number, or one for each of many looks."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What requests of a variant add up to: over its units and, ending in ``_each``, over its requests."""

    requests: Figures
    units: Figures
    n: Figures
    x: Figures
    nn: Figures
    xx: Figures
    nx: Figures
    nn_each: Figures
    xx_each: Figures
    nx_each: Figures

    @property
    def ratio(self) -> Figures:
        """The figure."""
        return self.x / self.n


@dataclass(frozen=True, slots=True)
class Difference:
    """Variant less control."""

    value: Figures
    variance: Figures
    effective: Figures
    """Requests that would say as much if each were a unit of its own."""


@dataclass(frozen=True, slots=True)
class Course:
    """How sure, and when surest."""

    alpha: float = 0.05
    tightest_at: float = 5_000.0
    """Effective requests at which the interval is narrowest for its purpose; it holds at every number."""

    def times(self, effective: Figures) -> Figures:
        """The half of the interval, in standard errors.

        >>> [round(float(Course().times(t)), 2) for t in (100, 1_000, 5_000, 100_000)]
        [6.69, 3.36, 3.04, 3.34]
        """
        a = -2 * np.log(self.alpha)
        grown = effective * (a + np.log(a + 1)) / self.tightest_at + 1
        half: Figures = np.sqrt(grown / (grown - 1) * np.log(grown / self.alpha**2))
        return half


def difference(control: Sums, variant: Sums, *, share: bool = False) -> Difference:
    """How far a variant is from the control; ``share``: x counts requests that are so, n all of them."""
    sides = (control, variant)
    scatter = [_scatter(one, share=share) for one in sides]
    requests = control.requests + variant.requests
    common = sum((one.requests * each for one, each in zip(sides, scatter, strict=True)), np.float64(0)) / requests
    alone = [np.maximum(each, common) / one.requests for one, each in zip(sides, scatter, strict=True)]
    together = [
        own * np.maximum(1, _ratio(_variance(one), each / one.requests))
        for one, each, own in zip(sides, scatter, alone, strict=True)
    ]
    variance = together[0] + together[1]
    return Difference(
        variant.ratio - control.ratio, variance, requests * _ratio(alone[0] + alone[1], variance, empty=1)
    )


def half_width(found: Difference, course: Course) -> Figures:
    """Half of the interval."""
    half: Figures = np.sqrt(found.variance) * course.times(found.effective)
    return half


def _variance(sums: Sums) -> Figures:
    left = sums.xx - 2 * sums.ratio * sums.nx + sums.ratio**2 * sums.nn
    return sums.units / np.maximum(sums.units - 1, 1) * np.maximum(left, 0) / sums.n**2


def _scatter(sums: Sums, *, share: bool) -> Figures:
    """The variance of a single request."""
    left = sums.xx_each - 2 * sums.ratio * sums.nx_each + sums.ratio**2 * sums.nn_each
    seen: Figures = sums.requests**2 / np.maximum(sums.requests - 1, 1) * np.maximum(left, 0) / sums.n**2
    if not share:
        return seen
    moved = (sums.x + 1) / (sums.n + 2)
    return np.maximum(seen, moved * (1 - moved))


def _ratio(above: Figures, below: Figures, empty: float = 0) -> Figures:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Figures = np.where(np.asarray(below) > 0, above / below, empty)
    return found
