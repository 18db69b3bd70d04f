"""The reader of the downgrade signal: a background thread that polls, and an answer in about a microsecond.

    reader = DowngradeReader("http://127.0.0.1:8320").start()
    verdict = reader.tier(tenant="acme", route="answer", key=conversation_id)

Nothing that happens to the publisher reaches the app: while it is down, slow or wrong, the last decisions hold until
their leases end, and then each does what its ``on_expiry`` says. Asking takes no lock and makes no call; a new document
replaces the table in one assignment. After an interruption what was in force goes up by at most one tier per dwell.

A lease ends by the publisher's clock (``publisher_clock``); what an answer has to keep to be believed is in
``admission``. After a fork the child starts its own threads and connections.
"""

import os
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Self
from weakref import WeakMethod

from instrumentation.acknowledging import Acknowledger, own_name
from instrumentation.admission import Admission
from instrumentation.decision_client import DecisionClient, error_kind
from instrumentation.decision_signature import SignatureKey
from instrumentation.decision_table import NO_DECISION, UP_DWELL_S, Outcome, Verdict
from instrumentation.following import Following
from instrumentation.publisher_clock import elapsed_s, wall_clock
from instrumentation.reader_status import ReaderStatus, observe

_FIRST_BACKOFF_S = 0.2


class DowngradeReader:
    """Keeps the current decisions of one publisher.

    It asks the publisher to wait ``wait_s`` for a change, and asks at least ``poll_s`` apart when nothing changed
    (``wait_s=0`` is plain polling). ``timeout_s`` and ``max_bytes`` bound an answer. After failures it waits
    exponentially longer, up to ``max_backoff_s``, with jitter from ``chance`` (0..1).

    With ``keys`` only answers signed by one of them count. ``clock_tolerance_s`` is how far clocks may differ,
    ``longest_lease_s`` how long a publisher may bind this reader. ``up_dwell_s`` is the pace of the way up after an
    interruption where a decision says none. What was applied is acknowledged, and again every ``acknowledge_s`` (0 for
    never), as ``name`` of ``service``. ``clock`` is the time of this machine, ``elapsed`` counts seconds forward.
    """

    def __init__(
        self,
        url: str,
        *,
        keys: Sequence[SignatureKey] = (),
        poll_s: float = 1.0,
        wait_s: float = 20.0,
        timeout_s: float = 5.0,
        max_bytes: int = 1 << 20,
        max_backoff_s: float = 10.0,
        clock_tolerance_s: float = 30.0,
        longest_lease_s: float = 3_600.0,
        up_dwell_s: float = UP_DWELL_S,
        acknowledge_s: float = 30.0,
        service: str = "unknown_service",
        name: str | None = None,
        headers: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] = wall_clock,
        elapsed: Callable[[], float] = elapsed_s,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._poll_s, self._wait_s, self._max_backoff_s = poll_s, wait_s, max_backoff_s
        self._chance, self._given_name, self._acknowledges = chance, name, acknowledge_s > 0
        admission = Admission(tuple(keys), clock_tolerance_s, longest_lease_s)
        self._following = Following(admission, up_dwell_s, clock, elapsed)
        self._new_client = partial(DecisionClient, url, timeout_s, max_bytes, headers or {})
        self._new_acknowledger = partial(
            Acknowledger, url, self._following, service, timeout_s, acknowledge_s, headers or {}
        )
        self._client, self._acknowledger = self._new_client(), self._new_acknowledger(self.name)
        self._failures = 0
        self._stopping, self._answered = Event(), Event()
        self._thread: Thread | None = None

    @property
    def name(self) -> str:
        """What the publisher calls this reader."""
        return self._given_name or own_name()

    def tier(
        self, *, tenant: str | None = None, route: str | None = None, model: str | None = None, key: str | None = None
    ) -> Verdict:
        """Judge one request, from memory. Without a ``key`` a share is drawn at random, request by request."""
        try:
            return self._following.verdict(tenant, route, model, key if key is not None else repr(self._chance()))
        except Exception:  # noqa: BLE001 - whatever is asked, the request is served; status() shows the count
            self._following.count("lookup")
            return NO_DECISION

    def status(self) -> ReaderStatus:
        """Report what the reader last read, when, and what went wrong."""
        known, table, told = self._following, self._following.table, self._acknowledger.told
        read = table.epoch >= 0
        return ReaderStatus(
            running=self._thread is not None and self._thread.is_alive(),
            epoch=table.epoch if read else None,
            seq=table.seq if read else None,
            last_success_at=known.last_success_at,
            age_s=known.age_s(),
            skew_s=known.skew_s,
            errors=known.errors(),
            decisions=table.decisions,
            held=table.held,
            restrained=known.restrained(),
            acknowledged=None if told is None else (told.epoch, told.seq),
            acknowledgement_errors=dict(self._acknowledger.errors),
        )

    def start(self) -> Self:
        """Start polling in the background; does nothing when it already runs."""
        if self._thread is None:
            os.register_at_fork(after_in_child=_weakly(self._after_fork))
            observe(self)
            self._launch()
        return self

    def answered(self, timeout_s: float) -> bool:
        """Wait for the first good answer; False when there was none in time."""
        return self._answered.wait(timeout_s)

    def stop(self) -> None:
        """End the threads, in the middle of a poll if need be. What was read stays in force until its leases end."""
        self._stopping.set()
        self._acknowledger.stop()
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
        if self._acknowledges:
            self._acknowledger.start()

    def _after_fork(self) -> None:
        """Give the child its own threads, connections and locks; the parent's are copies in unknown states."""
        if self._stopping.is_set():
            return
        self._client.close()
        self._client = self._new_client()
        self._acknowledger = self._new_acknowledger(self.name)
        self._following.forked()
        self._stopping, self._answered = Event(), Event()
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
            outcome = self._following.take(self._client.poll(self._following.etag, self._wait_s))
        except Exception as error:  # noqa: BLE001 - a thread that dies would freeze the signal; it is counted instead
            return self._failed(error)
        self._failures = 0
        self._answered.set()
        if outcome is not Outcome.APPLIED:
            return max(0.0, self._poll_s - (monotonic() - began))
        self._acknowledger.wake()
        return 0.0

    def _failed(self, error: Exception) -> float:
        if self._stopping.is_set():
            return 0.0
        self._client.close()
        self._following.lost()
        self._following.count(error_kind(error))
        self._failures += 1
        longest = min(self._max_backoff_s, _FIRST_BACKOFF_S * 2.0 ** min(self._failures - 1, 16))
        return longest * (0.5 + self._chance() / 2)


def _weakly(method: Callable[[], None]) -> Callable[[], None]:
    """Call ``method`` unless its owner is gone; a fork hook cannot be taken back."""
    reference = WeakMethod(method)

    def call() -> None:
        alive = reference()
        if alive is not None:
            alive()

    return call
