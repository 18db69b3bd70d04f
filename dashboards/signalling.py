"""What decides and what tells, of one server: promises, budgets that are watched, operators, and who hears of it."""

import random
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter

from alerts import overrides_api
from alerts.board import Board
from alerts.delivery.telling import Promises, Secrets, Telling
from alerts.delivery.vitals import Samples, samples
from alerts.epochs import next_epoch
from alerts.evaluation import EvaluationLoop
from alerts.firing import firing_api
from alerts.firing.firing import Firing
from alerts.journal import Journal, Note
from alerts.operators import Operators
from alerts.settings import EvaluationSettings, SignalSettings
from alerts.spend import SpendBurns
from alerts.telemetry import StoredTelemetry
from analytics.answering import Clock
from analytics.links import Links
from analytics.slo.ceilings import refresh
from analytics.slo.documents import api as documents_api
from analytics.slo.documents.desk import Desk
from analytics.slo.documents.settings import ObjectiveDocuments
from analytics.slo.evidence import Gate
from analytics.slo.judging import register
from analytics.spending.spending import Spending
from dashboards.configuration import Configuration
from dashboards.metrics import firing_samples, watch_samples
from dashboards.overview import RouteStanding, standings


def desk_of(configuration: Configuration, journal: Journal) -> Desk:
    """The objectives of a configuration as documents of a store."""

    def noted(kind: str, body: Mapping[str, object]) -> None:
        journal.append([Note(kind, body)], datetime.now(UTC))

    settings = configuration.section("objective_documents", ObjectiveDocuments)
    return Desk(journal.store, configuration.objectives, settings, noted)


@dataclass(slots=True)
class Signalling:
    """Made once for a server; ``start`` begins to watch, the two stops end it in the order that loses nothing."""

    desk: Desk
    board: Board
    operators: Operators
    watch: EvaluationLoop
    telling: Telling
    firing: Firing
    links: Links
    _thread: threading.Thread | None = None

    @classmethod
    def of(
        cls,
        configuration: Configuration,
        journal: Journal,
        spending: Spending,
        opened_at: datetime,
        *,
        links: Links,
        environ: Mapping[str, str],
    ) -> "Signalling":
        """Put it together, and count the objectives from here on; raises SecretError, a reason not to start."""
        store, policies = journal.store, configuration.section("routes", tuple)
        signal, gate = configuration.section("signal", SignalSettings), configuration.section("evidence", Gate)
        subscriptions = configuration.section("subscriptions", tuple)
        secrets = Secrets.of(signal.keys, subscriptions, environ)
        epoch = next_epoch(journal, opened_at)
        board = Board(epoch=epoch, opened_at=opened_at, renew_s=signal.renew_s, lease_s=signal.lease_s)
        desk, operators = desk_of(configuration, journal), Operators(journal, policies)
        register(store, desk.objectives)
        desk.open(opened_at)
        watch = _watch(configuration, desk, operators, spending, board)
        telling = Telling.of(
            store,
            board,
            secrets,
            subscriptions,
            configuration.section("alertmanagers", tuple),
            promises=Promises(lambda: desk.split().in_force, policies, gate),
            latest=lambda: watch.latest,
            clock=_now,
            chance=random.random,
            links=links,
        )
        firing = Firing(journal, telling.source, _now)
        firing.open()
        return cls(desk, board, operators, watch, telling, firing, links)

    def routers(self, now: Clock) -> tuple[APIRouter, ...]:
        """Everything it answers over HTTP."""
        own = (
            overrides_api.router(self.operators, now),
            documents_api.router(self.desk, now),
            firing_api.router(self.firing, self.links),
        )
        return (*self.telling.routers, *own)

    def samples(self) -> Iterator[tuple[str, Samples]]:
        """What it says of itself on ``/metrics``."""
        yield from samples(self.telling, _now())
        yield from watch_samples(self.watch)
        yield from firing_samples(self.firing)

    def standings(self) -> tuple[RouteStanding, ...]:
        """Where the steered routes stand, by the last look."""
        return standings(self.watch)

    def start(self) -> None:
        """Begin to watch and to tell."""
        self.telling.start()
        self.firing.start()
        self._thread = threading.Thread(target=self.watch.run, name="evaluate", daemon=True)
        self._thread.start()

    def stop_watching(self, timeout_s: float) -> None:
        """End the watch after the look under way."""
        self.watch.turns.stop()
        self.firing.stop(timeout_s)
        if self._thread is not None:
            self._thread.join(timeout_s)

    def stop_telling(self, timeout_s: float) -> bool:
        """Release who waits and end what is under way, before the store is closed; whether all ended in time."""
        self.board.close()
        return self.telling.stop(timeout_s)


def _watch(
    configuration: Configuration, desk: Desk, operators: Operators, spending: Spending, board: Board
) -> EvaluationLoop:
    gate, settings = configuration.section("evidence", Gate), configuration.section("evaluation", EvaluationSettings)
    relative = [objective for objective in desk.objectives if objective.relative]

    def prepare(at: datetime) -> None:
        """Whose approval came meanwhile steers; ceilings that follow a baseline are those of the day."""
        watch.objectives = desk.split().in_force
        if relative:
            refresh(desk.store, relative, at)

    watch = EvaluationLoop(
        store=desk.store,
        objectives=desk.split().in_force,
        policies=operators.policies,
        journal=operators.journal,
        board=board,
        clock=_now,
        every_s=settings.every_s,
        gate=gate,
        spend=SpendBurns(spending, StoredTelemetry(desk.store), gate),
        operators=operators,
        cap=settings.cap,
        prepare=prepare,
    )
    return watch


def _now() -> datetime:
    return datetime.now(UTC)
