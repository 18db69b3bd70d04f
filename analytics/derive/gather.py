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

from analytics.derive.copies import COPIES_WITHIN_NS, MOST_COPIES
from analytics.derive.memory import Memory
from analytics.derive.slices import Slice
from analytics.derive.spans import framework_spans
from collector.intake.repeats import id_keys, raw_ids, uuid_array
from collector.normalise.hashing import Keys
from collector.store import Params, Store, queries_of

Ints = npt.NDArray[np.int64]
_QUERIES = queries_of("analytics")
_NEAR_NS = 3_600_000_000_000
"""Where the request of a trace is looked for first: an hour around the spans that point to it."""
_LAST_NS = 2**63 - 2
_ROUNDS = 32
"""Copies of copies: each round follows one more link. Chains are one or two links long; equal calls that overlap
without end, as in a load test, are cut here."""


@dataclass(frozen=True, slots=True)
class Touched:
    """Spans of every touched trace, and which of the traces were derived before."""

    fresh: pa.Table
    tables: list[pa.Table]
    again: pa.Table
    """table(trace_id, first_ns, last_ns): traces that have a request already, with the extent of their spans."""
    made_up: Keys
    """Response ids that so many calls carry that they join nothing."""


def gather(
    store: Store, memory: Memory, after: int, until: int, due: Iterable[bytes], *, piece: Slice | None = None
) -> Touched:
    """Collect what the batches ``after < batch_seq <= until`` touch; ``due`` are trace ids to settle.

    The traces of a ``piece`` are derived again as they are.
    """
    fresh = store.run(_QUERIES["derive_fresh"], {"after": after, "until": until})
    again = _Again(store)
    again.add(due, near_ns=None)
    if piece is not None:
        again.add(piece.traces, near_ns=piece.near_ns)
    _add_seen(memory, fresh, again)
    tables = [fresh]
    told = fresh
    made_up: set[int] = set()
    for _ in range(_ROUNDS):
        made_up |= _add_same_response(memory, told, after, again)
        _add_unnamed(memory, told, after, again)
        wanted = again.take()
        if not wanted.num_rows:
            break
        told = _earlier(store, wanted, after)
        tables.append(told)
    return Touched(fresh, tables, again.table(), np.array(sorted(made_up), np.uint64))


class _Again:
    """Traces to derive again: each is looked up and fetched once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked: set[bytes] = set()
        self._found: list[dict[str, object]] = []
        self._taken = 0

    def add(self, traces: Iterable[bytes], *, near_ns: tuple[int, int] | None) -> None:
        """Add those of the traces that have a request, most likely one that started about ``near_ns``."""
        wanted = [trace for trace in traces if trace not in self._asked]
        self._asked.update(wanted)
        bounds = (None, None) if near_ns is None else _around(near_ns, _NEAR_NS)
        missing = self._look_up(wanted, bounds)
        if near_ns is not None:
            self._look_up(missing, (None, None))

    def ask(self, query: str, wanted: pa.Table, near_ns: tuple[int, int], params: Params) -> pa.Table:
        """What a query knows about calls that started about ``near_ns``."""
        bounds = {"from_ns": near_ns[0], "until_ns": near_ns[1]}
        return self._store.run(_QUERIES[query], bounds | dict(params), tables={"wanted": wanted})

    def add_of(self, found: pa.Table, near_ns: tuple[int, int]) -> None:
        """Add the traces of such calls."""
        self.add((bytes(raw) for raw in raw_ids(found["trace_id"])), near_ns=near_ns)

    def take(self) -> pa.Table:
        """What was added since the last time."""
        added, self._taken = self._found[self._taken :], len(self._found)
        return pa.Table.from_pylist(added, schema=_AGAIN)

    def table(self) -> pa.Table:
        """All of them."""
        return pa.Table.from_pylist(self._found, schema=_AGAIN)

    def _look_up(self, traces: list[bytes], bounds: tuple[int | None, int | None]) -> list[bytes]:
        """Find their requests; returns the traces without one within the bounds."""
        if not traces:
            return []
        tables = {"wanted": pa.table({"trace_id": uuid_array(traces)})}
        found = self._store.run(
            _QUERIES["derive_known_traces"], {"from_ns": bounds[0], "until_ns": bounds[1]}, tables=tables
        )
        rows = found.to_pylist()
        self._found.extend(rows)
        known = {row["trace_id"].bytes for row in rows}
        return [trace for trace in traces if trace not in known]


_AGAIN = pa.schema([("trace_id", pa.uuid()), ("first_ns", pa.int64()), ("last_ns", pa.int64())])


def _add_seen(memory: Memory, fresh: pa.Table, again: _Again) -> None:
    """Traces of the new spans that have a request already."""
    if not fresh.num_rows:
        return
    ids = raw_ids(fresh["trace_id"])
    start_ns = _starts(fresh)
    _, first = np.unique(id_keys(ids), return_index=True)
    seen, unsure = memory.seen_traces(id_keys(ids[first]), start_ns[first])
    at = first[seen | unsure]
    if len(at):
        again.add((bytes(ids[i]) for i in at), near_ns=_extent(start_ns[at]))


def _add_same_response(memory: Memory, told: pa.Table, after: int, again: _Again) -> set[int]:
    """Traces that tell one of these calls too; returns the ids that are none, as too many calls have them."""
    keys = told["response_key"]
    named = keys.fill_null(0).to_numpy()
    repeated = keys.is_valid().to_numpy() & memory.seen_responses(named)
    if not repeated.any():
        return set()
    start_ns = _starts(told)[repeated]
    calls = pa.table({"response_key": pa.array(named[repeated]), "start_ns": pa.array(start_ns)})
    extents = calls.group_by("response_key").aggregate([("start_ns", "min"), ("start_ns", "max")])
    wanted = extents.rename_columns(["response_key", "first_ns", "last_ns"])
    params = {"after": after, "most": MOST_COPIES, "within_ns": COPIES_WITHIN_NS}
    near_ns = _around(_extent(start_ns), COPIES_WITHIN_NS)
    found = again.ask("derive_same_response", wanted, near_ns, params)
    again.add_of(found.filter(found["joined"]), near_ns)
    return set(found.filter(pc.invert(found["joined"]))["response_key"].to_pylist())


def _add_unnamed(memory: Memory, told: pa.Table, after: int, again: _Again) -> None:
    """Candidates for copies without a response id: only where a framework told a call without one."""
    calls = told["input_tokens"].is_valid().to_numpy() & told["usage_status"].is_valid().to_numpy()
    if not calls.any():
        return
    start_ns = _starts(told)
    end_ns = start_ns + told["duration_ns"].to_numpy()
    framework = framework_spans(told["scope"])
    unnamed = calls & framework & ~told["response_key"].is_valid().to_numpy()
    if unnamed.any():
        memory.framework_calls_until_ns = max(memory.framework_calls_until_ns, int(end_ns[unnamed].max()))
    maybe_told = calls & ~framework & (start_ns <= memory.framework_calls_until_ns)
    at = np.flatnonzero((unnamed | maybe_told) & (end_ns - start_ns <= COPIES_WITHIN_NS))
    if not len(at):
        return
    wanted = told.select(["input_tokens", "output_tokens"]).take(pa.array(at))
    more = {"start_ns": start_ns[at], "end_ns": end_ns[at], "by_framework": framework[at]}
    for name, values in more.items():
        wanted = wanted.append_column(name, pa.array(values))
    near_ns = _around(_extent(start_ns[at]), COPIES_WITHIN_NS)
    found = again.ask("derive_like_usage", wanted, near_ns, {"after": after})
    again.add_of(found.filter(pa.array(framework_spans(found["scope"]) != found["by_framework"].to_numpy())), near_ns)


def _earlier(store: Store, wanted: pa.Table, after: int) -> pa.Table:
    """Stored spans of traces that are derived again."""
    bounds = {
        "after": after,
        "from_ns": pc.min(wanted["first_ns"]).as_py(),
        "until_ns": pc.max(wanted["last_ns"]).as_py(),
    }
    return store.run(_QUERIES["derive_earlier"], bounds, tables={"wanted": wanted})


def _starts(spans: pa.Table) -> Ints:
    starts: Ints = spans["started_at"].cast(pa.int64()).to_numpy()
    return starts


def _extent(start_ns: Ints) -> tuple[int, int]:
    return int(start_ns.min()), int(start_ns.max())


def _around(extent: tuple[int, int], reach_ns: int) -> tuple[int, int]:
    """An extent and what lies as near to it, within the instants a store can hold: clocks of senders hold any."""
    return max(extent[0] - reach_ns, 0), min(extent[1] + reach_ns, _LAST_NS)
