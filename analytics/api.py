"""The questions as HTTP: requests, cost, latency, objectives and budgets.

Answers are written by their shapes, so money stays a decimal string whatever the framework does to numbers. The
functions are synchronous and run in the framework's thread pool: a question never holds up ingest or the signal.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from analytics.allocation.request_share import Everybody, request_share
from analytics.answering import Clock, as_json, said_once
from analytics.cost import CostParams, cost
from analytics.latency import LatencyParams, latency
from analytics.questions import BadParameter
from analytics.request_shapes import Request, RequestPage, ResourceShare
from analytics.requests import TRACE_ID, RequestParams, request, request_page
from analytics.series import SeriesParams, series
from analytics.series_shapes import SeriesAnswer
from analytics.slo.answer_shapes import SloAnswer
from analytics.slo.answers import named, slo_answer
from analytics.slo.evidence import Gate
from analytics.slo.history import HistoryParams, slo_history
from analytics.slo.history_shapes import SloHistory
from analytics.slo.objective import Objective
from analytics.spending.answers import BudgetAnswer, budget_answer
from analytics.spending.budget import SpendBudget
from analytics.spending.history import SpendHistory, SpendHistoryParams, spend_history
from analytics.spending.spending import Spending
from analytics.sum_shapes import CostAnswer, LatencyAnswer
from collector.store import Store


class SloParams(BaseModel):
    """Which objectives."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str | None = Field(None, description="one objective; left out: all of them")


@dataclass(frozen=True, slots=True)
class Goals:
    """What was promised and what may be spent, from the configuration."""

    objectives: Sequence[Objective] = ()
    budgets: Sequence[SpendBudget] = ()
    gate: Gate = field(default_factory=Gate)
    everybody: Everybody | None = None
    """Who used resources that are paid by the hour; none: no request has a share in any."""
    waiting: Callable[[], Collection[str]] = tuple
    """Names of the objectives that wait for an approval now."""
    spending: Spending | None = None
    """What reserves on the budgets; the routes about reservations have to be given the same."""


def router(store: Store, now: Clock, goals: Goals | None = None) -> APIRouter:
    """Everything that can be asked about requests, cost, latency, objectives and budgets."""
    routes = APIRouter(prefix="/v1", dependencies=[Depends(said_once)])
    goals = goals or Goals()
    _add_requests(routes, store, now, goals.everybody)
    _add_sums(routes, store, now)
    _add_goals(routes, store, now, goals)
    return routes


def _add_requests(routes: APIRouter, store: Store, now: Clock, everybody: Everybody | None) -> None:
    @routes.get("/requests", response_model=RequestPage, tags=["requests"], summary="Requests in a window")
    def list_requests(params: Annotated[RequestParams, Query()]) -> Response:
        """Requests that started in the window, newest first."""
        return as_json(request_page(store, params, now()))

    @routes.get("/requests/{trace_id}", response_model=Request, tags=["requests"], summary="One request, whole")
    def show_request(trace_id: Annotated[str, Path(description="32 hex digits")]) -> Response:
        """Answer one request with its usage, its cost by ledger line, and its spans with their attributes as sent."""
        if not TRACE_ID.fullmatch(trace_id.lower()) or not int(trace_id, 16):
            raise BadParameter("trace_id", trace_id, "be 32 hex digits, not all of them 0")
        return as_json(request(store, trace_id.lower(), _shares(everybody, trace_id.lower(), now())))


def _shares(everybody: Everybody | None, trace_id: str, now_ns: int) -> tuple[ResourceShare, ...]:
    if everybody is None or not everybody.resources:
        return ()
    found = request_share(everybody.store, everybody.resources, trace_id, now_ns, everybody=everybody)
    return tuple(
        ResourceShare(resource=one.resource, share_usd=one.share_usd, provisional=one.provisional) for one in found
    )


def _add_sums(routes: APIRouter, store: Store, now: Clock) -> None:
    @routes.get("/cost", response_model=CostAnswer, tags=["sums"], summary="Cost in a window, by group")
    def sum_cost(params: Annotated[CostParams, Query()]) -> Response:
        """Exact cost and billed quantities, and what a thousand requests and one good answer cost."""
        return as_json(cost(store, params, now()))

    @routes.get("/latency", response_model=LatencyAnswer, tags=["sums"], summary="Latency in a window, by group")
    def read_latency(params: Annotated[LatencyParams, Query()]) -> Response:
        """Answer p50, p95 and p99 from log buckets; the window is widened to whole minutes."""
        return as_json(latency(store, params, now()))

    @routes.get("/series", response_model=SeriesAnswer, tags=["sums"], summary="The same figures step by step")
    def read_series(params: Annotated[SeriesParams, Query()]) -> Response:
        """Answer requests, latency, cost and tokens per step of time, by one dimension where asked for."""
        return as_json(series(store, params, now()))


def _add_goals(routes: APIRouter, store: Store, now: Clock, goals: Goals) -> None:
    @routes.get("/slos", response_model=SloAnswer, tags=["goals"], summary="Objectives and their error budgets")
    def show_slos(params: Annotated[SloParams, Query()]) -> Response:
        """Answer SLI, burn per window, what is left of each error budget, and when it is gone."""
        asked = goals.objectives if params.name is None else [named(goals.objectives, params.name)]
        return as_json(slo_answer(store, asked, now(), goals.gate, goals.waiting()))

    @routes.get("/slos/{name:path}/history", response_model=SloHistory, tags=["goals"], summary="How a budget went")
    def show_history(
        name: Annotated[str, Path(description="name of an objective")], params: Annotated[HistoryParams, Query()]
    ) -> Response:
        """Answer what was judged, the burn per alert window and what was left, step by step."""
        return as_json(slo_history(store, goals.objectives, name, params, now()))

    spending = goals.spending or Spending(store, goals.budgets)

    @routes.get("/budgets", response_model=BudgetAnswer, tags=["goals"], summary="Spend against plan")
    def show_budgets() -> Response:
        """Answer what is spent and reserved of each spend budget in its calendar period, against its plan."""
        return as_json(budget_answer(spending, now()))

    @routes.get("/budgets/{name:path}/history", response_model=SpendHistory, tags=["goals"], summary="Spend over time")
    def show_spend(
        name: Annotated[str, Path(description="name of a spend budget")],
        params: Annotated[SpendHistoryParams, Query()],
    ) -> Response:
        """Answer what was spent and planned over the budget's period, step by step."""
        return as_json(spend_history(spending, name, params, now()))
