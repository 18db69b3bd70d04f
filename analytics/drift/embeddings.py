"""Vectors of texts against those of a reference: whether what is asked, or answered, is about other things.

A vector is kept as it is told, or, with more than :data:`WIDTH` numbers, as its projection on as many random
directions, which keeps distances (Johnson and Lindenstrauss 1984). Of it two things are tested at once: its mean, and
random Fourier features, whose mean is that of a Gaussian kernel (Rahimi and Recht 2007), so that their squared distance
is the maximum mean discrepancy (Gretton et al. 2012). So a shift is seen, and a cloud that falls in two. Blocks are
exchanged as for everything else. How large a shift is, is the distance of the two means over the spread of a vector.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.drift.permuting import Features, exceeding
from analytics.drift.windows import Layout

WIDTH = 64
_WAVES = 64
_PAIRS = 2_000
"""Pairs by whose median distance the kernel is as wide."""

Vectors = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Vectors with the block each belongs to."""

    vectors: Vectors
    block: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shifted:
    """What a comparison of vectors says."""

    p_value: float
    shift: float
    """Distance of the means over the spread."""
    before_count: int
    since_count: int


def compared(cloud: Cloud, layout: Layout, many: int, chance: np.random.Generator) -> Shifted:
    """Compare the vectors of the window with those of the reference, by so many exchanges of blocks."""
    here = layout.current[cloud.block]
    features = features_of(cloud, layout, chance)
    p = (1 + int(exceeding(layout, [features], many, chance)[0])) / (1 + many)
    return Shifted(p, shift(cloud.vectors[~here], cloud.vectors[here]), int((~here).sum()), int(here.sum()))


def shift(before: Vectors, since: Vectors) -> float:
    """Distance of the two means, over the root of the mean squared distance of a vector from the mean of its side.

    >>> shift(np.array([[0.0], [2.0]]), np.array([[3.0], [5.0]]))
    3.0
    """
    spread = np.concatenate([side - side.mean(axis=0) for side in (before, since)])
    usual = float(np.sqrt((spread**2).sum(axis=1).mean()))
    moved = float(np.linalg.norm(since.mean(axis=0) - before.mean(axis=0)))
    return moved / usual if usual > 0 else 0.0


def features_of(cloud: Cloud, layout: Layout, chance: np.random.Generator) -> Features:
    """Sums by block of the vectors and of their waves, both centred, and each scaled to count as much."""
    vectors = _narrow(cloud.vectors, chance)
    waves = _waves(vectors, chance)
    parts = [_scaled(part - part.mean(axis=0)) for part in (vectors, waves)]
    told = np.concatenate(parts, axis=1)
    member = (np.arange(len(layout.current))[:, None] == cloud.block).astype(np.float64)
    return Features((member @ told).astype(np.float32), member.sum(axis=1).astype(np.float32))


def _narrow(vectors: Vectors, chance: np.random.Generator) -> Vectors:
    if vectors.shape[1] <= WIDTH:
        return vectors
    directions = chance.normal(size=(vectors.shape[1], WIDTH)) / np.sqrt(WIDTH)
    narrow: Vectors = vectors @ directions
    return narrow


def _waves(vectors: Vectors, chance: np.random.Generator) -> Vectors:
    pairs = chance.integers(len(vectors), size=(2, _PAIRS))
    width = float(np.median(np.linalg.norm(vectors[pairs[0]] - vectors[pairs[1]], axis=1))) or 1.0
    angles = vectors @ (chance.normal(size=(vectors.shape[1], _WAVES)) / width)
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=1)


def _scaled(part: Vectors) -> Vectors:
    spread = float(np.sqrt((part**2).sum(axis=1).mean()))
    return part / spread if spread > 0 else part
