"""Evaluations that are sent again: a collector that retries in other batches must not count a judgement twice.

Log records have no ids, so an evaluation is its instant, what it is about, its name and its score.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collector.decode.frame import Mask
from collector.store import Store, queries_of

_QUERY = queries_of("collector.store")["stored_evaluations"]
_IDENTITY = (
    *("trace_id", "span_id", "response_id", "evaluation_name"),
    *("occurred_at", "score_value", "score_label"),
)


def fresh_events(store: Store, events: pa.Table) -> Mask:
    """Events that are not stored and are the first of their kind; what is no evaluation always is."""
    fresh = np.ones(events.num_rows, np.bool_)
    at = np.flatnonzero(events["evaluation_name"].is_valid().to_numpy())
    if not len(at):
        return fresh
    asked = events.select(_IDENTITY).take(pa.array(at))
    fresh[at] = _first(asked)
    wanted = asked.append_column("row", pa.array(at, pa.int64()))
    instants = asked["occurred_at"].cast(pa.int64())
    bounds = {"from_ns": pc.min(instants).as_py(), "until_ns": pc.max(instants).as_py()}
    stored = store.run(_QUERY, bounds, tables={"wanted": wanted})
    fresh[stored["row"].to_numpy()] = False
    return fresh


def _first(evaluations: pa.Table) -> Mask:
    """Rows that are like none before them."""
    seen: set[tuple[object, ...]] = set()
    first = np.ones(evaluations.num_rows, np.bool_)
    columns = [column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column for column in evaluations]
    for i, row in enumerate(zip(*(column.to_pylist() for column in columns), strict=True)):
        first[i] = row not in seen
        seen.add(row)
    return first
