"""``GET /v1/routing/effects``: what each downgrade saved, and what it cost."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import Field

from alerts.effects.effect import Effect, Figure
from alerts.effects.judging import judged
from alerts.effects.shapes import ChangeAnswer, EffectPage, EffectRow
from alerts.effects.stretches import Stretch, by_month, stretches
from alerts.journal import Journal
from alerts.memory import TRANSITION
from analytics.answering import Clock, as_json, said_once
from analytics.grouping import slice_of
from analytics.notation import NS_PER_HOUR
from analytics.paging import page_of
from analytics.questions import Window, WindowParams
from collector.store import Store

_DEFAULT_WINDOW_NS = 30 * 24 * NS_PER_HOUR
_PLACES = Decimal("1e-9")
_MONEY = "cost_usd"


class EffectParams(WindowParams):
    """Which downgrades of a window."""

    tenant: str | None = Field(None, description="decided for this tenant; empty (`tenant=`) asks for everybody's")
    route: str | None = Field(None, description="of this route")
    limit: int = Field(20, ge=1, le=100, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")

    def window(self, now_ns: int) -> Window:
        """Thirty days where no start is given."""
        until_ns = now_ns if self.until is None else self.until
        start_ns = max(0, until_ns - _DEFAULT_WINDOW_NS) if self.start is None else self.start
        return WindowParams(start=start_ns, until=until_ns).window(now_ns)

    def wanted(self, one: Stretch, window: Window, now_ns: int) -> bool:
        """Whether a stretch is asked for: of the scope, and in force at some time of the window."""
        return (
            self.route in {None, one.scope.route}
            and self.tenant in {None, one.scope.tenant or ""}
            and one.start_ns < window.until_ns
            and one.end_ns(now_ns) > window.start_ns
        )


def router(store: Store, now: Clock) -> APIRouter:
    """Build the route."""
    routes = APIRouter(prefix="/v1/routing", tags=["routing"], dependencies=[Depends(said_once)])

    @routes.get("/effects", response_model=EffectPage, summary="What each downgrade saved, and what it cost")
    def effects(params: Annotated[EffectParams, Query()]) -> Response:
        """Answer every downgrade that was in force in the window, held against what would have been without it."""
        return as_json(effect_page(store, params, now()))

    return routes


def effect_page(store: Store, params: EffectParams, now_ns: int) -> EffectPage:
    """Judge the downgrades of one page."""
    page = page_of(params, params.cursor, now_ns)
    every = stretches(Journal(store).entries(TRANSITION))
    pieces = [piece for one in every for piece in by_month(one, now_ns)]
    found = [piece for piece in pieces if params.wanted(piece, page.window, now_ns)]
    wanted, following = slice_of(found[::-1], page, params.limit)
    return EffectPage(
        start=page.window.start_ns,
        until=page.window.until_ns,
        effects=tuple(_row(judged(store, one, every, now_ns)) for one in wanted),
        next=following,
    )


def _row(effect: Effect) -> EffectRow:
    stretch, money = effect.stretch, effect.saved
    cost = effect.figures[_MONEY]
    return EffectRow(
        id=effect.effect_id,
        entry_seq=stretch.entry_seq,
        tenant=stretch.scope.tenant,
        route=stretch.scope.route,
        tier=stretch.position.tier,
        share=stretch.position.share,
        instead_of=stretch.instead_of,
        why=stretch.why,
        sentence=stretch.sentence,
        start=stretch.start_ns,
        until=stretch.until_ns,
        judged_until=effect.until_ns,
        requests=effect.requests,
        degraded_requests=effect.lower_requests,
        degraded_ratio=effect.lower_requests / effect.requests if effect.requests else None,
        saved_usd=money.saved_usd,
        cost_usd=money.cost_usd,
        instead_usd=money.instead_usd,
        unknown_requests=money.requests - money.known,
        cost_change_usd=_usd(cost.change.change),
        cost_change_low_usd=_usd(cost.change.low),
        cost_change_high_usd=_usd(cost.change.high),
        cost_change_kind=cost.kind,
        changes=tuple(_change(name, one) for name, one in effect.figures.items() if name != _MONEY),
    )


def _change(name: str, one: Figure) -> ChangeAnswer:
    found = one.change
    return ChangeAnswer(
        figure=name,
        kind=one.kind,
        verdict=found.verdict,
        lower=found.lower_mean,
        change=found.change,
        low=found.low,
        high=found.high,
        lower_count=found.lower_count,
        other_count=found.other_count,
        clusters=found.clusters,
        clustered_by=found.clustered_by,
    )


def _usd(mean: float | None) -> Decimal | None:
    """An estimate, to a thousandth of a millionth."""
    return None if mean is None else Decimal(mean).quantize(_PLACES, ROUND_HALF_EVEN)
