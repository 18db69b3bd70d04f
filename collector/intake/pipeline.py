"""The intake: a bounded queue, a decoding thread, a committing thread.

While one group commits the next is decoded and further requests gather; so groups grow with the load and a lone
request waits for nobody. A request is answered after the commit that holds it, never before.

    offer() -> waiting (bounded in bytes) -> decoder -> [one group] -> writer -> answers
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from collector.accounts import Accounts
from collector.decode.pivot import VOCABULARY, Vocabulary
from collector.intake.logs import read_logs
from collector.intake.metrics import refuse_metrics
from collector.intake.settings import IntakeSettings
from collector.intake.traces import read_traces
from collector.intake.waiting import Waiting, WaitingRequests
from collector.intake.writer import Group, Writer
from collector.signals import Malformed, Overloaded, Receipt, Signal
from collector.store import Store, StoreUnavailable

_log = logging.getLogger(__name__)
_CLOSED = None


class _Room(Protocol):
    """The part of a store that knows about free space."""

    @property
    def below_floor(self) -> bool: ...


@dataclass(slots=True)
class _Decoded:
    waiting: list[Waiting]
    group: Group
    last: bool
    """Whether nothing more of the group that was taken follows."""


class Pipeline:
    """Keeps records durably; see :class:`collector.signals.Intake`."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        settings: IntakeSettings | None = None,
        *,
        room: _Room | None = None,
        vocabulary: Vocabulary = VOCABULARY,
        clock_ns: Callable[[], int] = time.time_ns,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        """``room`` tells when the disk is too full, ``vocabulary`` which attributes are understood.

        ``committed`` is told after every commit, once its senders are answered.
        """
        self._settings = settings or IntakeSettings()
        self._accounts = accounts
        self._room = room
        self._vocabulary = vocabulary
        self._clock_ns = clock_ns
        self._committed = committed
        self._writer = Writer(store, self._settings, clock_ns=clock_ns)
        self._queue = WaitingRequests(self._settings.queue_mb << 20, self._settings.ahead_mb << 20)
        self._decoded: queue.Queue[_Decoded | None] = queue.Queue(maxsize=1)
        self._threads = [
            threading.Thread(target=self._decode_forever, name="decode", daemon=True),
            threading.Thread(target=self._write_forever, name="write", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    async def offer(self, signal: Signal, body: bytes) -> Receipt:
        """Keep the records of one request; returns after the commit that holds them."""
        if signal is Signal.METRICS:
            receipt = await asyncio.to_thread(refuse_metrics, body)  # 64 MiB take half a second to parse
            self._accounts.add(signal, receipt)
            return receipt
        if self._room is not None and self._room.below_floor:
            raise self._overloaded("disk_floor", "the disk is nearly full: nothing is accepted until there is room")
        loop = asyncio.get_running_loop()
        waiting = Waiting(signal, body, loop.create_future(), loop)
        if not self._queue.put(waiting):
            if self._queue.closed:
                raise self._overloaded("draining", "the receiver is shutting down")
            raise self._overloaded("queue_full", "more is arriving than can be committed")
        return await waiting.answer

    def drain(self, timeout_s: float) -> bool:
        """Accept nothing more, commit what waits, stop the threads; whether everything was committed in time."""
        self._queue.close()
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def held_bytes(self) -> int:
        """Request bytes that are not answered yet."""
        return self._queue.held

    @property
    def held_requests(self) -> int:
        """Requests that are not answered yet."""
        return self._queue.requests

    @property
    def last_seq(self) -> int:
        """Number of the newest committed batch."""
        return self._writer.last_seq

    def _overloaded(self, reason: str, message: str) -> Overloaded:
        return Overloaded(reason, message, retry_after_s=self._settings.retry_after_s)

    def _decode_forever(self) -> None:
        while waiting := self._queue.take(self._settings.group_mb << 20):
            parts = self._decode(waiting)
            for i, (part, outcome) in enumerate(parts):
                last = i == len(parts) - 1
                if isinstance(outcome, Group):
                    self._decoded.put(_Decoded(part, outcome, last))
                else:
                    self._answer(part, [outcome] * len(part), last=last)
        self._decoded.put(_CLOSED)

    def _decode(self, waiting: list[Waiting]) -> list[tuple[list[Waiting], Group | Exception]]:
        """The group decoded whole; if one body spoils it, each on its own, so that the others do not suffer."""
        try:
            return [(waiting, self._read([item.body for item in waiting], waiting[0].signal))]
        except Malformed as error:
            if len(waiting) == 1:
                return [(waiting, error)]
        except Exception as error:  # noqa: BLE001 - whatever it is, the sender must not take it for success
            _log.exception("decoding failed; the senders are told to retry")
            if len(waiting) == 1:
                return [(waiting, self._overloaded("internal_error", f"decoding failed: {error}"))]
        return [outcome for item in waiting for outcome in self._decode([item])]

    def _read(self, bodies: Sequence[bytes], signal: Signal) -> Group:
        now_ns = self._clock_ns()
        if signal is Signal.LOGS:
            decoded, events = read_logs(bodies, received_ns=now_ns)
            return Group(decoded, events=events)
        decoded, spans = read_traces(bodies, received_ns=now_ns, vocabulary=self._vocabulary)
        return Group(decoded, spans=spans)

    def _write_forever(self) -> None:
        while (decoded := self._decoded.get()) is not _CLOSED:
            self._answer(decoded.waiting, self._commit(decoded.group), last=decoded.last)
            self._committed()

    def _commit(self, group: Group) -> Sequence[Receipt | Exception]:
        try:
            receipts = self._writer.commit(group)
        except StoreUnavailable as error:
            _log.warning("a group was not committed: %s", error)
            return [Overloaded("store_unavailable", str(error), retry_after_s=error.retry_after_s)] * len(group.bodies)
        except Exception as error:  # noqa: BLE001 - whatever it is, the sender must not take it for success
            _log.exception("a group was not committed; its senders are told to retry")
            return [self._overloaded("internal_error", f"commit failed: {error}")] * len(group.bodies)
        for body, receipt in zip(group.bodies, receipts, strict=True):
            self._accounts.add(body.signal, receipt)
        return receipts

    def _answer(self, waiting: list[Waiting], outcomes: Sequence[Receipt | Exception], *, last: bool) -> None:
        self._queue.release(waiting, whole=last)
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Receipt], Receipt | Exception]]] = {}
        for item, outcome in zip(waiting, outcomes, strict=True):
            by_loop.setdefault(item.loop, []).append((item.answer, outcome))
        for loop, answers in by_loop.items():
            try:
                loop.call_soon_threadsafe(_settle, answers)
            except RuntimeError:
                _log.debug("the server's loop is gone; its senders see a broken connection and retry")


def _settle(answers: list[tuple["asyncio.Future[Receipt]", Receipt | Exception]]) -> None:
    for future, outcome in answers:
        if future.done():  # the sender hung up; its retry will be noticed as a repeat
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
