"""The reader of the downgrade signal: a background thread that polls, and an answer in about a microsecond.

    reader = DowngradeReader("http://127.0.0.1:8320").start()
    verdict = reader.tier(tenant="acme", route="answer", key=conversation_id)

Nothing that happens to the publisher reaches the app: while it is down, slow or wrong, the last decisions hold until
their leases end, and then each does what its ``on_expiry`` says. Asking takes no lock and makes no call; a new document
replaces the table in one assignment.

A lease ends by the publisher's clock: when its ``Date`` differs from ours by more than two seconds, the difference is
taken into account. After a fork the child starts its own thread and connection.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event, Lock, Thread
from time import monotonic
from types import TracebackType
from typing import Self
from weakref import WeakMethod

from instrumentation.decision_client import Answer, DecisionClient, error_kind
from instrumentation.decision_table import NO_DECISION, DecisionTable, Outcome, Verdict
from instrumentation.downgrade_json import from_json

# The Date header counts whole seconds; a smaller difference says nothing.
_SKEW_NOISE = timedelta(seconds=2)
_NO_SKEW = timedelta(0)
_FIRST_BACKOFF_S = 0.2


@dataclass(frozen=True, slots=True)
class ReaderStatus:
    """How the reader is doing; ``age_s`` is the time since the publisher last answered well, None before that.

    ``errors`` counts by kind: unreachable, timeout, protocol, http_<status>, too_large, garbage (no document), old (a
    replayed document), unknown_word (a decision with a tier this version does not know), lookup (an argument of
    ``tier`` that cannot be looked up).
    """

    running: bool
    epoch: int | None
    seq: int | None
    last_success_at: datetime | None
    age_s: float | None
    skew_s: float
    errors: Mapping[str, int]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class DowngradeReader:
    """Keeps the current decisions of one publisher.

    It asks the publisher to wait ``wait_s`` for a change, and asks at least ``poll_s`` apart when nothing changed
    (``wait_s=0`` is plain polling). ``timeout_s`` and ``max_bytes`` bound an answer. After failures it waits
    exponentially longer, up to ``max_backoff_s``, with jitter from ``chance`` (0..1).
    """

    def __init__(
        self,
        url: str,
        *,
        poll_s: float = 1.0,
        wait_s: float = 20.0,
        timeout_s: float = 5.0,
        max_bytes: int = 1 << 20,
        max_backoff_s: float = 10.0,
        headers: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] = _utc_now,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._poll_s, self._wait_s, self._max_backoff_s = poll_s, wait_s, max_backoff_s
        self._clock, self._chance = clock, chance
        self._new_client = partial(DecisionClient, url, timeout_s, max_bytes, headers or {})
        self._client = self._new_client()
        self._table, self._skew = DecisionTable(), _NO_SKEW
        self._etag: str | None = None
        self._failures = 0
        self._last_success_at: datetime | None = None
        self._errors: Counter[str] = Counter()
        self._lock, self._stopping, self._answered = Lock(), Event(), Event()
        self._thread: Thread | None = None

    def tier(
        self, *, tenant: str | None = None, route: str | None = None, model: str | None = None, key: str | None = None
    ) -> Verdict:
        """Judge one request, from memory. Without a ``key`` a share is drawn at random, request by request."""
        try:
            at = self._clock()
            if self._skew:
                at += self._skew
            drawn = key if key is not None else repr(self._chance())
            return self._table.tier_for(tenant=tenant, route=route, model=model, key=drawn, at=at)
        except Exception:  # noqa: BLE001 - whatever is asked, the request is served; status() shows the count
            self._count("lookup")
            return NO_DECISION

    def status(self) -> ReaderStatus:
        """Report what the reader last read, when, and what went wrong."""
        with self._lock:
            errors, last = dict(self._errors), self._last_success_at
        known = self._table.epoch >= 0
        return ReaderStatus(
            running=self._thread is not None and self._thread.is_alive(),
            epoch=self._table.epoch if known else None,
            seq=self._table.seq if known else None,
            last_success_at=last,
            age_s=None if last is None else (self._clock() - last).total_seconds(),
            skew_s=self._skew.total_seconds(),
            errors=errors,
        )

    def start(self) -> Self:
        """Start polling in the background; does nothing when it already runs."""
        if self._thread is None:
            os.register_at_fork(after_in_child=_weakly(self._after_fork))
            self._launch()
        return self

    def answered(self, timeout_s: float) -> bool:
        """Wait for the first good answer; False when there was none in time."""
        return self._answered.wait(timeout_s)

    def stop(self) -> None:
        """End the thread, in the middle of a poll if need be. What was read stays in force until its leases end."""
        self._stopping.set()
        self._client.interrupt()
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _launch(self) -> None:
        self._thread = Thread(target=self._run, name="burnline-downgrade-reader", daemon=True)
        self._thread.start()

    def _after_fork(self) -> None:
        """Give the child its own thread, connection and locks; the parent's are copies in unknown states."""
        if self._stopping.is_set():
            return
        self._client.close()
        self._client = self._new_client()
        self._lock, self._stopping, self._answered = Lock(), Event(), Event()
        self._launch()

    def _run(self) -> None:
        while not self._stopping.is_set():
            pause_s = self._turn()
            if pause_s > 0:
                self._stopping.wait(pause_s)
        self._client.close()

    def _turn(self) -> float:
        """Poll once; returns how long to pause before the next poll, in seconds."""
        began = monotonic()
        try:
            outcome = self._take(self._client.poll(self._etag, self._wait_s))
        except Exception as error:  # noqa: BLE001 - a thread that dies would freeze the signal; it is counted instead
            return self._failed(error)
        self._failures = 0
        return 0.0 if outcome is Outcome.APPLIED else max(0.0, self._poll_s - (monotonic() - began))

    def _take(self, answer: Answer) -> Outcome:
        outcome = Outcome.REPEATED
        if answer.body is not None:
            received = from_json(answer.body)
            self._table, outcome = self._table.applied(received.document, received.unknown)
            self._count("old", outcome is Outcome.OLD)
            self._count("unknown_word", len(received.unknown) if outcome is Outcome.APPLIED else 0)
            self._etag = None if outcome is Outcome.OLD else answer.etag
        now = self._clock()
        skew = _NO_SKEW if answer.answered_at is None else answer.answered_at - now
        self._skew = skew if abs(skew) > _SKEW_NOISE else _NO_SKEW
        with self._lock:
            self._last_success_at = now
        self._answered.set()
        return outcome

    def _failed(self, error: Exception) -> float:
        if self._stopping.is_set():
            return 0.0
        self._client.close()
        self._count(error_kind(error))
        self._failures += 1
        longest = min(self._max_backoff_s, _FIRST_BACKOFF_S * 2.0 ** min(self._failures - 1, 16))
        return longest * (0.5 + self._chance() / 2)

    def _count(self, kind: str, times: int = 1) -> None:
        if times:
            with self._lock:
                self._errors[kind] += times


def _weakly(method: Callable[[], None]) -> Callable[[], None]:
    """Call ``method`` unless its owner is gone; a fork hook cannot be taken back."""
    reference = WeakMethod(method)

    def call() -> None:
        alive = reference()
        if alive is not None:
            alive()

    return call
