"""How large a difference is, whatever the number of events: a p-value without it tells of sizes of samples."""

import numpy as np
import numpy.typing as npt

Shares = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Histogram = Counts | Shares
CELLS = 32
"""Cells of a factor of two, as latency buckets have: a figure is known to 1.1 %."""
_MIDDLE = 16_384
"""The cell of 1; cells of negative figures are negative, 0 is zero."""


def values(cells: npt.NDArray[np.int64]) -> Shares:
    """The figures in the middle of cells, as the macro ``figure_cell`` makes them.

    >>> values(np.array([16_384, 16_384 + 32, 0, -16_384])).tolist()
    [1.0, 2.0, 0.0, -1.0]
    """
    sizes = np.exp2((np.abs(cells) - _MIDDLE) / CELLS)
    return np.where(cells == 0, 0.0, np.sign(cells) * sizes)


def positions(cells: npt.NDArray[np.int64], *, by_factor: bool) -> Shares:
    """Where cells stand on the scale of differences: in factors of two, or as they are."""
    if not by_factor:
        return values(cells)
    octaves = (np.abs(cells) - _MIDDLE) / CELLS
    least = octaves[cells > 0].min(initial=0.0)
    return np.where(cells > 0, octaves, least - 1.0)


def distance(before: Histogram, since: Histogram, places: Shares) -> float:
    """Wasserstein distance of two histograms over the standard deviation of both (Kantorovich 1942).

    Of places in order. A shift by one standard deviation is 1.

    >>> one = np.array([50, 50, 0]), np.array([0, 50, 50]), np.array([0.0, 1.0, 2.0])
    >>> round(distance(*one), 3)  # 1 of 0.707
    1.414
    """
    p, q = before / before.sum(), since / since.sum()
    moved = np.abs(np.cumsum(p - q))[:-1] @ np.diff(places)
    both = (p + q) / 2
    mean = both @ places
    spread = float(np.sqrt(both @ (places - mean) ** 2))
    return float(moved) / spread if spread > 0 else 0.0


def cohens_w(before: Histogram, since: Histogram) -> float:
    """Cohen's w (1988) of two sets of shares, each against the mean of both: a new category is no infinity.

    >>> round(cohens_w(np.array([990, 10]), np.array([900, 100])), 2)
    0.39
    """
    p, q = before / before.sum(), since / since.sum()
    both = (p + q) / 2
    there = both > 0
    return float(np.sqrt(((p - q)[there] ** 2 / both[there]).sum()))


def jensen_shannon(before: Histogram, since: Histogram) -> float:
    """Jensen-Shannon distance, base 2 (Lin 1991; Endres and Schindelin 2003): 0 is the same, 1 is nothing in common.

    >>> jensen_shannon(np.array([10, 0]), np.array([0, 10]))
    1.0
    """
    p, q = before / before.sum(), since / since.sum()
    both = (p + q) / 2
    halves = [(x[x > 0] * np.log2(x[x > 0] / both[x > 0])).sum() / 2 for x in (p, q)]
    return float(np.sqrt(max(0.0, sum(halves))))


def quantile(counts: Counts, cells: npt.NDArray[np.int64], share: float) -> float:
    """The figure that a share of the events does not exceed, to the width of a cell."""
    reached = np.cumsum(counts)
    return float(values(cells)[np.searchsorted(reached, share * reached[-1])])


def mean(counts: Counts, cells: npt.NDArray[np.int64]) -> float:
    """The mean figure, to the width of a cell."""
    return float(counts @ values(cells) / counts.sum())
