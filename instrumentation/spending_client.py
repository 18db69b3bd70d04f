"""One bounded HTTP exchange, for a question that must not hold up its caller.

The standard library only. The whole exchange has one deadline: connecting, sending and every piece of the answer get
what is left of it, so that an answer that drips in takes no longer than one that does not come. (A name is looked up
outside of it: give an address where that matters.) A connection is used once; redirects and proxies are not followed.
"""

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from socket import create_connection, socket
from typing import Any, cast
from urllib.parse import urlsplit

from instrumentation.decision_client import RefusedAnswerError, check_address

MOST_BYTES = 1 << 20
_CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Exchange:
    """Asks one server, a new connection for each question."""

    url: str
    timeout_s: float
    headers: Mapping[str, str]
    clock: Callable[[], float]

    def __post_init__(self) -> None:
        check_address(self.url)

    def ask(self, method: str, path: str, body: Mapping[str, object] | None) -> dict[str, Any]:
        """Ask once; raises OSError, HTTPException, ValueError or RefusedAnswerError when there is no good answer."""
        deadline = self.clock() + self.timeout_s
        with self._connected(deadline) as connection:
            self._left(connection, deadline)
            connection.sendall(self._request(method, path, body))
            raw = self._received(connection, deadline)
        return _answer(raw, method)

    def _connected(self, deadline: float) -> socket:
        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        plain = create_connection((parts.hostname or "", parts.port or (443 if secure else 80)), self.timeout_s)
        if not secure:
            return plain
        self._left(plain, deadline)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)

    def _left(self, connection: socket, deadline: float) -> None:
        left_s = deadline - self.clock()
        if left_s <= 0:
            raise TimeoutError(f"no answer within {self.timeout_s} s")
        connection.settimeout(left_s)

    def _request(self, method: str, path: str, body: Mapping[str, object] | None) -> bytes:
        parts = urlsplit(self.url)
        content = b"" if body is None else json.dumps(body, allow_nan=False).encode()
        headers = {
            "Host": parts.netloc.rpartition("@")[2],
            "Accept": "application/json",
            "Connection": "close",
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **self.headers,
        }
        lines = [f"{method} {parts.path.rstrip('/')}{path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + content

    def _received(self, connection: socket, deadline: float) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            self._left(connection, deadline)
            chunk = connection.recv(_CHUNK_BYTES)
            if not chunk:
                return b"".join(chunks)
            chunks.append(chunk)
            size += len(chunk)
            if size > MOST_BYTES:
                raise RefusedAnswerError("too_large", f"found over {MOST_BYTES} bytes; expected fewer")


@dataclass(frozen=True, slots=True)
class _Whole:
    """An answer that is there already, read as if from a socket."""

    raw: bytes

    def makefile(self, _mode: str) -> BytesIO:
        return BytesIO(self.raw)


def error_kind(error: Exception) -> str:
    """Name the word an error of an exchange is counted under.

    >>> error_kind(TimeoutError()), error_kind(ConnectionRefusedError()), error_kind(ValueError())
    ('timeout', 'unreachable', 'garbage')
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


def _answer(raw: bytes, method: str) -> dict[str, Any]:
    response = HTTPResponse(cast("socket", _Whole(raw)), method=method)
    response.begin()
    content = response.read()
    if response.status != 200:  # noqa: PLR2004 - 200 reads better than a name
        raise RefusedAnswerError(f"http_{response.status}", f"found status {response.status}: {content[:300]!r}")
    found = json.loads(content)
    if not isinstance(found, dict):
        raise TypeError(f"found {type(found).__name__}; expected an object")
    return found
