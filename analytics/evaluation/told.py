"""What was told of evaluations: names with their counts and means, and runs over golden sets, from stored events."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from analytics.evaluation.means import interval
from analytics.evaluation.shapes import EvaluationPage, EvaluationRow, RunPage, RunRow
from analytics.grouping import slice_of
from analytics.notation import NS_PER_DAY
from analytics.paging import page_of
from analytics.questions import Moment, Window, WindowParams, starts
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.evaluation")
Row = Mapping[str, Any]


class WeekParams(WindowParams):
    """A window that is a week where nothing is said."""

    standard_ns: ClassVar[int] = 7 * NS_PER_DAY
    start: Moment = starts("seven days before `until`")


class RunParams(WeekParams):
    """Which runs."""

    name: str | None = Field(None, description="one metric")
    limit: int = Field(100, ge=1, le=1_000, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")


class EvaluationParams(RunParams):
    """Which evaluations."""

    source: str | None = Field(None, description="run, human, or empty for evaluators of traffic")
    tenant: str | None = Field(None, description="about requests of one tenant; empty asks for those without one")
    route: str | None = Field(None, description="about requests of one route; empty asks for those without one")

    def scope(self) -> dict[str, object]:
        """The filters, as parameters of a query."""
        return {name: getattr(self, name) for name in ("name", "source", "tenant", "route")}


def evaluation_page(store: Store, params: EvaluationParams, now_ns: int) -> EvaluationPage:
    """List evaluations by name and source."""
    page = page_of(params, params.cursor, now_ns)
    asked = {**_bounds(page.window), **params.scope()}
    rows: list[Row] = store.run(_QUERIES["evaluation_names"], asked).to_pylist()
    found, following = slice_of(rows, page, params.limit)
    return EvaluationPage(
        start=page.window.start_ns,
        until=page.window.until_ns,
        evaluations=tuple(_evaluation(row) for row in found),
        next=following,
    )


def run_page(store: Store, params: RunParams, now_ns: int) -> RunPage:
    """List runs, the newest first."""
    page = page_of(params, params.cursor, now_ns)
    rows: list[Row] = store.run(_QUERIES["evaluation_runs"], {**_bounds(page.window), "name": params.name}).to_pylist()
    found, following = slice_of(rows, page, params.limit)
    return RunPage(
        start=page.window.start_ns,
        until=page.window.until_ns,
        runs=tuple(RunRow(**_instants(row, "started_at")) for row in found),
        next=following,
    )


def _evaluation(row: Row) -> EvaluationRow:
    told = _instants(row, "first_at", "last_at")
    low, high = interval(
        row["mean_score"], row["scored"], *(told.pop(name) for name in ("spread", "least", "greatest"))
    )
    return EvaluationRow(**told, low=low, high=high)


def _bounds(window: Window) -> dict[str, object]:
    return {"start_ns": window.start_ns, "until_ns": window.until_ns}


def _instants(row: Row, *names: str) -> dict[str, Any]:
    return {
        **{key: value for key, value in row.items() if not key.endswith("_ns")},
        **{n: row[f"{n}_ns"] for n in names},
    }
