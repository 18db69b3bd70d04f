"""Attributes as they were sent, read back from the stored OTLP requests.

Columns hold what is asked often; everything else stays in the request it came in. A span's attributes are `kept`,
`expired` (retention dropped the request) or `unreadable` (the stored bytes are damaged): an empty mapping alone would
not tell these apart.

    StringValue, BoolValue, IntValue, DoubleValue   the JSON value; nan and infinities as text, JSON has none
    ArrayValue, KvlistValue                         array, object
    BytesValue                                      base64 text
    no value                                        null
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from analytics.notation import instant_text
from collector.decode.plain import plain
from collector.intake.unit import unpacked

Attributes = dict[str, Any]


class AttributesStatus(StrEnum):
    """What became of the attributes of a span."""

    KEPT = "kept"
    EXPIRED = "expired"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class SentSpan:
    """What one span said beyond its columns."""

    status: AttributesStatus
    attributes: Attributes = field(default_factory=dict)
    resource: Attributes = field(default_factory=dict)
    events: tuple[Attributes, ...] = ()
    status_message: str | None = None


EXPIRED = SentSpan(AttributesStatus.EXPIRED)
UNREADABLE = SentSpan(AttributesStatus.UNREADABLE)


def sent_spans(payload: Mapping[str, Any], trace_id: str) -> dict[str, SentSpan] | None:
    """Find the spans of a trace in one stored request, by span id in hex; None when its bytes cannot be read."""
    try:
        body = unpacked(payload["body"], payload["raw_bytes"], codec=payload["codec"])
        request = ExportTraceServiceRequest.FromString(body)
    except (DecodeError, OSError, ValueError):  # pyarrow's errors are these two
        return None
    wanted = bytes.fromhex(trace_id)
    found: dict[str, SentSpan] = {}
    for of_resource in request.resource_spans:
        for of_scope in of_resource.scope_spans:
            for span in of_scope.spans:
                if span.trace_id == wanted:
                    found.setdefault(span.span_id.hex(), _sent(span, of_resource.resource))
    return found


def attributes(pairs: Iterable[Any]) -> Attributes:
    """Turn OTLP key-value pairs into JSON values.

    >>> from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
    >>> attributes([KeyValue(key="image", value=AnyValue(bytes_value=b"x"))])
    {'image': 'eA=='}
    """
    return {pair.key: plain(pair.value) for pair in pairs}


def _sent(span: Any, resource: Any) -> SentSpan:  # noqa: ANN401 - generated messages have no types
    return SentSpan(
        status=AttributesStatus.KEPT,
        attributes=attributes(span.attributes),
        resource=attributes(resource.attributes),
        events=tuple(_event(event) for event in span.events),
        status_message=span.status.message or None,
    )


def _event(event: Any) -> Attributes:  # noqa: ANN401 - generated messages have no types
    at = instant_text(event.time_unix_nano) if event.time_unix_nano else None
    return {"name": event.name, "occurred_at": at, "attributes": attributes(event.attributes)}
