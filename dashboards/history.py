"""``/v1/routing/transitions`` and ``/v1/routing/standings``: what the journal says about the steps of routes.

Transitions are when routes stepped down and up, and why; standings are where every route stood at one instant.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from alerts.journal import Journal, JournalEntry
from alerts.memory import TRANSITION
from analytics.answering import Clock, as_json, said_once
from analytics.grouping import slice_of
from analytics.notation import Instant, instant_ns
from analytics.paging import page_of
from analytics.questions import Window, WindowParams
from analytics.request_shapes import Answer
from collector.store import Store


class TransitionParams(WindowParams):
    """Which steps of a window."""

    limit: int = Field(50, ge=1, le=500, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")


class Step(Answer):
    """One step of a route on its ladder."""

    entry_seq: int
    """Its place in the journal."""
    noted_at: Instant
    """When it was decided."""
    tenant: str | None
    """Null: everybody's requests on the route."""
    route: str | None
    """The route that stepped."""
    from_tier: str
    """What was served before."""
    to_tier: str
    """What is served since."""
    share: float
    """The share of requests at `to_tier` since; the rest is served one tier above it."""
    why: str
    """burning, taken_back, calm_probe, flapping, manual ...: why it changed, in one word."""
    sentence: str
    """Why, in one line."""


class StepPage(Answer):
    """Steps, newest first."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    transitions: tuple[Step, ...]
    """Newest first."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""


class MomentParams(BaseModel):
    """Which instant."""

    model_config = ConfigDict(extra="forbid")
    at: (
        Annotated[int, BeforeValidator(instant_ns), WithJsonSchema({"type": "string", "format": "date-time"})] | None
    ) = Field(None, description="RFC 3339; default: now")


class Stood(Answer):
    """Where one route stood."""

    tenant: str | None
    """Null: everybody's requests on the route."""
    route: str | None
    """The route."""
    tier: str
    """The lowest tier that was served."""
    share: float
    """The share of requests at that tier; the rest was served one tier above it."""
    since: Instant
    """When that was decided."""
    why: str
    """Why, in one word."""
    sentence: str
    """Why, in one line."""


class StoodPage(Answer):
    """Every route that had ever stepped by then."""

    at: Instant
    """The instant asked about."""
    standings: tuple[Stood, ...]
    """By route and tenant; a route that is not here had never stepped, and was served at its best tier."""
    next: str | None
    """Always null: there is one page."""


def router(store: Store, now: Clock) -> APIRouter:
    """Build both."""
    routes = APIRouter(prefix="/v1/routing", tags=["routing"], dependencies=[Depends(said_once)])

    @routes.get("/transitions", response_model=StepPage, summary="When routes stepped down and up, and why")
    def transitions(params: Annotated[TransitionParams, Query()]) -> Response:
        """Steps that were decided in the window, newest first, from the journal."""
        return as_json(step_page(store, params, now()))

    @routes.get("/standings", response_model=StoodPage, summary="Where every route stood at an instant")
    def standings(params: Annotated[MomentParams, Query()]) -> Response:
        """What was in force at an instant, and why, from the journal."""
        return as_json(stood_page(store, now() if params.at is None else params.at))

    return routes


def stood_page(store: Store, at_ns: int) -> StoodPage:
    """Take the last word of the journal about every route, up to and at an instant."""
    last = {
        tuple(entry.content["scope"].items()): entry  # type: ignore[attr-defined]  # a body is whatever JSON holds
        for entry in Journal(store).entries(TRANSITION)
        if entry.noted_ns <= at_ns
    }
    found = sorted(map(_stood, last.values()), key=lambda one: (one.route or "", one.tenant or ""))
    return StoodPage(at=at_ns, standings=tuple(found), next=None)


def _stood(entry: JournalEntry) -> Stood:
    step = _step(entry)
    return Stood(
        tenant=step.tenant,
        route=step.route,
        tier=step.to_tier,
        share=step.share,
        since=step.noted_at,
        why=step.why,
        sentence=step.sentence,
    )


def step_page(store: Store, params: TransitionParams, now_ns: int) -> StepPage:
    """Read the steps of a window; routes step a few times an hour, so the whole journal of them is read."""
    page = page_of(params, params.cursor, now_ns)
    found = [_step(entry) for entry in Journal(store).entries(TRANSITION) if _within(entry, page.window)]
    wanted, following = slice_of(found[::-1], page, params.limit)
    return StepPage(start=page.window.start_ns, until=page.window.until_ns, transitions=tuple(wanted), next=following)


def _within(entry: JournalEntry, window: Window) -> bool:
    return window.start_ns <= entry.noted_ns < window.until_ns


def _step(entry: JournalEntry) -> Step:
    content: Any = entry.content
    return Step(
        entry_seq=entry.entry_seq,
        noted_at=entry.noted_ns,
        tenant=content["scope"]["tenant"],
        route=content["scope"]["route"],
        from_tier=content["transition"]["from_tier"],
        to_tier=content["transition"]["to_tier"],
        share=content["transition"].get("after", {}).get("share", 1.0),  # entries from before there were shares
        why=content["transition"].get("why", "burning"),
        sentence=content["sentence"],
    )
