"""Scores as a histogram and quantiles; nothing is made up between two scores."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
BARS = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: start included, until excluded but for the last."""

    start: float
    until: float
    count: int


def quantiles(values: Floats, *at: float) -> tuple[float | None, ...]:
    """Nearest-rank quantiles; None without values.

    >>> quantiles(np.array([3.0, 1.0, 2.0, 4.0]), 0.1, 0.5)
    (1.0, 2.0)
    """
    if not len(values):
        return (None,) * len(at)
    return tuple(float(one) for one in np.quantile(values, at, method="inverted_cdf"))


def bars(values: Floats) -> tuple[Bar, ...]:
    """Ten equal bars from the least value to the greatest; one where all are the same.

    >>> [bar.count for bar in bars(np.arange(20.0))], bars(np.array([0.5, 0.5]))
    ([2, 2, 2, 2, 2, 2, 2, 2, 2, 2], (Bar(start=0.5, until=0.5, count=2),))
    """
    if not len(values):
        return ()
    least, greatest = float(values.min()), float(values.max())
    if not np.nextafter(least, np.inf) + (greatest - least) / BARS < greatest or not np.isfinite(greatest - least):
        return (Bar(least, greatest, len(values)),)
    counts, edges = np.histogram(values, BARS, (least, greatest))
    return tuple(Bar(float(a), float(b), int(n)) for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True))
