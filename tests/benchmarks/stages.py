"""Where does the time of a span go on its way from bytes to answers, by the size of the group it travels in?

One thread, a database in a temporary directory, bodies of 500 spans as in ``ingest.py``. Groups of 4 bodies are what
eight busy connections make; groups of 24 are what many make.

Run as ``python -m tests.benchmarks.stages [rounds]``.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from analytics.derive.deriver import Deriver
from analytics.prices import PriceBook
from collector.decode.frame import read_frame
from collector.decode.wire import parse_traces
from collector.intake.settings import IntakeSettings
from collector.intake.traces import batch_id, read_traces
from collector.intake.unit import packed
from collector.intake.writer import Group, Writer
from collector.normalise.spans import rows_of
from collector.signals import Signal
from collector.store import DuckDBStore
from tests.benchmarks.traffic import SPANS, fresh, template

_TEMPLATES = 12
_GROUPS = (1, 4, 24)
_GROUPS_A_DERIVATION = 4
T = TypeVar("T")


def main() -> None:
    """Print microseconds a span, medians."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    templates = [template(seed) for seed in range(_TEMPLATES)]
    columns = [_stages(templates, group, rounds) for group in _GROUPS]
    print(__doc__.splitlines()[0], "\n")
    print("| microseconds a span | " + " | ".join(f"{group} bodies" for group in _GROUPS) + " |")
    print("|---|" + "---|" * len(_GROUPS))
    for stage in columns[0]:
        cells = (f"{statistics.median(column[stage]):.2f}" for column in columns)
        print(f"| {stage} | {' | '.join(cells)} |")


def _stages(templates: list[bytes], group: int, rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as directory:
        store = DuckDBStore(Path(directory))
        writer, deriver = Writer(store, IntakeSettings()), Deriver(store, PriceBook.load())
        number = 0
        for _ in range(rounds):
            for _ in range(_GROUPS_A_DERIVATION):
                bodies = [fresh(templates[i % _TEMPLATES], number + i) for i in range(group)]
                number += group
                _decode(times, bodies, writer)
            spans = _GROUPS_A_DERIVATION * group * SPANS
            _timed(times, "derive (requests, ledger, roll-ups)", spans, lambda: _derive(deriver))
        store.close()
    return times


def _decode(times: dict[str, list[float]], bodies: list[bytes], writer: Writer) -> None:
    spans, now_ns = len(bodies) * SPANS, time.time_ns()
    _timed(times, "parse (protobuf to nested Arrow)", spans, lambda: parse_traces(bodies))
    frame = _timed(times, "decode (parse, then flat columns)", spans, lambda: read_frame(bodies))
    _timed(times, "normalise (dialects, usage, attribution)", spans, lambda: rows_of(frame, received_ns=now_ns))
    _timed(times, "compress the body", spans, lambda: [packed(body) for body in bodies])
    _timed(times, "hash the body", spans, lambda: [batch_id(Signal.TRACES, body) for body in bodies])
    decoded, rows = read_traces(bodies, received_ns=now_ns)
    _timed(times, "commit (repeats, insert, fsync, checkpoints)", spans, lambda: writer.commit(Group(decoded, rows)))


def _derive(deriver: Deriver) -> None:
    while deriver.run():
        continue


def _timed(times: dict[str, list[float]], stage: str, spans: int, work: Callable[[], T]) -> T:
    began = time.perf_counter()
    result = work()
    times.setdefault(stage, []).append((time.perf_counter() - began) / spans * 1e6)
    return result


if __name__ == "__main__":
    main()
