"""``GET /v1/overview``, and ``GET /v1/routing/routes`` for who asks about the router alone."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from analytics.answering import Clock, as_json, said_once
from analytics.sharing import Shared
from dashboards.overview.answer import OverviewParams, Sources, goals_now, overview
from dashboards.overview.shapes import GoalsNow, Overview
from dashboards.overview.spend import SpendSoFar
from dashboards.overview.standing import RouteStandings


def router(sources: Sources, now: Clock) -> APIRouter:
    """Build it."""
    routes = APIRouter(prefix="/v1", tags=["overview"], dependencies=[Depends(said_once)])
    spend = SpendSoFar(sources.store, now)
    shared = Shared[OverviewParams, Overview](lambda params, now_ns: overview(sources, spend, params, now_ns), now)
    goals = Shared[None, GoalsNow](lambda _, now_ns: goals_now(sources, now_ns), now)

    @routes.get("/overview", response_model=Overview, summary="How the service does now, and what to look at")
    def show_overview(params: Annotated[OverviewParams, Query()]) -> Response:
        """Requests, errors, percentiles and spend of a window beside the one before, routes, steps and budgets."""
        return as_json(shared(params))

    @routes.get("/overview/goals", response_model=GoalsNow, summary="How objectives and spend budgets stand, in short")
    def show_goals() -> Response:
        """The same as in the overview, for who does not want to wait for it with the figures."""
        return as_json(goals(None))

    @routes.get("/routing/routes", response_model=RouteStandings, tags=["routing"], summary="Where routes stand now")
    def show_routes() -> Response:
        """Every steered route with its mode, tier and ladder, as the last look at it left it."""
        return as_json(RouteStandings(evaluated_at=now(), routes=tuple(sources.standings()), next=None))

    return routes
