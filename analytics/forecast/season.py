"""The shape of a cycle: how each of its steps compares with the mean of the cycle around it.

A ratio-to-moving-average index, as in classical decomposition (Makridakis, Wheelwright, Hyndman: Forecasting, 3rd ed.,
3/4), with two changes. The ratios of a step are joined by their median over up to 26 cycles, so that one spike moves
nothing; and the index is drawn towards 1 by as much of its spread as chance alone would make (James and Stein, 1961):
a series without a season then has next to none, instead of the noise of its last weeks.

Everything is worked out for many origins at once: an origin is a step at which one would have stood, and what comes
at it or after it does not count.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Origins = npt.NDArray[np.int64]
CYCLES = 26
"""Half a year of weeks: more would hold on to a shape that is over."""
LEAST_CYCLES = 2
_NOTHING = 1e-12


def season_index(values: Floats, origins: Origins, cycle: int) -> Floats:
    """One row for each origin: the index of the step at the origin and of those after it, one cycle long; mean 1.

    >>> quiet_end = np.array([2.0, 2.0, 2.0, 2.0, 2.0, 0.0, 0.0] * 20)
    >>> season_index(quiet_end, np.array([140]), 7)[0].round(1).tolist()  # five tenths of 14 on each busy day
    [1.4, 1.4, 1.4, 1.4, 1.4, 0.0, 0.0]
    """
    if cycle <= 1:
        return np.ones((len(origins), 1))
    ratios, reach = _ratios(values, cycle)
    table = _by_phase(ratios, origins - reach, cycle)
    found, counted = _median(table), np.isfinite(table).sum(axis=1)
    found[counted < LEAST_CYCLES] = np.nan
    shrunk = 1 + (np.where(np.isfinite(found), found, 1.0) - 1) * _kept(table, found)[:, None]
    turned = np.take_along_axis(shrunk, (np.arange(cycle) + reach) % cycle * np.ones_like(origins)[:, None], axis=1)
    index: Floats = turned / np.maximum(turned.mean(axis=1, keepdims=True), _NOTHING)
    return index


def _ratios(values: Floats, cycle: int) -> tuple[Floats, int]:
    """Each step over the mean of the cycle centred on it; and how many steps after it that mean looks at."""
    reach = cycle // 2
    if len(values) < 2 * reach + 1:
        return np.full(len(values), np.nan), reach
    weights = np.ones(2 * reach + 1)
    if cycle % 2 == 0:  # an even cycle has no middle: half a step at both ends
        weights[0] = weights[-1] = 0.5
    sums = np.concatenate(([0.0], np.cumsum(values)))
    means = (sums[2 * reach + 1 :] - sums[: -2 * reach - 1]) / cycle
    if cycle % 2 == 0:
        means -= (values[: len(means)] + values[2 * reach :]) / (2 * cycle)
    ratios = np.full(len(values), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios[reach : reach + len(means)] = np.where(
            means > _NOTHING, values[reach : reach + len(means)] / means, np.nan
        )
    return ratios, reach


def _by_phase(ratios: Floats, ends: Origins, cycle: int) -> Floats:
    """Origins x cycles x steps of a cycle; the last column of the last cycle is the step before ``ends``."""
    length = CYCLES * cycle
    padded = np.concatenate((np.full(length, np.nan), ratios))
    places = np.maximum(ends, 0)[:, None] + np.arange(length)
    return padded[places].reshape(len(ends), CYCLES, cycle)


def _median(table: Floats) -> Floats:
    """Median over cycles, of what is known; nan where nothing is."""
    ordered = np.sort(table, axis=1)  # nan goes last
    known = np.isfinite(table).sum(axis=1)
    low, high = np.maximum(known - 1, 0) // 2, np.maximum(known, 1) // 2
    picked = [
        np.take_along_axis(ordered, place[:, None, :], axis=1)[:, 0] for place in (low, np.minimum(high, CYCLES - 1))
    ]
    return (picked[0] + picked[1]) / 2


def _kept(table: Floats, found: Floats) -> Floats:
    """The share of an index's spread that is not chance, in 0..1."""
    steps = found.shape[1]
    known = np.isfinite(table).sum(axis=1)
    apart = np.abs(table - found[:, None, :])
    spread = 1.4826 * _median(apart)  # of a normal distribution
    told = np.isfinite(found) & (known > 1)
    chance = np.where(told, 1.57 * spread**2 / np.maximum(known, 1), 0.0).sum(axis=1)  # 1.57: of a median
    apart_from_mean = np.where(told, found - 1, 0.0)  # ratios to a mean of their own cycle: about 1 on average
    between = (apart_from_mean**2).sum(axis=1)
    kept: Floats = np.clip(1 - (steps - 3) / (steps - 1) * chance / np.maximum(between, _NOTHING), 0.0, 1.0)
    return kept
