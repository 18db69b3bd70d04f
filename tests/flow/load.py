"""Senders that go on until they are told to stop, and know which of their spans were acknowledged."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import grpc
import httpx

from collector.otlp.schema import SERVICE
from collector.signals import Signal
from tests.analytics.derive.house import Sent, body, call

Key = tuple[int, int]
"""Trace and span id."""
Send = Callable[["Address", bytes], None]
TRACES = 10
"""New traces in one request."""
EXPORT = f"/{SERVICE[Signal.TRACES]}/Export"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens now."""

    otlp: str
    grpc: str


def portion(sender: int, number: int) -> list[Sent]:
    """Spans of one request: calls of new traces, and the roots of the traces before."""
    first = (sender << 40) + number * TRACES
    calls = [
        call(trace=trace, span=span, parent=1, response=f"r-{trace}-{span}", start_s=span / 10)
        for trace in range(first + 1, first + 1 + TRACES)
        for span in (2, 3)
    ]
    who = {"burnline.tenant": f"tenant-{sender}", "burnline.route": "answer"}
    roots = [
        Sent(trace=trace, span=1, kind="request", says=who) for trace in range(first + 1 - TRACES, first + 1) if number
    ]
    return calls + roots


@dataclass
class Load:
    """Several senders at once; each request is tried until it is acknowledged, as exporters do."""

    where: Callable[[], Address | None]
    pause_s: float = 0.0
    first: int = 1
    """Number of the first sender: two loads on one server need different ones."""
    acked: set[Key] = field(default_factory=set)
    """Spans whose request was answered with success."""
    sent: set[Key] = field(default_factory=set)
    tries: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, *kinds: Callable[[], Send]) -> "Load":
        """One sender of each kind."""
        for sender, kind in enumerate(kinds, start=self.first):
            self._threads.append(threading.Thread(target=self._run, args=(sender, kind()), daemon=True))
            self._threads[-1].start()
        return self

    def stop(self) -> None:
        """Finish what is on its way."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "a sender does not end"

    def _run(self, sender: int, send: Send) -> None:
        number = 0
        while not self._stop.is_set():
            spans = portion(sender, number)
            keys = {(span.trace, span.span) for span in spans}
            self.sent |= keys
            if self._deliver(send, body(spans)):
                self.acked |= keys
            number += 1
            self._stop.wait(self.pause_s)

    def _deliver(self, send: Send, wire: bytes) -> bool:
        while True:
            address = self.where()
            if address is not None:
                self.tries += 1
                try:
                    send(address, wire)
                except (httpx.HTTPError, grpc.RpcError):
                    pass  # not acknowledged, so it is sent again
                else:
                    return True
            if self._stop.is_set():
                return False
            time.sleep(0.01)


class OverHttp:
    """Sends one request after the other on one connection; returns when acknowledged with 200, else raises."""

    def __init__(self) -> None:
        self._client = httpx.Client(timeout=10, headers={"content-type": "application/x-protobuf"})

    def __call__(self, address: Address, wire: bytes) -> None:
        self._client.post(f"{address.otlp}/v1/traces", content=wire).raise_for_status()


class OverGrpc:
    """Sends one request after the other on one channel; returns when acknowledged with OK, else raises."""

    def __init__(self) -> None:
        self._target = ""
        self._channel: Any = None

    def __call__(self, address: Address, wire: bytes) -> None:
        if address.grpc != self._target:
            self._channel = grpc.insecure_channel(address.grpc)
            self._target = address.grpc
        self._channel.unary_unary(EXPORT)(wire, timeout=10)
