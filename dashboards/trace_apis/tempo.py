"""Tempo's query API, as far as Grafana's data source calls it; its address there ends in ``/tempo``.

Instants are whole seconds. A trace is protobuf unless ``Accept`` asks for JSON: the plain ``TracesData`` of OTLP, and
under v2 the same as the first field of a message.
"""

from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import PlainTextResponse, Response
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from analytics.answering import Clock, as_json
from analytics.notation import LAST_NS, NS_PER_MS, NS_PER_S
from analytics.questions import NotFound
from collector.otlp.json_scalars import varint
from collector.store import Store
from dashboards.trace_apis import names
from dashboards.trace_apis.limits import MOST_TRACES
from dashboards.trace_apis.otlp_json import otlp_json
from dashboards.trace_apis.reading import moment_ns, trace_id_of
from dashboards.trace_apis.refusing import TEMPO_RESPONSES, TempoRoute
from dashboards.trace_apis.search import Row, Search, found
from dashboards.trace_apis.tempo_shapes import (
    TempoScope,
    TempoScopes,
    TempoSearch,
    TempoSpan,
    TempoSpanSet,
    TempoTagNames,
    TempoTexts,
    TempoTrace,
    TempoValue,
    TempoValues,
)
from dashboards.trace_apis.traceql import conditions
from dashboards.trace_apis.whole import summaries, traces_data, whole_traces

PROTOBUF = "application/protobuf"
_TRACE_FIELD = b"\x0a"
_TraceId = Annotated[str, Path(description="up to 32 hex digits")]
_Tag = Annotated[str, Path(description="name of an attribute, such as `span.gen_ai.request.model`")]
_Accept = Annotated[str, Header(description="application/protobuf or application/json")]
_Whole = Annotated[int | None, Query(description="seconds since 1970; a trace is always answered whole")]
_IN_ANY: dict[int | str, dict[str, Any]] = {
    200: {"content": {PROTOBUF: {}, "application/json": {}}, "description": "The trace."}
}


def router(store: Store, now: Clock) -> APIRouter:
    """Everything under ``/tempo``."""
    routes = APIRouter(
        prefix="/tempo/api", tags=["traces for Grafana"], route_class=TempoRoute, responses=TEMPO_RESPONSES
    )
    _add_traces(routes, store)
    _add_search(routes, store, now)
    _add_tags(routes, store)
    return routes


def _add_traces(routes: APIRouter, store: Store) -> None:
    @routes.get("/echo", response_class=PlainTextResponse, summary="Whether somebody answers (Tempo)")
    def echo() -> str:
        """Answer echo."""
        return "echo"

    @routes.get("/v2/traces/{trace_id}", response_class=Response, responses=_IN_ANY, summary="One trace (Tempo v2)")
    def trace_v2(trace_id: _TraceId, accept: _Accept = "", start: _Whole = None, end: _Whole = None) -> Response:
        """Answer one trace as the field `trace` of a message; 404 when none of it is stored."""
        del start, end
        found_trace = _trace(store, trace_id)
        if _asks_json(accept):
            return _json({"trace": otlp_json(found_trace)})
        body = found_trace.SerializeToString()
        return Response(_TRACE_FIELD + varint(len(body)) + body, media_type=PROTOBUF)

    @routes.get("/traces/{trace_id}", response_class=Response, responses=_IN_ANY, summary="One trace (Tempo)")
    def trace_v1(trace_id: _TraceId, accept: _Accept = "", start: _Whole = None, end: _Whole = None) -> Response:
        """Answer one trace as OTLP's TracesData; 404 when none of it is stored."""
        del start, end
        found_trace = _trace(store, trace_id)
        if _asks_json(accept):
            return _json(otlp_json(found_trace))
        return Response(found_trace.SerializeToString(), media_type=PROTOBUF)


def _trace(store: Store, text: str) -> TracesData:
    trace_id = trace_id_of(text)
    traces = whole_traces(store, [trace_id])
    if not traces:
        raise NotFound(f"no span of trace {trace_id} is stored: it may be older than retention, or not sent")
    return traces_data(traces[0])


def _asks_json(accept: str) -> bool:
    return "json" in accept and "protobuf" not in accept


def _json(answer: object) -> Response:
    return Response(orjson.dumps(answer), media_type="application/json")


def _add_search(routes: APIRouter, store: Store, now: Clock) -> None:
    @routes.get("/search", response_model=TempoSearch, summary="Search for traces (Tempo)")
    def search(
        q: Annotated[str, Query(description="TraceQL: {} or conditions joined by &&")] = "",
        limit: Annotated[int, Query(ge=1, description=f"traces; at most {MOST_TRACES}")] = 20,
        spans: Annotated[int, Query(alias="spss", ge=0, le=100, description="spans shown of each trace")] = 3,
        start: Annotated[int | None, Query(description="seconds since 1970, included")] = None,
        end: Annotated[int | None, Query(description="seconds since 1970, excluded")] = None,
    ) -> Response:
        """Traces with a span like this, the newest first."""
        asked = Search(
            start_ns=moment_ns(start, NS_PER_S, 0),
            until_ns=moment_ns(end, NS_PER_S, LAST_NS),
            limit=min(limit, MOST_TRACES),
            **conditions(q),
        )
        by_trace = found(store, asked, now).by_trace
        about = summaries(store, list(by_trace))
        traces = (_found(about[trace_id], rows, spans) for trace_id, rows in by_trace.items() if trace_id in about)
        return as_json(TempoSearch(traces=tuple(traces), metrics={}))


def _found(about: Row, rows: Sequence[Row], most: int) -> TempoTrace:
    spans = tuple(
        TempoSpan(
            spanID=row["span_id"],
            name=row["name"],
            startTimeUnixNano=str(row["started_at_ns"]),
            durationNanos=str(row["duration_ns"]),
            attributes=(),
        )
        for row in rows[:most]
    )
    return TempoTrace(
        traceID=about["trace_id"],
        rootServiceName=about["service"],
        rootTraceName=about["name"],
        startTimeUnixNano=str(about["start_ns"]),
        durationMs=min((about["end_ns"] - about["start_ns"]) // NS_PER_MS, 2**32 - 1),
        spanSets=(TempoSpanSet(matched=len(rows), spans=spans),),
    )


def _add_tags(routes: APIRouter, store: Store) -> None:
    @routes.get("/v2/search/tags", response_model=TempoScopes, summary="Names of attributes (Tempo v2)")
    def tags_v2(
        scope: Annotated[str, Query(description="only of this place; empty or none: every one")] = "",
    ) -> Response:
        """Names of attributes in the newest spans, and of what every span has."""
        places = names.tag_names(store) | {"intrinsic": list(names.INTRINSIC)}
        scopes = (
            TempoScope(name=name, tags=tuple(tags)) for name, tags in places.items() if scope in {"", "none", name}
        )
        return as_json(TempoScopes(scopes=tuple(scopes)))

    @routes.get("/search/tags", response_model=TempoTagNames, summary="Names of attributes (Tempo)")
    def tags_v1() -> Response:
        """Names of attributes in the newest spans."""
        found_names = {name for tags in names.tag_names(store).values() for name in tags}
        return as_json(TempoTagNames(tagNames=tuple(sorted(found_names))))

    @routes.get("/v2/search/tag/{tag:path}/values", response_model=TempoValues, summary="Values (Tempo v2)")
    def values_v2(tag: _Tag) -> Response:
        """Values of an attribute in the newest spans; names and services: all there are."""
        values = (TempoValue(type=kind, value=value) for kind, value in names.tag_values(store, tag))
        return as_json(TempoValues(tagValues=tuple(values)))

    @routes.get("/search/tag/{tag:path}/values", response_model=TempoTexts, summary="Values (Tempo)")
    def values_v1(tag: _Tag) -> Response:
        """Values of an attribute in the newest spans, without their types."""
        return as_json(TempoTexts(tagValues=tuple(value for _, value in names.tag_values(store, tag))))
