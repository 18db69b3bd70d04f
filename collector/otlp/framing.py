r"""Counting what a protobuf body will become, before anything parses it.

Two bytes make an empty span and a parsed span costs 176 bytes: 15 kB of gzip are 8 million spans and over a gigabyte.
So a body is walked as frames (tag, length, skip), which builds no message, and refused once a count passes its cap.

Records are always counted: the walk goes down to spans, log records or data points and no further, 0.3 us each. Below
them lie attributes, events, links and nested values. They take two bytes each, so a small body cannot hold too many;
in one over ``deep_walk_bytes`` they are bounded, first by the number of bytes that could be their tags, which one
pass in C counts, and only when that bound is too high by walking everything.

A walk does not judge contents: a body that passes may still not parse. One that parses always passes, unless it is over
a limit or uses groups, which OTLP never has.

>>> checked(Signal.TRACES, b"\x0a\x06\x12\x04\x12\x00\x12\x00", Limits())
2
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from collector.otlp.limits import Limits
from collector.otlp.schema import Shape, shape, tag_bound
from collector.signals import Malformed, Signal, TooLarge

_WAY_DOWN = {
    Signal.TRACES: ({0x0A}, {0x12}, {0x12}),
    Signal.LOGS: ({0x0A}, {0x12}, {0x12}),
    Signal.METRICS: ({0x0A}, {0x12}, {0x12}, {0x2A, 0x3A, 0x4A, 0x52, 0x5A}, {0x0A}),
}
"""Tags from the request to its records: resource, scope, (metric, one of its five kinds of data,) record."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
"""Wire types; 3 and 4 are groups."""

_GOES_ON = 0x80
"""The top bit of a byte of a varint: another byte follows."""
_IN_ONE_BYTE = _GOES_ON | 7
"""Masks a tag's wire type together with the bit that tells it has more bytes."""
_VARINT_BYTES = 10
_FIELDS_PER_RECORD = 4
"""A container has a schema URL and the like beside its records, and never many of them."""
_MESSAGE_PER_PACKED_BYTES = 8
"""A packed varint takes one byte on the wire and eight in memory, so eight of them weigh like a message."""


def checked(signal: Signal, body: bytes, limits: Limits) -> int:
    """Records in a serialized ``Export*ServiceRequest`` that is within the limits.

    Raises :class:`TooLarge` over a cap, :class:`Malformed` when the frames do not fit into each other.
    """
    records = record_count(signal, body, limits)
    if len(body) > limits.deep_walk_bytes and sub_record_bound(signal, body) > limits.sub_records:
        sub_record_count(signal, body, limits)
    return records


def record_count(signal: Signal, body: bytes, limits: Limits) -> int:
    """Spans, log records or data points, by walking down to them and no further.

    No level may hold more messages than records are allowed: a container without a record is of no use.
    """
    extents = [(0, len(body))]
    for tags in _WAY_DOWN[signal]:
        extents = _children(body, extents, tags, limits)
    return len(extents)


def sub_record_count(signal: Signal, body: bytes, limits: Limits) -> int:
    """Everything repeated at any depth: records, attributes, events, links, nested values."""
    try:
        return _deep_count(body, shape(signal), limits)
    except IndexError:
        raise _cut_off(len(body)) from None


def _children(  # noqa: C901 - one loop in place: a call for each field would double its cost
    body: bytes, parents: Iterable[tuple[int, int]], tags: AbstractSet[int], limits: Limits
) -> list[tuple[int, int]]:
    """Start and end of every message behind one of ``tags``, directly inside ``parents``."""
    found: list[tuple[int, int]] = []
    fields_left = _FIELDS_PER_RECORD * limits.records
    try:
        for start, end in parents:
            at = start
            while at < end:
                tag, size, at = body[at], body[at + 1], at + 2
                if tag & _IN_ONE_BYTE != _BYTES:
                    tag, at, size = _field(body, at - 2)
                elif size >= _GOES_ON:
                    high, at = body[at], at + 1
                    if high < _GOES_ON:
                        size += (high - 1) << 7
                    else:
                        size, at = _varint(body, at - 2)
                if tag in tags:
                    found.append((at, at + size))
                at += size
                fields_left -= 1
                if fields_left < 0:
                    raise _too_many("records", limits.records)
            if at > end:
                raise _cut_off(end)
    except IndexError:
        raise _cut_off(len(body)) from None
    if len(found) > limits.records:
        raise _too_many("records", limits.records)
    return found


def sub_record_bound(signal: Signal, body: bytes) -> int:
    """No fewer than the sub-records: each has a tag, and a tag begins with one of few bytes."""
    bound = tag_bound(signal)
    possible_tags = len(body) - len(body.translate(None, bound.first_bytes))
    return possible_tags + (len(body) // _MESSAGE_PER_PACKED_BYTES if bound.has_packed else 0)


def _deep_count(body: bytes, request: Shape, limits: Limits) -> int:  # noqa: C901 - as above
    """Walk every message; an explicit stack, so that nesting costs no Python frames."""
    counted, fields_left = 0, limits.fields
    at, end, inside = 0, len(body), request
    outside: list[tuple[int, Shape]] = []
    while True:
        while at >= end:
            if at > end:
                raise _cut_off(end)
            if not outside:
                return counted
            end, inside = outside.pop()
        fields_left -= 1
        if fields_left < 0:
            raise _too_many("fields", limits.fields)
        tag, size, at = body[at], body[at + 1], at + 2
        kind = tag & _IN_ONE_BYTE
        if kind == _VARINT and size < _GOES_ON:
            continue  # what looks like a size is the value
        if kind != _BYTES or size >= _GOES_ON:
            tag, at, size = _field(body, at - 2)
        member = inside.get(tag)
        if member is None:
            at += size
            continue
        counted += member.weight + (size // _MESSAGE_PER_PACKED_BYTES if member.packed else 0)
        if counted > limits.sub_records:
            raise _too_many("sub_records", limits.sub_records)
        if member.shape is None:
            at += size
            continue
        if at + size > end:
            raise _cut_off(end)
        outside.append((end, inside))
        if len(outside) > limits.depth:
            raise Malformed("depth", f"found messages nested deeper than {limits.depth} levels")
        end, inside = at + size, member.shape


def _field(body: bytes, at: int) -> tuple[int, int, int]:
    """Tag of the field at ``at``, where its content starts, how long that is."""
    tag, at = _varint(body, at)
    wire_type = tag & 7
    if wire_type == _BYTES:
        size, at = _varint(body, at)
        return tag, at, size
    if wire_type == _VARINT:
        return tag, at, _varint(body, at)[1] - at
    if wire_type == _FIXED64:
        return tag, at, 8
    if wire_type == _FIXED32:
        return tag, at, 4
    raise Malformed(
        "wire_type", f"found wire type {wire_type} before byte {at}, expected 0, 1, 2 or 5: is it protobuf?"
    )


def _varint(body: bytes, at: int) -> tuple[int, int]:
    """Value of the varint at ``at``, and where it ends."""
    low = body[at]
    if low < _GOES_ON:
        return low, at + 1
    value, shift = low & 0x7F, 7
    for end in range(at + 2, at + _VARINT_BYTES + 1):
        byte = body[end - 1]
        value |= (byte & 0x7F) << shift
        if byte < _GOES_ON:
            return value, end
        shift += 7
    raise Malformed("varint", f"found a number of more than {_VARINT_BYTES} bytes at byte {at}: is it protobuf?")


def _cut_off(end: int) -> Malformed:
    return Malformed(
        "cut_off", f"a field runs past the end of its message at byte {end}: the body is cut off or garbled"
    )


def _too_many(what: str, most: int) -> TooLarge:
    return TooLarge(what, f"found more than {most} {what.replace('_', '-')} in one request: send smaller batches")
