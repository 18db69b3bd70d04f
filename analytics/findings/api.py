"""``/v1/findings``: what was not as usual, since when, and what explains it."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import Field

from analytics.answering import Clock, as_json, said_once
from analytics.findings.course import Ended
from analytics.findings.events import events, evidence, explained
from analytics.findings.finding import Finding, Kind, head
from analytics.findings.kept import findings_between
from analytics.findings.measures import measure_of
from analytics.findings.saying import sentence
from analytics.findings.shapes import FigureAnswer, FindingAnswer, FindingPage, MovedAnswer, NearAnswer
from analytics.grouping import slice_of
from analytics.notation import NS_PER_DAY, NS_PER_S
from analytics.paging import page_of
from analytics.questions import Moment, WindowParams, starts
from collector.store import Store


class FindingParams(WindowParams):
    """Which findings of a window."""

    standard_ns: ClassVar[int] = 7 * NS_PER_DAY
    start: Moment = starts("seven days before `until`")
    kind: Kind | None = Field(None, description="figure, drift or model_swap: by what it is known")
    measure: str | None = Field(None, description="with this figure among those that moved")
    tenant: str | None = Field(None, description="with a figure of this tenant")
    route: str | None = Field(None, description="with a figure of this route")
    model: str | None = Field(None, description="with a figure of this model")
    open: bool | None = Field(None, description="true: only what goes on; false: only what has ended")
    withdrawn: bool = Field(False, description="true: also what late spans took back")
    limit: int = Field(50, ge=1, le=200, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")

    def concerns(self, group: Sequence[Finding]) -> bool:
        """Whether a finding, with what moved with it, is asked for."""
        words = {word: asked for word in ("tenant", "route", "model") if (asked := getattr(self, word)) is not None}
        named = {(one.key.dimension, one.key.value) for one in group}
        going_on = any(one.open for one in group)
        return (
            (self.kind is None or any(one.kind is self.kind for one in group))
            and (self.measure is None or any(one.key.measure == self.measure for one in group))
            and named.issuperset(words.items())
            and self.open in {None, going_on}
        )


def router(store: Store, now: Clock) -> APIRouter:
    """Build the route."""
    routes = APIRouter(prefix="/v1/findings", dependencies=[Depends(said_once)], tags=["changes"])

    @routes.get("", response_model=FindingPage, summary="What was not as usual, and what explains it")
    def list_findings(params: Annotated[FindingParams, Query()]) -> Response:
        """Answer figures that left what is usual for them, those that moved together as one, the newest first."""
        return as_json(finding_page(store, params, now()))

    return routes


def finding_page(store: Store, params: FindingParams, now_ns: int) -> FindingPage:
    """List findings; there are few by design, so those of the window are cut into pages."""
    page = page_of(params, params.cursor, now_ns)
    rows = findings_between(store, page.window.start_ns // NS_PER_S, -(-page.window.until_ns // NS_PER_S))
    kept = [one for one in rows if params.withdrawn or one.ended is not Ended.WITHDRAWN]
    wanted, following = slice_of([event for event in events(kept) if params.concerns(event)], page, params.limit)
    return FindingPage(
        start=page.window.start_ns,
        until=page.window.until_ns,
        findings=tuple(_answer(event) for event in wanted),
        next=following,
    )


def _answer(event: Sequence[Finding]) -> FindingAnswer:
    first, told = head(event), explained(event)
    others = [one for one in event if one is not first]
    return FindingAnswer(
        id=event[0].group_id,
        **_figure(first),
        text=told["text"] or sentence(first, told),
        moved=tuple(MovedAnswer(**one) for one in told["moved"]),
        changes=tuple(NearAnswer(**one) for one in told["changes"]),
        trace_ids=tuple(told["traces"]),
        evidence=tuple(evidence(event)),
        also=tuple(FigureAnswer(**_figure(one)) for one in others),
    )


def _figure(one: Finding) -> dict[str, Any]:
    return {
        "kind": one.kind,
        **one.key._asdict(),
        "unit": one.explanation.get("unit") or measure_of(one.key.measure).unit,
        "step_s": one.step_s,
        "start": one.start_s * NS_PER_S,
        "alarmed_at": one.alarmed_s * NS_PER_S,
        "until": None if one.until_s is None else one.until_s * NS_PER_S,
        "ended_as": one.ended,
        "expected": one.expected,
        "observed": one.observed,
        "size": one.observed - one.expected,
        "p_value": one.p_value,
    }
