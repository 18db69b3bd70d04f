"""Experiments as they are asked for: the list of them, and one with its verdicts."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from math import fsum
from typing import Any, ClassVar

from pydantic import Field

from analytics.experiments.intervals import Course
from analytics.experiments.measures import MEASURES, measure_name
from analytics.experiments.reading import Known, Row, Told, began_ns, known, seen
from analytics.experiments.settings import ExperimentSettings
from analytics.experiments.shapes import (
    ComparisonAnswer,
    ExperimentAnswer,
    ExperimentPage,
    ExperimentRow,
    SplitAnswer,
    VariantAnswer,
)
from analytics.experiments.split import Split, split_of
from analytics.experiments.units import Unit
from analytics.experiments.verdicts import Compared, Rules, compared
from analytics.grouping import slice_of
from analytics.notation import NS_PER_DAY, NS_PER_MS
from analytics.paging import page_of
from analytics.questions import BadParameter, Moment, NotFound, Window, WindowParams, starts
from collector.store import Store

_CONTROLS = ("control", "baseline", "default", "current", "off", "a")
"""Names of the variant that the others are compared with, where nobody says which it is."""
_PLACES = Decimal("1e-15")


class ExperimentsParams(WindowParams):
    """Which experiments."""

    standard_ns: ClassVar[int] = 30 * NS_PER_DAY
    start: Moment = starts("thirty days before `until`")
    limit: int = Field(50, ge=1, le=200, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")


class ExperimentParams(WindowParams):
    """How one experiment is judged."""

    start: Moment = starts("its first span")
    control: str | None = Field(None, description="the variant that the others are compared with")
    split: str | None = Field(None, description="planned shares, such as control:0.9,new:0.1; even when left out")
    unit: Unit | None = Field(None, description="what was randomised; the widest that stays with one variant")
    alpha: float | None = Field(
        None, gt=0, lt=1, description="chance of a false verdict; the configuration's if left out"
    )


def experiment_page(store: Store, params: ExperimentsParams, now_ns: int) -> ExperimentPage:
    """List the experiments that spans named in a window."""
    page = page_of(params, params.cursor, now_ns)
    groups = groupby(seen(store, page.window), key=lambda row: row["name"])
    found = [_listed(name, list(rows)) for name, rows in groups]
    wanted, following = slice_of(sorted(found, key=lambda one: (-one.last_at, one.name)), page, params.limit)
    return ExperimentPage(
        start=page.window.start_ns, until=page.window.until_ns, experiments=tuple(wanted), next=following
    )


def experiment(
    store: Store, name: str, params: ExperimentParams, settings: ExperimentSettings, now_ns: int
) -> ExperimentAnswer:
    """Judge one experiment; raises NotFound where no span named it."""
    window = _window(store, name, params, now_ns)
    found = known(store, name, window, params.unit)
    names = [row["variant"] for row in found.variants]
    control = _control(names, params.control)
    planned = _planned(names, params.split)
    split = split_of({row["variant"]: row["units"] for row in found.variants}, planned)
    alpha = settings.alpha if params.alpha is None else params.alpha
    return ExperimentAnswer(
        name=name,
        start=window.start_ns,
        until=window.until_ns,
        unit=str(found.unit),
        unit_asked=params.unit is not None,
        control=control,
        alpha=alpha,
        margin_ratio=settings.margin_ratio,
        split=None if split is None else _split(split),
        variants=tuple(_variant(row, control, planned, found) for row in _control_first(found.variants, control)),
        comparisons=() if control is None else tuple(_comparisons(found, control, settings, alpha)),
    )


def _window(store: Store, name: str, params: ExperimentParams, now_ns: int) -> Window:
    start_ns = began_ns(store, name)
    if start_ns is None:
        raise NotFound(f"no span named an experiment {name}: GET /v1/experiments lists those there are")
    until_ns = now_ns if params.until is None else params.until
    if params.start is None and start_ns >= until_ns:
        raise BadParameter("until", params.until, "be after the first span of the experiment")
    return WindowParams(start=start_ns if params.start is None else params.start, until=until_ns).window(now_ns)


def _control(names: Sequence[str], asked: str | None) -> str | None:
    """The variant asked for, or one that is called like a control, or the first."""
    if asked is not None:
        if asked not in names:
            raise BadParameter("control", asked, f"be one of {', '.join(names) or 'the variants; none is seen yet'}")
        return asked
    called = {name.lower(): name for name in names}
    return next((called[word] for word in _CONTROLS if word in called), min(names, default=None))


def _planned(names: Sequence[str], text: str | None) -> Mapping[str, float]:
    """The planned share of each variant; those of ``split`` are made to add up to 1."""
    if text is None:
        return {name: 1 / len(names) for name in names}
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = part.strip().rpartition(":")
        if not name or not share.replace(".", "", 1).isdecimal() or float(share) <= 0:
            raise BadParameter("split", text, "be VARIANT:SHARE separated by commas, such as control:0.9,new:0.1")
        shares[name] = float(share)
    lacking = [name for name in names if name not in shares]
    if lacking:
        raise BadParameter("split", text, f"name every variant seen; it lacks {', '.join(lacking)}")
    return {name: share / fsum(shares.values()) for name, share in shares.items()}


def _control_first(rows: Sequence[Row], control: str | None) -> list[Row]:
    return sorted(rows, key=lambda row: (row["variant"] != control, row["variant"]))


def _listed(name: str, rows: Sequence[Row]) -> ExperimentRow:
    return ExperimentRow(
        name=name,
        first_at=min(row["first_ns"] for row in rows),
        last_at=max(row["last_ns"] for row in rows),
        requests=sum(row["requests"] for row in rows),
        variants=tuple(row["variant"] for row in rows),
    )


def _split(split: Split) -> SplitAnswer:
    return SplitAnswer(
        verdict=str(split.verdict),
        chi_square=split.chi_square,
        p_value=split.p_value,
        sequential_p_value=split.sequential_p_value,
    )


def _variant(row: Row, control: str | None, planned: Mapping[str, float], found: Known) -> VariantAnswer:
    name = row["variant"]
    paid = found.sums.get(("cost_usd", ""), {}).get(name)
    each = None if paid is None or row["cost_usd"] is None else Decimal(row["priced_cost_usd"]) / int(paid.requests)
    return VariantAnswer(
        variant=name,
        control=name == control,
        planned_ratio=planned[name],
        **{word: row[word] for word in ("units", "requests", "mixed_requests", "errors", "cost_usd")},
        cost_per_request_usd=None if each is None else each.quantize(_PLACES),
        unpriced_requests=row["unpriced_requests"],
        p50_ms=None if row["p50_ns"] is None else row["p50_ns"] / NS_PER_MS,
        p95_ms=None if row["p95_ns"] is None else row["p95_ns"] / NS_PER_MS,
        models=tuple(one for one in row["models"] if one is not None),
    )


def _comparisons(found: Known, control: str, settings: ExperimentSettings, alpha: float) -> Iterator[ComparisonAnswer]:
    others = [row["variant"] for row in found.variants if row["variant"] != control]
    rules = Rules(Course(alpha / max(1, len(others)), settings.tightest_at), settings.margin_ratio, settings.requests)
    for variant in others:
        for told in sorted(found.sums, key=_place):
            one = _compared(found, told, (control, variant), rules, settings)
            if one is not None:
                yield one


def _place(told: Told) -> tuple[int, str]:
    return list(MEASURES).index(told[0]), told[1]


def _compared(
    found: Known, told: Told, sides: tuple[str, str], rules: Rules, settings: ExperimentSettings
) -> ComparisonAnswer | None:
    kind, name = told
    measure = MEASURES[kind]
    control, variant = (found.sums[told].get(side) for side in sides)
    if control is None or variant is None:
        return None
    lower = measure.lower_is_better or name in settings.lower_is_better
    one = compared(control, variant, rules, lower_is_better=lower, share=measure.share)
    if one is None:
        return None
    return ComparisonAnswer(
        variant=sides[1],
        measure=measure_name(kind, name),
        unit=measure.unit,
        lower_is_better=lower,
        control_value=float(control.ratio),
        value=float(variant.ratio),
        **_said(one, float(control.ratio)),
        control_requests=int(control.requests),
        requests=int(variant.requests),
    )


def _said(one: Compared, control_value: float) -> dict[str, Any]:
    return {
        "verdict": str(one.verdict),
        "difference": one.difference,
        "low": one.low,
        "high": one.high,
        "difference_ratio": one.difference / control_value if control_value else None,
        "effective_requests": int(one.effective),
        "more_requests": one.more_requests,
    }
