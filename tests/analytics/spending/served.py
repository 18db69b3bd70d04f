"""A served application for callers that ask before they spend, as they find it over HTTP."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import uvicorn

from analytics.api import Goals
from analytics.periods import Period
from analytics.spending.api import router
from analytics.spending.budget import SpendBudget
from analytics.spending.pricing import Pricer
from analytics.spending.spending import Spending
from collector.store import DuckDBStore
from dashboards.app import Parts, build_app

BUDGETS = (
    SpendBudget("day", Decimal(10), Period.DAY, owner="finance"),
    SpendBudget("acme", Decimal(4), Period.DAY, tenant="acme"),
)


@dataclass(frozen=True, slots=True)
class House:
    """A listening application."""

    url: str
    spending: Spending


@contextmanager
def served(folder: Path, book: Pricer) -> Iterator[House]:
    """Serve on a free port until the end."""
    store = DuckDBStore(folder / "data")
    spending = Spending(store, BUDGETS, price=book)
    goals = Goals(budgets=BUDGETS, spending=spending)
    app = build_app(Parts(store, time.time_ns, goals, routers=(router(spending, time.time_ns),)))
    sock = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
    thread.start()
    yield House(f"http://127.0.0.1:{sock.getsockname()[1]}", spending)
    server.should_exit = True
    thread.join()
    store.close()
