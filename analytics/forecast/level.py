"""Where a series stands and where it goes: a damped trend that outliers do not carry away.

    error  e = value - (level + phi x trend), held to +-4 usual changes
    level  l = level + phi x trend + a x e
    trend  b = phi x trend + a x b x e
    h ahead:   l + trend x (phi + phi^2 + ... + phi^h)

Holt's method with a damped trend (Gardner and McKenzie, Management Science 31, 1985), with the error bounded as in
robust exponential smoothing (Gelper, Fried, Croux, Journal of Forecasting 29, 2010). Of twelve pairs of a and b the one
with the least one-step error is taken, anew at every origin.

Three bounded errors in a row on one side are no outliers but a new level: it is then taken from those three.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.forecast.season import Floats

Bools = npt.NDArray[np.bool_]
PHI = 0.97
"""How much of the trend is left one step later: half of it after three weeks of days."""
ALPHAS = (0.03, 0.1, 0.3)
BETAS = (0.0, 0.05, 0.2)
CLIP = 4.2
"""Usual changes (their median) that an error is held to."""
IN_A_ROW = 3
OFTEN_EMPTY = 0.25
"""Where more steps than this see nothing, what they do see is no outlier: nothing is held."""
_FIRST = 7


@dataclass(frozen=True, slots=True)
class Level:
    """Level and trend at the end of each row."""

    level: Floats
    trend: Floats

    def ahead(self, steps: int) -> Floats:
        """One row each: the level 1 to ``steps`` steps ahead, never below 0."""
        damped = np.cumsum(PHI ** np.arange(1, steps + 1))
        ahead: Floats = np.maximum(self.level[:, None] + self.trend[:, None] * damped, 0.0)
        return ahead


def levels(rows: Floats) -> Level:
    """The level and trend at the end of each row; nan is what nobody knows, also before a row begins."""
    alphas, betas = (grid.ravel() for grid in np.meshgrid(ALPHAS, BETAS))
    limit = _limit(rows)[:, None]
    level = np.repeat(_first(rows)[:, None], len(alphas), axis=1)
    trend, lost = np.zeros_like(level), np.zeros_like(level)
    streak, known = np.zeros_like(level), np.isfinite(rows)
    judged, recent = _judged(known), _recent_median(rows, known)
    for step in range(rows.shape[1]):
        told = known[:, step, None]
        error = np.where(told, rows[:, step, None] - level - PHI * trend, 0.0)
        held = np.clip(error, -limit, limit)
        lost += np.abs(held) * judged[:, step, None]
        streak = np.where(told, _longer(streak, np.sign(error - held)), streak)
        moved = np.abs(streak) >= IN_A_ROW
        level = np.where(moved, recent[:, step, None], level + PHI * trend + alphas * held)
        trend = np.where(moved, 0.0, PHI * trend + alphas * betas * held)
        streak[moved] = 0.0
    best = np.argmin(lost, axis=1)[:, None]
    return Level(*(np.take_along_axis(one, best, axis=1)[:, 0] for one in (level, trend)))


def _first(rows: Floats) -> Floats:
    """Median of the first week that is known."""
    order = np.argsort(~np.isfinite(rows), axis=1, kind="stable")[:, :_FIRST]
    return _known_median(np.take_along_axis(rows, order, axis=1))


def _judged(known: Bools) -> Bools:
    """Errors of the first fifth, and of the first three steps, say more about the beginning than about the method."""
    count = np.cumsum(known, axis=1)
    judged: Bools = known & (count > np.maximum(count[:, -1:] // 5, 3))
    return judged


def _longer(streak: Floats, outside: Floats) -> Floats:
    """Errors in a row on one side, signed; one on the other side begins anew, one within its bounds ends the row."""
    return np.where(outside == 0, 0.0, np.where(np.sign(streak) == outside, streak + outside, outside))


def _limit(rows: Floats) -> Floats:
    changes = np.abs(np.diff(rows, axis=1))
    usual = _known_median(changes)
    known = np.isfinite(rows)
    empty = (rows == 0).sum(axis=1) > OFTEN_EMPTY * known.sum(axis=1)
    limit: Floats = np.where((usual > 0) & ~empty, CLIP * usual, np.inf)
    return limit


def _known_median(rows: Floats) -> Floats:
    """Median of what is known in each row; 0 where nothing is."""
    ordered, known = np.sort(rows, axis=1), np.isfinite(rows).sum(axis=1)  # nan goes last
    places = np.maximum(np.stack(((known - 1) // 2, known // 2)), 0).T
    found: Floats = np.take_along_axis(ordered, np.minimum(places, rows.shape[1] - 1), axis=1).mean(axis=1)
    return np.where(known > 0, found, 0.0)


def _recent_median(rows: Floats, known: Bools) -> Floats:
    """Median of the last three steps of each row, what is not known standing for the one before it."""
    carried = np.where(known, rows, 0.0)
    for step in range(1, rows.shape[1]):
        carried[:, step] = np.where(known[:, step], rows[:, step], carried[:, step - 1])
    three = np.stack([np.roll(carried, lag, axis=1) for lag in range(IN_A_ROW)])
    median: Floats = np.median(three, axis=0)
    return median
