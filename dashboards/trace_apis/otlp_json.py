"""Traces as OTLP/JSON: ids are hexadecimal, enums are integers, 64-bit integers are strings.

>>> from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span
>>> span = Span(span_id=b"12345678", kind=Span.SPAN_KIND_SERVER)
>>> otlp_json(TracesData(resource_spans=[ResourceSpans(scope_spans=[ScopeSpans(spans=[span])])]))
{'resourceSpans': [{'scopeSpans': [{'spans': [{'spanId': '3132333435363738', 'kind': 2}]}]}]}
"""

import base64
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

_IDS = ("traceId", "spanId", "parentSpanId")


def otlp_json(traces: TracesData) -> dict[str, Any]:
    """Write traces as the values of JSON."""
    written: dict[str, Any] = MessageToDict(traces, use_integers_for_enums=True)
    for of_resource in written.get("resourceSpans", ()):
        for of_scope in of_resource.get("scopeSpans", ()):
            for span in of_scope.get("spans", ()):
                _name_in_hex(span)
                for link in span.get("links", ()):
                    _name_in_hex(link)
    return written


def _name_in_hex(holder: dict[str, Any]) -> None:
    """Protobuf's own JSON has ids in base64."""
    for name in _IDS:
        if name in holder:
            holder[name] = base64.b64decode(holder[name]).hex()
