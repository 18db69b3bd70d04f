"""How often does each tool page for nothing, how soon for something, and how many objectives a second do we evaluate?

1. A healthy service, target 0.99 over 28 days with a true error ratio of 0.005, for 30 days at a time: episodes of
   paging, an episode being the minutes in which a tool fires and the pauses between them of up to an hour.
2. The same service until half of all its requests fail: minutes until the first page.
3. Objectives a second of one core, over a real store with a month of minutes: the two rows that page, as the evaluation
   asks them every second, and a whole answer of ``/v1/slos``, with every row and the period.

The tools are the definitions of ``tests/differential/tools.py``, which are held there against the real Prometheus, our
engine and slo-generator. Arrivals are Poisson. Run with ``python -m tests.benchmarks.paging [months]``.
"""

import statistics
import sys
import time
import timeit
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from analytics.slo.answers import slo_answer
from analytics.slo.burn import window_counts
from analytics.slo.evidence import judged
from analytics.slo.judging import register
from analytics.slo.objective import Objective, Sli
from analytics.slo.windows import WORKBOOK_WINDOWS, Severity
from collector.store import DuckDBStore
from tests.differential.streams import START_S, poisson
from tests.differential.tools import TOOLS, Firing

RATES = (2, 10, 100, 1000)
"""Requests an hour."""
HEALTHY, HALF = 0.005, 0.5
DAY = 1440
_HISTORY = 720
_PAUSE = 60
_ONSETS = 60
_LONGEST = 1440
_OBJECTIVES = 50
_UNTIL_S = START_S + 28 * DAY * 60


def months_at(rate: int, months: int) -> int:
    """How many months are simulated: the fewer requests, the more chance decides, and the quicker is a month."""
    return months * max(1, 200 // rate)


def main() -> None:
    """Print the three answers."""
    months = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(__doc__.splitlines()[0], "\n")
    times = ", ".join(f"{months_at(rate, months)} at {rate}/h" for rate in RATES)
    print(f"false page episodes per 30 days ({times}), minutes to detect 50 % errors ({_ONSETS} onsets)\n")
    print(f"| {'tool':<18} |" + "".join(f" {rate:>5}/h: false | median | p90 |" for rate in RATES))
    print("|---|" + "---|---|---|" * len(RATES))
    for name, cells in _rows(months).items():
        print(
            f"| {name:<18} |"
            + "".join(f" {false:>14.2f} | {median:>6.0f} | {p90:>3.0f} |" for false, median, p90 in cells)
        )
    print("\n| objectives at once | paging rows, CPU ms each | a second | whole answer, CPU ms each | a second |")
    print("|---|---|---|---|---|")
    for many, paging_ms, whole_ms in _evaluations():
        figures = "".join(f" {each_ms:.2f} | {1000 / each_ms:,.0f} |" for each_ms in (paging_ms, whole_ms))
        print(f"| {many} |{figures}")


def _rows(months: int) -> dict[str, list[tuple[float, float, float]]]:
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in TOOLS}
    for rate in RATES:
        simulated = months_at(rate, months)
        false, delays = _false_episodes(rate, simulated), _delays(rate)
        for name in TOOLS:
            found[name].append(
                (false[name] / simulated, statistics.median(delays[name]), float(np.quantile(delays[name], 0.9)))
            )
    return found


def _false_episodes(rate: int, months: int) -> dict[str, int]:
    counted = dict.fromkeys(TOOLS, 0)
    for seed in range(months):
        month = poisson(seed, (_HISTORY + 30 * DAY, rate / 60, HEALTHY))
        for name, tool in TOOLS.items():
            counted[name] += _episodes(tool(month)[_HISTORY:])
    return counted


def _episodes(firing: Firing) -> int:
    fires = np.flatnonzero(firing)
    return 0 if not len(fires) else 1 + int((np.diff(fires) > _PAUSE).sum())


def _delays(rate: int) -> dict[str, list[int]]:
    """Minutes from the onset to the first page; one that fires already counts as the pages before."""
    counted: dict[str, list[int]] = {name: [] for name in TOOLS}
    for seed in range(_ONSETS):
        story = poisson(1000 + seed, (_HISTORY, rate / 60, HEALTHY), (_LONGEST, rate / 60, HALF))
        for name, tool in TOOLS.items():
            fires = np.flatnonzero(tool(story)[_HISTORY:])
            counted[name].append(int(fires[0]) if len(fires) else _LONGEST)
    return counted


def _evaluations() -> Iterator[tuple[int, float, float]]:
    """CPU milliseconds for one objective when so many are asked for at once; the best of five."""
    store = DuckDBStore(None)
    objectives = [Objective(f"answers-{n}", Sli.LATENCY, 0.99, threshold_ms=1000.0 + n) for n in range(_OBJECTIVES)]
    register(store, objectives)
    store.append({"objective_minutes": _minutes(objectives)})
    for many in (1, 10, _OBJECTIVES):
        asked = objectives[:many]
        yield (
            many,
            _best_ms(lambda asked=asked: _judge(store, asked)) / many,
            _best_ms(lambda asked=asked: slo_answer(store, asked, _UNTIL_S * 1_000_000_000)) / many,
        )
    store.close()


def _judge(store: DuckDBStore, objectives: list[Objective]) -> None:
    rows = [row for row in WORKBOOK_WINDOWS if row.severity is Severity.PAGE]
    asked = [(one.objective_id, s) for one in objectives for row in rows for s in (row.long_s, row.short_s)]
    counts = window_counts(store, asked, datetime.fromtimestamp(_UNTIL_S, UTC))
    for one in objectives:
        for row in rows:
            long, short = (counts[one.objective_id, s] for s in (row.long_s, row.short_s))
            judged(long, short, target=one.target, factor=one.factor(row))


def _best_ms(work: Callable[[], object]) -> float:
    return min(timeit.repeat(work, number=1, repeat=5, timer=time.process_time)) * 1000


def _minutes(objectives: list[Objective]) -> pa.Table:
    """A month of minutes for each: a hundred events, one of them bad."""
    many, each = len(objectives), 28 * DAY
    ids = np.repeat(np.array([objective.objective_id for objective in objectives], np.uint64), each)
    at_us = np.tile((START_S + 60 * np.arange(each)) * 1_000_000, many)
    columns = {"total": 100, "good": 99, "weight_square_sum": 100}
    decimals = {name: pa.array([value], pa.decimal128(38, 12)).cast(_TYPES[name]) for name, value in columns.items()}
    repeated = pa.array(np.zeros(many * each, np.int64))
    return pa.table(
        {
            "objective_id": ids,
            "group_id": pa.array(np.zeros(many * each, np.int32)),
            "minute_at": pa.array(at_us, pa.timestamp("us")),
            "events": pa.array(np.full(many * each, 100)),
            **{name: value.take(repeated) for name, value in decimals.items()},
        }
    )


_TYPES = {
    "total": pa.decimal128(18, 6),
    "good": pa.decimal128(18, 6),
    "weight_square_sum": pa.decimal128(38, 12),
}


if __name__ == "__main__":
    main()
