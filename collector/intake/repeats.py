"""Noticing what is stored already: identical requests by their batch id, re-batched spans by their own ids."""

import time
from collections.abc import Sequence
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from collector.decode.frame import Mask
from collector.intake.settings import IntakeSettings
from collector.intake.unit import Body, Spans
from collector.normalise.hashing import Keys, combined
from collector.recent import RecentKeys
from collector.store import Store, queries_of

_QUERIES = queries_of("collector.store")
_CLOCK_SLACK_NS = 3_600_000_000_000
"""A sender's clock may be this far behind ours before a repeat of its span is looked for in memory only."""


def uuid_array(ids: Sequence[bytes]) -> pa.Array:
    """16-byte ids as a uuid column."""
    return pa.ExtensionArray.from_storage(pa.uuid(), pa.array(list(ids), pa.binary(16)))


def raw_ids(column: pa.ChunkedArray) -> npt.NDArray[np.uint8]:
    """(n, 16) bytes of a uuid column."""
    storage = column.combine_chunks()
    storage = storage.storage if isinstance(storage, pa.ExtensionArray) else storage
    raw = np.frombuffer(storage.buffers()[1], np.uint8, len(storage) * 16, storage.offset * 16)
    return raw.reshape(-1, 16)


def id_keys(ids: npt.NDArray[np.uint8], *more: Keys) -> Keys:
    """64-bit keys of 16-byte ids, together with further parts."""
    halves = np.ascontiguousarray(ids).view("<u8")
    return combined(halves[:, 0], halves[:, 1], *more)


class Repeats:
    """What the writer knows of what is stored. Used by one thread."""

    def __init__(self, store: Store, settings: IntakeSettings) -> None:
        """Load the newest keys, so that a restart forgets no retry that may still be on its way."""
        self._store = store
        self._spans = RecentKeys(settings.remembered_spans)
        self._batches = RecentKeys(settings.remembered_batches)
        self._load(settings)

    def stored_batches(self, bodies: Sequence[Body]) -> dict[UUID, Body]:
        """The bodies whose identical twin is committed."""
        keys = _batch_keys(bodies)
        suspects = [body for body, seen in zip(bodies, self._batches.contains(keys), strict=True) if seen]
        if not suspects:
            return {}
        wanted = pa.table({"batch_id": uuid_array([body.batch_id.bytes for body in suspects])})
        found = self._store.run(_QUERIES["batches_by_id"], tables={"wanted": wanted})
        ids = {UUID(bytes=bytes(row)) for row in raw_ids(found["batch_id"])}
        return {body.batch_id: body for body in suspects if body.batch_id in ids}

    def fresh(self, spans: Spans) -> Mask:
        """Spans that are not stored and are the first of their kind in this group."""
        _, first = np.unique(spans.keys, return_index=True)
        fresh = np.zeros(len(spans.keys), np.bool_)
        fresh[first] = True
        fresh &= ~self._spans.contains(spans.keys)
        old = fresh & (spans.start_ns < self._spans.covered_from_ns + _CLOCK_SLACK_NS)
        if old.any():
            fresh[self._stored_rows(spans, old)] = False
        return fresh

    def remember(self, bodies: Sequence[Body], keys: Keys, *, at_ns: int) -> None:
        """Take note of what was just committed."""
        self._batches.add(_batch_keys(bodies), at_ns=at_ns)
        self._spans.add(keys, at_ns=at_ns)

    def _stored_rows(self, spans: Spans, old: Mask) -> npt.NDArray[np.int32]:
        rows = np.flatnonzero(old).astype(np.int32)
        wanted = pa.table(
            {
                "row": pa.array(rows),
                "trace_id": uuid_array([bytes(raw) for raw in spans.trace_id[rows]]),
                "span_id": pa.array(spans.span_id[rows]),
            }
        )
        bounds = {"from_ns": int(spans.start_ns[rows].min()), "until_ns": int(spans.start_ns[rows].max())}
        found = self._store.run(_QUERIES["stored_spans"], bounds, tables={"wanted": wanted})
        stored: npt.NDArray[np.int32] = found["row"].to_numpy()
        return stored

    def _load(self, settings: IntakeSettings) -> None:
        now_ns = time.time_ns()
        sizes = self._store.run(_QUERIES["spans_count"]).to_pylist()[0]
        spans = self._store.run(_QUERIES["recent_spans"], {"rows": settings.remembered_spans // 2})
        if spans.num_rows:
            ids = id_keys(raw_ids(spans["trace_id"]), spans["span_id"].to_numpy())
            self._spans.add(ids, at_ns=now_ns)
        if spans.num_rows < sizes["spans"]:
            self._spans.begin_at(now_ns)
        batches = self._store.run(_QUERIES["recent_batches"], {"rows": settings.remembered_batches // 2})
        if batches.num_rows:
            self._batches.add(id_keys(raw_ids(batches["batch_id"])), at_ns=now_ns)


def _batch_keys(bodies: Sequence[Body]) -> Keys:
    raw = np.frombuffer(b"".join(body.batch_id.bytes for body in bodies), np.uint8).reshape(-1, 16)
    return id_keys(raw)
