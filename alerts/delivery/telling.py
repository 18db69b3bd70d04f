"""Everything that carries decisions out of one server, put together: made once, started, stopped, with its routes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic

from fastapi import APIRouter

from alerts import routing_api
from alerts.board import Board
from alerts.delivery import deliveries_api, readers_api
from alerts.delivery.alertmanager import AlertPoster
from alerts.delivery.deliveries import Deliveries
from alerts.delivery.explaining import Explaining
from alerts.delivery.outbox import Outbox
from alerts.delivery.people import Alert, Source, burning, called, degraded
from alerts.delivery.readers import Readers
from alerts.delivery.retries import Chance, Clock, Pace
from alerts.delivery.settings import Alertmanager, Subscription
from alerts.delivery.signing import SigningKey, signing_key
from alerts.delivery.webhooks import Secret
from alerts.evaluation import Evaluation
from alerts.firing.linking import linked
from alerts.openfeature import flagd_api, ofrep
from alerts.openfeature.patience import Bucket
from alerts.policy import RoutePolicy
from analytics.links import Links
from analytics.slo.answers import slo_answer
from analytics.slo.burn import nanoseconds
from analytics.slo.evidence import Gate
from analytics.slo.objective import Objective
from collector.store import Store
from instrumentation.decision_signature import SignatureKey


@dataclass(frozen=True, slots=True)
class Promises:
    """What alerts for people are about."""

    objectives: Callable[[], Sequence[Objective]] = tuple
    """Those that page now; approvals come and go while a server runs."""
    policies: Sequence[RoutePolicy] = ()
    gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the configuration names, read from where it says."""

    key: SignatureKey | None
    webhooks: Mapping[str, tuple[Secret, ...]]

    @classmethod
    def of(
        cls, keys: Sequence[SigningKey], subscriptions: Sequence[Subscription], environ: Mapping[str, str]
    ) -> "Secrets":
        """Read every one; raises SecretError, which is a reason not to start."""
        hooks = {
            one.name: tuple(
                Secret.of(f"subscription {one.name}", source.read(f"subscription {one.name}", environ))
                for source in one.secrets
            )
            for one in subscriptions
        }
        return cls(signing_key(keys, environ), hooks)


@dataclass(slots=True)
class Telling:
    """Readers that acknowledge, subscribers that are told, people that are called."""

    board: Board
    readers: Readers
    deliveries: Deliveries
    posters: Sequence[AlertPoster]
    routers: tuple[APIRouter, ...]
    source: Source
    """What is so, for whoever else wants to know."""

    @classmethod
    def of(
        cls,
        store: Store,
        board: Board,
        secrets: Secrets,
        subscriptions: Sequence[Subscription] = (),
        alertmanagers: Sequence[Alertmanager] = (),
        *,
        promises: Promises | None = None,
        latest: Callable[[], Evaluation | None] = lambda: None,
        clock: Clock,
        chance: Chance,
        links: Links | None = None,
    ) -> "Telling":
        """Put it together for one board; reads the outbox of the store, starts nothing."""
        readers, pace = Readers(board), Pace(clock, chance)
        hooks = [(one, secrets.webhooks[one.name]) for one in subscriptions]
        deliveries = Deliveries.of(board, Outbox(store), hooks, pace)
        source = levels(store, board, promises or Promises(), latest, links or Links())
        bounds = ofrep.Bounds()
        facade = ofrep.Facade(board, clock, Bucket(bounds.per_s, bounds.burst, monotonic), bounds)

        def now() -> int:
            return nanoseconds(clock())

        routers = (
            routing_api.router(board, key=secrets.key),
            readers_api.router(readers, now),
            deliveries_api.router(deliveries, subscriptions, now),
            ofrep.router(facade),
            flagd_api.router(board),
        )
        posters = [AlertPoster(one, source, clock) for one in alertmanagers]
        return cls(board, readers, deliveries, posters, routers, source)

    def start(self) -> None:
        """Begin to tell."""
        self.deliveries.start()
        for poster in self.posters:
            poster.start()

    def stop(self, timeout_s: float) -> bool:
        """End, after the board is closed and before the store is; whether all ended in time."""
        ended = [poster.stop(timeout_s) for poster in self.posters]
        return self.deliveries.stop(timeout_s) and all(ended)


def levels(
    store: Store, board: Board, promises: Promises, latest: Callable[[], Evaluation | None], links: Links
) -> Source:
    """What is so at an instant, with where it leads: every objective is asked for, the rest is known."""
    best = {policy.scope: policy.ladder[0] for policy in promises.policies}
    explaining = Explaining(store, promises.objectives, links)

    def so(at: datetime) -> list[Alert]:
        asked = promises.objectives()
        slos = slo_answer(store, asked, nanoseconds(at), promises.gate).slos if asked else ()
        evaluation = latest()
        calls = () if evaluation is None else called(evaluation, promises.policies)
        found = (*burning(slos, partial(explaining.explained, at)), *degraded(board.issue.document, at, best), *calls)
        return [linked(alert, links) for alert in found]

    return so
