"""How far off are forecasts of spend, how often do their intervals hold, and how long does one take?

Series of ten shapes that look like spend (``tests/analytics/forecast/spend.py``), seeded, half a year of days each; the
30 days after it are forecast by us, by AutoETS of statsforecast and by the last week once more (seasonal naive, with
intervals from its own errors made as ours are).

- WAPE: sum of absolute errors of days / sum of what came.
- sum: absolute error of the sum of the 30 days / that sum.
- pinball: mean loss of the 10 %, 50 % and 90 % quantiles of days / mean of what came.
- in 80 %: share of days that were in their interval; and of sums that were in theirs, which AutoETS does not tell.

AutoETS runs in an environment of its own that uv makes; where that cannot be, its columns are empty and it is said. Run
with ``python -m tests.benchmarks.forecast [series of each shape]``.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from analytics.forecast.backtest import pinball, wape
from analytics.forecast.bands import HIGH, LOW, step_band, sums_of
from analytics.forecast.calendar import Days, kinds_of
from analytics.forecast.rolling import Paths, naive_paths, paths, rolled
from analytics.forecast.season import Floats
from tests.analytics.forecast.spend import SHAPES, dates, several

DAYS, AHEAD = 182, 30
AUTOETS = "statsforecast==2.1.1"
_SCRIPT = Path(__file__).with_name("autoets.py")


@dataclass(frozen=True, slots=True)
class Told:
    """One method's forecasts; a row each series."""

    low: Floats
    expected: Floats
    high: Floats
    sum_held: Floats | None
    """Whether the sum of what came was in its interval; None where the method tells none."""
    seconds: float


def main() -> None:
    """Print a table of shapes and methods."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    print(__doc__.splitlines()[0], "\n")
    before, came = (np.array(rows) for rows in zip(*several(SHAPES, seeds, DAYS, AHEAD), strict=True))
    told = {
        "ours": by_us(before, came, partial(paths, days=known_days())),
        "last week": by_us(before, came, naive_paths),
    }
    try:
        told["AutoETS"] = by_autoets(before)
    except (OSError, subprocess.CalledProcessError) as why:
        print(f"AUTOETS IS NOT COMPARED: uv could not run {AUTOETS}: {why}\n")
    _table(told, came, seeds)


def known_days() -> Days:
    """The ends of months, as every forecast of days knows them."""
    return Days(kinds_of(dates(DAYS + AHEAD), ()), np.ones(DAYS + AHEAD))


def by_us(before: Floats, came: Floats, method: Paths) -> Told:
    """Forecast by one of our own methods, intervals from its errors."""
    rows, held = [], []
    begun = time.process_time()
    for values, after in zip(before, came, strict=True):
        found = rolled(values, AHEAD, 7, method)
        rows.append((step_band(found, LOW), found.ahead, step_band(found, HIGH)))
        sums, total = sums_of(found), found.ahead.sum()
        held.append(sums.error(AHEAD, LOW) <= after.sum() / total - 1 <= sums.error(AHEAD, HIGH))
    low, expected, high = (np.array(column) for column in zip(*rows, strict=True))
    return Told(low, expected, high, np.array(held, dtype=np.float64), time.process_time() - begun)


def by_autoets(before: Floats) -> Told:
    """Forecast by statsforecast, in its own environment."""
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise FileNotFoundError("there is no uv on PATH")
    with tempfile.TemporaryDirectory() as folder:
        asked, told = (str(Path(folder) / name) for name in ("series.npz", "forecasts.npz"))
        np.savez(asked, before=before, ahead=AHEAD)
        command = [uv, "run", "--quiet", "--no-project", "--with", AUTOETS, "python", str(_SCRIPT), asked, told]
        subprocess.run(command, check=True)  # noqa: S603 - our own script
        found = np.load(told)
        return Told(found["low"], found["expected"], found["high"], None, float(found["seconds"]))


def _table(told: Mapping[str, Told], came: Floats, seeds: int) -> None:
    print(f"{seeds} series of each shape, {DAYS} days, {AHEAD} ahead\n")
    print("| shape |" + "".join(f" {name}: WAPE | sum | pinball | days in 80 % | sums |" for name in told))
    print("|---|" + "---|---|---|---|---|" * len(told))
    for place, shape in enumerate((*SHAPES, "all")):
        rows = slice(None) if shape == "all" else slice(place * seeds, (place + 1) * seeds)
        print(f"| {shape} |" + "".join(_cells(one, came, rows) for one in told.values()))
    print()
    for name, one in told.items():
        print(f"{name}: {1_000 * one.seconds / len(came):.1f} ms of CPU for a series")


def _cells(told: Told, came: Floats, rows: slice) -> str:
    seen, expected = came[rows], told.expected[rows]
    bands = ((told.low[rows], LOW), (expected, 0.5), (told.high[rows], HIGH))
    sums = np.abs(expected.sum(axis=1) / seen.sum(axis=1) - 1).mean()
    loss = np.mean([pinball(seen, band, share) for band, share in bands]) / seen.mean()
    held = np.mean((seen >= told.low[rows]) & (seen <= told.high[rows]))
    whole = "" if told.sum_held is None else f"{100 * told.sum_held[rows].mean():.0f} %"
    error = np.mean([wape(one, other) or 0.0 for one, other in zip(seen, expected, strict=True)])
    return f" {error:.3f} | {sums:.3f} | {loss:.4f} | {100 * held:.0f} % | {whole} |"


if __name__ == "__main__":
    main()
