"""Seeded chance, in blocks that fit a cache: coins for flips, and weights that stand for what was not sampled."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def coins(items: int, rounds: int, seed: int, block: int) -> Iterator[Floats]:
    """Zeros and ones, rounds x items; the same for the same seed and number of items."""
    chance = np.random.default_rng([seed, items])
    for begin in range(0, rounds, block):
        yield chance.integers(0, 2, size=(min(block, rounds - begin), items), dtype=np.int8).astype(np.float64)


def spacings(parts: int, rounds: int, seed: int, block: int) -> Iterator[Floats]:
    """Random shares of 1, rounds x parts, all divisions alike (uniform spacings)."""
    chance = np.random.default_rng([seed, parts, 1])
    for begin in range(0, rounds, block):
        drawn = chance.standard_exponential((min(block, rounds - begin), parts))
        yield drawn / drawn.sum(axis=1, keepdims=True)
