"""``GET /v1/routing/effects`` and ``.../months``: what downgrades saved, and what they cost."""

from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import Field

from alerts.effects.answers import effect_row, effects_of
from alerts.effects.months import month_rows
from alerts.effects.shapes import EffectPage, MonthPage
from alerts.effects.stretches import Stretch, month_end_ns, month_of, pieces, stretches
from alerts.journal import Journal
from alerts.memory import TRANSITION
from analytics.answering import Clock, as_json, said_once
from analytics.grouping import slice_of
from analytics.notation import NS_PER_DAY
from analytics.paging import page_of
from analytics.questions import Moment, WindowParams, starts
from collector.store import Store


class _Params(WindowParams):
    """Which downgrades of a window."""

    tenant: str | None = Field(None, description="decided for this tenant; empty (`tenant=`) asks for everybody's")
    route: str | None = Field(None, description="of this route")
    cursor: str | None = Field(None, description="`next` of the page before")

    def wanted(self, one: Stretch) -> bool:
        """Whether a stretch is of the scope."""
        return self.route in {None, one.scope.route} and self.tenant in {None, one.scope.tenant or ""}


class EffectParams(_Params):
    """Which downgrades of a window."""

    standard_ns: ClassVar[int] = 30 * NS_PER_DAY
    start: Moment = starts("thirty days before `until`")
    limit: int = Field(20, ge=1, le=100, description="rows of a page")


class MonthParams(_Params):
    """Which months."""

    standard_ns: ClassVar[int] = 365 * NS_PER_DAY
    start: Moment = starts("a year before `until`")
    limit: int = Field(100, ge=1, le=500, description="rows of a page")


def router(store: Store, now: Clock) -> APIRouter:
    """Build both."""
    routes = APIRouter(prefix="/v1/routing/effects", tags=["routing"], dependencies=[Depends(said_once)])

    @routes.get("", response_model=EffectPage, summary="What each downgrade saved, and what it cost")
    def effects(params: Annotated[EffectParams, Query()]) -> Response:
        """Answer every downgrade that was in force in the window, held against what would have been without it."""
        return as_json(effect_page(store, params, now()))

    @routes.get("/months", response_model=MonthPage, summary="What the downgrades of each month saved and cost")
    def months(params: Annotated[MonthParams, Query()]) -> Response:
        """Sum the downgrades of every month that the window touches, by scope."""
        return as_json(month_page(store, params, now()))

    return routes


def effect_page(store: Store, params: EffectParams, now_ns: int) -> EffectPage:
    """The downgrades of one page."""
    page = page_of(params, params.cursor, now_ns)
    start_ns, until_ns = page.window.start_ns, page.window.until_ns
    every = stretches(Journal(store).entries(TRANSITION))
    found = [
        one
        for one in pieces(every, now_ns)
        if params.wanted(one) and one.start_ns < until_ns and one.end_ns(now_ns) > start_ns
    ]
    wanted, following = slice_of(found[::-1], page, params.limit)
    rows = tuple(effect_row(one) for one in effects_of(store, wanted, every, now_ns))
    return EffectPage(start=start_ns, until=until_ns, effects=rows, next=following)


def month_page(store: Store, params: MonthParams, now_ns: int) -> MonthPage:
    """The months of one page."""
    page = page_of(params, params.cursor, now_ns)
    start_ns, until_ns = page.window.start_ns, page.window.until_ns
    every = stretches(Journal(store).entries(TRANSITION))
    first, end_ns = month_of(start_ns), month_end_ns(until_ns - 1)
    found = [
        one
        for one in pieces(every, now_ns)
        if params.wanted(one) and one.start_ns < end_ns and month_of(one.start_ns) >= first
    ]
    rows, following = slice_of(month_rows(effects_of(store, found, every, now_ns)), page, params.limit)
    return MonthPage(start=start_ns, until=until_ns, months=tuple(rows), next=following)
