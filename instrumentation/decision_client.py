"""One HTTP question to the publisher of decisions: a conditional long poll, bounded in time and size.

The standard library only, because this runs inside the serving app. One connection is kept open; ``interrupt`` ends a
poll from another thread. Redirects are not followed and proxies not used: the address is the operator's own.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from socket import SHUT_RDWR, socket
from time import monotonic
from urllib.parse import urlsplit

from instrumentation.decision_signature import SIGNATURE_HEADER

DECISIONS_PATH = "/v1/routing/decisions"
_CHUNK_BYTES = 65_536


class RefusedAnswerError(Exception):
    """What came is no good answer; ``kind`` is a short word to count it under."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def check_address(url: str) -> None:
    """Raise ValueError if this is no address of a server."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"found the address {url!r}; expected one such as http://127.0.0.1:8320")


def connected(url: str, timeout_s: float) -> HTTPConnection:
    """Open a connection to the server of an address; raises OSError."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    connection: HTTPConnection
    if parts.scheme == "https":
        connection = HTTPSConnection(host, port, timeout=timeout_s, context=ssl.create_default_context())
    else:
        connection = HTTPConnection(host, port, timeout=timeout_s)
    connection.connect()
    return connection


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: ``body`` is None when nothing has changed; ``answered_at`` is the publisher's own clock."""

    body: bytes | None
    etag: str | None
    answered_at: datetime | None
    signature: str | None = None


@dataclass(slots=True)
class DecisionClient:
    """Polls one URL; used by one thread, interrupted from any.

    ``url`` is the publisher's address or the full address of its decisions. ``timeout_s`` bounds connecting, and
    the answer beyond the time the publisher was asked to wait; ``max_bytes`` bounds the answer.
    """

    url: str
    timeout_s: float
    max_bytes: int
    headers: Mapping[str, str] = field(default_factory=dict)
    _connection: HTTPConnection | None = None
    _socket: socket | None = None
    _interrupted: bool = False

    def __post_init__(self) -> None:
        check_address(self.url)

    def poll(self, etag: str | None, wait_s: float) -> Answer:
        """Ask once; raises OSError, HTTPException or RefusedAnswerError when there is no good answer."""
        kept_open = self._connection is not None
        try:
            response = self._ask(etag, wait_s)
        except ConnectionError:
            self.close()
            if not kept_open or self._interrupted:
                raise
            response = self._ask(etag, wait_s)  # the publisher had closed an idle connection
        return self._answer(response)

    def interrupt(self) -> None:
        """End the poll under way, and every later one, at once."""
        self._interrupted = True
        if self._socket is not None:
            try:
                self._socket.shutdown(SHUT_RDWR)
            except OSError:
                return  # it was closed already, which is what was wanted

    def close(self) -> None:
        """Drop the connection; the next poll opens another."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._socket = None

    def _ask(self, etag: str | None, wait_s: float) -> HTTPResponse:
        connection = self._connection or self._connect()
        headers = {"Accept": "application/json", **self.headers}
        if etag is not None:
            headers["If-None-Match"] = etag
        if wait_s > 0:
            headers["Prefer"] = f"wait={int(wait_s)}"
        if self._socket is not None:
            self._socket.settimeout(wait_s + self.timeout_s)
        if self._interrupted:
            raise RefusedAnswerError("interrupted", "the reader was stopped")
        connection.request("GET", self._target(), headers=headers)
        return connection.getresponse()

    def _connect(self) -> HTTPConnection:
        connection = connected(self.url, self.timeout_s)
        self._connection, self._socket = connection, connection.sock
        return connection

    def _target(self) -> str:
        parts = urlsplit(self.url)
        path = DECISIONS_PATH if parts.path in {"", "/"} else parts.path
        return f"{path}?{parts.query}" if parts.query else path

    def _answer(self, response: HTTPResponse) -> Answer:
        body = self._body(response)
        response.close()  # read1 does not notice the end, and the next request would find this answer open
        if response.will_close:
            self.close()
        if response.status not in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
            raise RefusedAnswerError(f"http_{response.status}", f"found status {response.status}; expected 200 or 304")
        told = body if response.status == HTTPStatus.OK else None
        signed = response.getheader(SIGNATURE_HEADER)
        return Answer(told, response.getheader("ETag"), _date(response), signed)

    def _body(self, response: HTTPResponse) -> bytes:
        deadline, chunks, size = monotonic() + self.timeout_s, [], 0
        while chunk := response.read1(_CHUNK_BYTES):
            chunks.append(chunk)
            size += len(chunk)
            left_s = deadline - monotonic()
            if size > self.max_bytes:
                raise RefusedAnswerError("too_large", f"found over {self.max_bytes} bytes; expected fewer")
            if left_s <= 0:
                raise TimeoutError(f"the answer was not complete {self.timeout_s} s after its first byte")
            if self._socket is not None:
                self._socket.settimeout(left_s)
        if response.length:
            raise IncompleteRead(
                b"".join(chunks), response.length
            )  # read1 takes the end of a line for one of the answer
        return b"".join(chunks)


def error_kind(error: Exception) -> str:
    """Name the word an error of a poll is counted under.

    >>> error_kind(TimeoutError()), error_kind(ConnectionRefusedError())
    ('timeout', 'unreachable')
    """
    match error:
        case RefusedAnswerError():
            return error.kind
        case TimeoutError():
            return "timeout"
        case OSError():
            return "unreachable"
        case HTTPException():
            return "protocol"
        case _:
            return "garbage"


def _date(response: HTTPResponse) -> datetime | None:
    try:
        return parsedate_to_datetime(response.getheader("Date") or "").astimezone(UTC)
    except (TypeError, ValueError):
        return None
