"""How long does it take to say how documents were found, of ten million spans whose retrievals say everything?

The store of :mod:`tests.benchmarks.month`, where each of two million retrievals tells seven figures and four lengths.
Asked is `/v1/retrieval` by route, of a day, a week and the month, in one thread; the figures are CPU time, the least of
three rounds.

Run as ``python -m tests.benchmarks.retrieval [spans] [folder]``; a folder is filled once and kept.
"""

import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analytics.retrieval.answers import RetrievalParams, retrieval_page
from analytics.retrieval.settings import Cadence
from analytics.slo.burn import nanoseconds
from collector.store import DuckDBStore, Query, Step
from tests.benchmarks.month import SPANS_EACH, month

SPANS, _ROUNDS = 10_000_000, 3
_NOON = datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC)
_CADENCES = (Cadence(86_400.0, "handbook"),)
_FIGURES = """
insert into measures by name
select
    s.trace_id, s.span_id, s.batch_seq, make_timestamp_ns(epoch_ns(s.started_at) + s.duration_ns) as measured_at,
    m.measure, 'retriever' as stage, 1 as weight,
    case m.measure
        when 'retrieval.documents' then hash(s.trace_id) % 6 when 'retrieval.duplicates' then hash(s.trace_id) % 2
        when 'retrieval.age_s' then hash(s.trace_id) % 100000 when 'permission.checked' then 1
        when 'permission.violations' then (hash(s.trace_id) % 1000 = 0)::integer
        else (hash(s.trace_id) % 1000) / 1000
    end::double as value
from (select * from spans where kind = 'retriever' order by started_at) s,
    (select unnest([
        'retrieval.documents', 'retrieval.duplicates', 'retrieval.score', 'retrieval.score_gap', 'retrieval.age_s',
        'permission.checked', 'permission.violations'
    ]) as measure) m
"""
_LENGTHS = """
update spans
set chunk_chars = [600 + (hash(trace_id) % 400)::integer, 900, 700, if(hash(trace_id) % 50 = 0, 9000, 800)]
where kind = 'retriever'
"""


def main() -> None:
    """Print CPU milliseconds by window."""
    spans = int(sys.argv[1]) if len(sys.argv) > 1 else SPANS
    print(__doc__.splitlines()[0], "\n")
    with ExitStack() as stack:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        store = month(folder, spans // SPANS_EACH, _NOON)
        tell(store)
        print("| window | retrievals | CPU ms |")
        print("|---|---|---|")
        for name, days in (("day", 1), ("week", 7), ("month", 30)):
            print(_row(store, name, days))
        store.close()


def tell(store: DuckDBStore) -> None:
    """Let every retrieval say everything, once."""
    if not store.run(Query("told", "select count(*) as figures from measures")).to_pylist()[0]["figures"]:
        store.change([Step(Query("figures", _FIGURES)), Step(Query("lengths", _LENGTHS))])


def _row(store: DuckDBStore, name: str, days: int) -> str:
    until_ns = nanoseconds(_NOON)
    params = RetrievalParams(start=nanoseconds(_NOON - timedelta(days=days)), until=until_ns, by="route")
    took = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        page = retrieval_page(store, params, _CADENCES, until_ns)
        took.append(time.process_time() - began)
    return f"| {name} | {sum(row.retrievals for row in page.rows):,} | {1_000 * min(took):,.0f} |"


if __name__ == "__main__":
    main()
