"""How evaluations go over time, and which stored requests were judged worst.

Every result counts once; objectives also know the weights of samples.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from analytics.evaluation.means import interval
from analytics.evaluation.quality_shapes import CoursePage, CourseRow, WorstPage, WorstRow
from analytics.evaluation.told import EvaluationParams
from analytics.grouping import slice_of
from analytics.notation import NS_PER_S
from analytics.paging import page_of
from analytics.questions import BadParameter, Window
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.evaluation")
_STEPS_S = (60, 300, 900, 3_600, 21_600, 86_400)
_WANTED_STEPS = 60
_MOST_STEPS = 2_000
_SHOWN = 50
Row = Mapping[str, Any]


class CourseParams(EvaluationParams):
    """Which evaluations, in which steps."""

    step_s: int | None = Field(None, ge=60, description="length of a step in seconds; left out: about 60 steps")
    limit: int = Field(1_000, ge=1, le=10_000, description="rows of a page")


class WorstParams(EvaluationParams):
    """Which evaluations of stored requests."""

    limit: int = Field(_SHOWN, ge=1, le=500, description="rows of a page")


def course_page(store: Store, params: CourseParams, now_ns: int) -> CoursePage:
    """Sum evaluations step by step; raises BadParameter for steps too many to show."""
    page = page_of(params, params.cursor, now_ns)
    step_s = _step_s(page.window, params.step_s)
    asked = {**_bounds(page.window), **params.scope(), "step_ns": step_s * NS_PER_S}
    rows: list[Row] = store.run(_QUERIES["evaluation_course"], asked).to_pylist()
    found, following = slice_of(rows, page, params.limit)
    return CoursePage(
        start=page.window.start_ns,
        until=page.window.until_ns,
        step_s=step_s,
        rows=tuple(_course_row(row) for row in found),
        next=following,
    )


def worst_page(store: Store, params: WorstParams, now_ns: int) -> WorstPage:
    """List the lowest scores of stored requests."""
    page = page_of(params, params.cursor, now_ns)
    offset = int(page.after[0]) if page.after else 0
    asked = {**_bounds(page.window), **params.scope(), "limit": params.limit + 1, "offset": offset}
    rows: list[dict[str, Any]] = store.run(_QUERIES["evaluation_worst"], asked).to_pylist()
    following = page.next((offset + params.limit,)) if len(rows) > params.limit else None
    return WorstPage(
        start=page.window.start_ns,
        until=page.window.until_ns,
        rows=tuple(WorstRow(at=row.pop("at_ns"), **row) for row in rows[: params.limit]),
        next=following,
    )


def _course_row(row: Row) -> CourseRow:
    low, high = interval(row["mean_score"], row["scored"], row["spread"], row["least"], row["greatest"])
    kept = {name: row[name] for name in ("name", "source", "results", "scored", "mean_score")}
    return CourseRow(at=row["at_ns"], low=low, high=high, **kept)


def _step_s(window: Window, asked_s: int | None) -> int:
    """The step that is asked for, or the shortest that makes few enough of them."""
    length_s = (window.until_ns - window.start_ns) / NS_PER_S
    if asked_s is None:
        return next((step for step in _STEPS_S if length_s / step <= _WANTED_STEPS), _longest(length_s))
    if length_s / asked_s > _MOST_STEPS:
        raise BadParameter("step_s", asked_s, f"make at most {_MOST_STEPS:,} steps of the window: a longer step would")
    return asked_s


def _longest(length_s: float) -> int:
    """Whole days, for windows of months and years."""
    return _STEPS_S[-1] * max(1, -(-int(length_s) // (_STEPS_S[-1] * _WANTED_STEPS)))


def _bounds(window: Window) -> dict[str, object]:
    return {"start_ns": window.start_ns, "until_ns": window.until_ns}
