"""How often does the detector cry wolf, how soon does it see a change, and how many values does it judge a second?

1. A thousand streams of 4,000 five-minute values in which nothing happens, of different shapes: alarms, against the
   rate that is set, with the 95 % interval of a Poisson count. Once as `burnline detect` judges (any value may be an
   alarm), once as findings do (what lasts), at a lower rate. Where weekends differ, two weeks go before.
2. The mean moves at value 3,000: how many values until the first alarm after that; one that is not seen within 500
   values counts as 500. River's ADWIN and a CUSUM beside it have the threshold at which they raise as many false alarms
   as ours on the same shape; the CUSUM is told what 200 values say of mean and spread.
3. Values a second of CPU time.

Run as ``python -m tests.benchmarks.detect [streams]``, or, to have ADWIN,
``uv run --with river==0.26.1 python -m tests.benchmarks.detect [streams]``.
"""

import importlib
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

from analytics.anomalies.detector import ALARM, FALSE_ALARMS_PER_ROW, Detector
from tests.analytics.anomalies.figures import ROW_S, SHAPES

ROWS, CHANGE, LONGEST = 4_000, 3_000, 500
LASTING_RATE = 1e-4
LEARNED = {"days and weekends": ROWS}
"""Values that are not counted: habits of a week are known after two of them."""
MOVED = ("normal", "heavy tails", "many a row", "ratio of few", "hanging together", "days and weekends")
_CALM, _ONSETS = 24, 40
_BASELINE = 200
Alarms = list[int]
Tool = Callable[[Sequence[float]], Alarms]


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
    """Print the three answers."""
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
    print(f"\n{values / took_s:,.0f} values a second of CPU time, making them included\n")
    _print_delays()


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


def _print_delays() -> None:
    print("values until a change of the mean is seen, median and share seen; in spreads of the shape\n")
    tools = ("ours", "CUSUM", *(("ADWIN",) if importlib.util.find_spec("river") else ()))
    print("| shape | moved by | false alarms each |" + "".join(f" {tool} |" for tool in tools))
    print("|---|---|---|" + "---|" * len(tools))
    for shape in MOVED:
        calm = [_values(shape, seed) for seed in range(5_000, 5_000 + _CALM)]
        false = sum(len(_ours(values, SETTINGS[0])) for values in calm)
        set_to = _as_often(calm, false)
        spread = statistics.fmean(float(np.std(values)) for values in calm)
        for by in (1, 2, 4):
            print(
                f"| {shape} | {by} | {false / _CALM:.2f} |"
                + "".join(_delay(shape, by * spread, set_to[t]) for t in tools)
            )


def _delay(shape: str, by: float, tool: Tool) -> str:
    delays = []
    for seed in range(9_000, 9_000 + _ONSETS):
        values = _values(shape, seed)[: CHANGE + LONGEST]
        moved = [value + (by if row >= CHANGE else 0) for row, value in enumerate(values)]
        after = [row - CHANGE for row in tool(moved) if row >= CHANGE]
        delays.append(after[0] if after else LONGEST)
    return f" {statistics.median(delays):.0f}, {sum(delay < LONGEST for delay in delays) / _ONSETS:.0%} |"


def _as_often(calm: Sequence[Sequence[float]], false: int) -> Mapping[str, Tool]:
    """The tools, each with the threshold at which it raises that many false alarms, or the next fewer it can."""
    tools: dict[str, Tool] = {"ours": lambda values: _ours(values, SETTINGS[0])}
    for name, tool, highest in (("CUSUM", _cusum, 1e4), ("ADWIN", _adwin, 1e12)):
        if name == "ADWIN" and not importlib.util.find_spec("river"):
            continue
        low, high = 1.0, highest
        for _ in range(24):
            middle = (low * high) ** 0.5
            many = sum(len(tool(values, middle)) for values in calm)
            low, high = (middle, high) if many > false else (low, middle)
        tools[name] = lambda values, tool=tool, high=high: tool(values, high)
    return tools


def _cusum(values: Sequence[float], threshold: float) -> Alarms:
    """Page 1954, two-sided, k = 0.5 spreads; begins anew after an alarm."""
    known = np.asarray(values[:_BASELINE])
    mean, spread = float(known.mean()), float(known.std()) or 1.0
    up = down = 0.0
    found = []
    for row in range(_BASELINE, len(values)):
        z = (values[row] - mean) / spread
        up, down = max(0.0, up + z - 0.5), max(0.0, down - z - 0.5)
        if up > threshold or down > threshold:
            found.append(row)
            up = down = 0.0
    return found


def _adwin(values: Sequence[float], threshold: float) -> Alarms:
    """River's, whose delta is 1 / threshold."""
    detector = importlib.import_module("river.drift").ADWIN(delta=min(1 / threshold, 1 - 1e-9), clock=1)
    found = []
    for row, value in enumerate(values):
        detector.update(value)
        if detector.drift_detected:
            found.append(row)
    return found


if __name__ == "__main__":
    main()
