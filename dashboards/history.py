"""``/v1/routing/transitions``: when routes stepped down and up, and why, from the journal."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import Field

from alerts.journal import Journal, JournalEntry
from alerts.memory import TRANSITION
from analytics.answering import Clock, as_json, said_once
from analytics.grouping import slice_of
from analytics.notation import Instant
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


def router(store: Store, now: Clock) -> APIRouter:
    """Build ``/v1/routing/transitions``."""
    routes = APIRouter(prefix="/v1/routing", tags=["routing"], dependencies=[Depends(said_once)])

    @routes.get("/transitions", response_model=StepPage, summary="When routes stepped down and up, and why")
    def transitions(params: Annotated[TransitionParams, Query()]) -> Response:
        """Steps that were decided in the window, newest first, from the journal."""
        return as_json(step_page(store, params, now()))

    return routes


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
        sentence=content["sentence"],
    )
