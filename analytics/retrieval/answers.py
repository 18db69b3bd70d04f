"""How documents are found: empty results, repetitions, scores, ages, permissions, lengths and citations, by group.

Every ratio is over the retrievals that say what it is about; how many these are stands beside it. A retrieval counts
when it began, for whom its request is. A sample's weight does not count here: objectives know it.

    duplicate_ratio       documents that repeat another one of the same retrieval / documents
    chunk_outlier_ratio   documents whose length is not usual in their index version (evaluation/lengths.py)
    stale_ratio           oldest document used older than the cadence of its index
"""

from collections.abc import Callable, Mapping, Sequence
from math import log
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field

from analytics.evaluation.lengths import DEVIATIONS, FEWEST, LEAST_FACTOR
from analytics.grouping import GroupKey, Row, flags, key_of, ordered, slice_of
from analytics.notation import LAST_NS, NS_PER_DAY, NS_PER_HOUR
from analytics.paging import Page, page_of
from analytics.questions import (
    RETRIEVAL_DIMENSIONS,
    Dimension,
    Moment,
    OwnerParams,
    dimensions,
    starts,
)
from analytics.retrieval.golden import golden_rows
from analytics.retrieval.histogram import Floats, bars, quantiles
from analytics.retrieval.settings import Cadence
from analytics.retrieval.shapes import RetrievalPage, RetrievalRow, ScoreBin
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.retrieval")
_INDEX = ("index_name", "index_version")
_LONGEST_NS = NS_PER_HOUR
"""No retrieval takes longer: what it says is told when it ends."""
_AS_IS = (
    "retrievals",
    "documents_told",
    "duplicates_told",
    "age_told",
    "age_p50_s",
    "age_p90_s",
    "cadence_told",
    "permission_told",
    "violations_told",
    "chunks_told",
    "chunks_judged",
)
"""Columns of the query that are shown as they are."""
_RATIOS: Mapping[str, tuple[str, str]] = {
    "empty_ratio": ("empty", "documents_told"),
    "duplicate_ratio": ("duplicates", "documents"),
    "stale_ratio": ("stale", "cadence_told"),
    "permission_checked_ratio": ("permission_checked", "permission_told"),
    "chunk_outlier_ratio": ("outliers", "chunks_judged"),
}
"""Ratio -> the columns of its part and of its whole."""
_UNCITED: Mapping[str, Any] = dict.fromkeys(
    ("coverage_told", "citation_coverage", "valid_told", "citation_valid", "invalid_answers")
)
_NOT_CITED: Mapping[str, Any] = {**_UNCITED, "coverage_told": 0, "valid_told": 0}
_OF_REQUESTS = tuple(one for one in RETRIEVAL_DIMENSIONS if str(one) not in _INDEX)


class RetrievalParams(OwnerParams):
    """Which retrievals, split by what; a filter left out lets everything through."""

    standard_ns: ClassVar[int] = NS_PER_DAY
    start: Moment = starts("one day before `until`")
    index_name: str | None = Field(None, description="one index or source; empty asks for what names none")
    index_version: str | None = Field(None, description="one version of an index; empty asks for what names none")
    by: str = Field("", description=f"any of {', '.join(RETRIEVAL_DIMENSIONS)}, separated by commas; nothing: one row")
    limit: int = Field(200, ge=1, le=2_000, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")


def retrieval_page(store: Store, params: RetrievalParams, cadences: Sequence[Cadence], now_ns: int) -> RetrievalPage:
    """Say how documents were found in a window; raises BadParameter for an unknown dimension or cursor."""
    by = dimensions(params.by, RETRIEVAL_DIMENSIONS)
    page = page_of(params, params.cursor, now_ns)
    groups = store.run(_QUERIES["retrieval_groups"], _asked(params, page, by), tables={"cadences": _table(cadences)})
    rows = ordered(groups.to_pylist(), by, lambda row: row["retrievals"])
    wanted, following = slice_of(rows, page, params.limit)
    cited = _citations(store, params, page, by)
    return RetrievalPage(
        start=page.window.start_ns,
        until=page.window.until_ns,
        by=tuple(by),
        rows=tuple(RetrievalRow(**_row(row, by), **cited(key_of(row, by))) for row in wanted),
        golden=golden_rows(store, page.window.until_ns),
        next=following,
    )


def _asked(params: RetrievalParams, page: Page, by: Sequence[Dimension]) -> dict[str, object]:
    return {
        **_words(params, page),
        **flags(by, RETRIEVAL_DIMENSIONS),
        **{name: getattr(params, name) for name in _INDEX},
        "fewest": FEWEST,
        "deviations": DEVIATIONS,
        "least_log": log(LEAST_FACTOR),
    }


def _words(params: RetrievalParams, page: Page) -> dict[str, object]:
    window = page.window
    told_until_ns = min(window.until_ns + _LONGEST_NS, LAST_NS)
    asked = {"start_ns": window.start_ns, "until_ns": window.until_ns, "told_until_ns": told_until_ns}
    return {**asked, **params.owner()}


def _table(cadences: Sequence[Cadence]) -> pa.Table:
    names = pa.array([one.index for one in cadences], pa.string())
    return pa.table({"index_name": names, "within_s": pa.array([one.within_s for one in cadences], pa.float64())})


def _citations(
    store: Store, params: RetrievalParams, page: Page, by: Sequence[Dimension]
) -> Callable[[GroupKey], Mapping[str, Any]]:
    """Look up what answers cite, by group; an answer may use several indices, so by index nobody can say."""
    about_indices = any(getattr(params, name) is not None or name in by for name in _INDEX)
    if about_indices:
        return lambda _: _UNCITED
    asked = {**_words(params, page), **flags(by, _OF_REQUESTS)}
    rows = store.run(_QUERIES["retrieval_citations"], asked).to_pylist()
    found = {key_of(row, by): {name: row[name] for name in _UNCITED} for row in rows}
    return lambda key: found.get(key, _NOT_CITED)


def _row(row: Row, by: Sequence[Dimension]) -> dict[str, Any]:
    scores, gaps = _floats(row["scores"]), _floats(row["gaps"])
    score_p10, score_p50, score_p90 = quantiles(scores, 0.1, 0.5, 0.9)
    gap_p10, gap_p50 = quantiles(gaps, 0.1, 0.5)
    said = row["violations_told"] > 0
    return {
        **{str(dimension): row[dimension] for dimension in by},
        **{name: row[name] for name in _AS_IS},
        **{name: _ratio(row[part], row[whole]) for name, (part, whole) in _RATIOS.items()},
        "score_told": len(scores),
        "score_p10": score_p10,
        "score_p50": score_p50,
        "score_p90": score_p90,
        "gap_told": len(gaps),
        "gap_p10": gap_p10,
        "gap_p50": gap_p50,
        "violating_retrievals": row["violating"] if said else None,
        "violations": row["violations"] if said else None,
        "scores": tuple(ScoreBin(start=bar.start, until=bar.until, count=bar.count) for bar in bars(scores)),
    }


def _floats(values: Sequence[float] | None) -> Floats:
    return np.asarray(values or (), np.float64)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
