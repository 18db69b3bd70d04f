"""One writer: takes repeats out of a decoded group, commits the rest, and says what became of every body."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import pyarrow as pa

from collector.intake.repeats import Repeats, uuid_array
from collector.intake.settings import IntakeSettings
from collector.intake.told_again import fresh_events
from collector.intake.unit import CODEC_NAME, Body, Spans
from collector.signals import Receipt
from collector.store import Store, queries_of

_QUERIES = queries_of("collector.store")
_BLOB = pa.large_binary()
_REMEMBERED = 1_000_000
"""Combinations of attribution words kept at hand; words come from outside, so their number has a limit."""


@dataclass(frozen=True, slots=True)
class Group:
    """What commits together: bodies of one signal with their rows."""

    bodies: Sequence[Body]
    spans: Spans | None = None
    events: pa.Table | None = None


class Writer:
    """Commits groups. Used by one thread."""

    def __init__(self, store: Store, settings: IntakeSettings, *, clock_ns: Callable[[], int] = time.time_ns) -> None:
        """``clock_ns`` gives unix nanoseconds."""
        self._store = store
        self._settings = settings
        self._clock_ns = clock_ns
        self._learn()

    def commit(self, group: Group) -> list[Receipt]:
        """One receipt per body, after the commit that holds it. Raises :class:`StoreUnavailable`: nothing is kept."""
        if self._unsure:
            self._learn()
        first = self._firsts(group.bodies)
        numbers = {i: self._last_seq + 1 + n for n, i in enumerate(first)}
        receipts = [_repeated(body) for body in group.bodies]
        spans = self._fresh_spans(group, first)
        events = self._fresh_events(group, first)
        stored = _per_body(spans, events, len(group.bodies))
        for i in first:
            body = group.bodies[i]
            lost = body.received - stored[i] - sum(body.rejected.values())
            receipts[i] = Receipt(body.received, stored[i], lost, body.rejected)
        if first:
            self._append(group, numbers, receipts, spans, events)
        return receipts

    def _firsts(self, bodies: Sequence[Body]) -> list[int]:
        """Positions of the bodies that are neither committed nor an identical twin of one before them."""
        committed = self._repeats.stored_batches(bodies)
        seen: set[UUID] = set(committed)
        first = []
        for i, body in enumerate(bodies):
            if body.batch_id not in seen:
                seen.add(body.batch_id)
                first.append(i)
        return first

    def _fresh_spans(self, group: Group, first: list[int]) -> Spans | None:
        if group.spans is None:
            return None
        wanted = np.zeros(len(group.bodies), np.bool_)
        wanted[first] = True
        spans = group.spans.taken(wanted[group.spans.body])
        return spans.taken(self._repeats.fresh(spans))

    def _fresh_events(self, group: Group, first: list[int]) -> pa.Table | None:
        if group.events is None:
            return None
        events = group.events.filter(pa.array(np.isin(group.events["body"].to_numpy(), first)))
        return events.filter(pa.array(fresh_events(self._store, events)))

    def _append(
        self,
        group: Group,
        numbers: dict[int, int],
        receipts: list[Receipt],
        spans: Spans | None,
        events: pa.Table | None,
    ) -> None:
        now_ns = self._clock_ns()
        bodies = [group.bodies[i] for i in numbers]
        tables = _batch_tables(bodies, numbers, receipts, now_ns)
        new: list[int] = []
        if spans is not None:
            new = [key for key in spans.attributions["attribution_id"].to_pylist() if key not in self._attributions]
            tables |= _span_tables(spans, numbers, new)
        if events is not None:
            tables["log_events"] = _numbered(events, events["body"].to_numpy(), numbers).drop_columns(["body"])
        self._unsure = True  # until every memory below says what the store holds
        self._store.append(tables)
        if len(self._attributions) > _REMEMBERED:
            self._attributions.clear()  # a combination that is written twice is written once
        self._attributions.update(new)
        self._last_seq += len(numbers)
        self._repeats.remember(bodies, spans.keys if spans is not None else np.zeros(0, np.uint64), at_ns=now_ns)
        self._unsure = False

    @property
    def last_seq(self) -> int:
        """Number of the newest committed batch."""
        return self._last_seq

    def _learn(self) -> None:
        """Take everything that is remembered about the store from the store itself."""
        self._repeats = Repeats(self._store, self._settings)
        known = self._store.run(_QUERIES["all_attributions"])["attribution_id"].to_pylist()
        self._attributions: set[int] = set(known)
        self._last_seq: int = self._store.run(_QUERIES["spans_count"])["batch_seq"][0].as_py()
        self._unsure = False


def _repeated(body: Body) -> Receipt:
    rejected = sum(body.rejected.values())
    return Receipt(body.received, 0, body.received - rejected, body.rejected)


def _per_body(spans: Spans | None, events: pa.Table | None, bodies: int) -> list[int]:
    """Records that will be stored, by body."""
    counts: Counter[int] = Counter()
    if spans is not None:
        counts.update(dict(enumerate(np.bincount(spans.body, minlength=bodies).tolist())))
    if events is not None:
        counts.update(events["body"].to_pylist())
    return [counts[i] for i in range(bodies)]


def _batch_tables(
    bodies: list[Body], numbers: dict[int, int], receipts: list[Receipt], now_ns: int
) -> dict[str, pa.Table]:
    kept = [receipts[i] for i in numbers]
    received_at = pa.array([now_ns] * len(bodies), pa.int64()).cast(pa.timestamp("ns"))
    common = {
        "batch_seq": pa.array(list(numbers.values()), pa.int64()),
        "received_at": received_at,
        "signal": pa.array([str(body.signal) for body in bodies]),
    }
    batches = common | {
        "batch_id": uuid_array([body.batch_id.bytes for body in bodies]),
        "received": pa.array([receipt.received for receipt in kept]),
        "stored": pa.array([receipt.stored for receipt in kept]),
        "duplicate": pa.array([receipt.duplicate for receipt in kept]),
        "rejected": pa.array([receipt.rejected_count for receipt in kept]),
    }
    payloads = common | {
        "codec": pa.array([CODEC_NAME] * len(bodies)),
        "raw_bytes": pa.array([body.raw_bytes for body in bodies]),
        "body": pa.array([body.packed for body in bodies], _BLOB),
    }
    with_rows = pa.array([receipt.stored > 0 for receipt in kept])
    return {"batches": pa.table(batches), "payloads": pa.table(payloads).filter(with_rows)}


def _span_tables(spans: Spans, numbers: dict[int, int], new: list[int]) -> dict[str, pa.Table]:
    known = pa.array(np.isin(spans.attributions["attribution_id"].to_numpy(), np.array(new, np.uint64)))
    return {
        "spans": _numbered(spans.table, spans.body, numbers),
        "model_calls": _facts(spans, spans.calls, ("trace_id", "span_id", "started_at"), numbers),
        "measures": _facts(spans, spans.measures, ("trace_id", "span_id"), numbers),
        "attributions": spans.attributions.filter(known),
    }


def _facts(spans: Spans, facts: pa.Table, of_span: Sequence[str], numbers: dict[int, int]) -> pa.Table:
    """Facts about spans, with what their spans bring."""
    at = facts["row"]
    for name in of_span:
        facts = facts.append_column(name, spans.table[name].take(at))
    return _numbered(facts.drop_columns(["row"]), spans.body[at.to_numpy()], numbers)


def _numbered(table: pa.Table, body: np.ndarray[tuple[int], np.dtype[np.int32]], numbers: dict[int, int]) -> pa.Table:
    by_body = np.zeros(max(numbers, default=-1) + 1, np.int64)
    for i, number in numbers.items():
        by_body[i] = number
    return table.append_column("batch_seq", pa.array(by_body[body]))
