"""One row per request, everything but its cost."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.billing import Counts
from analytics.derive.finish import finish_reason
from analytics.derive.first_chunk import first_chunk_ms
from analytics.derive.resolve import USAGE_WORDS, Resolved
from analytics.derive.spans import Spans
from analytics.derive.tree import Index, Mask
from collector.normalise.hashing import Keys

_SHOWN = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")


def facts(spans: Spans, resolved: Resolved, attribution: Keys, settled: Mask) -> pa.Table:
    """Rows for ``queries/derive_requests.sql``; ``settled`` requests count as complete without an entry span."""
    at = pa.array(resolved.root)
    of_root = spans.table.select(["trace_id", "name", "service"]).take(at)
    first_ns, last_ns = _starts(spans, resolved)
    start_ns, end_ns = _extent(spans, resolved, first_ns)
    columns = {
        "trace": pa.array(np.arange(len(resolved.root))),
        "trace_id": of_root["trace_id"],
        "started_at": pa.array(start_ns).cast(pa.timestamp("ns")),
        "ended_at": pa.array(end_ns).cast(pa.timestamp("ns")),
        "first_started_at": pa.array(first_ns).cast(pa.timestamp("ns")),
        "last_started_at": pa.array(last_ns).cast(pa.timestamp("ns")),
        "duration_ns": pa.array(end_ns - start_ns),
        "name": of_root["name"],
        "status": pa.array(np.where(spans.failed[resolved.root], "error", "ok")),
        "error_type": _first_words(spans, resolved, "error_type", spans.failed & spans.failed[_root_of(resolved)]),
        "complete": pa.array(resolved.complete | settled),
        "degraded": pa.array(_any(resolved, spans.table["degraded"].fill_null(False).to_numpy())),
        "attribution_id": pa.array(attribution),
        "user_id": _first_words(spans, resolved, "user_id", np.ones(len(spans), np.bool_)),
        "service": of_root["service"],
        "span_count": pa.array(np.bincount(resolved.forest.trace, minlength=len(resolved.root)), pa.int32()),
        "call_count": pa.array(resolved.calls, pa.int32()),
        "usage_status": pa.array([USAGE_WORDS[code] for code in resolved.usage], pa.string()),
        "unpaid_calls": pa.array(_sum(resolved, resolved.unpaid.astype(np.int64))),
        "first_chunk_ms": first_chunk_ms(spans, resolved, start_ns),
        "finish_reason": finish_reason(spans, resolved),
    }
    for name in _SHOWN:
        told = _any(resolved, resolved.billing & spans.table[name].is_valid().to_numpy())
        columns[name] = pa.array(_sum(resolved, resolved.bills[name]), mask=~told)
    return pa.table(columns)


def _starts(spans: Spans, resolved: Resolved) -> tuple[Counts, Counts]:
    """The first and the last start of any span of a request."""
    trace, count = resolved.forest.trace, len(resolved.root)
    first = np.full(count, np.iinfo(np.int64).max)
    last = np.full(count, np.iinfo(np.int64).min)
    np.minimum.at(first, trace, spans.start_ns)
    np.maximum.at(last, trace, spans.start_ns)
    return first, last


def _extent(spans: Spans, resolved: Resolved, first_ns: Counts) -> tuple[Counts, Counts]:
    """From the entry span; while it is missing, from the first start to the last end that is known."""
    last_end = np.full(len(resolved.root), np.iinfo(np.int64).min)
    np.maximum.at(last_end, resolved.forest.trace, spans.end_ns)
    start = np.where(resolved.complete, spans.start_ns[resolved.root], first_ns)
    end = np.where(resolved.complete, spans.end_ns[resolved.root], last_end)
    return start, end


def _root_of(resolved: Resolved) -> Index:
    return resolved.root[resolved.forest.trace]


def _first_words(spans: Spans, resolved: Resolved, name: str, among: Mask) -> pa.Array:
    """The root's word, else the first in time of the request's spans that has one."""
    column = spans.table[name]
    has = np.flatnonzero(column.is_valid().to_numpy() & among)
    trace = resolved.forest.trace[has]
    is_root = has == resolved.root[trace]
    order = np.lexsort((spans.span_id[has], spans.start_ns[has], ~is_root, trace))
    chosen = np.full(len(resolved.root), -1, np.int64)
    chosen[trace[order[::-1]]] = has[order[::-1]]
    return pc.take(column, pa.array(chosen, mask=chosen < 0))


def _sum(resolved: Resolved, counts: Counts) -> Counts:
    total = np.zeros(len(resolved.root), np.int64)
    np.add.at(total, resolved.forest.trace, counts)
    return total


def _any(resolved: Resolved, mask: Mask) -> Mask:
    return np.asarray(np.bincount(resolved.forest.trace[mask], minlength=len(resolved.root)) > 0)
