"""Forecasts from many origins at once: the one that is asked for, and those that would have been made before it.

An origin uses only what was over by then, so what came after it tells how good such forecasts are: their errors make
the intervals (``bands.py``) and the back-test (``backtest.py``). Everything here is a float: a forecast is an estimate,
and money becomes a Decimal again where it is answered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.forecast.calendar import Days, learned, ordinary
from analytics.forecast.level import levels
from analytics.forecast.season import Floats, Origins, season_index

MOST_ORIGINS = 60
LEAST_CYCLES = 3
"""Cycles before the first origin."""
_LOOKED_BACK = {1: 1_344, 7: 400, 168: 1_344}
"""By cycle, steps that levels are found from: a year of days, eight weeks of hours."""
_SMALL_INDEX = 0.1
"""Steps that see less than a tenth of the usual say little about the level: it passes them."""
Paths = Callable[[Floats, Origins, int, int], Floats]


def paths(values: Floats, origins: Origins, steps: int, cycle: int, days: Days | None = None) -> Floats:
    """One row for each origin: the forecast of the step at the origin and of those after it.

    What ``days`` know of the steps, those ahead of the last origin included, is taken out before and put in again.

    >>> week = np.array([10.0, 10.0, 10.0, 10.0, 10.0, 0.0, 0.0])
    >>> paths(np.tile(week, 8), np.array([56]), 7, 7)[0].round(3).tolist()
    [10.0, 10.0, 10.0, 10.0, 10.0, 0.0, 0.0]
    """
    told = ordinary(len(values) + steps) if days is None else days
    plain = values / told.known[: len(values)]
    index = season_index(plain, origins, cycle)
    length = min(_LOOKED_BACK[cycle], int(origins.max()))
    padded = np.concatenate((np.full(length, np.nan), plain))
    before = padded[origins[:, None] + np.arange(length)]
    past = index[:, (np.arange(length) - length) % index.shape[1]]
    with np.errstate(divide="ignore", invalid="ignore"):
        flat = np.where(past >= _SMALL_INDEX, before / past, np.nan)
    factors = learned(flat, origins, told.kinds)
    own = told.kinds[np.maximum(origins[:, None] - length + np.arange(length), 0)]
    flat = np.where(own > 0, np.nan, flat)
    after = origins[:, None] + np.arange(steps)
    unlike = np.take_along_axis(factors, told.kinds[after], axis=1) * told.known[after]
    ahead: Floats = levels(flat).ahead(steps) * index[:, np.arange(steps) % index.shape[1]] * unlike
    return ahead


def naive_paths(values: Floats, origins: Origins, steps: int, cycle: int) -> Floats:
    """The last cycle once more: what every method has to beat (seasonal naive)."""
    found: Floats = values[np.maximum(origins[:, None] - cycle + np.arange(steps) % cycle, 0)]
    return found


@dataclass(frozen=True, slots=True)
class Rolling:
    """Forecasts from origins in the past, what came, and the forecast from now: origins x steps ahead."""

    origins: Origins
    past: Floats
    came: Floats
    """nan where it has not come yet."""
    ahead: Floats
    """From now on: one row."""

    def before(self, place: int) -> Self:
        """What was known at one of the origins: earlier ones, what had come by then, and its forecast as ``ahead``."""
        origins, now = self.origins[:place], int(self.origins[place])
        over = origins[:, None] + np.arange(self.came.shape[1]) < now
        came = np.where(over, self.came[:place], np.nan)
        return type(self)(origins, self.past[:place], came, self.past[place])


def rolled(values: Floats, steps: int, cycle: int, method: Paths = paths) -> Rolling:
    """Forecast from now and from up to sixty origins before; the values are of whole steps, the oldest first."""
    count = len(values)
    first = max(LEAST_CYCLES * cycle, count // 4)
    origins = np.unique(np.linspace(min(first, count), count, MOST_ORIGINS + 1).astype(np.int64))
    found = method(values, origins, steps, cycle)
    padded = np.concatenate((values, np.full(steps, np.nan)))
    came = padded[origins[:-1, None] + np.arange(steps)]
    return Rolling(origins[:-1], found[:-1], came, found[-1])
