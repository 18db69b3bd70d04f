"""``/v1/recommendations``: where a cheaper model would do as well, and the money that it saves."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from analytics.answering import Clock, as_json, said_once
from analytics.recommendations.answers import Grounds, RecommendationParams, recommendation_page
from analytics.recommendations.shapes import RecommendationPage


def router(grounds: Grounds, now: Clock) -> APIRouter:
    """Build the route."""
    routes = APIRouter(prefix="/v1/recommendations", dependencies=[Depends(said_once)], tags=["recommendations"])

    @routes.get("", response_model=RecommendationPage, summary="Where a cheaper model would do as well")
    def list_recommendations(params: Annotated[RecommendationParams, Query()]) -> Response:
        """Answer by class of traffic which cheaper models answered some of it, their quality and what they save."""
        return as_json(recommendation_page(grounds, params, now()))

    return routes
