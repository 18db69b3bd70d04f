"""The board: the decisions in force, in memory, versioned and leased.

The evaluation publishes from its own thread; answers wait for changes on event loops. An issue is a whole snapshot with
its bytes made once. A new issue appears when the decisions change, or when their leases are due for renewal: then the
same decisions go out again with a later ``expires_at``. Without decisions there is nothing to lease and no renewal.

A lease spans at least four renewals, so that one lost answer, or three, do not end it.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from threading import Lock

from instrumentation.downgrade import Decision, DecisionDocument
from instrumentation.downgrade_json import to_json

RENEWALS_PER_LEASE = 4
REMEMBERED_ISSUES = 1_000
"""Issues whose instant is remembered, so that a reader's acknowledgement can be told from a late one."""
_GIVEN_BY_THE_BOARD = frozenset({"epoch", "seq", "expires_at"})


@dataclass(frozen=True, slots=True)
class Issue:
    """One published document, its JSON, and the strong entity tag of exactly these bytes."""

    document: DecisionDocument
    body: bytes

    @property
    def etag(self) -> str:
        """Name the issue; the sequence is part of it, so a renewed lease has a new tag."""
        return f'"{self.document.epoch}-{self.document.seq}"'


@dataclass(slots=True)
class Board:
    """Holds the current issue; safe to use from any thread and any event loop.

    ``epoch`` must grow with every restart of the publisher (``alerts/epochs.py``): readers drop what has a lower one.
    Decisions are renewed every ``renew_s`` and leased for ``lease_s``.

    >>> Board(epoch=7, opened_at=datetime.fromisoformat("2026-11-21T09:00:00Z"), renew_s=30, lease_s=60)
    Traceback (most recent call last):
    ...
    ValueError: lease_s is 60 and renew_s is 30; expected a lease of at least 4 renewals: lease_s 120 or renew_s 15.0
    """

    epoch: int
    opened_at: datetime
    renew_s: float = 5.0
    lease_s: float = 30.0
    _issue: Issue = field(init=False)
    _issued: deque[datetime] = field(init=False)
    _published: bool = False
    _waiting: dict[asyncio.Event, asyncio.AbstractEventLoop] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _closed: bool = False

    def __post_init__(self) -> None:
        if self.renew_s <= 0 or self.lease_s < RENEWALS_PER_LEASE * self.renew_s:
            raise ValueError(
                f"lease_s is {self.lease_s} and renew_s is {self.renew_s}; expected a lease of at least "
                f"{RENEWALS_PER_LEASE} renewals: lease_s {RENEWALS_PER_LEASE * self.renew_s} or renew_s "
                f"{self.lease_s / RENEWALS_PER_LEASE}"
            )
        self._issue = _issue(DecisionDocument(self.epoch, 0, self.opened_at))
        self._issued = deque([self.opened_at], maxlen=REMEMBERED_ISSUES)

    @property
    def issue(self) -> Issue:
        """The current issue."""
        return self._issue

    @property
    def published(self) -> bool:
        """Whether anybody has decided since the board was opened; before that its emptiness says nothing."""
        return self._published

    def issued_at(self, seq: int) -> datetime | None:
        """When an issue of this epoch went out; None for one still to come, or too long ago to be remembered."""
        with self._lock:
            place = len(self._issued) - 1 - (self._issue.document.seq - seq)
            return self._issued[place] if 0 <= place < len(self._issued) else None

    @property
    def closed(self) -> bool:
        """Whether the server is going down and nobody should wait here any more."""
        return self._closed

    def publish(self, decisions: Sequence[Decision], at: datetime) -> Issue:
        """Put these decisions in force; returns the current issue, a new one only when something has to be told.

        The board gives ``expires_at``, the lease, and ``epoch`` and ``seq``, those of the issue in which the decision
        first appeared as it is; whatever a decision carries there is replaced.
        """
        with self._lock:
            self._published = True
            current = self._issue.document
            appeared = {_content(d): d.seq for d in current.decisions}
            unchanged = [_content(d) for d in decisions] == [_content(d) for d in current.decisions]
            if unchanged and not self._renewal_due(at):
                return self._issue
            seq, until = current.seq + 1, at + timedelta(seconds=self.lease_s)
            leased = tuple(
                replace(d, epoch=self.epoch, seq=appeared.get(_content(d), seq), expires_at=until) for d in decisions
            )
            self._issue = _issue(DecisionDocument(self.epoch, seq, at, leased))
            self._issued.append(at)
            self._wake()
            return self._issue

    async def changed(self, etag: str, timeout_s: float) -> Issue:
        """Wait until the current issue is not ``etag``, for at most ``timeout_s`` or until the board closes."""
        told, loop = asyncio.Event(), asyncio.get_running_loop()
        with self._lock:
            if self._closed or self._issue.etag != etag:
                return self._issue
            self._waiting[told] = loop
        try:
            async with asyncio.timeout(timeout_s):
                await told.wait()
        except TimeoutError:
            return self._issue
        finally:
            with self._lock:
                self._waiting.pop(told, None)
        return self._issue

    def close(self) -> None:
        """Release everybody who waits, now and from now on; call it when the server begins to shut down."""
        with self._lock:
            self._closed = True
            self._wake()

    def _renewal_due(self, at: datetime) -> bool:
        document = self._issue.document
        return bool(document.decisions) and at >= document.issued_at + timedelta(seconds=self.renew_s)

    def _wake(self) -> None:
        for told, loop in self._waiting.items():
            try:
                loop.call_soon_threadsafe(told.set)
            except RuntimeError:
                continue  # that loop has ended, and its waiter with it
        self._waiting.clear()


def _issue(document: DecisionDocument) -> Issue:
    return Issue(document, to_json(document))


def _content(decision: Decision) -> tuple[object, ...]:
    """What is decided, leaving aside what the board gives."""
    return tuple(getattr(decision, f.name) for f in fields(decision) if f.name not in _GIVEN_BY_THE_BOARD)
