"""How long does it take to rate ten million spans again, in one pass?

A store on disk with 10 million calls of six models over 30 days for 500 owners: 20 million ledger lines, input (every
fourth from the cache) and output, with prompts on both sides of the cliffs. The pass joins every line with the
candidate prices of its call, dates, hours, days and prompt sizes included. Once it sums by day, owner, booked and found
rate, which is what a reprice asks before it is put in force; once it hands over every line with what was booked and
what it would be. Each figure is of a process of its own, so that its memory is its own.

Run as ``python -m tests.benchmarks.rating [spans] [rounds]``.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path

import pyarrow.compute as pc

from analytics.prices import Discount, PriceBook
from analytics.prices.windows import When
from analytics.runs.diff import diff
from analytics.runs.policy import NoPolicy
from analytics.runs.repricing import propose, rated_as_of
from analytics.runs.run import Run
from analytics.runs.runs import begin
from analytics.runs.table import read_runs
from collector.store import DuckDBStore, Query, Step, StoreSettings

_SPANS = 10_000_000
_PIECES = 20
_MONTH_NS = 30 * 86_400 * 10**9
_AT = datetime(2026, 11, 1, tzinfo=UTC)
_LATER = datetime(2026, 11, 20, tzinfo=UTC)
_CALLS = (
    ("openai", "gpt-4o-2024-08-06"),
    ("openai", "gpt-4o-mini"),
    ("openai", "gpt-5.2"),
    ("anthropic", "claude-sonnet-4-5"),
    ("gcp.gemini", "gemini-2.5-pro"),
    ("deepseek", "deepseek-chat"),
)


def main() -> None:
    """Print medians in seconds and the largest memory."""
    spans = int(sys.argv[1]) if len(sys.argv) > 1 else _SPANS
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    print(__doc__.splitlines()[0], "\n")
    with tempfile.TemporaryDirectory() as directory:
        lines = _filled(Path(directory), spans)
        print(f"{spans:,} spans, {lines:,} ledger lines\n")
        print("| answer | threads | seconds | spans per second | peak RSS MiB |")
        print("|---|---|---|---|---|")
        for answer, threads in product(_ANSWERS, (1, 2)):
            found = [_in_own_process(directory, answer, threads) for _ in range(rounds)]
            seconds = statistics.median(one["seconds"] for one in found)
            peak = max(one["peak_mib"] for one in found)
            print(f"| {answer} | {threads} | {seconds:.1f} | {spans / seconds:,.0f} | {peak:,.0f} |", flush=True)


def _in_own_process(directory: str, answer: str, threads: int) -> dict[str, float]:
    asked = [sys.executable, "-m", "tests.benchmarks.rating", "--round", directory, answer, str(threads)]
    said = subprocess.run(asked, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
    found: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return found


def _round(directory: Path, answer: str, threads: int) -> None:
    store = DuckDBStore(directory, StoreSettings(threads=threads))
    run = read_runs(store)[0]
    began = time.perf_counter()
    rated, changed = _ANSWERS[answer](store, run)
    seconds = time.perf_counter() - began
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    store.close()
    if not 0 < changed < rated:
        raise SystemExit(f"expected some of the lines to change, found {changed} of {rated}")
    print(json.dumps({"seconds": seconds, "peak_mib": peak_mib}))


def _sums(store: DuckDBStore, run: Run) -> tuple[int, int]:
    totals = diff(store, run).totals
    return totals.lines, totals.changed_lines


def _lines(store: DuckDBStore, run: Run) -> tuple[int, int]:
    rated = changed = 0
    for batch in rated_as_of(store, run.edition_id, run.window_ns):
        rated += batch.num_rows
        changed += pc.sum(pc.not_equal(batch["cost_usd"], batch["booked_cost_usd"])).as_py()
    return rated, changed


_ANSWERS = {"sums": _sums, "every line": _lines}


def _filled(directory: Path, spans: int) -> int:
    """A store with rated lines, as derivation would have left them, and a proposed run of other prices."""
    store = DuckDBStore(directory, StoreSettings(memory_limit_mb=1024, threads=2))
    book = PriceBook.load()
    begin(store, book, NoPolicy(), 0, _AT)
    store.change([Step(Query("calls", _BOOKED_RATES))])
    for piece in range(_PIECES):
        numbers = {
            "first": piece * spans // _PIECES,
            "last": (piece + 1) * spans // _PIECES,
            "apart_ns": _MONTH_NS // spans,
        }
        store.change([Step(Query("lines", _LINES), numbers)])
    contract = Discount("openai", "*", Decimal("0.25"), When(_AT), source="burnline.yaml", source_ref="contract")
    begin(store, book.with_rows([contract]), NoPolicy(), 0, _LATER)
    propose(store, _LATER.replace(day=21), (None, None), None, _LATER)
    lines: int = store.run(Query("count", "select count(*) as n from ledger_lines"))["n"][0].as_py()
    store.close()
    return lines


_CLASSES = "('input_uncached', 0.000002), ('cache_read', 0.000001), ('output', 0.00001)"
_BOOKED_RATES = f"""
insert into rates by name
select
    hash(provider, model, usage_class) as rate_id, provider, model as request_model, model as response_model, model,
    usage_class, 'booked' as price_id, unit_price_usd, unit_price_usd as list_unit_price_usd, provider as seller,
    model as priced_model, 'priced' as status
from (values {", ".join(str(call) for call in _CALLS)}) calls (provider, model),
    (values {_CLASSES}) classes (usage_class, unit_price_usd)
"""  # noqa: S608 - our own words
_LINES = f"""
insert into ledger_lines by name
with calls as (
    select
        i, hash(i) as chance,
        list_extract([{", ".join(str(list(call)) for call in _CALLS)}], (hash(i) % 6 + 1)::integer) as call
    from range($first, $last) numbers (i)
),
spans as (
    select
        md5(i::varchar)::uuid as trace_id, chance as span_id,
        make_timestamp_ns(1792800000000000000 + i * $apart_ns + (chance % 1000)::bigint * 1000000) as started_at,
        chance % 500 as attribution_id, call[1] as provider, call[2] as model,
        (chance // 7 % 300000)::bigint as prompt_tokens, chance % 4 = 0 as cached,
        (chance // 11 % 900)::bigint as output
    from calls
),
quantities as (
    select *, case when cached then 'cache_read' else 'input_uncached' end as usage_class, prompt_tokens as quantity
    from spans
    union all
    select *, 'output', output from spans
)
select
    trace_id, span_id, started_at, attribution_id, hash(provider, model, usage_class) as rate_id, 1 as run_id,
    'answer' as purpose, false as failed, prompt_tokens, quantity,
    (quantity * 0.000002::decimal(19, 15))::decimal(38, 15) as list_cost_usd,
    (quantity * 0.000002::decimal(19, 15))::decimal(38, 15) as cost_usd
from quantities
"""  # noqa: S608 - our own words


if __name__ == "__main__":
    if sys.argv[1:2] == ["--round"]:
        _round(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    else:
        main()
