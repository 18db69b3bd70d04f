"""How long does it take to export a month of a million charges to CSV and Parquet?

Charges of 40 price terms, 2,000 owners and 31 days stream from a file in batches, as the ledger gives them; the export
maps them to FOCUS 1.4, writes and hashes both files, and adds everything up. Each round is a process of its own, so
that its memory is its own.

Run as ``python -m tests.benchmarks.export [rows] [rounds]``.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.focus.export import export
from analytics.focus.period import PeriodInfo
from analytics.focus.settings import Chargeback, CostCenter
from analytics.ledger.charge import CHARGES, QUANTITY, UNIT_PRICE, USD

_ROWS, _ROUNDS = 1_000_000, 3
_TERMS, _OWNERS, _DAYS = 40, 2_000, 31
_BATCH = 122_880
_OCTOBER = date(2026, 10, 1)
_CLASSES = ("input_uncached", "cache_read", "output", "cache_write_5m", "search_units")
_SELLERS = ("openai", "anthropic", "aws", "azure")


def main() -> None:
    """Print medians in seconds and the largest memory."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else _ROWS
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else _ROUNDS
    print(__doc__.splitlines()[0], "\n")
    with tempfile.TemporaryDirectory() as directory:
        _fill(Path(directory), rows)
        found = [_in_own_process(directory) for _ in range(rounds)]
    seconds = statistics.median(one["seconds"] for one in found)
    peak = max(one["peak_mib"] for one in found)
    cpu = statistics.median(one["cpu_seconds"] for one in found)
    print("| rows | seconds | CPU seconds | rows per second | CSV MB | Parquet MB | peak RSS MiB |")
    print("|---|---|---|---|---|---|---|")
    sizes = f"{found[0]['csv_mb']:,.0f} | {found[0]['parquet_mb']:,.0f}"
    print(f"| {rows:,} | {seconds:.1f} | {cpu:.1f} | {rows / seconds:,.0f} | {sizes} | {peak:,.0f} |")


def _in_own_process(directory: str) -> dict[str, float]:
    asked = [sys.executable, "-m", "tests.benchmarks.export", "--round", directory]
    answer = subprocess.run(asked, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


def _round(directory: Path) -> None:
    terms = Chargeback(cost_centers=tuple(CostCenter(f"CC-{n}", owner=f"owner {n}", account=str(n)) for n in range(12)))
    period = PeriodInfo(_OCTOBER, datetime(2026, 11, 3, tzinfo=UTC), closed=True)
    with pa.OSFile(str(directory / "charges.arrow")) as file:
        charges = iter(pa.ipc.open_stream(file))
        began, began_cpu = time.perf_counter(), time.process_time()
        manifest = export(charges, "focus-1.4", directory / "export", terms=terms, period_info=period)
        spent = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - began_cpu}
    sizes = {file.name: file.bytes / 1e6 for file in manifest.files}
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {"csv_mb": sizes["cost_and_usage.csv"], "parquet_mb": sizes["cost_and_usage.parquet"]}
    print(json.dumps({**spent, "peak_mib": peak_mib, **figures}))


def _fill(directory: Path, rows: int) -> None:
    """Charges in the order of their ids, in a file beside the process that exports them."""
    chance = np.random.default_rng(3)
    ids = np.sort(chance.integers(0, 2**62, rows))
    with pa.OSFile(str(directory / "charges.arrow"), "wb") as file, pa.ipc.new_stream(file, CHARGES) as stream:
        for start in range(0, rows, _BATCH):
            stream.write_batch(_batch(ids[start : start + _BATCH], chance))


def _batch(ids: np.ndarray, chance: np.random.Generator) -> pa.RecordBatch:
    rows = len(ids)
    terms, owners, days = (chance.integers(0, most, rows) for most in (_TERMS, _OWNERS, _DAYS))
    quantity, price = chance.integers(1, 10**8, rows), (terms + 1) * 250_000_000
    day = np.datetime64(_OCTOBER, "us") + days.astype("timedelta64[D]")
    said: dict[str, pa.Array] = {
        "charge_id": pa.array([f"{number:032x}" for number in ids]),
        "period_start": pa.array(np.full(rows, np.datetime64(_OCTOBER))),
        "starts_at": pa.array(day),
        "ends_at": pa.array(day + np.timedelta64(1, "D")),
        "unit_price_usd": _decimals(price, UNIT_PRICE),
        "list_unit_price_usd": _decimals(price, UNIT_PRICE),
        "quantity": _decimals(quantity, QUANTITY),
        "list_cost_usd": _decimals(quantity * price, USD),
        "cost_usd": _decimals(quantity * price, USD),
        "lines": pa.array(quantity % 1_000),
    }
    for name, most, word in _WORDS:
        said[name] = _words(terms if most == _TERMS else owners, most, word)
    absent = {name: pa.nulls(rows, CHARGES.field(name).type) for name in CHARGES.names if name not in said}
    return pa.RecordBatch.from_arrays([(said | absent)[name] for name in CHARGES.names], schema=CHARGES)


_WORDS: tuple[tuple[str, int, Callable[[int], str | None]], ...] = (
    ("entry", _TERMS, lambda _: "usage"),
    ("provider", _TERMS, lambda n: _SELLERS[n % 4]),
    ("seller", _TERMS, lambda n: _SELLERS[n % 4]),
    ("model", _TERMS, lambda n: f"model-{n // 5}"),
    ("usage_class", _TERMS, lambda n: _CLASSES[n % 5]),
    ("service_tier", _TERMS, lambda _: "standard"),
    ("price_id", _TERMS, lambda n: f"genai-prices/seller/model-{n // 5}/{_CLASSES[n % 5]}/standard"),
    ("confidence", _TERMS, lambda _: "first_seen"),
    ("status", _TERMS, lambda _: "priced"),
    ("tenant", _OWNERS, lambda n: f"tenant-{n % 50}"),
    ("team", _OWNERS, lambda n: f"team-{n % 20}"),
    ("feature", _OWNERS, lambda n: f"feature-{n}"),
    ("route", _OWNERS, lambda _: "answer"),
    ("tier", _OWNERS, lambda _: "standard"),
    ("environment", _OWNERS, lambda _: "prod"),
    ("cost_center", _OWNERS, lambda n: f"CC-{n % 12}" if n % 13 else None),
    ("project", _OWNERS, lambda n: f"project-{n % 7}"),
    ("purpose", _OWNERS, lambda n: ("answer", "retry")[n % 2]),
)


def _words(codes: np.ndarray, most: int, word: Callable[[int], str | None]) -> pa.Array:
    return pc.take(pa.array([word(n) for n in range(most)], pa.string()), pa.array(codes))


def _decimals(units: np.ndarray, kind: pa.DataType) -> pa.Array:
    """Whole numbers of the last place as decimals: 128 bits of which the upper half is 0."""
    halves = np.zeros((len(units), 2), np.int64)
    halves[:, 0] = units
    return pa.Array.from_buffers(kind, len(units), [None, pa.py_buffer(halves)])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--round"]:
        _round(Path(sys.argv[2]))
    else:
        main()
