"""One running server: store, intake, derivation, evaluation and listeners, started in order and stopped in reverse.

Stopping loses nothing: the listeners finish what they have, the queue is committed, what is committed is derived, and
only then is the store closed.
"""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from alerts.delivery.advised import Advised
from alerts.delivery.secrets import SecretError
from alerts.journal import Journal, Note
from analytics.allocation.policy import policy_of
from analytics.allocation.request_share import Everybody
from analytics.api import Goals
from analytics.chargeback.api import Offices
from analytics.derive.bounds import Bounds
from analytics.derive.deriver import Deriver, DeriveSettings
from analytics.derive.loop import DeriveLoop
from analytics.drift.settings import DriftSettings
from analytics.experiments.settings import ExperimentSettings
from analytics.forecast.settings import ForecastSettings
from analytics.links import Links
from analytics.prices import PriceBook
from analytics.prices.lists import fingerprint
from analytics.runs.runs import StoredRuns, begin, last_seq
from analytics.spending.pricing import book_pricer
from analytics.spending.spending import Spending
from analytics.waking import Turns
from collector.accounts import Accounts
from collector.intake import IntakeSettings, Pipeline
from collector.normalise.mapping import AttributionKeys, vocabulary
from collector.otlp import listen
from collector.otlp.limits import Limits
from collector.otlp.receiver import Receiver
from collector.store import DuckDBStore, StoreSettings
from dashboards.addresses import Addresses
from dashboards.app import Parts, build_app
from dashboards.configuration import SECTIONS, Configuration, finance_of, goals_of, price_book
from dashboards.console.origin import is_loopback
from dashboards.console.settings import ConsoleSettings
from dashboards.dates import Dated
from dashboards.metrics import (
    MetricsSettings,
    Vitals,
    directory_bytes,
)
from dashboards.offices import offices, routes
from dashboards.recommending import recommending
from dashboards.signalling import Signalling
from dashboards.watchers import Watchers, watchers

_GRACE_S = 5.0
"""What requests in progress get at the end; exporters give up after 10 s."""
_DRAIN_S = 30.0
_IDLE_S = 75
"""How long a connection may be idle: longer than clients keep one (5 s in httpx, 60 s in most proxies), so that none
sends a question into a connection that is just being closed."""


class CannotStart(Exception):
    """The server cannot start; the message says what to do."""


class _QuietServer(uvicorn.Server):
    """uvicorn without its signal handlers: the front door owns the signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(slots=True)
class Server:
    """A running server."""

    addresses: Addresses
    """The real ones."""
    store: DuckDBStore
    pipeline: Pipeline
    receiver: Receiver
    derivation: DeriveLoop
    signalling: Signalling
    watching: Watchers
    offices: Offices
    api: uvicorn.Server
    listeners: listen.Listeners
    api_task: "asyncio.Task[None]"

    async def stop(self) -> bool:
        """Stop in order; whether everything acknowledged and derived was finished in time."""
        await listen.stop(self.listeners, grace_s=_GRACE_S)
        drained = await asyncio.to_thread(self.pipeline.drain, _DRAIN_S)
        await asyncio.to_thread(self.signalling.stop_watching, _GRACE_S)
        derived = await asyncio.to_thread(self.derivation.stop, _DRAIN_S)
        watched = await self.watching.stop(_DRAIN_S)
        told = await asyncio.to_thread(self.signalling.stop_telling, _GRACE_S)
        self.api.should_exit = True
        await self.api_task
        await asyncio.to_thread(self.offices.jobs.close)
        self.receiver.close()
        await asyncio.to_thread(self.store.close)
        return drained and derived and watched and told


async def start(configuration: Configuration, data: Path, addresses: Addresses) -> Server:
    """Start everything; raises :class:`CannotStart` or :class:`~collector.store.StoreError`."""
    store = await asyncio.to_thread(DuckDBStore, data, configuration.section("store", StoreSettings))
    opened_at = datetime.now(UTC)
    book, finance = _book(configuration, data), finance_of(configuration)
    opened_seq = await asyncio.to_thread(last_seq, store)
    await asyncio.to_thread(begin, store, book, finance.policy(), opened_seq, opened_at)
    events = configuration.section("forecast", ForecastSettings).events
    spending = Spending(store, configuration.section("budgets", tuple), price=book_pricer(book), events=events)
    goals = replace(goals_of(configuration), spending=spending, everybody=Everybody(store, finance.infrastructure))
    accounts, commits = Accounts(), Turns()
    pipeline = await asyncio.to_thread(_pipeline, configuration, store, accounts, commits)
    deriver = await asyncio.to_thread(_deriver, configuration, store, goals)
    journal = Journal(store)
    await asyncio.to_thread(_note_changes, journal, configuration, opened_at)
    sock = _socket(addresses)
    links = configuration.section("links", Links).or_at(*sock.getsockname()[:2])
    signalling = await asyncio.to_thread(_signalling, configuration, journal, spending, opened_at, links)
    derivation = DeriveLoop(deriver, lambda: pipeline.last_seq, commits, derived=signalling.watch.turns.ring)

    advised = Advised(journal, signalling.telling.deliveries, links)
    watching = watchers(configuration, journal, spending, lambda: deriver.derived_seq >= opened_seq, tell=advised.tell)
    opened = offices(store, finance, data, time.time_ns, journal)
    recommended = recommending(configuration, store, book, time.time_ns)
    parts = Parts(
        store,
        time.time_ns,
        replace(goals, waiting=signalling.desk.waiting),
        accounts,
        Vitals(lambda: pipeline.held_requests, derivation.lag_s, lambda: directory_bytes(data)),
        (*signalling.routers(time.time_ns), *routes(opened, spending), recommended),
        told=lambda: (*signalling.samples(), *watching.samples()),
        standings=signalling.standings,
        metrics=configuration.section("metrics", MetricsSettings),
        loopback_only=is_loopback(addresses.host),
        console=configuration.section("console", ConsoleSettings),
        cadences=configuration.section("freshness", tuple),
        experiments=configuration.section("experiments", ExperimentSettings),
        drift=configuration.section("drift", DriftSettings),
    )
    api, api_task, port = await _serve(build_app(parts), sock)
    receiver = Receiver(pipeline, accounts, Limits())
    listeners = await listen.start(
        receiver, host=addresses.host, http_port=addresses.otlp_http_port, grpc_port=addresses.otlp_grpc_port
    )
    derivation.start()
    signalling.start()
    watching.start()
    real = Addresses(addresses.host, port, listeners.grpc_port, listeners.http_port)
    return Server(real, store, pipeline, receiver, derivation, signalling, watching, opened, api, listeners, api_task)


def _pipeline(configuration: Configuration, store: DuckDBStore, accounts: Accounts, commits: Turns) -> Pipeline:
    intake = configuration.section("intake", IntakeSettings)
    words = vocabulary(configuration.section("attribution", AttributionKeys))
    return Pipeline(store, accounts, intake, room=store, vocabulary=words, committed=commits.ring)


def _deriver(configuration: Configuration, store: DuckDBStore, goals: Goals) -> Deriver:
    settings = configuration.section("derive", DeriveSettings)
    return Deriver(store, StoredRuns(store, policy_of), settings, bounds=Bounds.of(goals.objectives))


def _book(configuration: Configuration, data: Path) -> PriceBook:
    try:
        return price_book(configuration, data)
    except ValueError as error:
        raise CannotStart(f"the prices cannot be used: {error}") from error


def _note_changes(journal: Journal, configuration: Configuration, at: datetime) -> None:
    """Write down under which prices and which configuration the server runs, when they have changed."""
    stated_rows = [repr(row) for row in configuration.section("prices", tuple)]
    journal.keep(Note("prices", {"lists": fingerprint(), "stated": stated_rows}), at)
    journal.keep(Note("configuration", {name: repr(configuration.section(name, object)) for name in SECTIONS}), at)


def _signalling(
    configuration: Configuration, journal: Journal, spending: Spending, opened_at: datetime, links: Links
) -> Signalling:
    try:
        return Signalling.of(configuration, journal, spending, opened_at, links=links, environ=os.environ)
    except SecretError as error:
        raise CannotStart(str(error)) from error


async def _serve(app: FastAPI, sock: socket.socket) -> tuple[uvicorn.Server, "asyncio.Task[None]", int]:
    config = uvicorn.Config(
        Dated(app, time.time),
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=5,
        timeout_keep_alive=_IDLE_S,
        date_header=False,
    )
    server = _QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[sock]))
    while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn tells readiness by this flag alone
        await asyncio.sleep(0.01)
    return server, task, sock.getsockname()[1]


def _socket(addresses: Addresses) -> socket.socket:
    family = socket.AF_INET6 if ":" in addresses.host else socket.AF_INET
    try:
        return socket.create_server((addresses.host, addresses.port), family=family)
    except OSError as error:
        where = f"{addresses.host}:{addresses.port}"
        raise CannotStart(f"cannot listen for the API on {where}: {error.strerror}; choose another --port") from error
