"""Reservations in the store: an append-only table of events, written in groups and read back after a restart."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Condition, Lock
from typing import Any
from uuid import UUID

import pyarrow as pa

from analytics.notation import NS_PER_HOUR
from analytics.spending.budget import SCOPE, SpendBudget
from analytics.spending.reservation import SKEW_NS, Reservation, State, TraceCost
from analytics.spending.series import QUERIES, instant
from collector.store import Lane, Step, Store

RECENT_NS = 2 * NS_PER_HOUR
"""Nothing that happened longer ago counts: a hold lasts an hour at most, a settled one ten minutes."""
_USD = pa.decimal128(38, 15)
_AT = pa.timestamp("ns")
_EVENTS = pa.schema(
    [
        ("event_seq", pa.int64()),
        ("recorded_at", _AT),
        ("event", pa.string()),
        ("reservation_id", pa.uuid()),
        ("request_key", pa.string()),
        ("created_at", _AT),
        ("expires_at", _AT),
        ("amount_usd", _USD),
        ("actual_usd", _USD),
        ("trace_id", pa.uuid()),
        *((word, pa.string()) for word in SCOPE),
    ]
)
_SCOPES = pa.schema([("budget_row", pa.int32()), *((word, pa.string()) for word in SCOPE)])
_WATCHED = pa.schema([("trace_row", pa.int32()), ("trace_id", pa.uuid()), ("start_at", _AT)])


@dataclass(frozen=True, slots=True)
class Gap:
    """What reservations missed in a quarter of an hour, for one combination of words."""

    at_ns: int
    words: Mapping[str, str]
    overrun_usd: Decimal
    unseen_usd: Decimal


@dataclass(slots=True)
class EventLog:
    """Writes events so that those of concurrent callers share a commit: whoever comes first writes for all."""

    store: Store
    _next_seq: int = 0
    _waiting: list[tuple[int, Reservation, "Future[None]"]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _turn: Condition = field(default_factory=Condition)
    _writing: bool = False

    def resume(self) -> None:
        """Go on after the last event there is."""
        last: int | None = self.store.run(QUERIES["reservation_last"])["event_seq"][0].as_py()
        self._next_seq = 1 + (last or 0)

    def announce(self, reservation: Reservation) -> "Future[None]":
        """Give an event its place in the order; it is written by the next :meth:`flush` of anybody."""
        written: Future[None] = Future()
        with self._lock:
            self._waiting.append((self._next_seq, reservation, written))
            self._next_seq += 1
        return written

    def flush(self, written: "Future[None]") -> None:
        """Return once an event is durable; raises what the store raised when it is not.

        Who finds nobody writing writes for all; the others wait for their event, or for the writer to be through.
        """
        with self._turn:
            self._turn.wait_for(lambda: written.done() or not self._writing)
            if written.done():
                written.result()
                return
            self._writing = True
        self._write_for_all()
        written.result()

    def flush_all(self) -> None:
        """Write whatever was announced and nobody waits for."""
        with self._turn:
            self._turn.wait_for(lambda: not self._writing)
            self._writing = True
        self._write_for_all()

    def _write_for_all(self) -> None:
        try:
            self._write()
        finally:
            with self._turn:
                self._writing = False
                self._turn.notify_all()

    def _write(self) -> None:
        with self._lock:
            group, self._waiting = self._waiting, []
        if not group:
            return
        events = pa.Table.from_pylist([_row(seq, reservation) for seq, reservation, _ in group], schema=_EVENTS)
        try:
            self.store.change([Step(QUERIES["reservation_add"])], tables={"events": events}, lane=Lane.ASKED)
        except Exception as error:  # noqa: BLE001 - whatever it is, everybody of the group has to be told
            for *_, told in group:
                told.set_exception(error)
            return
        for *_, told in group:
            told.set_result(None)


def recent(store: Store, now_ns: int) -> list[Reservation]:
    """Every reservation that may still count, as it stands."""
    found = store.run(QUERIES["reservation_recent"], {"since": instant(now_ns - RECENT_NS)})
    return [_reservation(row) for row in found.to_pylist()]


def trace_costs(
    store: Store, budgets: Sequence[SpendBudget], watched: Mapping[UUID, Sequence[Reservation]]
) -> dict[UUID, TraceCost]:
    """What the ledger has of traces, by budget; a trace it has nothing of is not among them."""
    if not watched:
        return {}
    starts = {trace_id: min(r.created_ns for r in waiting) - SKEW_NS for trace_id, waiting in watched.items()}
    order = list(watched)
    rows = [{"trace_row": n, "trace_id": one.bytes, "start_at": starts[one]} for n, one in enumerate(order)]
    tables = {
        "watched": pa.Table.from_pylist(rows, schema=_WATCHED),
        "scopes": pa.Table.from_pylist([{"budget_row": n, **b.scope} for n, b in enumerate(budgets)], schema=_SCOPES),
    }
    since = {"since": instant(min(starts.values()))}
    by_budget: dict[int, dict[int, Decimal]] = {row: {} for row in range(len(order))}
    told: dict[int, tuple[bool, bool]] = {}
    for row in store.run(QUERIES["reservation_traces"], since, tables=tables).to_pylist():
        if row["budget_row"] is None:
            told[row["trace_row"]] = row["complete"], row["lines"] > 0
        else:
            by_budget[row["trace_row"]][row["budget_row"]] = row["cost_usd"]
    return {order[row]: TraceCost(costs, *told.get(row, (False, False))) for row, costs in by_budget.items()}


def gaps(store: Store, since_ns: int) -> list[Gap]:
    """What was settled above what was reserved, and what never came to the ledger, since an instant."""
    rows = store.run(QUERIES["reservation_gaps"], {"since": instant(since_ns)}).to_pylist()
    return [Gap(row["at_ns"], _words(row), row["overrun_usd"], row["unseen_usd"]) for row in rows]


def _row(seq: int, reservation: Reservation) -> dict[str, object]:
    return {
        "event_seq": seq,
        "recorded_at": reservation.changed_ns,
        "event": str(reservation.state),
        "reservation_id": reservation.reservation_id.bytes,
        "request_key": reservation.request_key,
        "created_at": reservation.created_ns,
        "expires_at": reservation.expires_ns,
        "amount_usd": reservation.amount_usd,
        "actual_usd": reservation.actual_usd,
        "trace_id": None if reservation.trace_id is None else reservation.trace_id.bytes,
        **reservation.words,
    }


def _reservation(row: Mapping[str, Any]) -> Reservation:
    return Reservation(
        reservation_id=_uuid(row["reservation_id"]),
        state=State(str(row["event"])),
        words=_words(row),
        created_ns=row["created_ns"],
        expires_ns=row["expires_ns"],
        changed_ns=row["recorded_ns"],
        amount_usd=row["amount_usd"],
        actual_usd=row["actual_usd"],
        request_key=row["request_key"],
        trace_id=None if row["trace_id"] is None else _uuid(row["trace_id"]),
    )


def _uuid(value: UUID | bytes) -> UUID:
    return value if isinstance(value, UUID) else UUID(bytes=value)


def _words(row: Mapping[str, object]) -> dict[str, str]:
    return {word: str(row[word]) for word in SCOPE if row[word] is not None}
