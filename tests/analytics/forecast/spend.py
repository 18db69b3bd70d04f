"""Series that look like spend: seeded, of many shapes, in days from a Monday on."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

MONDAY = date(2026, 1, 5)
WEEK = np.array([1.1, 1.1, 1.1, 1.1, 1.1, 0.45, 0.45])
SHAPES = (
    "flat",
    "grow",
    "step",
    "walk",
    "spikes",
    "growing spikes",
    "no week",
    "no week, walk",
    "quiet weekends",
    "month ends",
)


def spend(shape: str, seed: int, days: int) -> np.ndarray:
    """Spend of one service, about 100 a day."""
    random = np.random.default_rng([SHAPES.index(shape), seed])
    day = np.arange(days)
    base = np.full(days, 100.0)
    if "grow" in shape:
        base *= np.exp(0.002 * day)
    if shape == "step":
        base *= np.where(day > random.integers(days // 3, 3 * days // 4), 1.8, 1.0)
    if "walk" in shape:
        base *= np.exp(np.cumsum(random.normal(0, 0.03, days)))
    if shape == "month ends":
        base *= np.where([(one + timedelta(days=2)).day <= 2 for one in dates(days)], 1.8, 1.0)
    if "no week" in shape:
        return base * random.lognormal(0, 0.2, days)
    found = base * WEEK[day % 7] * random.lognormal(0, 0.12, days)
    if "spikes" in shape:
        found *= np.where(random.random(days) < 0.02, random.uniform(2, 5, days), 1.0)
    return found * np.where(day % 7 >= 5, 0.0, 1.0) if shape == "quiet weekends" else found


def dates(days: int) -> list[date]:
    """The day of every step."""
    return [MONDAY + timedelta(days=day) for day in range(days)]


def several(shapes: tuple[str, ...], seeds: int, days: int, ahead: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """History and what came after it, of every shape."""
    for shape in shapes:
        for seed in range(seeds):
            whole = spend(shape, seed, days + ahead)
            yield whole[:days], whole[days:]
