"""Deliveries: watches the board, queues what each subscription has to be told, and keeps its courier busy.

What a subscription was told is on record, so a change that happened while this server was down is told at its start,
and one that was queued before it went down is delivered after. Nothing is said before the first evaluation: an empty
board that nobody has written on says nothing.
"""

import asyncio
import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Self

from alerts.board import Board
from alerts.delivery.announcing import Announcement, announcements
from alerts.delivery.cloud_events import about_scope
from alerts.delivery.couriers import Courier
from alerts.delivery.documents import DocumentCourier
from alerts.delivery.outbox import Message, Outbox, Outcome, Try
from alerts.delivery.retries import Pace
from alerts.delivery.settings import Event as Told
from alerts.delivery.settings import Subscription
from alerts.delivery.webhooks import Secret
from collector.store import StoreError
from instrumentation.downgrade import DecisionDocument, Scope

_log = logging.getLogger(__name__)
_LOOK_S = 0.25
"""Longest time between two looks at the board, and so the time it takes to end; a change on it is seen at once."""
_AGAIN_S = 1.0
"""Pause after a look that could not be kept."""
_FORGET_EVERY = timedelta(hours=1)
_QUEUED = frozenset({Told.CHANGED, Told.LIFTED, Told.ADVISED})
"""What goes through the outbox, each message once."""


@dataclass(slots=True)
class Deliveries:
    """Tells every subscription of one board's decisions, until it is stopped."""

    board: Board
    outbox: Outbox
    couriers: Sequence[Courier]
    pace: Pace
    documents: Sequence[DocumentCourier] = ()
    failures: int = 0
    """Looks that could not be kept in the store; they are taken again."""
    _told: dict[str, dict[Scope, str]] = field(default_factory=dict)
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None
    _forgot_at: datetime | None = None

    @classmethod
    def of(
        cls, board: Board, outbox: Outbox, subscribers: Sequence[tuple[Subscription, Sequence[Secret]]], pace: Pace
    ) -> Self:
        """Give every subscription what it needs, with what is still to be delivered and what it was told before."""
        queued = [one for one, _ in subscribers if not _QUEUED.isdisjoint(one.events)]
        secrets = {subscription.name: secrets for subscription, secrets in subscribers}
        couriers = [Courier(one, secrets[one.name], outbox, pace) for one in queued]
        documents = [DocumentCourier(one, secrets, pace) for one, secrets in subscribers if Told.ISSUED in one.events]
        made = cls(board, outbox, couriers, pace, documents)
        waiting = outbox.waiting()
        for courier in couriers:
            courier.take([one for one in waiting if one.subscription == courier.subscription.name])
        outbox.note([_unsubscribed(one, pace.clock()) for one in waiting if one.subscription not in secrets])
        made._told = {name: dict(told) for name, told in outbox.told().items()}
        return made

    def start(self) -> None:
        """Begin to watch and to deliver, if there is anybody to deliver to."""
        if not any(self._everybody()):
            return
        for courier in self._everybody():
            courier.start()
        self._thread = Thread(target=self._run, name="announce", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """End; close the board first, so that nobody waits for it. Whether all ended in time."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
        ended = [courier.stop(timeout_s) for courier in self._everybody()]
        return all(ended) and (self._thread is None or not self._thread.is_alive())

    def look(self) -> list[Message]:
        """Queue what has to be told of the current document; raises StoreError when it cannot be kept."""
        document, at = self.board.issue.document, self.pace.clock()
        if not self.board.published:
            return []
        found = {courier.subscription: self._found(courier.subscription, document) for courier in self.couriers}
        drafts = [
            _message(subscription, one, document, place, at)
            for subscription, announced in found.items()
            for place, one in enumerate(announced)
            if one.event in subscription.events
        ]
        placed = self.queue(drafts)
        for subscription, announced in found.items():
            self._told.setdefault(subscription.name, {}).update({one.scope: one.fingerprint for one in announced})
        for documents in self.documents:
            documents.take(document)
        return placed

    def queue(self, drafts: Sequence[Message]) -> list[Message]:
        """Keep messages and have them delivered; raises StoreError when they cannot be kept."""
        placed = self.outbox.queue(drafts)
        for courier in self.couriers:
            courier.take([one for one in placed if one.subscription == courier.subscription.name])
        return placed

    def _run(self) -> None:
        while not self._stop.is_set():
            etag = self.board.issue.etag
            if not self._looked() or self.board.closed:
                self._stop.wait(_AGAIN_S)
            elif self.board.issue.etag == etag:
                asyncio.run(self.board.changed(etag, _LOOK_S))

    def _looked(self) -> bool:
        try:
            self.look()
            self._forget(self.pace.clock())
        except StoreError as error:
            self.failures += 1
            _log.warning("what subscribers have to be told is not on record yet: %s", error)
            return False
        except Exception:  # noqa: BLE001 - the watch must not end because of one error nobody foresaw; it is logged
            self.failures += 1
            _log.exception("subscribers could not be told")
            return False
        return True

    def _found(self, subscription: Subscription, document: DecisionDocument) -> list[Announcement]:
        return list(announcements(subscription, self._told.get(subscription.name, {}), document))

    def _everybody(self) -> Iterator[Courier | DocumentCourier]:
        yield from self.couriers
        yield from self.documents

    def _forget(self, at: datetime) -> None:
        if self._forgot_at is None or at - self._forgot_at >= _FORGET_EVERY:
            self.outbox.forget(at)
            self._forgot_at = at


def _unsubscribed(message: Message, at: datetime) -> Try:
    detail = "the configuration has no such subscription any more"
    return Try(message.position, at, message.tries, Outcome.DEAD, None, "unsubscribed", detail)


def _message(
    subscription: Subscription, announcement: Announcement, document: DecisionDocument, place: int, at: datetime
) -> Message:
    named = f"{subscription.name} {document.epoch} {document.seq} {place}"
    message_id = f"msg_{hashlib.sha256(named.encode()).hexdigest()[:32]}"
    return Message(
        message_id=message_id,
        subscription=subscription.name,
        event=announcement.event,
        epoch=document.epoch,
        seq=document.seq,
        scope=announcement.scope,
        fingerprint=announcement.fingerprint,
        queued_at=at,
        body=about_scope(announcement, document, message_id, place).decode(),
    )
