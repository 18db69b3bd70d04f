"""When the first chunk of a request's answer came.

What the request's own span says counts. Otherwise the answer is taken to be what the last streaming call says: calls
before it rewrite, plan or judge, and nobody waits for their first chunk. A stream that failed before a chunk came
waited for ever.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.billing import Counts
from analytics.derive.resolve import Resolved
from analytics.derive.spans import Spans


def first_chunk_ms(spans: Spans, resolved: Resolved, start_ns: Counts) -> pa.Array:
    """Milliseconds from the start of each request; infinite where none came, null where nobody told."""
    told = pc.coalesce(spans.table["ttft_ms"], spans.table["first_chunk_ms"])
    has = np.flatnonzero(told.is_valid().to_numpy())
    requests = len(resolved.root)
    if not len(has):
        return pa.nulls(requests, pa.float64())
    trace = resolved.forest.trace[has]
    is_root = has == resolved.root[trace]
    waited = told.take(pa.array(has)).to_numpy()
    waited = waited + (spans.start_ns[has] - start_ns[trace]) / 1e6
    order = np.lexsort((spans.span_id[has], spans.start_ns[has], is_root, trace))
    found = np.full(requests, np.nan)
    found[trace[order]] = waited[order]  # the last written stays: the root, else the last in time
    return pa.array(found, mask=~(found >= 0))
