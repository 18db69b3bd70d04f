"""Figures of known shapes over five-minute rows, from a seed."""

from collections.abc import Callable, Mapping

import numpy as np

ROW_S = 300.0
_DAY_ROWS = 288
Shape = Callable[[np.random.Generator, int], np.ndarray]


def _day(rows: int) -> np.ndarray:
    return np.sin(2 * np.pi * np.arange(rows) / _DAY_ROWS)


def _weekend(rows: int) -> np.ndarray:
    return (np.arange(rows) // _DAY_ROWS) % 7 >= 5


def _hanging_together(chance: np.random.Generator, rows: int) -> np.ndarray:
    noise, found = chance.normal(0, 1, rows), np.zeros(rows)
    for row in range(1, rows):
        found[row] = 0.9 * found[row - 1] + noise[row]
    return found


def _ratios(chance: np.random.Generator, many: np.ndarray) -> np.ndarray:
    return chance.binomial(many, 0.05) / many


SHAPES: Mapping[str, Shape] = {
    "normal": lambda chance, rows: chance.normal(10, 1, rows),
    "heavy tails": lambda chance, rows: chance.standard_t(3, rows),
    "dear now and then": lambda chance, rows: chance.lognormal(0, 1, rows),
    "many a row": lambda chance, rows: chance.poisson(50, rows).astype(float),
    "about one a row": lambda chance, rows: chance.poisson(1, rows).astype(float),
    "hardly any": lambda chance, rows: chance.poisson(0.1, rows).astype(float),
    "days and weekends": lambda chance, rows: 100 + 40 * _day(rows) - 20 * _weekend(rows) + chance.normal(0, 5, rows),
    "counts by day": lambda chance, rows: chance.poisson(20 * (1.1 + _day(rows))).astype(float),
    "noise that grows with the day": lambda chance, rows: np.exp(_day(rows)) * chance.lognormal(0, 0.3, rows),
    "hanging together": _hanging_together,
    "far apart": lambda chance, rows: (chance.random(rows) < 0.01) * chance.lognormal(0, 1, rows),
    "wandering": lambda chance, rows: np.cumsum(chance.normal(0, 1, rows)),
    "mean of few": lambda chance, rows: np.array(
        [chance.lognormal(0, 1, 1 + n).mean() for n in chance.poisson(5, rows)]
    ),
    "p95 of thirty": lambda chance, rows: np.quantile(chance.lognormal(0, 0.6, (rows, 30)), 0.95, axis=1),
    "ratio of a number that varies": lambda chance, rows: _ratios(chance, 1 + chance.poisson(8, rows)),
    "ratio of few": lambda chance, rows: chance.binomial(50, 0.03, rows) / 50,
}
"""What nothing happens in."""


def figures(shape: str, seed: int, rows: int) -> list[tuple[float, float]]:
    """Seconds since 1970, and values."""
    values = SHAPES[shape](np.random.default_rng(seed), rows)
    return [(ROW_S * row, float(value)) for row, value in enumerate(values)]
