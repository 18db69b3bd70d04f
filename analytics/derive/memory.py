"""What derivation remembers of recent traces and calls, so that it asks the store only about what it has seen."""

import numpy as np
import numpy.typing as npt

from analytics.derive.copies import COPIES_WITHIN_NS
from collector.intake.repeats import id_keys, raw_ids
from collector.normalise.hashing import Keys
from collector.recent import Mask, RecentKeys
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")
_REMEMBERED = 2_000_000
_SLACK_NS = 3_600_000_000_000
"""Clocks of senders may be this far behind ours."""


class Memory:
    """Traces that have a request row, and provider responses that have been told."""

    def __init__(self, store: Store, *, now_ns: int) -> None:
        """Load the newest; what is older is asked for when it comes up."""
        self._traces = RecentKeys(_REMEMBERED)
        self._responses = RecentKeys(_REMEMBERED)
        limit = {"rows": _REMEMBERED // 2}
        traces = store.run(_QUERIES["derive_recent_traces"], limit)
        if traces.num_rows:
            self._traces.add(np.unique(id_keys(raw_ids(traces["trace_id"]))), at_ns=now_ns)
        if traces.num_rows >= limit["rows"]:
            self._traces.begin_at(now_ns)
        responses = store.run(_QUERIES["derive_recent_responses"], limit)["response_key"].to_numpy()
        if len(responses):
            self._responses.add(np.unique(responses), at_ns=now_ns)
        unnamed_ns: int | None = store.run(_QUERIES["derive_unnamed_until"])["start_ns"][0].as_py()
        self.framework_calls_until_ns = 0 if unnamed_ns is None else unnamed_ns + COPIES_WITHIN_NS
        """End of the last framework call without a response id; copies of it may still be on their way."""

    def seen_traces(self, keys: Keys, start_ns: npt.NDArray[np.int64]) -> tuple[Mask, Mask]:
        """Traces that have been derived, and those so old that only the store knows."""
        seen = self._traces.contains(keys)
        return seen, ~seen & (start_ns < self._traces.covered_from_ns + _SLACK_NS)

    def seen_responses(self, keys: Keys) -> Mask:
        """Responses that another derivation has met."""
        return self._responses.contains(keys)

    def note(self, traces: Keys, responses: Keys, *, now_ns: int) -> None:
        """Remember what was just derived."""
        self._traces.add(traces[~self._traces.contains(traces)], at_ns=now_ns)
        self._responses.add(responses[~self._responses.contains(responses)], at_ns=now_ns)
