"""HTTP connections that cost little while they say nothing: uvicorn's protocol with limits before the application.

The application sees a request when its headers are complete. Until then this protocol bounds their size and the time
they take, and it bounds the number of connections. What is not HTTP at all gets a status like every other error.
"""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from collector.otlp.answers import code, refusal_body, retry_after_s
from collector.otlp.receiver import Receiver
from collector.otlp.refusals import HeadersTooLarge, TooSlow
from collector.signals import Malformed, Overloaded, Refused


class GuardedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, receiver: Receiver, **uvicorn: Any) -> None:  # noqa: ANN401 - uvicorn's own keywords
        super().__init__(**uvicorn)
        self._receiver = receiver
        self._limits = receiver.limits
        self._header_bytes = 0
        self._header_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn declares it
        """Admit the connection and wait for the headers of its first request."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections:
            most, delay_s = self._limits.connections, self._limits.retry_after_s
            self._end(Overloaded("connections", f"over {most} connections are open: retry", retry_after_s=delay_s))
        else:
            self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited from a connection that is gone."""
        self._headers_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse, and refuse headers that go on for too long."""
        super().data_received(data)
        if self._header_timer is not None:
            self._header_bytes += len(data)
            if self._header_bytes > self._limits.header_bytes:
                most = self._limits.header_bytes
                self._end(HeadersTooLarge("header_bytes", f"the headers are over {most} bytes: send fewer"))

    def on_message_begin(self) -> None:
        """Start to wait for a request's headers."""
        super().on_message_begin()
        self._await_headers()

    def on_headers_complete(self) -> None:
        """Hand the request to the application, which guards the body itself."""
        self._headers_came()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP."""
        self._end(Malformed("not_http", msg))

    def _await_headers(self) -> None:
        self._headers_came()
        self._header_bytes = 0
        late = TooSlow("header_timeout", f"no complete headers within {self._limits.header_timeout_s} s")
        self._header_timer = self.loop.call_later(self._limits.header_timeout_s, partial(self._end, late))

    def _headers_came(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def _end(self, refused: Refused) -> None:
        """Count, answer as JSON, since no content type is known yet, and close."""
        self._headers_came()
        if self.transport.is_closing():
            return
        self._receiver.refuse(None, refused)
        self.transport.write(_response(refused))
        self.transport.close()


def _response(refused: Refused) -> bytes:
    status, body = HTTPStatus(code(refused).http), refusal_body(refused, as_json=True)
    seconds = retry_after_s(refused)
    lines = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        *(() if seconds is None else (f"retry-after: {seconds}",)),
        "content-type: application/json",
        f"content-length: {len(body)}",
        "connection: close",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
