"""What the generated OTLP messages say about their own fields, in the forms the edge works with.

Field numbers, JSON names and types are read from the descriptors, so there is one copy of them and it follows the
``opentelemetry-proto`` release in use.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from collector.signals import Signal

REQUEST: Mapping[Signal, Descriptor] = {
    Signal.TRACES: ExportTraceServiceRequest.DESCRIPTOR,
    Signal.LOGS: ExportLogsServiceRequest.DESCRIPTOR,
    Signal.METRICS: ExportMetricsServiceRequest.DESCRIPTOR,
}

RESPONSE = {
    Signal.TRACES: ExportTraceServiceResponse,
    Signal.LOGS: ExportLogsServiceResponse,
    Signal.METRICS: ExportMetricsServiceResponse,
}

SERVICE = {
    Signal.TRACES: "opentelemetry.proto.collector.trace.v1.TraceService",
    Signal.LOGS: "opentelemetry.proto.collector.logs.v1.LogsService",
    Signal.METRICS: "opentelemetry.proto.collector.metrics.v1.MetricsService",
}
"""gRPC service of each signal; its one method is ``Export``."""

_BYTES_WIRE_TYPE = 2
_VARINT_TYPES = frozenset(
    {FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_INT64, FieldDescriptor.TYPE_UINT32, FieldDescriptor.TYPE_UINT64}
    | {FieldDescriptor.TYPE_SINT32, FieldDescriptor.TYPE_SINT64, FieldDescriptor.TYPE_BOOL, FieldDescriptor.TYPE_ENUM}
)
_TEXT_TYPES = frozenset({FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES})


class Member(NamedTuple):
    """A length-delimited field as the frame walk sees it."""

    weight: int
    """1 when every occurrence takes memory of its own, that is, for a repeated message, string or bytes."""
    packed: bool
    """Repeated varints, which grow eightfold when parsed."""
    shape: "Shape | None"
    """The members of the message it holds; None when it holds no message."""


Shape = dict[int, Member]
"""The members of one message by tag, without those that need no attention."""


class TagBound(NamedTuple):
    """What a body must contain to hold many sub-records."""

    first_bytes: bytes
    """Every first byte the tag of a member with weight can have."""
    has_packed: bool


@cache
def shape(signal: Signal) -> Shape:
    """The shape of a signal's request; message types below it refer to each other in circles."""
    known: dict[str, Shape] = {}
    return _shape(REQUEST[signal], known)


@cache
def tag_bound(signal: Signal) -> TagBound:
    """The bytes without which no message of this signal holds a sub-record."""
    known: dict[str, Shape] = {}
    _shape(REQUEST[signal], known)
    members = [(tag, member) for one in known.values() for tag, member in one.items()]
    return TagBound(
        _first_bytes(tag for tag, member in members if member.weight), any(member.packed for _, member in members)
    )


def _shape(message: Descriptor, known: dict[str, Shape]) -> Shape:
    if message.full_name in known:  # AnyValue holds AnyValues
        return known[message.full_name]
    own = known[message.full_name] = {}
    for row in message.fields:
        packed = row.is_repeated and row.type in _VARINT_TYPES
        weight = int(row.is_repeated and (row.message_type is not None or row.type in _TEXT_TYPES))
        inner = None if row.message_type is None else _shape(row.message_type, known)
        if packed or weight or inner is not None:
            own[row.number << 3 | _BYTES_WIRE_TYPE] = Member(weight, packed, inner)
    return own


def _first_bytes(tags: Iterable[int]) -> bytes:
    """First bytes of the tags, in the shortest form and in needlessly long ones, which parsers accept too."""
    return bytes({first for tag in tags for first in (tag & 0x7F, tag & 0x7F | 0x80)})
