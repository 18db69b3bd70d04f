"""Answering from a data directory that no server holds, through the same application that serves."""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from alerts.journal import Journal
from analytics.allocation.request_share import Everybody
from analytics.experiments.settings import ExperimentSettings
from analytics.forecast.settings import ForecastSettings
from analytics.prices import PriceBook
from analytics.slo.documents import api as documents_api
from analytics.spending.pricing import book_pricer
from analytics.spending.spending import Spending
from collector.configuration import ConfigurationError
from collector.store import DuckDBStore, StoreError, StoreInUse
from collector.store.opening import DATABASE
from dashboards.app import Parts, build_app
from dashboards.asking import good
from dashboards.configuration import Configuration, finance_of, goals_of, price_book
from dashboards.offices import offices, routes
from dashboards.recommending import recommending
from dashboards.signalling import desk_of

CONFIGURATION = "burnline.yaml"


class CannotOpen(Exception):
    """A data directory cannot be asked; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Directory:
    """A data directory that answers through the application, without a server."""

    path: Path
    runner: asyncio.Runner
    client: httpx.AsyncClient

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> httpx.Response:
        """Ask; raises :class:`~dashboards.asking.NoAnswer`."""
        return good(self.runner.run(self.client.get(path, params=dict(params or {}))))

    def tell(self, path: str, body: Mapping[str, object]) -> httpx.Response:
        """Have something done; raises :class:`~dashboards.asking.NoAnswer`."""
        return good(self.runner.run(self.client.post(path, json=dict(body))))

    def fetch(self, path: str, target: Path) -> None:
        """Copy a file that the application would serve."""
        target.write_bytes(self.ask(path).content)


@contextmanager
def opened(directory: Path, config: Path | None) -> Iterator[Directory]:
    """Open the application over a directory's store; raises :class:`CannotOpen`."""
    configuration = configuration_of(directory, config)
    finance = finance_of(configuration)
    store = store_of(directory)
    months = offices(store, finance, directory, time.time_ns, Journal(store))
    try:
        book, events = _book(configuration, directory), configuration.section("forecast", ForecastSettings).events
        spending = Spending(store, configuration.section("budgets", tuple), price=book_pricer(book), events=events)
        desk, everybody = desk_of(configuration, Journal(store)), Everybody(store, finance.infrastructure)
        goals = replace(goals_of(configuration), spending=spending, everybody=everybody, waiting=desk.waiting)
        documents = documents_api.router(desk, time.time_ns)
        recommended = recommending(configuration, store, book, time.time_ns)
        routers = (documents, *routes(months, spending), recommended)
        parts = Parts(store, time.time_ns, goals, routers=routers, cadences=configuration.section("freshness", tuple))
        app = build_app(replace(parts, experiments=configuration.section("experiments", ExperimentSettings)))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://burnline")
        with asyncio.Runner() as runner:
            yield Directory(directory, runner, client)
    finally:
        months.jobs.close()
        store.close()


def configuration_of(directory: Path, config: Path | None) -> Configuration:
    """The named configuration, or one that lies in the directory, or the one here, or defaults."""
    try:
        found = next((file for file in (directory / CONFIGURATION, Path(CONFIGURATION)) if file.is_file()), None)
    except OSError as error:  # no name of a directory
        raise CannotOpen(f"cannot open {directory}: {error.strerror}; name another with --data DIR") from error
    try:
        return Configuration(config or found, os.environ)
    except ConfigurationError as error:
        raise CannotOpen(str(error)) from error


def _book(configuration: Configuration, directory: Path) -> PriceBook:
    try:
        return price_book(configuration, directory)
    except ValueError as error:
        raise CannotOpen(f"the prices cannot be used: {error}") from error


def store_of(directory: Path) -> DuckDBStore:
    """Open the store of a directory that no server holds; raises :class:`CannotOpen`."""
    if not (directory / DATABASE).is_file():  # opening would create one
        raise CannotOpen(f"no {DATABASE} in {directory}: name the data directory of a server or demo with --data DIR")
    try:
        return DuckDBStore(directory)
    except StoreInUse as error:
        raise CannotOpen(f"a running process holds {directory}: ask it with --url, or stop it first") from error
    except StoreError as error:
        raise CannotOpen(f"cannot open {directory}: {error}") from error
