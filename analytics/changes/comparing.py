"""Whether a figure differs between two windows, by how much, and whether that is more than its usual spread.

A figure is a ratio of sums, R = sum x / sum n over the minutes of a window: x errors, slow requests, cost or tokens, n
requests. Requests of one minute share what happens in it, so minutes are what is sampled, not requests; with m of them

    var R = m / (m - 1) * sum (x - R n)^2 / (sum n)^2

(the ratio estimator of a cluster sample: Cochran, Sampling Techniques, 3rd ed., 2.11 and 9A; Deng et al., KDD 2018,
derive the same by the delta method). Two windows are compared by Welch's test. Fifty failures in one bad minute then
are one bad minute, where a test of two proportions over requests would call them proof.

A p95 is compared by the share of requests slower than the p95 before: it is 5 % where nothing has changed.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

LEAST_REQUESTS = 30
"""Of each side; with fewer nothing is said."""
LEAST_MINUTES = 10
"""Of each side in which a request ended."""
LEVEL = 0.01
"""Probability of calling a difference where there is none, for each figure."""


class Verdict(StrEnum):
    """What can be said."""

    DIFFERS = "differs"
    NO_DIFFERENCE_SEEN = "no_difference_seen"
    TOO_FEW_REQUESTS = "too_few_requests"
    UNKNOWN = "unknown"  # some requests do not say: no price, no usage


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the minutes of a window."""

    minutes: int
    n: float
    nn: float
    x: float
    xx: float
    nx: float

    @property
    def ratio(self) -> float:
        """The figure."""
        return self.x / self.n

    @property
    def variance(self) -> float:
        """How far the figure strays by chance, squared.

        >>> Sums(minutes=2, n=20, nn=200, x=10, xx=50, nx=100).variance  # five of ten in both minutes
        0.0
        """
        left = max(0.0, self.xx - 2 * self.ratio * self.nx + self.ratio**2 * self.nn)
        return self.minutes / (self.minutes - 1) * left / self.n**2


@dataclass(frozen=True, slots=True)
class Interval:
    """After less before; of the p95, of the share of requests slower than the p95 before."""

    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Compared:
    """What two windows say of a figure."""

    verdict: Verdict
    p_value: float | None = None
    """Probability of a difference as large if there is none; None where nothing is said."""
    interval: Interval | None = None
    """Of the difference, at every look at once; None where nothing is said."""


def compared(before: Sums | None, after: Sums | None) -> Compared:
    """Compare two windows; None: no request ended in it.

    >>> quiet = Sums(60, n=600, nn=6_000, x=6, xx=6, nx=60)      # ten a minute, six of 600 failed, one in a minute
    >>> failing = Sums(60, n=600, nn=6_000, x=60, xx=120, nx=600)
    >>> [str(compared(quiet, other).verdict) for other in (failing, quiet, None)]
    ['differs', 'no_difference_seen', 'too_few_requests']
    """
    if before is None or after is None or not (_enough(before) and _enough(after)):
        return Compared(Verdict.TOO_FEW_REQUESTS)
    p_value = _p_value(before, after)
    return Compared(Verdict.DIFFERS if p_value < LEVEL else Verdict.NO_DIFFERENCE_SEEN, p_value)


def _enough(sums: Sums) -> bool:
    return sums.n >= LEAST_REQUESTS and sums.minutes >= LEAST_MINUTES


def _p_value(before: Sums, after: Sums) -> float:
    apart, one, other = after.ratio - before.ratio, before.variance, after.variance
    if one + other == 0:
        return 1.0 if apart == 0 else 0.0
    freedom = (one + other) ** 2 / (one**2 / (before.minutes - 1) + other**2 / (after.minutes - 1))
    from scipy.special import stdtr  # noqa: PLC0415 - a quarter second, which a server starts without

    return float(2 * stdtr(freedom, -abs(apart) / sqrt(one + other)))
