"""Slices of a reprice: the spans that started next in its window, at most as many as one derivation takes.

How far a reprice has come is written with the lines it changed, so it goes on after a restart where it stood.
"""

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from analytics.runs.run import Run
from analytics.runs.table import QUERIES as RUN_QUERIES
from collector.intake.repeats import raw_ids
from collector.store import Step, Store, queries_of

_QUERIES = queries_of("analytics")


@dataclass(frozen=True, slots=True)
class Slice:
    """What started before ``until_ns`` and is not derived again yet."""

    until_ns: int
    traces: tuple[bytes, ...] = field(repr=False)
    """Traces that have a span there."""
    near_ns: tuple[int, int]
    """The first and the last start of these spans."""

    def step(self, run: Run) -> Step:
        """Write that the run has come to the end of this slice."""
        return Step(RUN_QUERIES["runs_rerated"], {"run_id": run.run_id, "rerated_until_ns": self.until_ns})


def next_slice(store: Store, run: Run, after: int, spans: int) -> Slice:
    """Return the next slice of batches up to ``after``; spans of one instant stay together, however many they are."""
    from_ns, until_ns = run.rated_ns[1], run.window_ns[1]
    until_seq = after + 1 if run.until_seq is None else min(after + 1, run.until_seq)
    asked = {"from_ns": from_ns, "until_ns": until_ns, "until_seq": until_seq}
    (end,) = store.run(_QUERIES["derive_slice_end"], asked | {"spans": spans}).to_pylist()
    if end["beyond_ns"] is not None:
        until_ns = max(end["beyond_ns"], end["first_ns"] + 1)
    found = store.run(_QUERIES["derive_slice_traces"], asked | {"until_ns": until_ns})
    extent = pc.min_max(pa.chunked_array([*found["first_ns"].chunks, *found["last_ns"].chunks], pa.int64())).as_py()
    traces = tuple(bytes(raw) for raw in raw_ids(found["trace_id"]))
    return Slice(until_ns, traces, (extent["min"] or 0, extent["max"] or 0))
