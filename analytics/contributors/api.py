"""``/v1/slos/{name}/contributors``: what made an error budget burn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response
from pydantic import Field

from analytics.answering import Clock, as_json, said_once
from analytics.api import Goals
from analytics.contributors.excess import Contributor
from analytics.contributors.finding import Found, found
from analytics.contributors.saying import said
from analytics.contributors.shapes import ContributorAnswer, ContributorsAnswer, OriginAnswer, TraceAnswer, Value
from analytics.notation import NS_PER_MS, NS_PER_S
from analytics.questions import BadParameter, Moment, Window, WindowParams, starts
from analytics.sharing import Shared
from analytics.slo.answer_shapes import Slo, SloGroup, WindowBurn
from analytics.slo.answers import named, slo_answer
from analytics.slo.kinds import Dimension, Unit
from analytics.slo.objective import Objective
from analytics.slo.verdicts import Verdict
from collector.store import Store

_WORDS = tuple(map(str, Dimension))
_OF_SPANS = ("stage", "provider", "model")
_FRESH_NS = 10 * NS_PER_S
"""For so long all who look at a burn share an answer: it may take most of a second."""


class ContributorParams(WindowParams):
    """Which budget of an objective, in which window."""

    start: Moment = starts("as long before `until` as the alert that fires looks back, or the first one,")
    tenant: str | None = Field(None, description="only this tenant's")
    team: str | None = Field(None, description="only this team's")
    feature: str | None = Field(None, description="only this feature's")
    route: str | None = Field(None, description="only on this route")
    environment: str | None = Field(None, description="only in this environment")
    stage: str | None = Field(None, description="of an objective about spans: only of this kind")
    provider: str | None = Field(None, description="of an objective about spans: only of this provider")
    model: str | None = Field(None, description="of an objective about spans: only of this model")
    traces: int = Field(10, ge=1, le=100, description="traces at most")
    whole: bool = Field(
        default=False, description="look at all of a window, however many spans it has and long it takes"
    )

    @property
    def words(self) -> Mapping[str, str | None]:
        """What narrows it down."""
        return {word: getattr(self, word) for word in _WORDS}


@dataclass(frozen=True, slots=True)
class _Look:
    """The window that is looked at, and the alert it belongs to."""

    window: Window
    alert: WindowBurn | None = None


def router(store: Store, now: Clock, goals: Goals) -> APIRouter:
    """Build the route."""
    routes = APIRouter(prefix="/v1/slos", dependencies=[Depends(said_once)], tags=["goals"])

    def asked(question: tuple[str, ContributorParams], at_ns: int) -> ContributorsAnswer:
        return answered(store, goals, *question, at_ns)

    shared = Shared(asked, now, _FRESH_NS)

    @routes.get("/{name:path}/contributors", response_model=ContributorsAnswer, summary="What made a budget burn")
    def contributors(
        name: Annotated[str, Path(description="the name of an objective")],
        params: Annotated[ContributorParams, Query()],
    ) -> Response:
        """Answer which values the bad events have in common, where they went wrong, and the worst of their traces.

        Without a start it is the long window of the alert that fires, or else of the first one. A window with millions
        of spans is looked at from its end; the answer says from where.
        """
        return as_json(shared((name, params)))

    return routes


def answered(store: Store, goals: Goals, name: str, params: ContributorParams, now_ns: int) -> ContributorsAnswer:
    """Find the objective, its window, and what made it burn there; raises NotFound for a name nothing has."""
    objective = named(goals.objectives, name)
    _refuse_words_of_spans(objective, params)
    look = _look(store, goals, objective, params, now_ns)
    told = found(store, objective, look.window, params.words, traces=params.traces, whole=params.whole)
    return _answer(objective, look, told)


def _refuse_words_of_spans(objective: Objective, params: ContributorParams) -> None:
    """Refuse what requests do not have: an answer about none of them would look like a calm objective."""
    for word in _OF_SPANS if objective.unit is Unit.REQUEST else ():
        if (value := params.words[word]) is not None:
            raise BadParameter(word, value, f"not be there: {objective.name} is about requests, which have no {word}")


def _look(store: Store, goals: Goals, objective: Objective, params: ContributorParams, now_ns: int) -> _Look:
    window = params.window(now_ns)
    if params.start is not None:
        return _Look(window)
    until_ns = now_ns if params.until is None else params.until
    (slo,) = slo_answer(store, [objective], until_ns, goals.gate).slos
    windows = _of_group(slo, params.words).windows
    alert = next((one for one in windows if one.verdict == Verdict.FIRING), windows[0])
    return _Look(Window(max(0, until_ns - round(alert.long_s * NS_PER_S)), until_ns), alert)


def _of_group(slo: Slo, words: Mapping[str, str | None]) -> Slo | SloGroup:
    """The budget of the group that the words name, or of the whole."""
    for group in slo.groups:
        told = {word: value for word in _WORDS if (value := getattr(group, word)) is not None}
        if told and all(words.get(word) == value for word, value in told.items()):
            return group
    return slo


def _answer(objective: Objective, look: _Look, told: Found) -> ContributorsAnswer:
    ratio = told.bad / told.total if told.total else None
    return ContributorsAnswer(
        name=objective.name,
        sli=str(objective.sli),
        start=told.window.start_ns,
        until=told.window.until_ns,
        asked_start=None if told.asked is None else told.asked.start_ns,
        verdict=None if look.alert is None else str(look.alert.verdict),
        severity=None if look.alert is None else str(look.alert.severity),
        burn=None if ratio is None else ratio / (1 - objective.target),
        total=told.total,
        bad=told.bad,
        contributors=tuple(_contributor(one) for one in told.contributors),
        origins=tuple(
            OriginAnswer(stage=one.stage, error_type=one.error_type, bad=one.bad, share=one.bad / told.bad)
            for one in told.origins
        ),
        worst=told.worst,
        traces=tuple(
            TraceAnswer(
                trace_id=one.trace_id,
                started_at=one.started_at_ns,
                duration_ms=one.duration_ns / NS_PER_MS,
                status=one.status,
                error_type=one.error_type,
                cost_usd=one.cost_usd,
                tokens=one.tokens,
                tenant=one.tenant,
                route=one.route,
            )
            for one in told.traces
        ),
        in_words=said(told),
        next=None,
    )


def _contributor(one: Contributor) -> ContributorAnswer:
    return ContributorAnswer(
        dimension=one.dimension,
        value=one.value,
        total=one.total,
        bad=one.bad,
        bad_ratio=one.bad / one.total,
        rest_ratio=one.rest_ratio,
        excess=one.excess,
        share=one.share,
        deviations=one.deviations,
        also=tuple(Value(dimension=dimension, value=value) for dimension, value in one.also),
    )
