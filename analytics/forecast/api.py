"""``/v1/forecast``: what a figure will be by the end of a period."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from analytics.answering import Clock, as_json, said_once
from analytics.forecast.answers import forecast_answer
from analytics.forecast.asking import ForecastParams
from analytics.forecast.shapes import ForecastAnswer
from analytics.spending.spending import Spending


def router(spending: Spending, now: Clock) -> APIRouter:
    """Build the route."""
    routes = APIRouter(prefix="/v1/forecast", dependencies=[Depends(said_once)], tags=["goals"])

    @routes.get("", response_model=ForecastAnswer, summary="Spend and usage by the end of a period")
    def show_forecast(params: Annotated[ForecastParams, Query()]) -> Response:
        """Answer expected spend, requests or tokens with intervals, exhaustion, and how such forecasts did before."""
        return as_json(forecast_answer(spending, params, now()))

    return routes
