"""A served application for callers that ask before they spend."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
import uvicorn

from analytics.api import Goals
from analytics.prices import PriceBook
from analytics.spending.api import router
from analytics.spending.budget import SpendBudget
from analytics.spending.periods import Period
from analytics.spending.pricing import Pricer, book_pricer
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


@pytest.fixture(scope="session")
def book() -> Pricer:
    """Price by the committed lists."""
    return book_pricer(PriceBook.load())


@pytest.fixture
def house(tmp_path: Path, book: Pricer) -> Iterator[House]:
    """Serve on a free port until the test ends."""
    yield from _served(tmp_path, book)


@pytest.fixture(scope="module")
def strict_house(tmp_path_factory: pytest.TempPathFactory, book: Pricer) -> Iterator[House]:
    """Serve questions that are all refused."""
    yield from _served(tmp_path_factory.mktemp("strict"), book)


def _served(folder: Path, book: Pricer) -> Iterator[House]:
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
