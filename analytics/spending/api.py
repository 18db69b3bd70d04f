"""Asking before spending, over HTTP: reserve, settle, release.

A refusal is an answer, not an error: 200 with ``granted`` false. The functions are synchronous and run in the
framework's thread pool, where callers who ask at the same time share one commit.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import Response

from analytics.answering import Clock, as_json, said_once
from analytics.questions import BadParameter
from analytics.request_shapes import Answer
from analytics.spending.shapes import (
    ReservationAnswer,
    ReservationAsk,
    ReservationPage,
    ReservationState,
    SettleAsk,
)
from analytics.spending.spending import Conflict, Spending

A = TypeVar("A", bound=Answer)
PATH = "/v1/budgets/reservations"


def router(spending: Spending, now: Clock) -> APIRouter:
    """Everything about reservations."""
    routes = APIRouter(prefix=PATH, dependencies=[Depends(said_once)], tags=["goals"])
    _add_asking(routes, spending, now)
    _add_looking(routes, spending, now)
    return routes


def _add_asking(routes: APIRouter, spending: Spending, now: Clock) -> None:
    @routes.post("", response_model=ReservationAnswer, summary="Ask before spending")
    def reserve(ask: ReservationAsk) -> Response:
        """Hold an amount on every spend budget that covers the words, or on none and say which refuse."""
        return as_json(_or_conflict(lambda: spending.reserve(ask, now())))

    @routes.post("/{reservation_id}/settle", response_model=ReservationState, summary="Say what it cost")
    def settle(reservation_id: str, ask: SettleAsk) -> Response:
        """Replace the hold by what the call cost; it counts until the ledger has it, ten minutes at most."""
        return as_json(_or_conflict(lambda: spending.settle(_id(reservation_id), ask, now())))

    @routes.delete("/{reservation_id}", response_model=ReservationState, summary="Say that nothing was spent")
    def release(reservation_id: str) -> Response:
        """Let go of the hold."""
        return as_json(_or_conflict(lambda: spending.release(_id(reservation_id), now())))


def _add_looking(routes: APIRouter, spending: Spending, now: Clock) -> None:
    @routes.get("", response_model=ReservationPage, summary="Reservations that count")
    def list_reservations(
        limit: Annotated[int, Query(ge=1, le=500, description="reservations on one page")] = 100,
        cursor: Annotated[str | None, Query(description="`next` of the page before")] = None,
    ) -> Response:
        """Answer what is held, and what is settled and not in the ledger yet; oldest first."""
        return as_json(_page(spending.live(now()), limit, cursor))

    @routes.get("/{reservation_id}", response_model=ReservationState, summary="One reservation")
    def show(reservation_id: str) -> Response:
        """Answer how a reservation stands; it is remembered for five minutes after its end."""
        return as_json(spending.show(_id(reservation_id), now()))


def _page(live: list[ReservationState], limit: int, cursor: str | None) -> ReservationPage:
    """A cursor is creation and id of the last one seen, so pages stay where they are while reservations come and go."""
    after = (0, UUID(int=0)) if cursor is None else _place(cursor)
    left = [one for one in live if (one.created_at, one.reservation_id) > after]
    page = left[:limit]
    more = f"{page[-1].created_at}-{page[-1].reservation_id.hex}" if len(left) > limit else None
    return ReservationPage(reservations=tuple(page), next=more)


def _place(cursor: str) -> tuple[int, UUID]:
    created, _, name = cursor.partition("-")
    try:
        return int(created), UUID(name)
    except ValueError as error:
        raise BadParameter("cursor", cursor, "be the `next` of an earlier page, unchanged") from error


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadParameter("reservation_id", text, "be the reservation_id of a granted reservation") from error


def _or_conflict(act: Callable[[], A]) -> A:
    try:
        return act()
    except Conflict as conflict:
        raise HTTPException(HTTPStatus.CONFLICT, str(conflict)) from conflict
