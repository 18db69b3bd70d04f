"""One stream: what requests of one scope are like, block by block, on both sides of a comparison."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from analytics.drift.effects import Counts
from analytics.drift.embeddings import Cloud
from analytics.drift.measures import Measure, measure_of
from analytics.drift.windows import Layout


class Key(NamedTuple):
    """Which measure of whom."""

    measure: str
    dimension: str
    value: str


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """Events of one key: ``counts`` is blocks x cells."""

    key: Key
    layout: Layout
    counts: Counts
    cells: npt.NDArray[Any]
    """Of a figure, its cells in order; otherwise the words."""
    cloud: Cloud | None = None
    """Of vectors, they themselves; then everything is one cell."""

    @property
    def measure(self) -> Measure:
        """What it is about."""
        return measure_of(self.key.measure)

    def sides(self) -> tuple[Counts, Counts]:
        """The histograms of the reference and of the window."""
        here = self.layout.current
        return self.counts[~here].sum(axis=0), self.counts[here].sum(axis=0)

    def replaced(self) -> tuple[str, str]:
        """Of words, the one that lost most and the one that gained most."""
        before, since = self.sides()
        gained = since / since.sum() - before / before.sum()
        return str(self.cells[int(np.argmin(gained))]), str(self.cells[int(np.argmax(gained))])

    def moved(self) -> tuple[str, float, float]:
        """Of words, the one whose share moved most, with its shares of the two sides; both need events."""
        before, since = self.sides()
        p, q = before / before.sum(), since / since.sum()
        most = int(np.argmax(np.abs(q - p)))
        return str(self.cells[most]), float(p[most]), float(q[most])


def stream(key: Key, layout: Layout, block: Counts, cells: npt.NDArray[Any], events: Counts) -> Stream:
    """Put a stream together from its rows: in each, so many events of a cell in a block."""
    kept, column = np.unique(cells, return_inverse=True)
    counts = np.zeros((len(layout.current), len(kept)), np.int64)
    np.add.at(counts, (block, column), events)
    return Stream(key, layout, counts, kept)
