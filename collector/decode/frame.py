"""Flat columns of the spans of several request bodies, still as the emitters sent them.

Shapes: ``n`` spans, ``m`` attributes. An attribute list is kept in long form: one row per attribute with the index of
its owner, because pivoting in columns costs a tenth of walking attributes in Python (facts of the benchmark folder).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from collector.decode.wire import parse_traces

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Ids = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

_TRACE_ID_BYTES = 16
_SPAN_ID_BYTES = 8
NEWEST_NS = 9_214_646_400 * 10**9
"""2262-01-01, the last new year that 64-bit nanoseconds reach. Their very last value means "for ever" in a store."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """Attributes in long form; exactly one of the value columns is set per row, or none for an empty value."""

    owner: Ints
    """Index of the span, resource or event it belongs to, (m,)."""
    key: pa.Array
    text: pa.Array
    flag: pa.Array
    whole: pa.Array
    real: pa.Array
    array: pa.Array
    """Still encoded."""


@dataclass(frozen=True, slots=True)
class Events:
    """Span events in long form."""

    owner: Ints
    name: pa.Array
    time_ns: Longs
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Frame:
    """Spans of several bodies, in the order they stand on the wire."""

    body: Ints
    """Index of the body a span came in, (n,)."""
    resource: Ints
    scope: Ints
    trace_id: pa.Array
    span_id: pa.Array
    parent_span_id: pa.Array
    name: pa.Array
    start_ns: Longs
    end_ns: Longs
    status_code: Ints
    flags: npt.NDArray[np.uint32]
    attributes: Attributes
    events: Events
    scope_names: pa.Array
    """Per ``scope`` index."""
    resource_attributes: Attributes
    """Owner is the ``resource`` index."""
    resource_count: int

    def __len__(self) -> int:
        return len(self.body)


def read_frame(bodies: Sequence[bytes]) -> Frame:
    """Parse request bodies; raises :class:`~collector.signals.Malformed` if any is undecodable."""
    by_body = parse_traces(bodies).column(0)
    resource_spans, body_of_resource = _unnest(by_body)
    by_resource = resource_spans.field("scope_spans")
    scope_spans, resource_of_scope = _unnest(by_resource)
    spans, scope_of_span = _unnest(scope_spans.field("spans"))
    resource_of_span = resource_of_scope[scope_of_span]
    return Frame(
        body=body_of_resource[resource_of_span],
        resource=resource_of_span,
        scope=scope_of_span,
        trace_id=spans.field("trace_id"),
        span_id=spans.field("span_id"),
        parent_span_id=spans.field("parent_span_id"),
        name=spans.field("name"),
        start_ns=_instants(spans.field("start")),
        end_ns=_instants(spans.field("end")),
        status_code=_plain(spans.field("status").field("code"), np.int32),
        flags=_plain(spans.field("flags"), np.uint32),
        attributes=_attributes(spans.field("attributes")),
        events=_events(spans.field("events")),
        scope_names=scope_spans.field("scope").field("name"),
        resource_attributes=_attributes(resource_spans.field("resource").field("attributes")),
        resource_count=len(resource_spans),
    )


def id_faults(frame: Frame) -> dict[str, Mask]:
    """Spans that cannot be kept, by reason; the reasons do not overlap.

    A trace id is 16 bytes and not all zero, a span id 8 bytes and not all zero (OTLP specification). A parent id of
    another length names nobody and the span is kept as if it had none.
    """
    bad_trace = _wrong_length(frame.trace_id, _TRACE_ID_BYTES)
    zero_trace = ~bad_trace & _all_zero(frame.trace_id, _TRACE_ID_BYTES)
    trace_fault = bad_trace | zero_trace
    bad_span = ~trace_fault & _wrong_length(frame.span_id, _SPAN_ID_BYTES)
    zero_span = ~trace_fault & ~bad_span & _all_zero(frame.span_id, _SPAN_ID_BYTES)
    return {
        "trace_id_length": bad_trace,
        "trace_id_zero": zero_trace,
        "span_id_length": bad_span,
        "span_id_zero": zero_span,
    }


def fixed_bytes(ids: pa.Array, width: int) -> npt.NDArray[np.uint8]:
    """(n, width) bytes of ids; an id of another length reads as zeros."""
    wrong = _wrong_length(ids, width)
    if wrong.any():
        ids = pc.if_else(pa.array(wrong), pa.scalar(bytes(width), pa.binary()), ids)
    offsets = np.frombuffer(ids.buffers()[1], np.int32, len(ids) + 1, ids.offset * 4)
    data = ids.buffers()[2]
    if data is None or len(ids) == 0:
        return np.zeros((len(ids), width), np.uint8)
    return np.frombuffer(data, np.uint8, len(ids) * width, int(offsets[0])).reshape(len(ids), width)


def _unnest(lists: pa.ListArray) -> tuple[pa.StructArray, Ints]:
    """Elements of all lists, and the index of the list each came from."""
    offsets = lists.offsets.to_numpy()
    owners = np.repeat(np.arange(len(lists), dtype=np.int32), np.diff(offsets))
    return lists.flatten(), owners


def _attributes(lists: pa.ListArray) -> Attributes:
    pairs, owner = _unnest(lists)
    value = pairs.field("value")
    return Attributes(
        owner=owner,
        key=pairs.field("key"),
        text=value.field("text"),
        flag=value.field("flag"),
        whole=value.field("whole"),
        real=value.field("real"),
        array=value.field("array"),
    )


def _events(lists: pa.ListArray) -> Events:
    events, owner = _unnest(lists)
    return Events(
        owner=owner,
        name=events.field("name"),
        time_ns=_instants(events.field("time")),
        attributes=_attributes(events.field("attributes")),
    )


def _plain(column: pa.Array, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Drop the nulls of a column; an absent message reads as proto3's zero."""
    values: npt.NDArray[Any] = column.fill_null(0).to_numpy(zero_copy_only=False).astype(dtype, copy=False)
    return values


def _instants(column: pa.Array) -> Longs:
    """Unix nanoseconds; what lies beyond the year 2261 is cut to it and later flagged as in the future."""
    unsigned = column.to_numpy(zero_copy_only=False)
    instants: Longs = np.minimum(unsigned, np.uint64(NEWEST_NS)).astype(np.int64)
    return instants


def _wrong_length(ids: pa.Array, width: int) -> Mask:
    wrong: Mask = pc.not_equal(pc.binary_length(ids), width).to_numpy(zero_copy_only=False)
    return wrong


def _all_zero(ids: pa.Array, width: int) -> Mask:
    return np.logical_not(fixed_bytes(ids, width).any(axis=1))
