"""Builders for decisions, and the real publisher on a free port."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import monotonic, sleep
from typing import Any

import uvicorn
from fastapi import FastAPI

from alerts.board import Board
from alerts.routing_api import Limits, router
from instrumentation.downgrade import Decision, DecisionDocument, Mode, OnExpiry, Scope, Tier

NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)


def decision(tier: Tier = Tier.ECONOMY, scope: Scope | None = None, **changes: Any) -> Decision:
    plain = Decision(
        id="d-1",
        epoch=1,
        seq=1,
        scope=scope or Scope(),
        tier=tier,
        share=1.0,
        salt="d-1",
        mode=Mode.DEGRADED,
        issued_at=NINE,
        expires_at=NINE + timedelta(seconds=30),
        on_expiry=OnExpiry.BASELINE,
        reason="cost per answer burns 3.0 times faster than planned",
    )
    return replace(plain, **changes)


def document(*decisions: Decision, epoch: int = 1, seq: int = 1) -> DecisionDocument:
    return DecisionDocument(epoch=epoch, seq=seq, issued_at=NINE, decisions=decisions)


def eventually(condition: Callable[[], object], within_s: float = 5.0) -> bool:
    deadline = monotonic() + within_s
    while monotonic() < deadline:
        if condition():
            return True
        sleep(0.002)
    return bool(condition())


@contextmanager
def serving(app: Any, port: int = 0, before_stop: Callable[[], None] = lambda: None) -> Iterator[str]:
    """An ASGI app under uvicorn; ``before_stop`` runs before the server is told to stop."""
    listener = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert eventually(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        before_stop()
        server.should_exit = True
        thread.join(10)
        listener.close()
        assert not thread.is_alive(), "the server did not end: somebody still waits"


@contextmanager
def publishing(board: Board, port: int = 0, limits: Limits | None = None) -> Iterator[str]:
    """The routes of the signal over a board, ended as the real server ends them."""
    app = FastAPI()
    app.include_router(router(board, limits))
    with serving(app, port, before_stop=board.close) as url:
        yield url


def fresh_board(epoch: int = 1, lease_s: float = 30.0) -> Board:
    return Board(epoch=epoch, opened_at=datetime.now(UTC), renew_s=lease_s / 4, lease_s=lease_s)


def publish(board: Board, *decisions: Decision) -> None:
    """Publish as of now; the builders' decisions were taken in the past."""
    at = datetime.now(UTC)
    board.publish([replace(d, issued_at=at - timedelta(seconds=1), expires_at=at) for d in decisions], at)
