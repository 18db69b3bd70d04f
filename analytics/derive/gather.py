"""Which traces a run of batches touches, and all their spans.

A trace is derived whole or not at all. Besides the traces of the new spans these are touched: traces that tell the same
provider response, traces that may hold an unnamed copy of one of the calls, and traces that have waited long enough
for their entry span.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.memory import Memory
from analytics.derive.spans import framework_spans
from collector.intake.repeats import id_keys, raw_ids, uuid_array
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")
_COPIES_WITHIN_NS = 900_000_000_000
"""Copies of one call start within seconds of each other; a quarter of an hour forgives clocks."""
_TRACE_WITHIN_NS = 86_400_000_000_000
"""A request does not take longer than a day."""
_ROUNDS = 8
"""Copies of copies: each round follows one more link, and chains are one or two links long."""


@dataclass(frozen=True, slots=True)
class Touched:
    """Spans of every touched trace, and which of the traces were derived before."""

    fresh: pa.Table
    tables: list[pa.Table]
    again: pa.Table
    """table(trace_id, started_at): traces that may have a request already."""


def gather(store: Store, memory: Memory, after: int, until: int, due: Iterable[tuple[bytes, int]]) -> Touched:
    """Collect what the batches ``after < batch_seq <= until`` touch; ``due`` are (trace id, start) to settle."""
    fresh = store.run(_QUERIES["derive_fresh"], {"after": after, "until": until})
    again = _Again()
    again.add_all(due)
    _add_seen(store, memory, fresh, again)
    tables = [fresh]
    told = fresh
    for _ in range(_ROUNDS):
        _add_copies(store, memory, told, until, again)
        if not again.pending:
            break
        told = _earlier(store, again.take(), after)
        tables.append(told)
    return Touched(fresh, tables, again.table())


class _Again:
    """Traces to derive again: each is fetched once."""

    def __init__(self) -> None:
        self._starts: dict[bytes, int] = {}
        self.pending: list[bytes] = []

    def add_all(self, traces: Iterable[tuple[bytes, int]]) -> None:
        for trace, start_ns in traces:
            if trace not in self._starts:
                self._starts[trace] = start_ns
                self.pending.append(trace)

    def take(self) -> pa.Table:
        pending, self.pending = self.pending, []
        return self._table(pending)

    def table(self) -> pa.Table:
        return self._table(list(self._starts))

    def _table(self, traces: list[bytes]) -> pa.Table:
        starts = pa.array([self._starts[trace] for trace in traces], pa.int64())
        return pa.table({"trace_id": uuid_array(traces), "start_ns": starts})


def _add_seen(store: Store, memory: Memory, fresh: pa.Table, again: _Again) -> None:
    """Traces of the new spans that have a request already."""
    if not fresh.num_rows:
        return
    ids = raw_ids(fresh["trace_id"])
    start_ns = fresh["started_at"].cast(pa.int64()).to_numpy()
    _, first = np.unique(id_keys(ids), return_index=True)
    seen, unsure = memory.seen_traces(id_keys(ids[first]), start_ns[first])
    again.add_all((bytes(ids[i]), int(start_ns[i])) for i in first[seen])
    if unsure.any():
        wanted = pa.table({"trace_id": uuid_array([bytes(ids[i]) for i in first[unsure]])})
        again.add_all(_traces(store.run(_QUERIES["derive_known_traces"], tables={"wanted": wanted})))


def _add_copies(store: Store, memory: Memory, told: pa.Table, until: int, again: _Again) -> None:
    """Traces that tell one of these calls too."""
    keys = told["response_key"]
    has_key = keys.is_valid().to_numpy()
    start_ns = told["started_at"].cast(pa.int64()).to_numpy()
    named = keys.fill_null(0).to_numpy()
    repeated = has_key & memory.seen_responses(named)
    if repeated.any():
        wanted = pa.table({"response_key": pa.array(np.unique(named[repeated]))})
        again.add_all(_around(store, "derive_same_response", wanted, start_ns[repeated], until))
    _add_unnamed(store, memory, told, until, again)


def _add_unnamed(store: Store, memory: Memory, told: pa.Table, until: int, again: _Again) -> None:
    """Candidates for copies without a response id: only where a framework told a call without one."""
    calls = told["input_tokens"].is_valid().to_numpy() & told["usage_status"].is_valid().to_numpy()
    if not calls.any():
        return
    start_ns = told["started_at"].cast(pa.int64()).to_numpy()
    framework = framework_spans(told["scope"])
    unnamed = calls & framework & ~told["response_key"].is_valid().to_numpy()
    if unnamed.any():
        ends = start_ns + told["duration_ns"].to_numpy()
        memory.framework_calls_until_ns = max(memory.framework_calls_until_ns, int(ends[unnamed].max()))
    maybe_told = calls & ~framework & (start_ns <= memory.framework_calls_until_ns)
    at = np.flatnonzero(unnamed | maybe_told)
    if len(at):
        wanted = told.select(["input_tokens", "output_tokens"]).take(pa.array(at))
        wanted = wanted.group_by(["input_tokens", "output_tokens"]).aggregate([])
        again.add_all(_around(store, "derive_like_usage", wanted, start_ns[at], until))


def _around(
    store: Store, query: str, wanted: pa.Table, start_ns: npt.NDArray[np.int64], until: int
) -> Iterable[tuple[bytes, int]]:
    bounds = {
        "after": until,
        "from_ns": int(start_ns.min()) - _COPIES_WITHIN_NS,
        "until_ns": int(start_ns.max()) + _COPIES_WITHIN_NS,
    }
    return _traces(store.run(_QUERIES[query], bounds, tables={"wanted": wanted}))


def _earlier(store: Store, wanted: pa.Table, after: int) -> pa.Table:
    """Stored spans of traces that are derived again."""
    starts = wanted["start_ns"]
    bounds = {
        "after": after,
        "from_ns": pc.min(starts).as_py() - _TRACE_WITHIN_NS,
        "until_ns": pc.max(starts).as_py() + _TRACE_WITHIN_NS,
    }
    return store.run(_QUERIES["derive_earlier"], bounds, tables={"wanted": wanted})


def _traces(found: pa.Table) -> Iterable[tuple[bytes, int]]:
    ids = raw_ids(found["trace_id"])
    starts = found["started_at"].cast(pa.int64()).to_pylist()
    return [(bytes(raw), start) for raw, start in zip(ids, starts, strict=True)]
