"""``/v1/routing/overrides``: what operators have put in force by hand, and how they do it.

POST sets, holds or clears a scope, with who does it, why, and until when; DELETE clears as well. GET lists what is in
force. Routers obey at the next look of the evaluation, a second later by default.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from alerts.controller import Action, Override
from alerts.operators import LONGEST, Operators, Refused, Unknown
from analytics.answering import Clock, as_json, said_once
from analytics.notation import Instant
from analytics.questions import BadParameter, NotFound
from analytics.request_shapes import Answer
from analytics.slo.burn import nanoseconds
from instrumentation.downgrade import Scope, Tier

PATH = "/v1/routing/overrides"
A = TypeVar("A")
_Name = Annotated[str, Field(min_length=1, max_length=256)]
_Reason = Annotated[str, Field(min_length=1, max_length=2_000)]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AN_HOUR_S = 3600.0


class Deed(StrEnum):
    """What an operator does."""

    SET = "set"
    HOLD = "hold"
    CLEAR = "clear"


class OverrideAsk(BaseModel):
    """What an operator asks for; an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    action: Deed
    """set (serve a tier, whatever burns), hold (stay where it is) or clear (let the budgets decide again)"""
    route: _Name
    """The route, as in the section routes."""
    tenant: _Name | None = None
    """The tenant, where the route is steered for one; null: the route of everybody."""
    tier: Tier | None = None
    """With set: the tier to serve."""
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    """With set: the share of requests at that tier; the rest stays one tier above."""
    by: _Name
    """Who does this."""
    reason: _Reason
    """Why, for those who find it."""
    for_s: Annotated[float, Field(gt=0, le=LONGEST.total_seconds())] | None = None
    """How many seconds it holds; an hour when neither this nor expires_at is given."""
    expires_at: AwareDatetime | None = None
    """Instead of for_s: until when it holds."""


class InForce(Answer):
    """One word of an operator."""

    action: str
    """set, hold; or clear, of one that was cleared just now"""
    route: str | None
    """The route."""
    tenant: str | None
    """Null: everybody's requests on the route."""
    tier: str | None
    """With set: the tier."""
    share: float
    """The share of requests at that tier."""
    by: str
    """Who did it."""
    reason: str
    """Why."""
    given_at: Instant
    """Since when."""
    expires_at: Instant
    """Until when; then the budgets decide again."""


class Overrides(Answer):
    """What operators have put in force."""

    overrides: tuple[InForce, ...]
    """By route and tenant."""
    next: str | None
    """Always null: there is one page."""


def router(operators: Operators, now: Clock) -> APIRouter:
    """Build the routes."""
    routes = APIRouter(prefix=PATH, tags=["routing"], dependencies=[Depends(said_once)])

    @routes.post("", response_model=InForce, summary="Set, hold or clear a route by hand")
    def give(ask: OverrideAsk) -> Response:
        """Put an operator's word in force, or end it; it is in the journal before anybody obeys it."""
        at = _instant(now())
        scope = Scope(tenant=ask.tenant, route=ask.route)
        if ask.action is Deed.CLEAR:
            cleared = _told(lambda: operators.clear(scope, ask.by, ask.reason, at))
            return as_json(_shown(scope, cleared, Deed.CLEAR))
        word = _told(lambda: _word(ask, at))
        _told(lambda: operators.give(scope, word))
        return as_json(_shown(scope, word, ask.action))

    @routes.delete("", response_model=InForce, summary="Let the budgets decide again")
    def clear(
        route: Annotated[_Name, Query(description="the route")],
        by: Annotated[_Name, Query(description="who does this")],
        reason: Annotated[_Reason, Query(description="why")],
        tenant: Annotated[_Name | None, Query(description="the tenant, where the route is steered for one")] = None,
    ) -> Response:
        """End the word that is in force; the controller goes on from where the route is."""
        scope = Scope(tenant=tenant, route=route)
        return as_json(_shown(scope, _told(lambda: operators.clear(scope, by, reason, _instant(now()))), Deed.CLEAR))

    @routes.get("", response_model=Overrides, summary="What operators have put in force")
    def in_force() -> Response:
        """List every word that has not expired."""
        words = operators.in_force(_instant(now())).items()
        listed = sorted(words, key=lambda item: (item[0].route or "", item[0].tenant or ""))
        return as_json(
            Overrides(overrides=tuple(_shown(scope, word, word.action) for scope, word in listed), next=None)
        )

    return routes


def _word(ask: OverrideAsk, at: datetime) -> Override:
    if ask.for_s is not None and ask.expires_at is not None:
        raise BadParameter("expires_at", ask.expires_at, "not be there beside for_s: give one of them")
    until = ask.expires_at or at + timedelta(seconds=ask.for_s or _AN_HOUR_S)
    action = Action(str(ask.action))
    return Override(action, ask.by, ask.reason, at, until.astimezone(UTC), ask.tier, ask.share)


def _shown(scope: Scope, word: Override, action: StrEnum) -> InForce:
    return InForce(
        action=action,
        route=scope.route,
        tenant=scope.tenant,
        tier=word.tier,
        share=word.share,
        by=word.by,
        reason=word.reason,
        given_at=nanoseconds(word.given_at),
        expires_at=nanoseconds(word.expires_at),
    )


def _told(act: Callable[[], A]) -> A:
    """Do it; what cannot be done is said in the words of HTTP."""
    try:
        return act()
    except Unknown as unknown:
        raise NotFound(str(unknown)) from unknown
    except Refused as refused:
        raise HTTPException(HTTPStatus.CONFLICT, str(refused)) from refused
    except ValueError as wrong:
        raise HTTPException(HTTPStatus.BAD_REQUEST, str(wrong)) from wrong


def _instant(now_ns: int) -> datetime:
    return _EPOCH + timedelta(microseconds=now_ns // 1_000)
