"""Somebody between a router and Burnline: passes answers on, gives out old ones, forges, or cuts the line."""

import json
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event, Thread
from urllib.parse import urlsplit

from instrumentation.decision_signature import SIGNATURE_HEADER

_PASSED_ON = ("Content-Type", "ETag", "Date", SIGNATURE_HEADER)
FORGED_SEQ = 2**40
_CUT = {"hang", "reset"}
_RESET = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Answer:
    """What came from Burnline."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Meddler:
    """``mode``: pass, replay (the oldest document), reorder (any kept one), forge, swap (tags), hang, reset or half.

    Half of a body is followed by the end of the connection; a line that hangs or is reset takes the questions under
    way with it.
    """

    upstream: str
    url: str = ""
    mode: str = "pass"
    kept: list[Answer] = field(default_factory=list)
    """Every document that was passed on, the oldest first."""
    turns: Iterator[int] = field(default_factory=count)
    asking: set[socket.socket] = field(default_factory=set)
    """Connections of routers whose question Burnline has and has not answered."""
    ended: Event = field(default_factory=Event)

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Ask Burnline, and say what the router is told."""
        parts = urlsplit(self.upstream)
        connection = HTTPConnection(parts.hostname, parts.port, timeout=10)
        try:
            connection.request(method, path, body or None, headers)
            found = connection.getresponse()
            passed_on = {name: value for name in _PASSED_ON if (value := found.getheader(name))}
            told = Answer(found.status, passed_on, found.read())
        finally:
            connection.close()
        return self._meddled(told) if method == "GET" else told

    def cut(self) -> int:
        """End the connection of everybody who waits for an answer; returns how many did."""
        waiting = list(self.asking)
        for line in waiting:
            line.shutdown(socket.SHUT_RDWR)
        return len(waiting)

    def _meddled(self, told: Answer) -> Answer:
        match self.mode:
            case "replay":
                return self.kept[0]
            case "reorder":
                return self.kept[next(self.turns) * 7 % len(self.kept)]
            case "swap":
                return Answer(200, {**self.kept[0].headers, "ETag": self.kept[-1].headers["ETag"]}, self.kept[0].body)
            case "forge":
                empty = json.loads(self.kept[-1].body) | {"seq": FORGED_SEQ, "decisions": []}
                return Answer(200, self.kept[-1].headers, json.dumps(empty).encode())
        if told.status == HTTPStatus.OK:
            self.kept.append(told)
        return told


@contextmanager
def meddling(upstream: str) -> Iterator[Meddler]:
    """A meddler that listens until the end of the block."""
    meddler = Meddler(upstream)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"meddler": meddler}))
    server.daemon_threads, server.handle_error = True, lambda *_: None
    meddler.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield meddler
    finally:
        meddler.ended.set()
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    meddler: Meddler
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.meddler.mode in _CUT:
            self._cut()
        else:
            self._pass_on()

    do_POST = do_GET  # noqa: N815 - the name that its base calls

    def _cut(self):
        """Take the question and say nothing, or cut the line."""
        while self.meddler.mode == "hang" and not self.meddler.ended.wait(0.02):
            continue
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.close_connection = True
        self.connection.close()

    def _pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.meddler.asking.add(self.connection)
        try:
            told = self.meddler.answer(self.command, self.path, dict(self.headers), body)
        except OSError:
            told = Answer(502, {}, b"")
        finally:
            self.meddler.asking.discard(self.connection)
        if self.meddler.mode in _CUT:
            self._cut()
        else:
            self._tell(told)

    def _tell(self, told: Answer):
        self.send_response_only(told.status)
        for name, value in told.headers.items():
            self.send_header(name, value)
        if told.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(told.body)))
        self.end_headers()
        half = self.meddler.mode == "half" and told.body
        self.wfile.write(told.body[: len(told.body) // 2] if half else told.body)
        self.close_connection = self.close_connection or bool(half)

    def log_message(self, *arguments):
        pass
