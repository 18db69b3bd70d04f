"""How the answer to a request ended: as its own span says, else as the last of its calls says.

Calls before it rewrite, plan or judge, or are tried again after a refusal; the last one gave the answer.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.resolve import Resolved
from analytics.derive.spans import Spans
from collector.dialects.finishes import REFUSED

_REFUSING = "content.?filter|refus|guardrail"


def finish_reason(spans: Spans, resolved: Resolved) -> pa.Array:
    """One word for each request, of those in ``collector/dialects/finishes.py``; null where nobody told."""
    told = spans.table["finish_reason"]
    has = np.flatnonzero(told.is_valid().to_numpy())
    trace = resolved.forest.trace[has]
    is_root = has == resolved.root[trace]
    order = np.lexsort((spans.span_id[has], spans.start_ns[has], is_root, trace))
    chosen = np.full(len(resolved.root), -1, np.int64)
    chosen[trace[order]] = has[order]  # the last written stays: the root, else the last in time
    return told.take(pa.array(chosen, mask=chosen < 0)).combine_chunks()


def refused(rows: pa.Table) -> pa.ChunkedArray:
    """Which requests, or calls, were given no answer: ``is_refused`` of the store, in columns."""
    by_type = pc.match_substring_regex(rows["error_type"], _REFUSING, ignore_case=True)
    by_reason = pc.is_in(rows["finish_reason"], pa.array([str(word) for word in REFUSED]))
    return pc.or_(pc.fill_null(by_type, fill_value=False), by_reason)
