"""Builders: a board, subscriptions to real receivers, and deliveries with a short patience."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from alerts.board import Board
from alerts.delivery.deliveries import Deliveries
from alerts.delivery.outbox import Outbox
from alerts.delivery.retries import Pace
from alerts.delivery.secrets import Source
from alerts.delivery.settings import Event, Subscription
from alerts.delivery.webhooks import Secret
from collector.store import DuckDBStore

TEXT = "whsec_" + b64encode(b"a secret of thirty-two bytes ...").decode()
SECRET = Secret.of("hook", TEXT)
QUICK_S = (0.02, 0.02, 0.02)


def now() -> datetime:
    return datetime.now(UTC)


def pace(pauses_s=QUICK_S, clock=now) -> Pace:
    return Pace(clock, lambda: 0.5, pauses_s)


def subscription(url: str, name: str = "hook", **changes) -> Subscription:
    given = {"allow_http": True, "allow_networks": ("127.0.0.0/8",), "timeout_s": 2.0, **changes}
    return Subscription(name, url, (Source("HOOK"),), **given)


def document_only(url: str, **changes) -> Subscription:
    return subscription(url, events=(Event.ISSUED,), **changes)


@contextmanager
def delivering(board: Board, *subscriptions: Subscription, store=None, how=None) -> Iterator[Deliveries]:
    """Run deliveries until the end of the block; what they could not deliver stays in the store."""
    store = store or DuckDBStore(None)
    made = Deliveries.of(board, Outbox(store), [(one, [SECRET]) for one in subscriptions], how or pace())
    made.start()
    try:
        yield made
    finally:
        assert made.stop(5)
