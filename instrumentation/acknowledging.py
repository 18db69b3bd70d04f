"""Telling the publisher what a reader applied, so that an operator sees who follows, how late, and who does not.

    POST /v1/routing/acknowledgements
    {"reader", "service", "epoch", "seq", "applied_at", "decisions": 3, "held": [{"tenant", "route", "model"}]}

In a thread of its own, with the latest state only and nothing queued: a publisher that does not take it, or hangs,
costs nobody anything and is counted. The state is told again every ``every_s``, so that a publisher that was restarted
knows.
"""

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection
from socket import SHUT_RDWR, gethostname
from threading import Event, Thread
from typing import Protocol
from urllib.parse import urlsplit

from instrumentation.decision_client import DECISIONS_PATH, RefusedAnswerError, connected, error_kind
from instrumentation.downgrade import Scope

ACKNOWLEDGEMENTS_PATH = "/v1/routing/acknowledgements"
_MOST_HELD = 50


@dataclass(frozen=True, slots=True)
class Applied:
    """What a reader applied, and when; ``held`` are scopes whose decisions it could not read."""

    epoch: int
    seq: int
    applied_at: datetime
    decisions: int
    held: tuple[Scope, ...] = ()


class Source(Protocol):
    """What knows what was applied last; None before anything was."""

    applied: Applied | None


@dataclass(slots=True)
class Acknowledger:
    """Tells one publisher about one reader."""

    url: str
    source: Source
    service: str
    timeout_s: float
    every_s: float
    headers: Mapping[str, str]
    reader: str
    errors: Counter[str] = field(default_factory=Counter)
    told: Applied | None = None
    """The last state that the publisher took."""
    _due: Event = field(default_factory=Event)
    _stopping: bool = False
    _connection: HTTPConnection | None = None

    def start(self) -> None:
        """Begin; nothing is told before something was applied."""
        Thread(target=self._run, name="burnline-downgrade-acknowledger", daemon=True).start()

    def wake(self) -> None:
        """Tell soon: something new was applied."""
        self._due.set()

    def stop(self) -> None:
        """End, in the middle of an exchange if need be."""
        self._stopping = True
        self._due.set()
        connection = self._connection
        if connection is not None and connection.sock is not None:
            try:
                connection.sock.shutdown(SHUT_RDWR)
            except OSError:
                return  # it was closed already, which is what was wanted

    def _run(self) -> None:
        while not self._stopping:
            self._due.wait(self.every_s)
            self._due.clear()
            applied = self.source.applied
            if applied is not None and not self._stopping:
                self._tell(applied)

    def _tell(self, applied: Applied) -> None:
        try:
            self._connection = connected(self.url, self.timeout_s)
            self._post(self._connection, applied)
            self.told = applied
        except Exception as error:  # noqa: BLE001 - telling is a courtesy; it is counted and tried with the next state
            self.errors[error_kind(error)] += 1
        finally:
            if self._connection is not None:
                self._connection.close()

    def _post(self, connection: HTTPConnection, applied: Applied) -> None:
        headers = {"Content-Type": "application/json", "Connection": "close", **self.headers}
        connection.request("POST", _target(self.url), body_of(self.reader, self.service, applied), headers)
        status = connection.getresponse().status
        if status not in {200, 202, 204}:
            raise RefusedAnswerError(f"http_{status}", f"found status {status}; expected 204")


def body_of(reader: str, service: str, applied: Applied) -> bytes:
    """Write an acknowledgement as JSON."""
    told = {
        "reader": reader,
        "service": service,
        "epoch": applied.epoch,
        "seq": applied.seq,
        "applied_at": applied.applied_at.isoformat().replace("+00:00", "Z"),
        "decisions": applied.decisions,
        "held": [{"tenant": s.tenant, "route": s.route, "model": s.model} for s in applied.held[:_MOST_HELD]],
    }
    return json.dumps(told, separators=(",", ":")).encode()


def own_name() -> str:
    """Name this process: its host and process id."""
    return f"{gethostname()}-{os.getpid()}"


def _target(url: str) -> str:
    """Return the path beside the decisions; a publisher behind a prefix keeps it.

    >>> _target("http://host"), _target("http://host/burnline/v1/routing/decisions?tenant=acme")
    ('/v1/routing/acknowledgements', '/burnline/v1/routing/acknowledgements')
    """
    return urlsplit(url).path.removesuffix(DECISIONS_PATH).rstrip("/") + ACKNOWLEDGEMENTS_PATH
