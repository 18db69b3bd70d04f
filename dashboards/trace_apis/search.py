"""Which traces hold a span like the one that is asked for, newest first.

What has a column is asked of the columns; other attributes are in the stored requests, which are read page by page,
the newest first, until enough traces are found, nothing is left, or the time is up. The answer says which.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analytics.answering import Clock
from analytics.notation import LAST_NS
from collector.store import Query, Store, queries_of
from dashboards.trace_apis.limits import FIRST_PAGE, LARGEST_PAGE, SEARCH_NS
from dashboards.trace_apis.matching import Wanted, matching

_QUERIES = queries_of("dashboards.trace_apis")
Row = Mapping[str, Any]
_WORDS = ("tenant", "team", "feature", "route", "tier")
OF_REQUEST = {f"burnline.{word}": word for word in _WORDS} | {
    f"burnline.request.{word}": word for word in (*_WORDS, "cost_status")
}
"""Attributes that are asked of the request a span belongs to, with the names of their columns."""
_FIRST: Mapping[str, object] = dict.fromkeys(("after_ns", "after_trace", "after_span"))


@dataclass(frozen=True, slots=True)
class Search:
    """What one span of a trace has to be like; None lets everything through."""

    start_ns: int = 0
    until_ns: int = LAST_NS
    limit: int = 20
    service: str | None = None
    operation: str | None = None
    min_ns: int | None = None
    max_ns: int | None = None
    status: str | None = None
    not_status: str | None = None
    of_request: Mapping[str, str] = field(default_factory=dict)
    """What the request has to be like, by the columns of ``OF_REQUEST``."""
    wanted: Sequence[Wanted] = ()
    """What the span has to say beyond its columns."""

    def question(self) -> tuple[Query, dict[str, object]]:
        """Choose the query, with its parameters."""
        named = ("start_ns", "until_ns", "service", "operation", "min_ns", "max_ns", "status", "not_status")
        own = {name: getattr(self, name) for name in named}
        if not self.of_request:
            return _QUERIES["candidates"], own
        words = {column: self.of_request.get(column) for column in OF_REQUEST.values()}
        return _QUERIES["candidates_of_requests"], own | words


@dataclass(frozen=True, slots=True)
class Found:
    """Spans that match by trace, the newest trace first."""

    by_trace: Mapping[str, Sequence[Row]]
    looked_from_ns: int | None = None
    """The time was up: nothing that started before this was looked at. None: everything was."""


def found(store: Store, search: Search, now: Clock) -> Found:
    """Look for traces."""
    until_ns = now() + SEARCH_NS
    by_trace: dict[str, list[Row]] = {}
    for rows in _pages(store, search):
        matched = matching(store, rows, search.wanted) if search.wanted else None
        for row in rows:
            if matched is not None and (row["trace_id"], row["span_id"]) not in matched:
                continue
            if row["trace_id"] not in by_trace and len(by_trace) == search.limit:
                return Found(by_trace)
            by_trace.setdefault(row["trace_id"], []).append(row)
        if now() > until_ns:
            return Found(by_trace, rows[-1]["started_at_ns"])
    return Found(by_trace)


def _pages(store: Store, search: Search) -> Iterator[list[Row]]:
    """Spans by page, newest first; a page that is not full is the last."""
    (query, params), after, size = search.question(), dict(_FIRST), FIRST_PAGE
    while True:
        rows: list[Row] = store.run(query, params | after | {"limit": size}).to_pylist()
        if rows:
            yield rows
        if len(rows) < size:
            return
        last = rows[-1]
        after = {
            "until_ns": last["started_at_ns"] + 1,  # so that newer blocks are not read
            "after_ns": last["started_at_ns"],
            "after_trace": last["trace_id"],
            "after_span": last["span_id"],
        }
        size = min(2 * size, LARGEST_PAGE)
