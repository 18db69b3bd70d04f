"""Versions as spans name them: when each was first seen, and what it came after.

What is stored is read once, batch by batch, into a row for each version and hour; a first sighting is the earliest
start of any span with the version, so spans may come in any order and as late as they like. A version that comes back
after :data:`AWAY_HOURS` in which others took its place, as in a rollback, is a change too.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Lock

import pyarrow as pa

from analytics.changes.change import Change, Kind, Source, identity
from analytics.notation import NS_PER_HOUR
from collector.store import Step, Store, StoreUnavailable, queries_of
from collector.store.contract import Lane

_log = logging.getLogger(__name__)
_QUERIES = queries_of("analytics.changes")
AWAY_HOURS = 6
"""So long without a version, and then it again. A night of a quiet service is no change: nothing took its place."""
SETTLE_NS = NS_PER_HOUR
"""What is seen within an hour of the first version of its kind is what was always there."""
_ROUTES_WITHIN_NS = 24 * NS_PER_HOUR


class Sightings:
    """The versions in one store."""

    def __init__(self, store: Store) -> None:
        """Reads nothing yet."""
        self._store, self._lock = store, Lock()

    def refresh(self) -> None:
        """Read the batches that were derived since. When the store has no room for it, the next refresh does it."""
        with self._lock:
            (stands,) = self._store.run(_QUERIES["versions_progress"]).to_pylist()
            if stands["derived_seq"] <= stands["seen_seq"]:
                return
            batches = {"after": stands["seen_seq"], "until": stands["derived_seq"]}
            steps = [
                Step(_QUERIES["versions_guard"], {"after": batches["after"]}),
                Step(_QUERIES["versions_add"], batches),
                Step(_QUERIES["versions_advance"], {"until": batches["until"]}),
            ]
            try:
                self._store.change(steps, lane=Lane.NOTED)
            except StoreUnavailable as error:
                _log.warning("versions of batches %(after)d to %(until)d wait to be read: ", batches, exc_info=error)

    def seen(self, start_ns: int, until_ns: int) -> list[Change]:
        """Versions first seen in a window, or seen again, in order of time."""
        params = {"start_ns": start_ns, "until_ns": until_ns, "away_hours": AWAY_HOURS, "settle_ns": SETTLE_NS}
        found = [_change(row) for row in self._store.run(_QUERIES["versions_seen"], params).to_pylist()]
        return self._with_routes(found)

    def _with_routes(self, found: Sequence[Change]) -> list[Change]:
        traces = [(row, trace_id) for row, one in enumerate(found) for trace_id in one.trace_ids]
        if not traces:
            return list(found)
        asked = pa.table(
            {
                "asked_row": pa.array([row for row, _ in traces], pa.int64()),
                "trace_id": pa.array([trace_id for _, trace_id in traces], pa.string()),
            }
        )
        near = {
            "start_ns": max(0, min(one.at_ns for one in found) - _ROUTES_WITHIN_NS),
            "until_ns": max(one.at_ns for one in found) + _ROUTES_WITHIN_NS,
        }
        routes: dict[int, list[str]] = {}
        for row in self._store.run(_QUERIES["versions_routes"], near, tables={"asked": asked}).to_pylist():
            routes.setdefault(row["asked_row"], []).append(row["route"])
        return [replace(one, routes=tuple(routes[row])) if row in routes else one for row, one in enumerate(found)]


def _change(row: Mapping[str, object]) -> Change:
    at_ns, kind, name, after = (row[word] for word in ("at_ns", "kind", "name", "after"))
    return Change(
        change_id=identity("seen", kind, name, after, int(str(at_ns)) // NS_PER_HOUR if row["again"] else None),
        kind=Kind(str(kind)),
        name=str(name),
        before=None if row["before"] is None else str(row["before"]),
        after=str(after),
        at_ns=int(str(at_ns)),
        source=Source.SEEN,
        seen_at_ns=int(str(at_ns)),
        trace_ids=tuple(row["trace_ids"]),  # type: ignore[arg-type]  # a list of text
        again=bool(row["again"]),
    )
