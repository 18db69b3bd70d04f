"""Whole traces as Jaeger's JSON: what OTLP says in fields of its own becomes tags, as Jaeger itself translates it.

Times and durations are whole microseconds; a Go program reads them into int64 and refuses the whole answer over one
``12.0``. A value JSON has no type for is text.

    string, bool, int, double    string, bool, int64, float64; nan and infinities as string
    array, kvlist                string holding JSON
    bytes                        binary: base64
    no value                     string ""
"""

import math
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from collector.decode.plain import plain
from dashboards.trace_apis.sent import NAMELESS, Origin
from dashboards.trace_apis.whole import WholeSpan, WholeTrace

Tag = dict[str, Any]
_NS_PER_US = 1_000
_SERVICE = "service.name"
KINDS = {
    Span.SPAN_KIND_INTERNAL: "internal",
    Span.SPAN_KIND_SERVER: "server",
    Span.SPAN_KIND_CLIENT: "client",
    Span.SPAN_KIND_PRODUCER: "producer",
    Span.SPAN_KIND_CONSUMER: "consumer",
}
STATUS_CODES = {1: "OK", 2: "ERROR"}
_TYPES = {"string_value": "string", "bool_value": "bool", "int_value": "int64"}


def jaeger_trace(trace: WholeTrace) -> dict[str, Any]:
    """Write one trace; its root is its first span."""
    known = {one.row["span_id"] for one in trace.spans}
    processes: dict[bytes, str] = {}
    described: dict[str, Any] = {}
    spans = []
    for i, one in enumerate(trace.spans):
        if one.origin.resource_key not in processes:
            name = processes[one.origin.resource_key] = f"p{len(processes) + 1}"
            described[name] = _process(one.origin)
        parent = one.row["parent_span_id"]
        if parent == one.row["span_id"] or (i == 0 and parent in known):
            parent = None  # in a circle: a tree that begins nowhere is drawn nowhere
        spans.append(_span(trace.trace_id, one, parent, processes[one.origin.resource_key]))
    left_out = f"{trace.left_out} more spans are stored and not shown" if trace.left_out else None
    return {
        "traceID": trace.trace_id,
        "spans": spans,
        "processes": described,
        "warnings": [left_out] if left_out else None,
    }


def tag(key: str, value: AnyValue) -> Tag:
    """One attribute.

    >>> tag("n", AnyValue(int_value=3)), tag("x", AnyValue(double_value=float("nan")))
    ({'key': 'n', 'type': 'int64', 'value': 3}, {'key': 'x', 'type': 'string', 'value': 'nan'})
    """
    kind = value.WhichOneof("value")
    if kind in _TYPES:
        return {"key": key, "type": _TYPES[kind], "value": getattr(value, kind)}
    if kind == "double_value":
        finite = math.isfinite(value.double_value)
        return {
            "key": key,
            "type": "float64" if finite else "string",
            "value": value.double_value if finite else str(value.double_value),
        }
    found = plain(value)
    if kind == "bytes_value":
        return {"key": key, "type": "binary", "value": found}
    return {"key": key, "type": "string", "value": "" if found is None else orjson.dumps(found).decode()}


def tags(pairs: Iterable[KeyValue]) -> list[Tag]:
    """Attributes, in their order."""
    return [tag(pair.key, pair.value) for pair in pairs]


def field_tags(span: Span, origin: Origin) -> Iterator[Tag]:
    """What OTLP says in fields of its own."""
    if span.kind in KINDS:
        yield _text("span.kind", KINDS[span.kind])
    if span.status.code in STATUS_CODES:
        yield _text("otel.status_code", STATUS_CODES[span.status.code])
    if span.status.code == span.status.STATUS_CODE_ERROR:
        yield {"key": "error", "type": "bool", "value": True}
    for key, text in (
        ("otel.status_description", span.status.message),
        ("otel.scope.name", origin.scope.name),
        ("otel.scope.version", origin.scope.version),
        ("w3c.tracestate", span.trace_state),
    ):
        if text:
            yield _text(key, text)
    for what in ("attributes", "events", "links"):
        dropped = getattr(span, f"dropped_{what}_count")
        if dropped:
            yield {"key": f"otel.dropped_{what}_count", "type": "int64", "value": dropped}


def _span(trace_id: str, one: WholeSpan, parent: str | None, process: str) -> dict[str, Any]:
    span, row = one.span, one.row
    own = tags(span.attributes)
    said = {each["key"] for each in own}
    more = [each for each in field_tags(span, one.origin) if each["key"] not in said or each["key"] == "error"]
    if any(each["key"] == "error" for each in more):
        own = [each for each in own if each["key"] != "error"]
    return {
        "traceID": trace_id,
        "spanID": row["span_id"],
        "processID": process,
        "operationName": span.name,
        "flags": span.flags & 0xFF or 1,
        "references": _references(trace_id, one.span, parent),
        "startTime": row["started_at_ns"] // _NS_PER_US,
        "duration": row["duration_ns"] // _NS_PER_US,
        "tags": own + more,
        "logs": [_log(event, row["started_at_ns"]) for event in span.events],
        "warnings": None,
        "stackTraces": None,
    }


def _references(trace_id: str, span: Span, parent: str | None) -> list[dict[str, str]]:
    found = [{"refType": "CHILD_OF", "traceID": trace_id, "spanID": parent}] if parent else []
    links = ((link.trace_id.hex(), link.span_id.hex()) for link in span.links)
    return found + [{"refType": "FOLLOWS_FROM", "traceID": trace, "spanID": span} for trace, span in links]


def _log(event: Any, started_at_ns: int) -> dict[str, Any]:  # noqa: ANN401 - generated messages have no types
    fields = [_text("event", event.name), *(each for each in tags(event.attributes) if each["key"] != "event")]
    return {"timestamp": (event.time_unix_nano or started_at_ns) // _NS_PER_US, "fields": fields}


def _process(origin: Origin) -> dict[str, Any]:
    found = tags(origin.resource.attributes)
    named = next((each["value"] for each in found if each["key"] == _SERVICE), None)
    return {
        "serviceName": str(named or NAMELESS),
        "tags": [each for each in found if each["key"] != _SERVICE],
    }


def _text(key: str, text: str) -> Tag:
    return {"key": key, "type": "string", "value": text}
