"""``/v1/evaluations``: what was evaluated, runs over golden sets, and golden questions drawn from what was stored."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import Field

from analytics.answering import Clock, as_json, said_once
from analytics.evaluation.course import CourseParams, WorstParams, course_page, worst_page
from analytics.evaluation.golden import QuestionClass
from analytics.evaluation.quality_shapes import AgreementAnswer, CoursePage, GatePage, WorstPage
from analytics.evaluation.reviewed import AgreementParams, GateParams, agreement_answer, gate_page
from analytics.evaluation.sampling import Wanted, sample
from analytics.evaluation.shapes import EvaluationPage, RunPage, SampleAnswer
from analytics.evaluation.told import EvaluationParams, RunParams, WeekParams, evaluation_page, run_page
from collector.store import Store

_MOST = 200
"""Of a class: each item is a request that is read whole."""


class SampleParams(WeekParams):
    """Which requests are drawn, and how many of each class."""

    tenant: str | None = Field(None, description="one tenant")
    team: str | None = Field(None, description="one team")
    feature: str | None = Field(None, description="one feature")
    route: str | None = Field(None, description="one route")
    environment: str | None = Field(None, description="one deployment environment")
    common: int = Field(50, ge=0, le=_MOST, description="items of frequent routes without trouble")
    hard: int = Field(30, ge=0, le=_MOST, description="items with errors, guardrails, low scores, retries, long input")
    ambiguous: int = Field(20, ge=0, le=_MOST, description="items on which evaluators disagree or are undecided")
    threshold: float = Field(0.5, ge=0, le=1, description="scores below are bad")
    seed: int = Field(1, ge=0, le=2**31, description="decides the order")
    references: bool = Field(False, description="true: take what was answered as the reference")

    def wanted(self) -> Wanted:
        """What is drawn."""
        counts = {one: getattr(self, str(one)) for one in QuestionClass}
        scope = {name: getattr(self, name) for name in ("tenant", "team", "feature", "route", "environment")}
        return Wanted(counts, self.seed, self.threshold, scope, answers_are_references=self.references)


def router(store: Store, now: Clock) -> APIRouter:
    """Build the routes."""
    routes = APIRouter(prefix="/v1/evaluations", dependencies=[Depends(said_once)], tags=["evaluations"])

    @routes.get("", response_model=EvaluationPage, summary="What was evaluated, by name and source")
    def evaluations(params: Annotated[EvaluationParams, Query()]) -> Response:
        """Answer how many results each evaluation has, and their mean: of runs, of people, of evaluators of traffic."""
        return as_json(evaluation_page(store, params, now()))

    @routes.get("/runs", response_model=RunPage, summary="Runs over golden sets that were sent")
    def runs(params: Annotated[RunParams, Query()]) -> Response:
        """Answer the mean of each metric of each run, the newest run first."""
        return as_json(run_page(store, params, now()))

    @routes.get("/sample", response_model=SampleAnswer, summary="A golden set drawn from stored requests")
    def draw(params: Annotated[SampleParams, Query()]) -> Response:
        """Answer questions by class: common, hard and ambiguous, each with its trace and why it was drawn."""
        return as_json(sample_answer(store, params, now()))

    _add_quality(routes, store, now)
    return routes


def _add_quality(routes: APIRouter, store: Store, now: Clock) -> None:
    @routes.get("/course", response_model=CoursePage, summary="How evaluations went over time")
    def course(params: Annotated[CourseParams, Query()]) -> Response:
        """Answer the mean score of each evaluation step by step, with its interval."""
        return as_json(course_page(store, params, now()))

    @routes.get("/worst", response_model=WorstPage, summary="Stored requests that were judged worst")
    def worst(params: Annotated[WorstParams, Query()]) -> Response:
        """Answer evaluations below 1 of requests that are stored, the lowest first."""
        return as_json(worst_page(store, params, now()))

    @routes.get("/gates", response_model=GatePage, summary="Changes that were gated")
    def gates(params: Annotated[GateParams, Query()]) -> Response:
        """Answer which changes passed or were refused and why, the newest first (`burnline eval gate --otlp`)."""
        return as_json(gate_page(store, params, now()))

    @routes.get("/agreement", response_model=AgreementAnswer, summary="How far evaluators agree with people")
    def agreement(params: Annotated[AgreementParams, Query()]) -> Response:
        """Answer for each evaluation how often it says what people say of the same answers, and Cohen's kappa."""
        return as_json(agreement_answer(store, params, now()))


def sample_answer(store: Store, params: SampleParams, now_ns: int) -> SampleAnswer:
    """Draw a golden set."""
    window = params.window(now_ns)
    found = sample(store, window, params.wanted())
    return SampleAnswer(
        start=window.start_ns,
        until=window.until_ns,
        seed=params.seed,
        items=tuple(item.content() for item in found.items),
        requests=dict(found.requests),
        left_out=dict(found.left_out),
    )
