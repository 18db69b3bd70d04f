"""What ``/v1/overview`` says: the answers of the other paths put together, so that no figure can differ from theirs."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from analytics.api import Goals
from analytics.cost import CostParams, cost
from analytics.latency import LatencyParams, latency
from analytics.notation import NS_PER_S
from analytics.slo.answer_shapes import Slo
from analytics.slo.answers import slo_answer
from analytics.spending.answers import Spend, budget_answer
from analytics.spending.spending import Spending
from analytics.sum_shapes import CostAnswer, CostSums, LatencyRow
from collector.store import Store
from dashboards.history import Step, TransitionParams, step_page
from dashboards.overview.shapes import BudgetNow, Figures, GoalsNow, ObjectiveNow, Overview, RouteNow
from dashboards.overview.spend import SpendSoFar
from dashboards.overview.standing import RouteStanding

_HOUR_S, _MONTH_S = 3_600, 31 * 86_400
_MOST_ROUTES, _MOST_STEPS = 50, 10
_LOUDNESS = ("firing", "ticket", "ok", "insufficient_data")
_NOTHING_TIMED = LatencyRow(count=0, errors=0, refusals=0, p50_ms=None, p95_ms=None, p99_ms=None)


class OverviewParams(BaseModel):
    """Which window, and whose requests."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    window_s: int = Field(_HOUR_S, ge=60, le=_MONTH_S, description="length of the window that ends now, in seconds")
    tenant: str | None = Field(None, description="one tenant; empty (`tenant=`) asks for those without a tenant")
    route: str | None = Field(None, description="one route; empty (`route=`) asks for those without a route")
    goals: bool = Field(default=True, description="whether to say how objectives and spend budgets stand")


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the answer is put together from."""

    store: Store
    goals: Goals
    standings: Callable[[], Sequence[RouteStanding]] = tuple
    """Where the steered routes stand."""


def overview(sources: Sources, spend: SpendSoFar, params: OverviewParams, now_ns: int) -> Overview:
    """Say how the service does now; filters narrow figures, spend, routes and standings, not objectives and budgets.

    Durations and goals are asked for beside the rest: of ten million spans each takes as long as that.
    """
    with ThreadPoolExecutor(2, "overview") as beside:
        timed = beside.submit(_timed, sources.store, params, now_ns)
        goals = beside.submit(goals_now, sources, now_ns) if params.goals else None
        return _put_together(sources, spend, params, now_ns, timed, goals)


def goals_now(sources: Sources, now_ns: int) -> GoalsNow:
    """Say how objectives and spend budgets stand."""
    goals, store = sources.goals, sources.store
    budgets = budget_answer(goals.spending or Spending(store, goals.budgets), now_ns).budgets
    return GoalsNow(
        evaluated_at=now_ns, slos=_objectives(sources, now_ns), budgets=tuple(map(_budget, budgets)), next=None
    )


def _put_together(  # noqa: PLR0917 - what is asked, and what is asked beside it
    sources: Sources,
    spend: SpendSoFar,
    params: OverviewParams,
    now_ns: int,
    timed: "Future[_Timed]",
    goals: "Future[GoalsNow] | None",
) -> Overview:
    start_ns, store = now_ns - params.window_s * NS_PER_S, sources.store
    by_route = cost(store, CostParams.model_validate(_asked(params, start_ns, now_ns, "route", _MOST_ROUTES)), now_ns)
    before = cost(store, CostParams.model_validate(_asked(params, *_earlier(params, now_ns))), now_ns)
    today, month = spend.periods(params.tenant, params.route, now_ns)
    steps = _steps(store, params, start_ns, now_ns)
    took = timed.result()
    return Overview(
        evaluated_at=now_ns,
        now=_figures(by_route, took.now),
        before=_figures(before, took.before),
        today=today,
        month=month,
        routes=_routes(by_route, took.routes),
        standings=tuple(one for one in sources.standings() if _concerns(one, params)),
        steps=steps,
        slos=None if goals is None else goals.result().slos,
        budgets=None if goals is None else goals.result().budgets,
        next=None,
    )


class _Timed(NamedTuple):
    """How long requests took."""

    now: LatencyRow
    before: LatencyRow
    routes: Mapping[str | None, float | None]
    """The p95 in milliseconds."""


def _timed(store: Store, params: OverviewParams, now_ns: int) -> _Timed:
    start_ns = now_ns - params.window_s * NS_PER_S

    def rows(start_ns: int, until_ns: int, by: str = "") -> Sequence[LatencyRow]:
        asked = LatencyParams.model_validate(_asked(params, start_ns, until_ns, by))
        return latency(store, asked, until_ns).rows

    now, before = (
        next(iter(rows(*window)), _NOTHING_TIMED) for window in ((start_ns, now_ns), _earlier(params, now_ns))
    )
    return _Timed(now, before, {row.route: row.p95_ms for row in rows(start_ns, now_ns, "route")})


def _earlier(params: OverviewParams, now_ns: int) -> tuple[int, int]:
    """The window of the same length before."""
    length_ns = params.window_s * NS_PER_S
    return now_ns - 2 * length_ns, now_ns - length_ns


def _asked(params: OverviewParams, start_ns: int, until_ns: int, by: str = "", limit: int = 500) -> dict[str, object]:
    whose = {"tenant": params.tenant, "route": params.route}
    return {**whose, "start": start_ns, "until": until_ns, "by": by, "limit": limit}


def _figures(spent: CostAnswer, timed: LatencyRow) -> Figures:
    sums = spent.totals
    requests, errors, degraded = sums.requests or 0, sums.errors or 0, sums.degraded_requests or 0
    return Figures(
        start=spent.start,
        until=spent.until,
        requests=requests,
        errors=errors,
        error_ratio=errors / requests if requests else None,
        degraded_requests=degraded,
        degraded_ratio=degraded / requests if requests else None,
        unpriced_requests=sums.unpriced_requests or 0,
        cost_usd=sums.cost_usd,
        cost_per_request_usd=_each(sums),
        p50_ms=timed.p50_ms,
        p95_ms=timed.p95_ms,
        p99_ms=timed.p99_ms,
    )


def _each(sums: CostSums) -> Decimal | None:
    of_thousand = sums.cost_per_1000_requests_usd
    return None if of_thousand is None else of_thousand / 1_000


def _routes(spent: CostAnswer, p95_ms: Mapping[str | None, float | None]) -> tuple[RouteNow, ...]:
    return tuple(
        RouteNow(
            route=row.route,
            requests=row.requests or 0,
            errors=row.errors or 0,
            degraded_requests=row.degraded_requests or 0,
            cost_usd=row.cost_usd,
            p95_ms=p95_ms.get(row.route),
        )
        for row in spent.rows
    )


def _steps(store: Store, params: OverviewParams, start_ns: int, until_ns: int) -> tuple[Step, ...]:
    page = step_page(
        store, TransitionParams.model_validate({"start": start_ns, "until": until_ns, "limit": 500}), until_ns
    )
    return tuple(step for step in page.transitions if _concerns(step, params))[:_MOST_STEPS]


def _concerns(one: Step | RouteStanding, params: OverviewParams) -> bool:
    """Whether it is about requests of the filter: a scope that is open there concerns everybody's."""
    asked = ((one.tenant, params.tenant), (one.route, params.route))
    return all(own is None or wanted is None or own == wanted for own, wanted in asked)


def _objectives(sources: Sources, now_ns: int) -> tuple[ObjectiveNow, ...]:
    goals = sources.goals
    answer = slo_answer(sources.store, goals.objectives, now_ns, goals.gate, goals.waiting())
    return tuple(sorted(map(_objective, answer.slos), key=lambda slo: _LOUDNESS.index(slo.status)))


def _objective(slo: Slo) -> ObjectiveNow:
    soonest = slo.windows[0] if slo.windows else None
    return ObjectiveNow(
        **{name: getattr(slo, name) for name in ObjectiveNow.model_fields if name not in {"burn", "factor"}},
        burn=None if soonest is None else soonest.long_burn,
        factor=None if soonest is None else soonest.factor,
    )


def _budget(spend: Spend) -> BudgetNow:
    return BudgetNow(**{name: getattr(spend, name) for name in BudgetNow.model_fields})
