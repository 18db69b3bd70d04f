"""The whole document, pushed at every issue: for receivers that obey what they are sent, leases and all.

Only the newest document is worth delivering, so nothing is queued or kept: one that could not be delivered is tried
again until a newer one takes its place, or its leases are over.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Condition, Thread

from alerts.delivery import webhooks
from alerts.delivery.cloud_events import CONTENT_TYPE, whole
from alerts.delivery.outbound import NotDelivered
from alerts.delivery.retries import Pace
from alerts.delivery.settings import Subscription
from alerts.delivery.webhooks import Secret
from instrumentation.downgrade import DecisionDocument

_log = logging.getLogger(__name__)
_AGAIN_S = 5.0
_GOOD = range(200, 300)


@dataclass(slots=True)
class DocumentCourier:
    """Pushes the newest document to one subscription, in a thread of its own."""

    subscription: Subscription
    secrets: Sequence[Secret]
    pace: Pace
    again_s: float = _AGAIN_S
    delivered: int = 0
    """Documents that were delivered since the start."""
    failed: int = 0
    """Tries that failed since the start."""
    _newest: DecisionDocument | None = None
    _done: tuple[int, int] = (-1, -1)
    _changed: Condition = field(default_factory=Condition)
    _stopping: bool = False
    _thread: Thread | None = None

    def start(self) -> None:
        """Begin to push."""
        self._thread = Thread(target=self._run, name=f"push {self.subscription.name}", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """End after the try under way; whether it ended in time."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()

    def take(self, document: DecisionDocument) -> None:
        """Push this document from now on, instead of the one before."""
        with self._changed:
            self._newest = document
            self._changed.notify_all()

    def turn(self) -> float | None:
        """Push the newest document if it is not delivered; how long to pause, None when there is nothing to do."""
        with self._changed:
            document = self._newest
        if document is None or (document.epoch, document.seq) <= self._done:
            return None
        try:
            status = self._sent(document)
        except NotDelivered as error:
            return self._failed(document, str(error))
        if status not in _GOOD:
            return self._failed(document, f"found status {status}; expected 2xx")
        self.delivered += 1
        self._done = (document.epoch, document.seq)
        return 0.0

    def _sent(self, document: DecisionDocument) -> int:
        concerned = tuple(one for one in document.decisions if self.subscription.concerns(one.scope))
        named = f"{self.subscription.name} {document.epoch} {document.seq} issued"
        message_id = f"msg_{hashlib.sha256(named.encode()).hexdigest()[:32]}"
        body = whole(replace(document, decisions=concerned), message_id)
        headers = webhooks.headers(message_id, self.pace.clock(), body, self.secrets)
        return self.subscription.target().post(body, {"Content-Type": CONTENT_TYPE, **headers}).status

    def _failed(self, document: DecisionDocument, detail: str) -> float:
        self.failed += 1
        _log.warning("document %s-%s to %s: %s", document.epoch, document.seq, self.subscription.name, detail)
        return self.again_s

    def _run(self) -> None:
        while True:
            try:
                pause_s = self.turn()
            except Exception:  # noqa: BLE001 - a courier that ends would leave its subscriber in silence; it is logged
                self.failed += 1
                _log.exception("a push to %s failed in a way nobody foresaw", self.subscription.name)
                pause_s = self.again_s
            with self._changed:
                if self._stopping:
                    return
                newest = self._newest
                waiting = newest is not None and (newest.epoch, newest.seq) > self._done
                if pause_s or not waiting:
                    self._changed.wait(pause_s)
