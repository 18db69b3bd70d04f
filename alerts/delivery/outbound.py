"""The one client that speaks to others' servers: one POST, to a checked address, bounded in time and size.

The name is resolved once. The first address that may be sent to is connected to as it is; TLS still proves the name.
Redirects are not followed, proxies from the environment are not used, what is answered is read up to a limit and thrown
away. One clock runs over connection, handshake, request and answer together: when it is over the socket is shut, so
that a server which sends a byte now and then gains no time. Only the system's resolver has a patience of its own.
"""

import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Event, Timer
from time import monotonic
from urllib.parse import SplitResult, urlsplit

from alerts.delivery.addresses import Network, parsed, refusal

MOST_ANSWER_BYTES = 16_384
"""An answer is not looked at; this much is read so that a polite server sees its answer taken."""
_PORTS = {"https": 443, "http": 80}

Resolve = Callable[[str, int], Sequence[str]]
"""Addresses of a host, in the order in which they are to be tried; raises OSError."""


class NotDelivered(Exception):
    """Nothing was delivered; ``kind`` is a short word to count it under."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Answered:
    """What the server said."""

    status: int
    retry_after: str | None = None


def addresses_of(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send, and what that may be.

    >>> Target("http://hooks.example.com/burnline")
    Traceback (most recent call last):
    ...
    ValueError: url is 'http://hooks.example.com/burnline'; expected https, or allow_http: true beside it
    """

    url: str
    allow_http: bool = False
    anywhere: bool = False
    """Whether every address will do: for the operator's own servers, not for what others name."""
    networks: tuple[Network, ...] = ()
    """Networks that may be sent to although they are not public."""
    timeout_s: float = 10.0
    resolve: Resolve = field(default=addresses_of, repr=False)

    def __post_init__(self) -> None:
        parts = _split(self.url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError(f"url is {self.url!r}; expected one such as https://hooks.example.com/burnline")
        if parts.username is not None or parts.password is not None:
            raise ValueError("url holds a user or password; expected none, the signature says who sends")
        if parts.scheme == "http" and not self.allow_http:
            raise ValueError(f"url is {self.url!r}; expected https, or allow_http: true beside it")

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Send once; raises :class:`NotDelivered` when there is no answer at all."""
        parts, deadline = _split(self.url), monotonic() + self.timeout_s
        port = parts.port or _PORTS[parts.scheme]
        with _explained(self.timeout_s):
            address = self._address(parts.hostname or "", port)
            sock = socket.create_connection((address, port), _left_s(deadline))
        return self._exchange(parts, sock, deadline, body, headers)

    def _address(self, host: str, port: int) -> str:
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NotDelivered("unresolved", f"{host} has no address: {error}") from error
        reasons = []
        for address in found:
            reason = None if self.anywhere else refusal(parsed(address), self.networks)
            if reason is None:
                return address
            reasons.append(reason)
        said = "; ".join(reasons) or "there is none"
        raise NotDelivered("refused_address", f"{host} has no address that may be sent to: {said}")

    def _exchange(
        self, parts: SplitResult, sock: socket.socket, deadline: float, body: bytes, headers: Mapping[str, str]
    ) -> Answered:
        over = Event()
        with closing(self._connection(parts, sock)) as connection, _explained(self.timeout_s, over):
            timer = Timer(_left_s(deadline), _shut, (connection, over))
            timer.daemon = True
            timer.start()
            try:
                if isinstance(connection.sock, ssl.SSLSocket):
                    connection.sock.do_handshake()
                connection.request("POST", _path(parts), body, {**headers, "Connection": "close"})
                answered = _answered(connection.getresponse())
                if over.is_set():  # half an answer looks like a whole one once the socket is shut
                    raise TimeoutError
                return answered
            finally:
                timer.cancel()

    @staticmethod
    def _connection(parts: SplitResult, sock: socket.socket) -> HTTPConnection:
        host = parts.hostname or ""
        if parts.scheme == "http":
            plain = HTTPConnection(host, parts.port)
            plain.sock = sock
            return plain
        context = ssl.create_default_context()
        secure = HTTPSConnection(host, parts.port, context=context)
        secure.sock = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
        return secure


class _explained:  # noqa: N801 - reads as a verb at its uses
    """Name what went wrong by a word that can be counted."""

    def __init__(self, timeout_s: float, over: Event | None = None) -> None:
        self._timeout_s, self._over = timeout_s, over

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Turn the errors of sockets, TLS and HTTP into one."""
        if not isinstance(error, OSError | HTTPException | ValueError):
            return
        if isinstance(error, TimeoutError) or (self._over is not None and self._over.is_set()):
            raise NotDelivered("timeout", f"no answer within {self._timeout_s} s") from error
        if not isinstance(error, OSError):  # its text may hold what the server said, which nobody is to be shown
            raise NotDelivered("protocol", f"the answer is no HTTP: {type(error).__name__}") from error
        kind = "tls" if isinstance(error, ssl.SSLError) else "unreachable"
        raise NotDelivered(kind, f"{type(error).__name__}: {error}") from error


def _answered(response: HTTPResponse) -> Answered:
    response.read(MOST_ANSWER_BYTES)
    return Answered(response.status, response.getheader("Retry-After"))


def _shut(connection: HTTPConnection, over: Event) -> None:
    over.set()
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was closed already, which is what was wanted


def _left_s(deadline: float) -> float:
    left_s = deadline - monotonic()
    if left_s <= 0:
        raise NotDelivered("timeout", "the time was over before a connection was made")
    return left_s


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"url is {url!r}, which is none: {error}") from error
    return parts


def _path(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path
