"""Figures told about requests: by their spans, and by evaluations that come before, with or long after them.

A figure belongs to whom its request is for. When the request changes, or only then arrives, its figures move with it.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.spans import Spans
from collector.store import Step, Store, queries_of

_QUERIES = queries_of("analytics")
_SCHEMA = pa.schema(
    [
        ("batch_seq", pa.int64()),
        ("record_index", pa.int32()),
        ("trace_id", pa.uuid()),
        ("span_id", pa.uint64()),
        ("told_at", pa.timestamp("ns")),
        ("measure", pa.string()),
        ("value", pa.float64()),
        ("label", pa.string()),
        ("weight", pa.decimal128(18, 6)),
        ("attribution_id", pa.uint64()),
        ("stage", pa.string()),
        ("provider", pa.string()),
        ("model", pa.string()),
    ]
)
_LAST_NS = 2**63 - 2


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of what a derivation touches, as they are now and as they were."""

    now: pa.Table
    old: pa.Table

    @property
    def tables(self) -> dict[str, pa.Table]:
        """What the steps and the judgement read."""
        fresh = pa.concat_tables([_signed(self.now, 1), _signed(self.old, -1)], promote_options="permissive")
        return {"now_figures": self.now, "old_figures": self.old, "fresh_figures": fresh}

    def steps(self) -> list[Step]:
        """How the store changes."""
        forget = [Step(_QUERIES["derive_forget_figures"])] if self.old.num_rows else []
        return [*forget, *([Step(_QUERIES["derive_keep_figures"])] if self.now.num_rows else [])]


_NONE = Figures(_SCHEMA.empty_table(), _SCHEMA.empty_table())


def figures(store: Store, now: pa.Table, again: pa.Table, spans: Spans, *, after: int, until: int) -> Figures:
    """Figures of the requests ``now``, and of evaluations in the batches ``after < batch_seq <= until``."""
    told = store.run(_QUERIES["derive_figures_told"]).to_pylist()[0]
    if not told["by_spans"] and not told["by_events"]:
        return _NONE
    bounds = {"after": after, "until": until}
    events = _events(store, now, spans, bounds)
    from_ns = {"from_ns": int(spans.start_ns.min()) if len(spans) else 0}
    tables = {"now": now, "again": again, "events": events}
    found = store.run(_QUERIES["derive_figures"], bounds | from_ns | _extent(events), tables=tables)
    before = store.run(_QUERIES["derive_old_figures"], from_ns, tables={"again": again, "events": events})
    return Figures(found.cast(_SCHEMA), before.select(_SCHEMA.names).cast(_SCHEMA))


def _events(store: Store, now: pa.Table, spans: Spans, bounds: dict[str, int]) -> pa.Table:
    keys = np.unique(spans.table["response_key"].drop_null().to_numpy())
    tables = {"now": now, "answers": pa.table({"response_key": pa.array(keys, pa.uint64())})}
    return store.run(_QUERIES["derive_events"], bounds, tables=tables)


def _extent(events: pa.Table) -> dict[str, int]:
    """Starts of everything that the requests of these events hold."""
    first, last = pc.min(events["first_ns"]).as_py(), pc.max(events["last_ns"]).as_py()
    return {"events_from_ns": _LAST_NS if first is None else first, "events_until_ns": 0 if last is None else last}


def _signed(table: pa.Table, sign: int) -> pa.Table:
    return table.append_column("sign", pa.array(np.full(table.num_rows, sign, np.int64)))
