"""How good such forecasts were: measured from rolling origins, beside the last cycle once more (seasonal naive).

    WAPE     sum |came - forecast| / sum came                over all steps ahead that came
    pinball  mean of q x d or (q - 1) x d, d = came - quantile, over q of 0.1, 0.5, 0.9, / mean of what came
             (Koenker and Bassett, Econometrica 46, 1978)
    coverage share of what came that its 80 % interval held, of single steps and of sums

An interval of an origin is made of errors that were known there, so coverage is what a reader would have seen.
"""

from dataclasses import dataclass

import numpy as np

from analytics.forecast.bands import HIGH, LOW, step_band, sums_of
from analytics.forecast.rolling import Rolling
from analytics.forecast.season import Floats

_HELD = 20
"""Origins whose intervals are made again."""
_QUANTILES = (LOW, 0.5, HIGH)


@dataclass(frozen=True, slots=True)
class Backtest:
    """Errors of earlier forecasts, over as many steps ahead as are asked for."""

    origins: int
    wape: float | None
    naive_wape: float | None
    pinball: float | None
    naive_pinball: float | None
    coverage_ratio: float | None
    sum_coverage_ratio: float | None


@dataclass(frozen=True, slots=True)
class _Judged:
    pinball: float | None
    coverage_ratio: float | None
    sum_coverage_ratio: float | None


def backtest(ours: Rolling, naive: Rolling) -> Backtest:
    """Judge two methods from the same origins."""
    judged, beside = _judged(ours), _judged(naive)
    return Backtest(
        origins=len(ours.origins),
        wape=wape(ours.came, ours.past),
        naive_wape=wape(naive.came, naive.past),
        pinball=judged.pinball,
        naive_pinball=beside.pinball,
        coverage_ratio=judged.coverage_ratio,
        sum_coverage_ratio=judged.sum_coverage_ratio,
    )


def wape(came: Floats, forecast: Floats) -> float | None:
    """Weighted absolute percentage error as a ratio; None where nothing came.

    >>> wape(np.array([10.0, 30.0]), np.array([12.0, 26.0]))
    0.15
    """
    known = np.isfinite(came)
    total = float(np.abs(came[known]).sum())
    return float(np.abs(came[known] - forecast[known]).sum()) / total if total else None


def pinball(came: Floats, quantile: Floats, share: float) -> Floats:
    """Loss of calling ``quantile`` the share-quantile of what came.

    >>> pinball(np.array([10.0]), np.array([8.0]), 0.9), pinball(np.array([10.0]), np.array([12.0]), 0.9)
    (array([1.8]), array([0.2]))
    """
    apart = came - quantile
    loss: Floats = np.maximum(share * apart, (share - 1) * apart)
    return loss


def _judged(rolling: Rolling) -> _Judged:
    first = len(rolling.origins) // 2
    count = len(rolling.origins)
    places = np.unique(np.linspace(first, count - 1, min(_HELD, count - first)).astype(np.int64)) if first else ()
    losses: list[Floats] = []
    held: list[Floats] = []
    sums_held: list[bool] = []
    came: list[Floats] = []
    for place in places:
        known, told = rolling.before(int(place)), rolling.came[place]
        low, high = step_band(known, LOW), step_band(known, HIGH)
        there = np.isfinite(told) & np.isfinite(low) & np.isfinite(high)
        bands = (low[there], known.ahead[there], high[there])
        losses.append(np.mean([pinball(told[there], b, q) for b, q in zip(bands, _QUANTILES, strict=True)], axis=0))
        held.append((told[there] >= low[there]) & (told[there] <= high[there]))
        came.append(told[there])
        sums_held.extend(_sum_held(known, told))
    total = np.concatenate(came).mean() if any(map(len, came)) else 0.0
    return _Judged(
        pinball=float(np.concatenate(losses).mean() / total) if total else None,
        coverage_ratio=float(np.concatenate(held).mean()) if total else None,
        sum_coverage_ratio=float(np.mean(sums_held)) if sums_held else None,
    )


def _sum_held(known: Rolling, told: Floats) -> list[bool]:
    """Whether the sum of all steps that came was in its interval; nothing where there is none."""
    steps = int(np.isfinite(told).sum())
    if not steps:
        return []
    sums, forecast = sums_of(known), float(known.ahead[:steps].sum())
    low, high = (sums.error(steps, share) for share in (LOW, HIGH))
    if not np.isfinite(low + high) or not forecast:
        return []
    return [low <= float(told[:steps].sum()) / forecast - 1 <= high]
