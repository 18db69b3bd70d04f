"""The outbox: what is to be delivered and what became of it, kept so that a restart loses nothing.

A message is queued before the first try and noted after each; a crash between a delivery and its note means that the
message is delivered again, under the same id. Rows are only added, and forgotten a week after they were done with.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import Any

import pyarrow as pa

from alerts.delivery.settings import Event
from analytics.slo.burn import nanoseconds
from collector.store import Step, Store, queries_of
from instrumentation.downgrade import Scope

KEPT = timedelta(days=7)
_QUERIES = queries_of("alerts.delivery")
_MESSAGES = pa.schema(
    [
        ("position", pa.int64()),
        *((name, pa.string()) for name in ("message_id", "subscription", "event")),
        *((name, pa.int64()) for name in ("epoch", "seq")),
        *((name, pa.string()) for name in ("tenant", "route", "model", "fingerprint")),
        ("queued_at", pa.timestamp("ns")),
        ("body", pa.string()),
    ]
)
_TRIES = pa.schema(
    [
        ("position", pa.int64()),
        ("tried_at", pa.timestamp("ns")),
        ("tries", pa.int32()),
        ("outcome", pa.string()),
        ("status", pa.int16()),
        *((name, pa.string()) for name in ("reason", "detail")),
        ("next_at", pa.timestamp("ns")),
    ]
)


class Standing(StrEnum):
    """How a message stands."""

    WAITING = "waiting"
    FAILED = "failed"
    DELIVERED = "delivered"
    DEAD = "dead"


class Outcome(StrEnum):
    """How a message stands after a try."""

    DELIVERED = "delivered"
    FAILED = "failed"  # it is tried again
    DEAD = "dead"  # given up


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one subscription; its ``position`` is given by the outbox."""

    message_id: str
    subscription: str
    event: Event
    epoch: int
    seq: int
    scope: Scope
    fingerprint: str
    queued_at: datetime
    body: str
    position: int = 0
    tries: int = 0
    next_at: datetime | None = None
    """Not before; None before the first try."""


@dataclass(frozen=True, slots=True)
class Try:
    """What became of a message."""

    position: int
    tried_at: datetime
    tries: int
    outcome: Outcome
    status: int | None = None
    reason: str | None = None
    detail: str | None = None
    next_at: datetime | None = None


class Outbox:
    """Messages of every subscription; one for each store, from any thread."""

    def __init__(self, store: Store) -> None:
        """Take up where the store ends."""
        self._store, self._lock = store, Lock()
        self._position: int = store.run(_QUERIES["outbox_last"]).to_pylist()[0]["position"]

    def waiting(self) -> list[Message]:
        """Every message that is still to be delivered, in order."""
        return [_message(row) for row in self._store.run(_QUERIES["outbox_waiting"]).to_pylist()]

    def told(self) -> Mapping[str, Mapping[Scope, str]]:
        """The fingerprint of what each subscription was last told, by scope."""
        found: dict[str, dict[Scope, str]] = {}
        for row in self._store.run(_QUERIES["outbox_told"]).to_pylist():
            found.setdefault(row["subscription"], {})[_scope(row)] = row["fingerprint"]
        return found

    def known(self, event: Event) -> frozenset[str]:
        """The ids of every message of a kind that is not forgotten."""
        rows = self._store.run(_QUERIES["outbox_known"], {"event": event.value}).to_pylist()
        return frozenset(row["message_id"] for row in rows)

    def queue(self, messages: Sequence[Message]) -> list[Message]:
        """Keep the messages, all or none, and return them with their places; returns after the commit."""
        with self._lock:
            placed = [replace(one, position=self._position + n) for n, one in enumerate(messages, start=1)]
            if placed:
                self._store.change([Step(_QUERIES["outbox_append"])], tables={"messages": _messages(placed)})
                self._position = placed[-1].position
        return placed

    def note(self, tries: Sequence[Try]) -> None:
        """Keep what became of messages."""
        if tries:
            self._store.change([Step(_QUERIES["outbox_note"])], tables={"noted": _tries(tries)})

    def forget(self, at: datetime) -> None:
        """Drop what was done with a week ago."""
        before = {"before": (at - KEPT).astimezone(UTC).replace(tzinfo=None)}
        self._store.change([Step(_QUERIES["outbox_forget"], before), Step(_QUERIES["outbox_forget_tries"])])

    def totals(self) -> list[dict[str, Any]]:
        """How many messages of each subscription stand how."""
        return list(self._store.run(_QUERIES["outbox_totals"]).to_pylist())

    def page(
        self, limit: int, *, before: int | None = None, subscription: str | None = None, standing: str | None = None
    ) -> list[dict[str, Any]]:
        """Messages and how they stand, newest first."""
        asked = {"limit": limit, "before": before, "subscription": subscription, "standing": standing}
        return list(self._store.run(_QUERIES["outbox_page"], asked).to_pylist())


def _messages(messages: Iterable[Message]) -> pa.Table:
    rows = [
        {**asdict(one), **asdict(one.scope), "event": one.event.value, "queued_at": nanoseconds(one.queued_at)}
        for one in messages
    ]
    return pa.Table.from_pylist([{name: row[name] for name in _MESSAGES.names} for row in rows], schema=_MESSAGES)


def _tries(tries: Iterable[Try]) -> pa.Table:
    rows = [
        {
            **asdict(one),
            "outcome": one.outcome.value,
            "tried_at": nanoseconds(one.tried_at),
            "next_at": None if one.next_at is None else nanoseconds(one.next_at),
        }
        for one in tries
    ]
    return pa.Table.from_pylist(rows, schema=_TRIES)


def _message(row: Mapping[str, Any]) -> Message:
    plain = {name: row[name] for name in ("message_id", "subscription", "epoch", "seq", "fingerprint", "body")}
    return Message(
        **plain,
        event=Event(row["event"]),
        scope=_scope(row),
        queued_at=_instant(row["queued_ns"]),
        position=row["position"],
        tries=row["tries"],
        next_at=None if row["next_ns"] is None else _instant(row["next_ns"]),
    )


def _scope(row: Mapping[str, Any]) -> Scope:
    return Scope(row["tenant"], row["route"], row["model"])


def _instant(at_ns: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at_ns // 1_000)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
