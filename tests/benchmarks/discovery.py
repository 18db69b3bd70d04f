"""Of 200 figures of which a few truly changed: which share of the findings is false, and which share of changes found?

Four weeks of five-minute steps of each; in the last two, 10 or 20 figures of 200 shift by 1.5 to 4 spreads, at times of
their own, for good. Each is judged as findings judge (`analytics/findings/watch.py`), at the default of half a false
finding a month for all of them. A finding is true where its figure changed before it, and false otherwise; findings of
the first two weeks, while habits are learned, count as well.

Beside it what is usual elsewhere, on the same figures: once a day a Kolmogorov-Smirnov test of the day against the
week before, told where p < 0.05 (the default of Evidently for up to 1,000 rows), and where the procedure of Benjamini
and Hochberg rejects at 5 % among the figures of that day. A figure counts once a run for each.

Run as ``python -m tests.benchmarks.discovery [runs]``.
"""

import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import beta, false_discovery_control, ks_2samp

from analytics.findings.course import Course
from analytics.findings.settings import FindingSettings
from analytics.findings.watch import GRAINS, GrainWatch
from tests.analytics.anomalies.figures import SHAPES

FIGURES, CHANGED = 200, (10, 20)
_DAY = 288
_ROWS, _FROM = 28 * _DAY, 14 * _DAY
_LATEST = 24 * _DAY
KINDS = (
    "normal",
    "heavy tails",
    "dear now and then",
    "many a row",
    "about one a row",
    "days and weekends",
    "counts by day",
    "mean of few",
    "p95 of thirty",
    "ratio of few",
)
Told = Mapping[str, Sequence[int]]
"""By tool: of 200 figures, the row in which one was told first, or -1."""


def main() -> None:
    """Print one table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(__doc__.splitlines()[0], "\n")
    print("| truly changed | told by | true | false | false discovery rate, 95 % | changes found |")
    print("|---|---|---|---|---|---|")
    began_s = time.process_time()
    for changed in CHANGED:
        counted: dict[str, Counter[str]] = {}
        for run in range(runs):
            for tool, found in _run(changed, run).items():
                counted.setdefault(tool, Counter()).update(found)
        for tool, found in counted.items():
            print(f"| {changed} of {FIGURES}, {runs} times | {tool} |" + _cells(found, changed * runs))
    print(f"\n{time.process_time() - began_s:.0f} s of CPU time")


def _cells(found: Counter[str], changes: int) -> str:
    true, false = found["true"], found["false"]
    low, high = beta.ppf(0.025, false, true + 1) if false else 0.0, beta.ppf(0.975, false + 1, true or 1)
    rate = false / max(1, true + false)
    return f" {true} | {false} | {rate:.1%} ({low:.1%} to {high:.1%}) | {true / changes:.0%} |"


def _run(changed: int, run: int) -> Mapping[str, Counter[str]]:
    chance = np.random.default_rng((run, changed))
    at = np.full(FIGURES, _ROWS)
    at[chance.choice(FIGURES, changed, replace=False)] = chance.integers(_FROM, _LATEST, changed)
    values = np.array([_figure(number, run, row) for number, row in enumerate(at)])
    told = {"ours": [_ours(row) for row in values.tolist()], **_daily(values)}
    return {tool: _judged(rows, at) for tool, rows in told.items()}


def _figure(number: int, run: int, change: int) -> np.ndarray:
    chance = np.random.default_rng((run, number, 77))
    values = SHAPES[KINDS[number % len(KINDS)]](chance, _ROWS)
    values[change:] += chance.choice([-1, 1]) * chance.uniform(1.5, 4) * values[:_FROM].std()
    return values


def _judged(told: Sequence[int], at: np.ndarray) -> Counter[str]:
    return Counter("true" if row >= change else "false" for row, change in zip(told, at, strict=True) if row >= 0)


def _ours(values: Sequence[float]) -> int:
    course = Course(GRAINS[0].step_s)
    course.detector.false_alarms_per_row = GrainWatch(None, GRAINS[0], FindingSettings())._rate(FIGURES)
    for step, value in enumerate(values):
        course.take(step, value)
        if course.events:
            return step
    return -1


def _daily(values: np.ndarray) -> Told:
    """The day against the week before, from the second week on."""
    often, rarely = np.full(FIGURES, -1), np.full(FIGURES, -1)
    for day in range(8, _ROWS // _DAY + 1):
        until = day * _DAY
        now, before = values[:, until - _DAY : until], values[:, until - 8 * _DAY : until - _DAY]
        p = np.array([ks_2samp(one, other).pvalue for one, other in zip(now, before, strict=True)])
        for told, hit in ((often, p < 0.05), (rarely, false_discovery_control(p) < 0.05)):
            told[hit & (told < 0)] = until - 1
    return {"p < 0.05 a day": often.tolist(), "Benjamini and Hochberg, a day": rarely.tolist()}


if __name__ == "__main__":
    main()
