"""``/v1/changes``: what changed, with the figures before and after, and a place to tell changes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import Field

from analytics.answering import Clock, as_json, said_once
from analytics.changes.advice import advice
from analytics.changes.change import TOLD_KINDS, Change, Kind, Scope, Source
from analytics.changes.comparing import Compared
from analytics.changes.history import History
from analytics.changes.markers import Marker, keep
from analytics.changes.shapes import AdviceAnswer, ChangeAnswer, ChangeAsk, ChangePage, ComparedAnswer, SideAnswer
from analytics.changes.sides import Side, Sides, sides
from analytics.grouping import slice_of
from analytics.notation import NS_PER_DAY, NS_PER_S
from analytics.paging import page_of
from analytics.questions import BadParameter, Moment, WindowParams, starts

_FIGURES = ("error_ratio", "p95_ms", "cost_per_request_usd", "tokens_per_request")
_SIDE = tuple(name for name in Side.__dataclass_fields__ if name != "window")
_CREATED, _FOUND = 201, 200


class ChangeParams(WindowParams):
    """Which changes of a window."""

    standard_ns: ClassVar[int] = 7 * NS_PER_DAY
    start: Moment = starts("seven days before `until`")
    kind: Kind | None = Field(None, description="what changed")
    name: str | None = Field(None, description="of this name")
    source: Source | None = Field(None, description="how it is known")
    tenant: str | None = Field(None, description="for this tenant or for everybody")
    route: str | None = Field(None, description="on this route, or not on certain ones")
    compare_s: int = Field(3600, ge=60, le=7 * 86_400, description="length of the windows before and after, in seconds")
    figures: bool = Field(True, description="false: without the figures before and after")
    limit: int = Field(50, ge=1, le=200, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")

    def concerns(self, change: Change) -> bool:
        """Whether a change is asked for."""
        routes = change.routes if change.scope.route is None else (change.scope.route,)
        return (
            self.kind in {None, change.kind}
            and self.name in {None, change.name}
            and self.source in {None, change.source}
            and (self.tenant is None or change.scope.tenant in {None, self.tenant})
            and (self.route is None or routes is None or self.route in routes)
        )


def router(history: History, now: Clock) -> APIRouter:
    """Build the routes."""
    routes = APIRouter(prefix="/v1/changes", dependencies=[Depends(said_once)], tags=["changes"])

    @routes.get("", response_model=ChangePage, summary="What changed, before and after")
    def list_changes(params: Annotated[ChangeParams, Query()]) -> Response:
        """Answer deploys that were told, versions first seen in spans and what this server noted, the newest first."""
        return as_json(change_page(history, params, now()))

    @routes.post(
        "",
        response_model=ChangeAnswer,
        status_code=_CREATED,
        summary="Tell a change",
        responses={_FOUND: {"model": ChangeAnswer, "description": "It was told before."}},
    )
    def tell_change(ask: ChangeAsk) -> Response:
        """Keep a change: a deploy, a new prompt, a new index. Told again, it is the same one."""
        now_ns = now()
        kept = keep(history.store, _marker(ask, now_ns), now_ns)
        answer = as_json(_answer(kept.change, None, ()))
        answer.status_code = _CREATED if kept.new else _FOUND
        return answer

    return routes


def change_page(history: History, params: ChangeParams, now_ns: int) -> ChangePage:
    """List changes; a few a day, so those of the window are sought out and then cut into pages."""
    page = page_of(params, params.cursor, now_ns)
    every = history.changes(page.window.start_ns, page.window.until_ns)
    found = [one for one in every if params.concerns(one)]
    wanted, following = slice_of(found, page, params.limit)
    unasked: list[Sides | None] = [None] * len(wanted)
    figures = sides(history.store, wanted, params.compare_s * NS_PER_S, now_ns) if params.figures else unasked
    return ChangePage(
        start=page.window.start_ns,
        until=page.window.until_ns,
        changes=tuple(_answer(one, told, every) for one, told in zip(wanted, figures, strict=True)),
        next=following,
    )


def _marker(ask: ChangeAsk, now_ns: int) -> Marker:
    if ask.kind not in TOLD_KINDS:
        raise BadParameter("kind", ask.kind, f"be one of {', '.join(TOLD_KINDS)}: this server notes {ask.kind} itself")
    return Marker(
        kind=ask.kind,
        name=ask.name,
        before=ask.before,
        after=ask.after,
        at_ns=now_ns if ask.at is None else ask.at,
        scope=Scope(ask.tenant, ask.team, ask.feature, ask.route, ask.environment),
        made_by=ask.by,
        url=ask.url,
        note=ask.note,
        key=ask.id,
    )


def _answer(change: Change, told: Sides | None, others: Sequence[Change]) -> ChangeAnswer:
    scope, advised = change.scope, advice(change, told, others)
    return ChangeAnswer(
        id=change.change_id,
        at=change.at_ns,
        kind=str(change.kind),
        name=change.name,
        before=change.before,
        after=change.after,
        source=str(change.source),
        again=change.again,
        tenant=scope.tenant,
        team=scope.team,
        feature=scope.feature,
        route=change.route,
        routes=change.routes,
        environment=scope.environment,
        seen_at=change.seen_at_ns,
        trace_ids=change.trace_ids,
        by=change.made_by,
        url=change.url,
        note=change.note,
        figures_before=None if told is None else _side(told.before),
        figures_after=None if told is None else _side(told.after),
        compared=() if told is None else tuple(_compared(told)),
        advice=None if advised is None else AdviceAnswer(**asdict(advised)),
    )


def _side(side: Side) -> SideAnswer:
    figures: Mapping[str, object] = {name: getattr(side, name) for name in _SIDE}
    return SideAnswer(start=side.window.start_ns, until=side.window.until_ns, **figures)  # type: ignore[arg-type]  # names are the same


def _compared(told: Sides) -> Sequence[ComparedAnswer]:
    return [_compared_figure(name, getattr(told, name)) for name in _FIGURES]


def _compared_figure(name: str, one: Compared) -> ComparedAnswer:
    ends = (None, None, None) if one.interval is None else astuple(one.interval)
    return ComparedAnswer(
        figure=name, verdict=str(one.verdict), p_value=one.p_value, difference=ends[0], low=ends[1], high=ends[2]
    )
