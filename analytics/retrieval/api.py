"""``/v1/retrieval``: how documents were found."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from analytics.answering import Clock, as_json, said_once
from analytics.retrieval.answers import RetrievalParams, retrieval_page
from analytics.retrieval.settings import Cadence
from analytics.retrieval.shapes import RetrievalPage
from collector.store import Store


def router(store: Store, now: Clock, cadences: Sequence[Cadence] = ()) -> APIRouter:
    """Build the route."""
    routes = APIRouter(prefix="/v1/retrieval", dependencies=[Depends(said_once)], tags=["evaluations"])

    @routes.get("", response_model=RetrievalPage, summary="How documents were found")
    def show_retrieval(params: Annotated[RetrievalParams, Query()]) -> Response:
        """Answer by group: empty, repeated, score, ages, permissions, lengths, citations, each with how many say so."""
        return as_json(retrieval_page(store, params, cadences, now()))

    return routes
