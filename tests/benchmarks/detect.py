"""How often does the detector cry wolf, and how many values does it judge a second?

1. A thousand streams of 4,000 five-minute values in which nothing happens, of different shapes: alarms, against the
   rate that is set, with the 95 % interval of a Poisson count. Once as `burnline detect` judges (any value may be an
   alarm), once as findings do (what lasts), at a lower rate. Where weekends differ, two weeks go before.
2. Values a second of CPU time: judged one by one, and as `burnline detect` reads, judges and writes a file.

How soon changes are seen is asked by ``delays.py``. Run as ``python -m tests.benchmarks.detect [streams]``.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

from analytics.anomalies.detector import ALARM, FALSE_ALARMS_PER_ROW, Detector
from burnline import main as burnline
from tests.analytics.anomalies.figures import ROW_S, SHAPES

ROWS = 4_000
LASTING_RATE = 1e-4
LEARNED = {"days and weekends": ROWS}
"""Values that are not counted: habits of a week are known after two of them."""
_FILE_ROWS = 200_000
Alarms = list[int]


class Setting(NamedTuple):
    """One way to be told."""

    name: str
    rate: float
    lasting: bool


SETTINGS = (
    Setting("any value", FALSE_ALARMS_PER_ROW, lasting=False),
    Setting("what lasts", LASTING_RATE, lasting=True),
)


def main() -> None:
    """Print both answers."""
    streams = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    print(__doc__.splitlines()[0], "\n")
    each = max(1, streams // len(SHAPES))
    print(f"alarms in {each} streams of {ROWS:,} values of each shape, in which nothing happens\n")
    print("| shape |" + "".join(f" {one.name}: alarms | expected | 95 % |" for one in SETTINGS))
    print("|---|" + "---|---|---|" * len(SETTINGS))
    began_s = time.process_time()
    counted = {shape: [_false_alarms(shape, each, one) for one in SETTINGS] for shape in SHAPES}
    took_s = time.process_time() - began_s
    for shape, found in [*counted.items(), ("all", [sum(column) for column in zip(*counted.values(), strict=True)])]:
        rows = ROWS * each * (len(SHAPES) if shape == "all" else 1)
        print(
            f"| {shape} |" + "".join(_cells(many, rows * one.rate) for many, one in zip(found, SETTINGS, strict=True))
        )
    values = each * len(SETTINGS) * (ROWS * len(SHAPES) + sum(LEARNED.values()))
    print(f"\n{values / took_s:,.0f} values a second of CPU time, making them included")
    print(f"{_rows_a_second():,.0f} rows a second, read from a file and written to another")


def _rows_a_second() -> float:
    rows = zip(range(_FILE_ROWS), _values("days and weekends", 0, _FILE_ROWS), strict=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "figures.csv")
        at = (datetime.fromtimestamp(row * ROW_S, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for row in range(_FILE_ROWS))
        path.write_text(
            "timestamp,value\n" + "".join(f"{one},{value:.3f}\n" for one, (_, value) in zip(at, rows, strict=True))
        )
        began_s = time.process_time()
        burnline(["detect", str(path), "--out", str(Path(folder, "scores.csv"))])
        return _FILE_ROWS / (time.process_time() - began_s)


def _cells(many: int, expected: float) -> str:
    low = chi2.ppf(0.025, 2 * many) / 2 if many else 0.0
    return f" {many} | {expected:.1f} | {low:.1f} to {chi2.ppf(0.975, 2 * many + 2) / 2:.1f} |"


def _false_alarms(shape: str, streams: int, setting: Setting) -> int:
    first = LEARNED.get(shape, 0)
    alarms = (_ours(_values(shape, seed, first + ROWS), setting) for seed in range(streams))
    return sum(row >= first for found in alarms for row in found)


def _values(shape: str, seed: int, rows: int = ROWS) -> list[float]:
    found: list[float] = SHAPES[shape](np.random.default_rng(seed), rows).tolist()
    return found


def _ours(values: Sequence[float], setting: Setting) -> Alarms:
    update = Detector(setting.rate, lasting=setting.lasting).update
    return [row for row, value in enumerate(values) if update(row * ROW_S, value).score >= ALARM]


if __name__ == "__main__":
    main()
