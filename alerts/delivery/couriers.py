"""Couriers: one for each subscription, so that a slow subscriber delays nobody else.

Messages of a subscription go out one after the other, in the order in which they came about. The one at the head is
tried until it is delivered or given up, and those behind it wait: a receiver never hears of a later decision first.
"""

import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Condition, Thread

from alerts.delivery import retries, webhooks
from alerts.delivery.cloud_events import CONTENT_TYPE
from alerts.delivery.outbound import Answered, NotDelivered
from alerts.delivery.outbox import Message, Outbox, Outcome, Try
from alerts.delivery.retries import Pace
from alerts.delivery.settings import Subscription
from alerts.delivery.webhooks import Secret
from collector.store import StoreError

_log = logging.getLogger(__name__)
MOST_WAITING = 1_000
"""Messages that wait for one subscriber; past that the oldest is given up."""
_GONE = 410
"""What a receiver answers that is not to be told any more."""
_GOOD = range(200, 300)
_LONGEST_DETAIL = 300
_UNNOTED_PAUSE_S = 1.0
"""Pause before the next message where the store could not note the last one."""


@dataclass(slots=True)
class Courier:
    """Delivers the messages of one subscription, in a thread of its own."""

    subscription: Subscription
    secrets: Sequence[Secret]
    outbox: Outbox
    pace: Pace
    most_waiting: int = MOST_WAITING
    _queue: deque[Message] = field(default_factory=deque)
    _changed: Condition = field(default_factory=Condition)
    _trying: bool = False
    """Whether the head of the queue is under way."""
    _stopping: bool = False
    _thread: Thread | None = None

    def start(self) -> None:
        """Begin to deliver."""
        self._thread = Thread(target=self._run, name=f"deliver {self.subscription.name}", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """End after the try under way; what waits is kept for the next start. Whether it ended in time."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()

    def take(self, messages: Sequence[Message]) -> None:
        """Put messages behind those that wait already; the oldest make room where there is none."""
        with self._changed:
            self._queue.extend(messages)
            self._changed.notify_all()
            surplus = [self._oldest() for _ in range(len(self._queue) - self.most_waiting)]
        self._note([self._overtaken(message) for message in surplus])

    def turn(self) -> float | None:
        """Try the head of the queue if it is time; how long to pause, None when nothing waits."""
        at = self.pace.clock()
        with self._changed:
            message = self._queue[0] if self._queue else None
            if message is None:
                return None
            if message.next_at is not None and message.next_at > at:
                return (message.next_at - at).total_seconds()
            self._trying = True
        tried = self._tried(message, at)
        if tried.outcome is not Outcome.DELIVERED:
            _log.warning("%s to %s: %s", message.message_id, self.subscription.name, tried.detail)
        noted = self._note([tried])
        self._settle(message, tried)
        return 0.0 if noted else _UNNOTED_PAUSE_S

    def _run(self) -> None:
        while True:
            try:
                pause_s = self.turn()
            except Exception:  # noqa: BLE001 - a courier that ends would leave its subscriber in silence; it is logged
                _log.exception("a delivery to %s failed in a way nobody foresaw", self.subscription.name)
                pause_s = _UNNOTED_PAUSE_S
            with self._changed:
                if self._stopping:
                    return
                if pause_s is not None or not self._queue:
                    self._changed.wait(pause_s)

    def _tried(self, message: Message, at: datetime) -> Try:
        body = message.body.encode()
        headers = webhooks.headers(message.message_id, at, body, self.secrets)
        try:
            answered = self.subscription.target().post(body, {"Content-Type": CONTENT_TYPE, **headers})
        except NotDelivered as error:
            return self._failed(message, error.kind, str(error), asked=None)
        if answered.status in _GOOD:
            return Try(message.position, self.pace.clock(), message.tries + 1, Outcome.DELIVERED, answered.status)
        detail = f"found status {answered.status}; expected 2xx"
        return self._failed(message, f"http_{answered.status}", detail, asked=answered)

    def _failed(self, message: Message, reason: str, detail: str, *, asked: Answered | None) -> Try:
        tries, at = message.tries + 1, self.pace.clock()
        asked_s = None if asked is None else retries.retry_after_s(asked.retry_after, at)
        pause_s = retries.pause_s(tries, chance=self.pace.chance(), pauses_s=self._pauses_s(), asked_s=asked_s)
        status = None if asked is None else asked.status
        over = pause_s is None or status == _GONE
        next_at = None if over or pause_s is None else at + timedelta(seconds=pause_s)
        outcome = Outcome.DEAD if over else Outcome.FAILED
        return Try(message.position, at, tries, outcome, status, reason, detail[:_LONGEST_DETAIL], next_at)

    def _pauses_s(self) -> Sequence[float]:
        return [min(pause_s, self.subscription.longest_pause_s) for pause_s in self.pace.pauses_s]

    def _overtaken(self, message: Message) -> Try:
        detail = f"{self.most_waiting} later messages waited behind it"
        return Try(message.position, self.pace.clock(), message.tries, Outcome.DEAD, None, "overtaken", detail)

    def _oldest(self) -> Message:
        """Take off the oldest message that is not under way."""
        place = 1 if self._trying else 0
        message = self._queue[place]
        del self._queue[place]
        return message

    def _settle(self, message: Message, tried: Try) -> None:
        """Put the head back with its next try, or take it off."""
        with self._changed:
            self._trying = False
            self._queue.popleft()
            if tried.outcome is Outcome.FAILED:
                self._queue.appendleft(replace(message, tries=tried.tries, next_at=tried.next_at))

    def _note(self, tries: Sequence[Try]) -> bool:
        try:
            self.outbox.note(tries)
        except StoreError as error:
            _log.warning("what became of a delivery to %s is not on record: %s", self.subscription.name, error)
            return False
        return True
