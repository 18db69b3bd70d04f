"""Durations of spans for the roll-up of latencies: a span counts once, under the words it has now.

A span never changes, but whom it is for may: a child often comes before the entry span that names the tenant. So its
duration moves when its words do.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.attributions import Attributions
from analytics.derive.resolve import entry_roots
from analytics.derive.spans import Spans, read_spans
from analytics.runs.run import View
from collector.normalise.hashing import Keys


def stages(
    spans: Spans, attribution: Keys, earlier: list[pa.Table], attributions: Attributions, before_view: View
) -> pa.Table:
    """Rows for ``queries/derive_stage_latency.sql``; ``earlier`` are the tables of spans that were derived before.

    They stand last among ``spans``. What they were counted under follows from them and the runs of then alone.
    """
    count = sum(table.num_rows for table in earlier)
    new = np.arange(len(spans) - count)
    moved, before = new[:0], attribution[:0]
    if count:
        were = read_spans(earlier)
        trees, root, _ = entry_roots(were)
        _, before = attributions.of(were, trees.trace, root, before_view.of(were.batch_seq, were.start_ns))
        differs = np.flatnonzero(before != attribution[len(new) :])
        moved, before = len(new) + differs, before[differs]
    at = np.concatenate([new, moved, moved])
    words = np.concatenate([attribution[new], attribution[moved], before])
    sign = np.concatenate([np.ones(len(new) + len(moved), np.int64), np.full(len(moved), -1, np.int64)])
    table = spans.table.take(pa.array(at)) if len(moved) else spans.table.slice(0, len(new))
    return pa.table(
        {
            "ended_at": pa.array(spans.end_ns[at]).cast(pa.timestamp("ns")),
            "attribution_id": pa.array(words),
            "stage": table["kind"],
            "provider": table["provider"],
            "model": pc.coalesce(table["response_model"], table["request_model"]),
            "duration_ns": table["duration_ns"],
            "failed": pa.array(spans.failed[at]),
            "error_type": table["error_type"],
            "finish_reason": table["finish_reason"],
            "sign": pa.array(sign),
        }
    )
