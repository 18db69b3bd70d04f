"""One application out of the packages: everything that is served on the API port."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI

from alerts import journal_api
from alerts.effects import api as effects_api
from analytics import api
from analytics.answering import Clock
from analytics.api import Goals
from analytics.changes import api as changes_api
from analytics.changes.history import History
from analytics.contributors import api as contributors_api
from analytics.drift import api as drift_api
from analytics.drift.settings import DriftSettings
from analytics.evaluation import api as evaluation_api
from analytics.experiments import api as experiments_api
from analytics.experiments.settings import ExperimentSettings
from analytics.findings import api as findings_api
from analytics.forecast import api as forecast_api
from analytics.outcomes import api as outcomes_api
from analytics.retrieval import api as retrieval_api
from analytics.retrieval.settings import Cadence
from analytics.runs import price_rows
from analytics.spending.spending import Spending
from collector.accounts import Accounts
from collector.store import Store
from dashboards import console, health, history, metrics, overview, problems
from dashboards.bodies import LargestBody
from dashboards.console.settings import ConsoleSettings
from dashboards.metrics import BurnlineCollector, MetricsSettings, Samples, Vitals
from dashboards.overview import RouteStanding, Sources
from dashboards.stack import runbooks
from dashboards.trace_apis import jaeger, tempo

_DESCRIPTION = """Exact cost, latency and burning budgets for GenAI services.

Money is a decimal string, instants are RFC 3339 in UTC, windows are half-open, lists page with `limit` and `cursor`,
errors are RFC 9457 problem details. What nobody reported and what has no price is null, never zero."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application is made of."""

    store: Store
    now: Clock
    goals: Goals = field(default_factory=Goals)
    accounts: Accounts = field(default_factory=Accounts)
    vitals: Vitals = field(default_factory=Vitals)
    routers: Sequence[APIRouter] = ()
    """Further routes: the signal, and what later packages bring."""
    told: Callable[[], Iterable[tuple[str, Samples]]] = tuple
    """Further samples for ``/metrics``: what the watch and the signal say of themselves."""
    standings: Callable[[], Sequence[RouteStanding]] = tuple
    """Where the steered routes stand."""
    metrics: MetricsSettings = field(default_factory=MetricsSettings)
    loopback_only: bool = False
    """Whether the server listens on this machine alone; then requests have to name this machine."""
    console: ConsoleSettings = field(default_factory=ConsoleSettings)
    cadences: Sequence[Cadence] = ()
    """How old the documents of an index may be."""
    drift: DriftSettings = field(default_factory=DriftSettings)
    experiments: ExperimentSettings = field(default_factory=ExperimentSettings)


class BurnlineApp(FastAPI):
    """The application; its description holds the shape of a problem, which no route names as its own answer."""

    def openapi(self) -> dict[str, Any]:
        """Describe every path, parameter and answer."""
        described = super().openapi()
        described["components"]["schemas"].update(problems.SCHEMA)
        return described


def build_app(parts: Parts) -> FastAPI:
    """Assemble the application; it starts nothing and owns none of its parts."""
    app = BurnlineApp(
        title="Burnline",
        version="1",
        description=_DESCRIPTION,
        responses=problems.RESPONSES,
        redirect_slashes=False,
        docs_url=None,  # such pages run what they fetch from elsewhere
        redoc_url=None,
    )
    app.add_middleware(LargestBody)
    app.add_middleware(console.OwnOrigin, loopback_only=parts.loopback_only, hosts=parts.console.hosts)
    problems.install(app)
    app.add_exception_handler(HTTPStatus.NOT_FOUND, console.nowhere())
    changes = History(parts.store)
    spending = parts.goals.spending or Spending(parts.store, parts.goals.budgets)
    collector = BurnlineCollector(
        parts.store, parts.accounts, parts.vitals, parts.now, parts.goals, parts.told, parts.metrics, changes
    )
    for routes in (
        api.router(parts.store, parts.now, parts.goals),
        price_rows.router(parts.store),
        history.router(parts.store, parts.now),
        overview.router(Sources(parts.store, parts.goals, parts.standings), parts.now),
        journal_api.router(parts.store),
        changes_api.router(changes, parts.now),
        findings_api.router(parts.store, parts.now),
        effects_api.router(parts.store, parts.now),
        drift_api.router(changes, parts.now, parts.drift),
        contributors_api.router(parts.store, parts.now, parts.goals),
        forecast_api.router(spending, parts.now),
        outcomes_api.router(parts.store, parts.now),
        experiments_api.router(parts.store, parts.now, parts.experiments),
        evaluation_api.router(parts.store, parts.now),
        retrieval_api.router(parts.store, parts.now, parts.cadences),
        health.router(parts.store),
        metrics.router(collector),
        tempo.router(parts.store, parts.now),
        jaeger.router(parts.store, parts.now),
        runbooks.router(),
        *parts.routers,
        console.router(),
    ):
        app.include_router(routes)
    return app
