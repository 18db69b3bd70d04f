"""Jaeger's query API, as far as Grafana's data source calls it; its address there ends in ``/jaeger``.

Instants are whole microseconds in a search, and whole milliseconds elsewhere.
"""

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from analytics.answering import Clock, as_json
from analytics.notation import LAST_NS, NS_PER_HOUR, NS_PER_MS
from collector.store import Store, queries_of
from dashboards.trace_apis.jaeger_json import jaeger_trace
from dashboards.trace_apis.jaeger_search import JaegerSearch
from dashboards.trace_apis.jaeger_shapes import JaegerCalls, JaegerDependencies, JaegerNames, JaegerTraces
from dashboards.trace_apis.limits import MOST_NAMES
from dashboards.trace_apis.reading import moment_ns, trace_id_of
from dashboards.trace_apis.refusing import JAEGER_RESPONSES, JaegerRoute
from dashboards.trace_apis.search import Found, found
from dashboards.trace_apis.whole import WholeTrace, whole_traces

_QUERIES = queries_of("dashboards.trace_apis")
_DAY_MS = 86_400_000
_SERVICE = Path(description="name of a service; may hold slashes")
_Whole = Annotated[int | None, Query(description="milliseconds since 1970; a trace is always answered whole")]


def router(store: Store, now: Clock) -> APIRouter:
    """Everything under ``/jaeger``."""
    routes = APIRouter(
        prefix="/jaeger/api", tags=["traces for Grafana"], route_class=JaegerRoute, responses=JAEGER_RESPONSES
    )
    _add_names(routes, store, now)
    _add_traces(routes, store, now)
    return routes


def _add_names(routes: APIRouter, store: Store, now: Clock) -> None:
    @routes.get("/services", response_model=JaegerNames, summary="Services (Jaeger)")
    def services() -> Response:
        """Services that spans come from."""
        return _names(store, "services", {})

    @routes.get("/services/{service:path}/operations", response_model=JaegerNames, summary="Operations (Jaeger)")
    def operations(service: Annotated[str, _SERVICE]) -> Response:
        """Names that spans of a service have."""
        return _names(store, "operations", {"service": service})

    @routes.get("/dependencies", response_model=JaegerDependencies, summary="Who calls whom (Jaeger)")
    def dependencies(
        end: Annotated[int | None, Query(alias="endTs", description="milliseconds since 1970; default: now")] = None,
        lookback: Annotated[int, Query(ge=0, description="milliseconds before that; default: a day")] = _DAY_MS,
    ) -> Response:
        """How often services call each other, by the spans of a window."""
        until_ns = moment_ns(end, NS_PER_MS, now())
        start_ns = max(NS_PER_HOUR, until_ns - min(lookback * NS_PER_MS, LAST_NS))
        params = {"start_ns": start_ns, "until_ns": until_ns, "limit": MOST_NAMES}
        rows = store.run(_QUERIES["dependencies"], params).to_pylist()
        calls = (JaegerCalls(parent=row["parent"], child=row["child"], callCount=row["calls"]) for row in rows)
        return as_json(JaegerDependencies(data=tuple(calls), errors=None))


def _names(store: Store, query: str, params: dict[str, object]) -> Response:
    names = tuple(store.run(_QUERIES[query], params | {"limit": MOST_NAMES})["name"].to_pylist())
    return as_json(JaegerNames(data=names, errors=None, limit=0, offset=0, total=len(names)))


def _add_traces(routes: APIRouter, store: Store, now: Clock) -> None:
    @routes.get("/traces", response_model=JaegerTraces, summary="Search for traces (Jaeger)")
    def search(params: Annotated[JaegerSearch, Query()]) -> Response:
        """Traces with a span like this, the newest first. All conditions hold for one and the same span."""
        matched = found(store, params.asked(), now)
        return _answer(whole_traces(store, list(matched.by_trace)), matched)

    @routes.get("/traces/{trace_id}", response_model=JaegerTraces, summary="One trace (Jaeger)")
    def trace(
        trace_id: Annotated[str, Path(description="up to 32 hex digits")], start: _Whole = None, end: _Whole = None
    ) -> Response:
        """Answer one trace, whole; of an unknown one there is no trace in `data`."""
        del start, end
        return _answer(whole_traces(store, [trace_id_of(trace_id)]), None)


def _answer(traces: list[WholeTrace], matched: Found | None) -> Response:
    notes = [] if matched is None else list(_notes(traces, matched))
    answer = {
        "data": [jaeger_trace(trace) for trace in traces],
        "errors": [{"code": 200, "msg": note} for note in notes] or None,
        "limit": 0,
        "offset": 0,
        "total": len(traces),
    }
    return Response(orjson.dumps(answer), media_type="application/json")


def _notes(traces: list[WholeTrace], matched: Found) -> list[str]:
    notes = []
    if matched.looked_from_ns is not None:
        notes.append("the time was up before every span was looked at: ask for a shorter window or fewer tags")
    missing = len(matched.by_trace) - len(traces)
    if missing > 0:
        notes.append(f"{missing} more traces match and are too large for one answer: ask for fewer, or one by its id")
    return notes
