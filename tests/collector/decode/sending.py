"""Small builders of OTLP trace requests."""

from collections.abc import Mapping
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

S = 1_000_000_000
NOON = 1_795_003_200 * S  # 2026-11-18T12:00:00Z
_FIELDS = {bool: "bool_value", int: "int_value", float: "double_value", str: "string_value", bytes: "bytes_value"}


def value(plain: Any) -> AnyValue:
    """An attribute value of the type Python has; None is an empty one."""
    return AnyValue() if plain is None else AnyValue(**{_FIELDS[type(plain)]: plain})


def pairs(plain: Mapping[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=key, value=value(item)) for key, item in plain.items()]


def span(number: int = 1, *, trace: int | None = None, **fields: Any) -> Span:
    """A span with its own trace unless told otherwise; ``attributes`` as a plain dictionary."""
    attributes = fields.pop("attributes", {})
    defaults = {
        "trace_id": (trace or number).to_bytes(16, "big"),
        "span_id": number.to_bytes(8, "big"),
        "name": "chat",
        "start_time_unix_nano": NOON,
        "end_time_unix_nano": NOON + S,
    }
    return Span(**(defaults | fields), attributes=pairs(attributes))


def request(*spans: Span, scope: str = "app", resource: Mapping[str, Any] | None = None) -> ExportTraceServiceRequest:
    message = ExportTraceServiceRequest()
    resource_spans = message.resource_spans.add()
    resource_spans.resource.attributes.extend(pairs(resource or {}))
    scope_spans = resource_spans.scope_spans.add()
    scope_spans.scope.name = scope
    scope_spans.spans.extend(spans)
    return message


def body(*spans: Span, scope: str = "app", resource: Mapping[str, Any] | None = None) -> bytes:
    return request(*spans, scope=scope, resource=resource).SerializeToString()
