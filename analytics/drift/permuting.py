"""Whether two sides differ by more than chance: blocks are exchanged, and the difference is measured again.

Every test here is one statistic. A block has n events and k features, each the sum over its events of something with
mean zero over both sides. With D the sum over the blocks of one side, and n of N events there,

    T = N / (n (N - n)) |D|^2

grows with the squared difference of the two means. With the right features it is the statistic of Anderson and Darling
on bins (1952; Scholz and Stephens 1987 for two samples), Pearson's chi-square, or a squared distance of mean vectors.
Its distribution without drift is that over exchanges of blocks within their strata (Fisher 1935; for blocks, Canay,
Romano and Shaikh 2017), so p = (1 + exchanges with a T as large) / (1 + exchanges) holds for any sizes of cells and any
dependence inside a block.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.drift.windows import Layout

Floats = npt.NDArray[np.float32]
_AT_ONCE = 6_000_000
"""Numbers held at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What is tested of one stream: ``sums`` is blocks x features, ``events`` is blocks."""

    sums: Floats
    events: Floats


def exchanges(layout: Layout, many: int, chance: np.random.Generator) -> Floats:
    """So many random choices of the blocks of the window, a row each: 1 where a block is chosen.

    >>> layout = Layout(*(np.array(one) for one in ([False, False, True], [0, 0, 0], [0, 0, 1], [0, 1, 2])))
    >>> exchanges(layout, 300, np.random.default_rng(1)).sum(axis=1).max()
    np.float32(1.0)
    """
    found = np.zeros((many, len(layout.current)), np.float32)
    for stratum in np.unique(layout.stratum):
        at = np.flatnonzero(layout.stratum == stratum)
        chosen = int(layout.current[at].sum())
        if chosen == 0:
            continue
        drawn = chance.random((many, len(at))).argsort(axis=1)[:, :chosen]
        np.put_along_axis(found, at[drawn], 1.0, axis=1)
    return found


def statistics(sides: Floats, streams: Sequence[Features]) -> npt.NDArray[np.float64]:
    """T of every stream for every choice of a side: choices x streams."""
    width = max(one.sums.shape[1] for one in streams)
    stacked = np.zeros((len(streams), sides.shape[1], width), np.float32)
    for row, one in zip(stacked, streams, strict=True):
        row[:, : one.sums.shape[1]] = one.sums
    flat = stacked.transpose(1, 0, 2).reshape(sides.shape[1], -1)
    moved = (sides @ flat).reshape(len(sides), len(streams), width)
    squares = np.einsum("bsk,bsk->bs", moved, moved, dtype=np.float64)
    events = np.stack([one.events for one in streams], axis=1).astype(np.float64)
    here, both = sides.astype(np.float64) @ events, events.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = squares * both / (here * (both - here))
    return np.where((here > 0) & (here < both), found, 0.0)


def exceeding(
    layout: Layout, streams: Sequence[Features], many: int, chance: np.random.Generator
) -> npt.NDArray[np.int64]:
    """How many of so many exchanges are at least as large as what was observed, for each stream."""
    observed = statistics(layout.current[None, :].astype(np.float32), streams)[0]
    limit = observed * (1 - 1e-5)  # sums of singles in another order are not less
    found = np.zeros(len(streams), np.int64)
    width = max(one.sums.shape[1] for one in streams)
    rows = min(many, 500)
    step = max(1, _AT_ONCE // (rows * width))
    for done in range(0, many, rows):
        sides = exchanges(layout, min(rows, many - done), chance)
        for first in range(0, len(streams), step):
            part = slice(first, first + step)
            found[part] += (statistics(sides, streams[part]) >= limit[part]).sum(axis=0)
    return found
