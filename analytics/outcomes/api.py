"""``/v1/outcomes``: a place to tell what came of requests, and the sums of it."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from analytics.answering import Clock, as_json, said_once
from analytics.outcomes.answers import OutcomeParams, outcome_page
from analytics.outcomes.keeping import Kept, Standing, keep
from analytics.outcomes.outcome import Outcome
from analytics.outcomes.shapes import Ask, OutcomeAsk, OutcomePage, OutcomesAsk, ToldAnswer, ToldOutcome
from collector.store import Store


def router(store: Store, now: Clock) -> APIRouter:
    """Build the routes."""
    routes = APIRouter(prefix="/v1/outcomes", dependencies=[Depends(said_once)], tags=["outcomes"])

    @routes.get("", response_model=OutcomePage, summary="What came of requests, and what it cost")
    def show_outcomes(params: Annotated[OutcomeParams, Query()]) -> Response:
        """Answer by name and group: how often, of how many requests, what one cost, how long they took."""
        return as_json(outcome_page(store, params, now()))

    @routes.post(
        "",
        response_model=ToldAnswer,
        status_code=HTTPStatus.CREATED,
        summary="Tell what came of requests",
        responses={
            200: {"model": ToldAnswer, "description": "All of it was told before."},
            409: {"model": ToldAnswer, "description": "The id of at least one stands for another; the rest is kept."},
        },
    )
    def tell_outcomes(ask: Ask) -> Response:
        """Keep one outcome, or up to a thousand at once, each once; before or after its request arrives."""
        now_ns = now()
        asked = ask.outcomes if isinstance(ask, OutcomesAsk) else (ask,)
        kept = keep(store, [_outcome(one, now_ns) for one in asked], now_ns)
        answer = _told(kept)
        response = as_json(answer)
        response.status_code = _status(answer)
        return response

    return routes


def _outcome(ask: OutcomeAsk, now_ns: int) -> Outcome:
    at_ns = now_ns if ask.at is None else ask.at
    trace_id = None if ask.trace_id is None else ask.trace_id.lower()
    return Outcome(ask.name, ask.value, at_ns, trace_id, ask.response_id, ask.id, at_told=ask.at is not None)


def _told(kept: list[Kept]) -> ToldAnswer:
    counted = {standing: sum(one.standing is standing for one in kept) for standing in Standing}
    told = (ToldOutcome(id=one.outcome.outcome_id, standing=str(one.standing), joined=one.joined) for one in kept)
    return ToldAnswer(
        received=len(kept),
        stored=counted[Standing.STORED],
        known=counted[Standing.KNOWN],
        conflicts=counted[Standing.CONFLICT],
        outcomes=tuple(told),
    )


def _status(answer: ToldAnswer) -> HTTPStatus:
    if answer.conflicts:
        return HTTPStatus.CONFLICT
    return HTTPStatus.CREATED if answer.stored else HTTPStatus.OK
