"""Histograms as Prometheus reads them: each bucket holds all below its bound."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from prometheus_client.samples import Exemplar
from prometheus_client.utils import floatToGoString

from dashboards.metrics.columns import Groups, Numbers
from dashboards.metrics.families import Labels

Examples = Mapping[Labels, Mapping[float, Exemplar]]
"""What stands for the buckets of a family, by labels and bound."""


@dataclass(frozen=True, slots=True)
class Scale:
    """By which bounds a family is told, and in which units."""

    bounds: Sequence[float]
    unit: float = 1.0
    """Bounds in one of Prometheus' units: 1,000 milliseconds are a second."""
    amount_unit: float = 1.0
    """The same of sums: a billion nanoseconds are a second."""

    @property
    def upper(self) -> tuple[float, ...]:
        """Every bound, infinity the last."""
        return (*self.bounds, float("inf"))

    @property
    def texts(self) -> list[str]:
        """Every bound as the label ``le`` has it.

        >>> Scale([100.0, 2_500.0], 1_000.0).texts
        ['0.1', '2.5', '+Inf']
        """
        told: Callable[[float], str] = floatToGoString
        return [told(bound / self.unit) for bound in self.upper]


@dataclass(frozen=True, slots=True)
class Histograms:
    """Every series of a family: a column for each of its labels, and what fell into its buckets."""

    words: Sequence[pa.Array]
    scale: Scale
    reached: npt.NDArray[np.float64]
    """A row for each series, a column for each bound: how many are at or below it."""
    amounts: Numbers
    """Sums, in units of Prometheus."""
    examples: Examples = field(default_factory=dict)


def observed(groups: Groups, rows: Sequence[Numbers], scale: Scale, examples: Examples) -> Histograms:
    """From rows to the series of a family; of rows come the bound they were counted below, how many, and their sum.

    What was counted below a bound that there no longer is belongs to the next one.

    >>> groups = Groups.of([pa.array(["answer", "answer"])])
    >>> rows = [np.array([50.0, 200.0]), np.array([2.0, 1.0]), np.array([60.0, 150.0])]
    >>> found = observed(groups, rows, Scale([100.0, 500.0]), {})
    >>> found.reached.tolist(), found.amounts.tolist()
    ([[2.0, 3.0, 3.0]], [210.0])
    """
    (bounds, counts, amounts), width = rows, len(scale.upper)
    cells = groups.of_row * width + np.searchsorted(scale.upper, bounds)
    fell = np.bincount(cells, counts, minlength=len(groups.words[0]) * width).reshape(-1, width)
    return Histograms(groups.words, scale, fell.cumsum(axis=1), groups.sums(amounts) / scale.amount_unit, examples)
