"""How far off a forecast may be: intervals from the errors that the same method made before.

Split-conformal prediction (Vovk, Gammerman, Shafer: Algorithmic Learning in a Random World, 2005; Lei et al., JASA 113,
2018) on rolling origins: no distribution is assumed. The error of a step is measured in its forecast, that of a sum in
the forecast sum; the p-quantile of n errors is the one of rank p x (n + 1).

The sum to the end of a period has its own errors, those of sums of as many steps: errors of neighbouring days go
together, so neither the sum of intervals nor its square root holds. Sums of many steps overlap; of n steps of history
behind the first origin about m = 2 x n / h sums of h steps tell something of their own, and their quantiles are widened
as Student's interval for one more of m is, t(p) / z(p) x sqrt(1 + 1 / m). Where fewer than three sums fit side by side
the interval is at least as wide as that of sums a third as long as the history. How often intervals hold over many
shapes of series is measured by `tests/benchmarks/forecast.py`.
"""

from dataclasses import dataclass

import numpy as np

from analytics.forecast.rolling import Rolling
from analytics.forecast.season import Floats

LOW, HIGH = 0.1, 0.9
"""An 80 % interval."""
LEAST_ERRORS = 5
_NEIGHBOURS = 3
"""Steps before and after whose errors count as well: they hardly differ, and seven times as many tell more."""
_LEAST_SHARE = 0.05
"""Of the mean forecast: what the error of a step is measured in at least, so that steps near zero do not explode."""
_SIDE_BY_SIDE = 3
_MIDDLE, _NEAR = 0.5, 1e-6
_GRID = np.linspace(0.005, 0.995, 199)
"""Nothing is called impossible: beyond the errors seen there is half a percent on each side."""


def step_band(rolling: Rolling, share: float) -> Floats:
    """The given quantile of each single step ahead, never below 0; nan where too few errors are known."""
    measure, ahead = _measure(rolling.past), _measure(rolling.ahead[None])[0]
    errors = (rolling.came - rolling.past) / measure
    found = np.full(len(ahead), np.nan)
    for step in range(len(ahead)):
        near = errors[:, max(0, step - _NEIGHBOURS) : step + _NEIGHBOURS + 1]
        known = np.sort(near[np.isfinite(near)])
        if len(known) >= LEAST_ERRORS:
            found[step] = _quantiles(known, np.array([share]))[0]
    band: Floats = np.maximum(rolling.ahead + found * ahead, 0.0)
    return band


@dataclass(frozen=True, slots=True)
class Sums:
    """Relative errors of the sums of the next 1, 2 ... steps."""

    errors: tuple[Floats, ...]
    """Sorted; entry h - 1 is of sums of h steps."""
    span: int
    """Steps from the first origin to now."""

    def error(self, steps: int, share: float) -> float:
        """By which part of itself the forecast sum of so many steps is off, at a quantile; nan where nobody knows."""
        return float(self._quantiles(steps, np.array([share]))[0])

    def probability_above(self, ratio: float, steps: int) -> float | None:
        """That a sum of so many steps is more than ``ratio`` times its forecast; None where nobody knows."""
        quantiles = self._quantiles(steps, _GRID)
        if not np.isfinite(quantiles).all():
            return None
        return float(1 - np.interp(ratio - 1, np.maximum.accumulate(quantiles), _GRID))

    def _quantiles(self, steps: int, shares: Floats) -> Floats:
        known, fit = self.errors[steps - 1], self.span / steps
        own = np.full(len(shares), np.nan)
        if len(known) >= LEAST_ERRORS:
            own = _quantiles(known, shares) * _widening(2 * max(fit, 1.0), shares)
        shorter = max(self.span // _SIDE_BY_SIDE, 1)
        if fit >= _SIDE_BY_SIDE or shorter >= steps:
            return own
        near = self._quantiles(shorter, shares)
        wider: Floats = np.where(shares < _MIDDLE, np.fmin(own, near), np.fmax(own, near))
        return wider


def sums_of(rolling: Rolling) -> Sums:
    """The errors of sums from every origin whose steps have all come."""
    forecast, came = np.cumsum(rolling.past, axis=1), np.cumsum(rolling.came, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.where(forecast > 0, came / forecast - 1, np.nan)
    columns = (errors[:, step] for step in range(errors.shape[1]))
    span = 0
    if len(rolling.origins):
        known = np.isfinite(rolling.came).sum(axis=1)
        span = int((rolling.origins + known).max() - rolling.origins[0])
    return Sums(tuple(np.sort(column[np.isfinite(column)]) for column in columns), span)


def _measure(forecasts: Floats) -> Floats:
    measure: Floats = np.maximum(forecasts, np.maximum(_LEAST_SHARE * forecasts.mean(axis=1, keepdims=True), 1e-12))
    return measure


def _widening(told: float, shares: Floats) -> Floats:
    """How much further out the quantiles of one more of so many are; 1 in the middle."""
    from scipy.special import ndtri, stdtrit  # noqa: PLC0415 - a quarter second, which a server starts without

    with np.errstate(invalid="ignore"):
        further = stdtrit(max(told - 1, 1.0), shares) / ndtri(shares)
    widening: Floats = np.where(np.abs(shares - _MIDDLE) < _NEAR, 1.0, further * np.sqrt(1 + 1 / told))
    return widening


def _quantiles(known: Floats, shares: Floats) -> Floats:
    """The quantiles of rank share x (n + 1) of sorted errors, between neighbours in proportion."""
    found: Floats = np.interp(shares * (len(known) + 1) - 1, np.arange(len(known)), known)
    return found
