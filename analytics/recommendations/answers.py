"""For each class of traffic the cheaper models that answered some of it: the money, and whether quality holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import ClassVar

from pydantic import Field

from analytics.experiments.intervals import Course
from analytics.grouping import slice_of
from analytics.notation import NS_PER_DAY
from analytics.paging import page_of
from analytics.prices import PriceBook
from analytics.questions import Moment, Window, WindowParams, starts
from analytics.recommendations.money import a_month, cost_on, spent
from analytics.recommendations.quality import Held, Margins, Measured, held, measured, unknown
from analytics.recommendations.reading import Answering, Known, Traffic, classes
from analytics.recommendations.settings import RecommendationSettings
from analytics.recommendations.shapes import MeasureAnswer, RecommendationPage, RecommendationRow
from collector.store import Store

_DRAWN = 0.9
"""Share of the requests of both models that has to be part of an experiment, to call it randomised."""
_VERDICTS = {Held.HOLDS: "switch", Held.WORSE: "worse", Held.NOT_KNOWN_YET: "not_known_yet"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RecommendationParams(WindowParams):
    """Whose traffic."""

    standard_ns: ClassVar[int] = 28 * NS_PER_DAY
    start: Moment = starts("four weeks before `until`")
    route: str | None = Field(None, description="one route; empty (`route=`) asks for requests without one")
    feature: str | None = Field(None, description="one feature; empty asks for requests without one")
    tenant: str | None = Field(None, description="one tenant; empty asks for requests without one")
    limit: int = Field(50, ge=1, le=500, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")


@dataclass(frozen=True, slots=True)
class Grounds:
    """What recommendations are made by."""

    store: Store
    book: PriceBook
    settings: RecommendationSettings
    lower_is_better: tuple[str, ...] = ()
    """Evaluations and outcomes of which less is better."""

    @property
    def margins(self) -> Margins:
        """When quality holds."""
        one = self.settings
        return Margins(one.margin_ratio, one.errors_margin, one.requests, Course(one.alpha), self.lower_is_better)


def recommendation_page(grounds: Grounds, params: RecommendationParams, now_ns: int) -> RecommendationPage:
    """Recommend for every class of traffic of a window; raises BadParameter for an unknown cursor."""
    page = page_of(params, params.cursor, now_ns)
    found = classes(grounds.store, _asked(grounds.settings, params, page.window))
    rows = [row for traffic, known in found.items() for row in _rows(grounds, traffic, known, page.window)]
    rows.sort(key=lambda row: (row.verdict != "switch", -row.saving_per_month_usd, _place(row)))
    best: dict[tuple[str | None, ...], Decimal] = {}
    for row in rows:
        if row.verdict == "switch":
            best.setdefault((row.route, row.feature, row.size, row.model), row.saving_per_month_usd)
    wanted, following = slice_of(rows, page, params.limit)
    return RecommendationPage(
        start=page.window.start_ns,
        until=page.window.until_ns,
        saving_per_month_usd=sum(best.values(), Decimal(0)),
        classes=sum(bool(_enough(known, grounds.settings.requests)) for known in found.values()),
        rows=tuple(wanted),
        next=following,
    )


def _asked(settings: RecommendationSettings, params: RecommendationParams, window: Window) -> dict[str, object]:
    return {
        "start_ns": window.start_ns,
        "until_ns": window.until_ns,
        "small_below": settings.small_below,
        "large_from": settings.large_from,
        "route": params.route,
        "feature": params.feature,
        "tenant": params.tenant,
    }


def _place(row: RecommendationRow) -> tuple[str, ...]:
    return tuple(str(word) for word in (row.route, row.feature, row.size, row.candidate))


def _enough(known: Known, least: int) -> list[Answering]:
    """The models that answered enough of a class."""
    return [one for one in known.models.values() if one.requests >= least]


def _rows(grounds: Grounds, traffic: Traffic, known: Known, window: Window) -> Iterator[RecommendationRow]:
    at = _EPOCH + timedelta(microseconds=window.until_ns // 1_000)
    days = Decimal(max(NS_PER_DAY, window.until_ns - max(window.start_ns, known.first_ns))) / NS_PER_DAY
    models = _enough(known, grounds.settings.requests)
    for present, candidate in permutations(models, 2):
        cost = spent(present.usage)
        instead = cost_on(grounds.book, candidate.seller, present.usage, present.mean_input_tokens, at)
        if cost is not None and instead is not None and instead < cost:
            money = (cost, instead, a_month(cost - instead, days))
            yield _row(traffic, present, candidate, money, grounds.margins)


def _row(
    traffic: Traffic,
    present: Answering,
    candidate: Answering,
    money: tuple[Decimal, Decimal, Decimal],
    margins: Margins,
) -> RecommendationRow:
    found = list(measured(present.sums, candidate.sums, margins))
    drawn = _drawn(present, candidate)
    return RecommendationRow(
        route=traffic[0],
        feature=traffic[1],
        size=traffic[2],
        model=present.seller.model,
        candidate=candidate.seller.model,
        verdict=_VERDICTS[held(found)],
        requests=present.requests,
        candidate_requests=candidate.requests,
        cost_usd=money[0],
        instead_usd=money[1],
        saving_per_month_usd=money[2],
        randomised_by=drawn,
        measures=tuple(_measure(one) for one in found),
        unknown=tuple(unknown(found, randomised=drawn is not None)),
    )


def _drawn(present: Answering, candidate: Answering) -> str | None:
    """The experiment that nearly all requests of both were part of."""

    def whole(one: Answering, experiment: str) -> bool:
        return one.drawn.get(experiment, 0) >= _DRAWN * one.requests

    shared: Mapping[str, int] = candidate.drawn
    return next((name for name in sorted(shared) if whole(candidate, name) and whole(present, name)), None)


def _measure(one: Measured) -> MeasureAnswer:
    return MeasureAnswer(
        measure=one.measure,
        value=one.value,
        candidate_value=one.candidate_value,
        low=one.low,
        high=one.high,
        margin=one.margin,
        requests=one.requests,
        verdict=str(one.held),
    )
