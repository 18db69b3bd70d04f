"""Spans for objectives about them: a span counts once, for whom its request is now.

A span never changes, but whom its request is for may: then it moves.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.billing import Counts
from analytics.derive.finish import refused
from analytics.derive.spans import Spans
from collector.intake.repeats import id_keys, raw_ids
from collector.normalise.hashing import Keys


def span_facts(spans: Spans, of_request: Keys, old: pa.Table, earlier: int) -> pa.Table:
    """Rows for ``objective_deltas``: the last ``earlier`` spans were derived before, with the requests ``old``.

    ``of_request`` is the attribution of every span's request as it is now.
    """
    new = np.arange(len(spans) - earlier)
    moved, before = _moved(spans, of_request, old, len(new))
    at = np.concatenate([new, moved, moved])
    words = np.concatenate([of_request[new], of_request[moved], before])
    sign = np.concatenate([np.ones(len(new) + len(moved), np.int64), np.full(len(moved), -1, np.int64)])
    table = spans.table.take(pa.array(at)) if len(moved) else spans.table.slice(0, len(new))
    total = pc.add(pc.fill_null(table["input_tokens"], 0), pc.fill_null(table["output_tokens"], 0))
    told = pc.or_(pc.is_valid(table["input_tokens"]), pc.is_valid(table["output_tokens"]))
    return pa.table(
        {
            "ended_at": pa.array(spans.end_ns[at]).cast(pa.timestamp("ns")),
            "attribution_id": pa.array(words),
            "stage": table["kind"],
            "provider": table["provider"],
            "model": pc.coalesce(table["response_model"], table["request_model"]),
            "failed": pa.array(spans.failed[at]),
            "duration_ns": table["duration_ns"],
            "first_chunk_ms": pc.coalesce(table["ttft_ms"], table["first_chunk_ms"]),
            "usage_status": table["usage_status"],
            "tokens": pc.if_else(told, total, None),
            "refused": refused(table),
            "sign": pa.array(sign),
        }
    )


def _moved(spans: Spans, of_request: Keys, old: pa.Table, first: int) -> tuple[Counts, Keys]:
    """Earlier spans whose request was for somebody else, and for whom."""
    nothing = np.arange(0), of_request[:0]
    if first == len(spans) or not old.num_rows:
        return nothing
    keys = id_keys(raw_ids(old["trace_id"]))
    order = np.argsort(keys)
    place = order[np.searchsorted(keys, spans.trace_key[first:], sorter=order)]
    before = old["attribution_id"].to_numpy()[place]
    differs = np.flatnonzero(before != of_request[first:])
    return first + differs, before[differs]
