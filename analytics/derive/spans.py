"""Stored spans with their calls as columns, for derivation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.billing import PARTS, WHOLES, Counts
from analytics.derive.tree import Mask
from collector.dialects.emitters import Emitter, emitter_of
from collector.dialects.kinds import CALL_KINDS, Kind
from collector.intake.repeats import id_keys, raw_ids
from collector.normalise.hashing import Keys
from collector.normalise.usage import TOLD, UsageStatus

TOKENS = (*WHOLES, *PARTS)


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of some traces, all that are stored of each; one entry per span."""

    table: pa.Table
    trace_key: Keys
    identity: Keys
    span_id: Keys
    parent_id: Keys
    has_parent: Mask
    start_ns: Counts
    end_ns: Counts
    entry: Mask
    failed: Mask
    kind: npt.NDArray[np.int8]
    """Index into the members of Kind."""
    call: Mask
    tells_usage: Mask
    awaits_usage: Mask
    """A call whose usage nobody sent, or zeros that mean nothing."""
    estimated: Mask
    """Counted by the emitter, so shown and never billed."""
    incomplete: Mask
    """Told, but known to leave out something that was billed."""
    tokens: dict[str, Counts]
    attribution: Keys
    batch_seq: Counts

    def __len__(self) -> int:
        return len(self.trace_key)


_KIND_CODE = {str(kind): code for code, kind in enumerate(Kind)}
_IS_CALL = np.array([kind in CALL_KINDS for kind in Kind])


def read_spans(tables: Sequence[pa.Table]) -> Spans:
    """Columns of derivation queries, put together."""
    table = pa.concat_tables(tables, promote_options="permissive").combine_chunks()
    traces = raw_ids(table["trace_id"])
    span_id = _ints(table, "span_id", np.uint64)
    kind = _codes(table["kind"], _KIND_CODE)
    start_ns = table["started_at"].cast(pa.int64()).to_numpy()
    status = table["usage_status"]
    billable = np.logical_or.reduce([_is(status, word) for word in TOLD])
    return Spans(
        table=table,
        trace_key=id_keys(traces),
        identity=id_keys(traces, span_id),
        span_id=span_id,
        parent_id=_ints(table, "parent_span_id", np.uint64),
        has_parent=_mask(table["parent_span_id"].is_valid()),
        start_ns=start_ns,
        end_ns=start_ns + _ints(table, "duration_ns", np.int64),
        entry=_mask(table["entry"]),
        failed=_is(table["status"], "error"),
        kind=kind,
        call=_IS_CALL[kind],
        tells_usage=billable,
        awaits_usage=_is(status, UsageStatus.MISSING) | _is(status, UsageStatus.ZERO_SUSPECT),
        estimated=_is(status, UsageStatus.ESTIMATED),
        incomplete=_is(status, UsageStatus.PARTIAL),
        tokens={name: _ints(table, name, np.int64) for name in TOKENS},
        attribution=_ints(table, "attribution_id", np.uint64),
        batch_seq=_ints(table, "batch_seq", np.int64),
    )


def framework_spans(scopes: pa.ChunkedArray) -> Mask:
    """Which spans a framework's instrumentation wrote."""
    return _by_scope(scopes, lambda emitter: emitter.framework)


def first_hand_spans(scopes: pa.ChunkedArray) -> Mask:
    """Which spans the provider's own SDK wrote."""
    return _by_scope(scopes, lambda emitter: emitter.first_hand)


def _by_scope(scopes: pa.ChunkedArray, trait: Callable[[Emitter], bool]) -> Mask:
    encoded = scopes.combine_chunks().dictionary_encode()
    by_scope = [trait(emitter_of(scope or "")) for scope in encoded.dictionary.to_pylist()]
    return np.array([*by_scope, False], np.bool_)[_codes_of(encoded)]


def numbered(words: pa.ChunkedArray) -> Counts:
    """Equal numbers for equal words."""
    return _codes_of(words.combine_chunks().dictionary_encode())


def _codes_of(encoded: pa.DictionaryArray) -> Counts:
    codes: Counts = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _codes(words: pa.ChunkedArray, codes: dict[str, int]) -> npt.NDArray[np.int8]:
    encoded = words.combine_chunks().dictionary_encode()
    lookup = np.array([codes[word] for word in encoded.dictionary.to_pylist()] or [0], np.int8)
    return np.asarray(lookup[encoded.indices.to_numpy(zero_copy_only=False)])


def _ints(table: pa.Table, name: str, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    return np.asarray(table[name].fill_null(0).to_numpy().astype(dtype, copy=False))


def _is(words: pa.ChunkedArray, word: str) -> Mask:
    return _mask(pc.equal(words, word).fill_null(False))


def _mask(column: pa.ChunkedArray) -> Mask:
    return np.asarray(column.to_numpy())
