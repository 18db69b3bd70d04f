"""What ``/v1/overview`` says: the answers of the other paths put together, so that no figure can differ from theirs."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

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
_NOTHING_TIMED = LatencyRow(count=0, errors=0, p50_ms=None, p95_ms=None, p99_ms=None)


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

    Goals are asked for beside the rest: on ten million spans each takes half of the time.
    """
    if not params.goals:
        return _put_together(sources, spend, params, now_ns, None)
    with ThreadPoolExecutor(1, "overview") as beside:
        return _put_together(sources, spend, params, now_ns, beside.submit(goals_now, sources, now_ns))


def goals_now(sources: Sources, now_ns: int) -> GoalsNow:
    """Say how objectives and spend budgets stand."""
    goals, store = sources.goals, sources.store
    budgets = budget_answer(goals.spending or Spending(store, goals.budgets), now_ns).budgets
    return GoalsNow(
        evaluated_at=now_ns, slos=_objectives(sources, now_ns), budgets=tuple(map(_budget, budgets)), next=None
    )


def _put_together(
    sources: Sources,
    spend: SpendSoFar,
    params: OverviewParams,
    now_ns: int,
    beside: "Future[GoalsNow] | None",
) -> Overview:
    start_ns, store = now_ns - params.window_s * NS_PER_S, sources.store
    by_route = cost(store, CostParams.model_validate(_asked(params, start_ns, now_ns, "route", _MOST_ROUTES)), now_ns)
    today, month = spend.periods(params.tenant, params.route, now_ns)
    return Overview(
        evaluated_at=now_ns,
        now=_figures(store, params, start_ns, by_route),
        before=_before(store, params, start_ns),
        today=today,
        month=month,
        routes=_routes(store, params, start_ns, by_route),
        standings=tuple(one for one in sources.standings() if _concerns(one, params)),
        steps=_steps(store, params, start_ns, now_ns),
        slos=None if beside is None else beside.result().slos,
        budgets=None if beside is None else beside.result().budgets,
        next=None,
    )


def _asked(params: OverviewParams, start_ns: int, until_ns: int, by: str = "", limit: int = 500) -> dict[str, object]:
    whose = {"tenant": params.tenant, "route": params.route}
    return {**whose, "start": start_ns, "until": until_ns, "by": by, "limit": limit}


def _before(store: Store, params: OverviewParams, until_ns: int) -> Figures:
    start_ns = until_ns - params.window_s * NS_PER_S
    asked = CostParams.model_validate(_asked(params, start_ns, until_ns))
    return _figures(store, params, start_ns, cost(store, asked, until_ns))


def _figures(store: Store, params: OverviewParams, start_ns: int, spent: CostAnswer) -> Figures:
    until_ns, sums = spent.until, spent.totals
    timed = latency(store, LatencyParams.model_validate(_asked(params, start_ns, until_ns)), until_ns).rows
    row = timed[0] if timed else _NOTHING_TIMED
    requests, errors, degraded = sums.requests or 0, sums.errors or 0, sums.degraded_requests or 0
    return Figures(
        start=start_ns,
        until=until_ns,
        requests=requests,
        errors=errors,
        error_ratio=errors / requests if requests else None,
        degraded_requests=degraded,
        degraded_ratio=degraded / requests if requests else None,
        unpriced_requests=sums.unpriced_requests or 0,
        cost_usd=sums.cost_usd,
        cost_per_request_usd=_each(sums),
        p50_ms=row.p50_ms,
        p95_ms=row.p95_ms,
        p99_ms=row.p99_ms,
    )


def _each(sums: CostSums) -> Decimal | None:
    of_thousand = sums.cost_per_1000_requests_usd
    return None if of_thousand is None else of_thousand / 1_000


def _routes(store: Store, params: OverviewParams, start_ns: int, spent: CostAnswer) -> tuple[RouteNow, ...]:
    asked = LatencyParams.model_validate(_asked(params, start_ns, spent.until, "route"))
    p95_ms = {row.route: row.p95_ms for row in latency(store, asked, spent.until).rows}
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
