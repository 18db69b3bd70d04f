"""Spans as they were sent, out of the stored OTLP requests, whole: attributes, events, links, resource and scope."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from collector.intake.unit import unpacked
from collector.store import Store, queries_of
from dashboards.trace_apis.limits import PAYLOAD_BYTES_AT_ONCE, PAYLOAD_BYTES_PER_ANSWER

_QUERIES = queries_of("dashboards.trace_apis")
Row = Mapping[str, Any]
Key = tuple[str, str]
"""Trace and span id in hex."""
NAMELESS = "unknown_service"
"""What OpenTelemetry calls a service that does not say its name."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a span comes from; spans with equal keys come from the same."""

    resource: Resource
    resource_schema: str
    scope: InstrumentationScope
    scope_schema: str
    resource_key: bytes
    scope_key: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """One span and where it comes from; the message is a copy that may be changed."""

    span: Span
    origin: Origin


def sent_spans(store: Store, rows: Sequence[Row]) -> dict[Key, Sent]:
    """Find the spans of these rows in the requests they came in; what cannot be read is left out."""
    wanted: dict[int, set[tuple[bytes, bytes]]] = defaultdict(set)
    for row in rows:
        wanted[row["batch_seq"]].add((bytes.fromhex(row["trace_id"]), bytes.fromhex(row["span_id"])))
    found: dict[Key, Sent] = {}
    for batch_seq, body in bodies(store, list(wanted)):
        request = decoded(body)
        if request is not None:
            _take(request, wanted[batch_seq], found)
    return found


def bodies(
    store: Store, batches: Sequence[int], most_bytes: int = PAYLOAD_BYTES_PER_ANSWER
) -> Iterator[tuple[int, bytes]]:
    """Read stored requests, the newest first, until ``most_bytes`` of them are read; damaged ones are left out."""
    sizes = store.run(_QUERIES["payload_sizes"], tables=_table(batches)).to_pylist()
    group: list[int] = []
    group_bytes = read_bytes = 0
    for size in sizes:
        if group and (group_bytes + size["raw_bytes"] > PAYLOAD_BYTES_AT_ONCE):
            yield from _read(store, group)
            group, group_bytes = [], 0
        read_bytes += size["raw_bytes"]
        if read_bytes > most_bytes:
            break
        group.append(size["batch_seq"])
        group_bytes += size["raw_bytes"]
    if group:
        yield from _read(store, group)


def decoded(body: bytes) -> ExportTraceServiceRequest | None:
    """Parse a stored request; None when it is damaged."""
    try:
        return ExportTraceServiceRequest.FromString(body)
    except DecodeError:
        return None


def from_columns(row: Row) -> Sent:
    """Tell a span whose request is gone from its columns."""
    span = Span(
        trace_id=bytes.fromhex(row["trace_id"]),
        span_id=bytes.fromhex(row["span_id"]),
        parent_span_id=bytes.fromhex(row["parent_span_id"] or ""),
        name=row["name"],
        start_time_unix_nano=row["started_at_ns"],
        end_time_unix_nano=row["started_at_ns"] + row["duration_ns"],
        attributes=[_pair("burnline.attributes_status", "missing")],
        status=Status(code=Status.STATUS_CODE_ERROR if row["status"] == "error" else Status.STATUS_CODE_UNSET),
    )
    resource = Resource(attributes=[_pair("service.name", row["service"] or NAMELESS)])
    return Sent(span, _origin(resource, "", InstrumentationScope(), ""))


def _pair(key: str, text: str) -> KeyValue:
    return KeyValue(key=key, value=AnyValue(string_value=text))


def _table(batches: Sequence[int]) -> dict[str, pa.Table]:
    return {"batches_wanted": pa.table({"batch_seq": pa.array(batches, pa.int64())})}


def _read(store: Store, batches: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    for row in store.run(_QUERIES["payloads"], tables=_table(batches)).to_pylist():
        try:
            yield row["batch_seq"], unpacked(row["body"], row["raw_bytes"], codec=row["codec"])
        except (OSError, ValueError):  # pyarrow's errors are these two
            continue


def _take(request: ExportTraceServiceRequest, wanted: set[tuple[bytes, bytes]], found: dict[Key, Sent]) -> None:
    for of_resource in request.resource_spans:
        for of_scope in of_resource.scope_spans:
            origin: Origin | None = None
            for span in of_scope.spans:
                if (span.trace_id, span.span_id) not in wanted:
                    continue
                key = (span.trace_id.hex(), span.span_id.hex())
                if key in found:
                    continue
                origin = origin or _origin_of(of_resource, of_scope)
                copy = Span()
                copy.CopyFrom(span)
                found[key] = Sent(copy, origin)


def _origin_of(of_resource: Any, of_scope: Any) -> Origin:  # noqa: ANN401 - generated messages have no types
    resource, scope = Resource(), InstrumentationScope()
    resource.CopyFrom(of_resource.resource)
    scope.CopyFrom(of_scope.scope)
    return _origin(resource, of_resource.schema_url, scope, of_scope.schema_url)


def _origin(resource: Resource, resource_schema: str, scope: InstrumentationScope, scope_schema: str) -> Origin:
    resource_key = b"%s\0%s" % (resource.SerializeToString(deterministic=True), resource_schema.encode())
    scope_key = b"%s\0%s" % (scope.SerializeToString(deterministic=True), scope_schema.encode())
    return Origin(resource, resource_schema, scope, scope_schema, resource_key, scope_key)
