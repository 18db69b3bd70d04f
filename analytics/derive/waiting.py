"""Requests whose entry span has not come: some emitters never send one, others send it last."""

import pyarrow as pa
import pyarrow.compute as pc

from collector.intake.repeats import raw_ids
from collector.store import Store, queries_of

_OPEN = queries_of("analytics")["derive_open_traces"]


class Waiting:
    """Traces with the instant at which they are settled without an entry span."""

    def __init__(self, store: Store, settle_ns: int, *, now_ns: int) -> None:
        """Requests that were open before a restart wait anew."""
        self._settle_ns = settle_ns
        self._waiting: dict[bytes, int] = {}
        self._put(store.run(_OPEN), now_ns)

    def due(self, now_ns: int) -> set[bytes]:
        """Trace ids to settle now."""
        return {trace for trace, at_ns in self._waiting.items() if at_ns <= now_ns}

    def note(self, requests: pa.Table, now_ns: int) -> None:
        """Take note of requests as they are now; each open one waits from its last span on."""
        if self._waiting:
            for raw in raw_ids(requests["trace_id"]):
                self._waiting.pop(bytes(raw), None)
        self._put(requests.filter(pc.invert(requests["complete"])), now_ns)

    def _put(self, open_requests: pa.Table, now_ns: int) -> None:
        for raw in raw_ids(open_requests["trace_id"]):
            self._waiting[bytes(raw)] = now_ns + self._settle_ns
