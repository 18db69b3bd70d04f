"""OTLP/JSON bodies turned into the protobuf bytes that say the same.

OTLP/JSON is not protobuf's own JSON: ids are hexadecimal and not base64, enums are integers and never names. Keys are
lowerCamelCase; any other key is unknown and ignored, as the specification demands. 64-bit integers come as strings or
as numbers, bytes as base64, NaN and the infinities as strings.

An id that is not hexadecimal becomes an id no span may have, so that the intake rejects that one record with its
reason and keeps the rest. Anything else of the wrong type refuses the request, naming the place.

>>> converted(Signal.TRACES, b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"kind": 3}]}]}]}', Limits()).body.hex()
'0a06120412023003'
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import orjson
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from collector.otlp.json_scalars import PAYLOADS, Payload, Wrong, identifier, varint
from collector.otlp.limits import Limits
from collector.otlp.schema import REQUEST
from collector.signals import Malformed, Signal, TooLarge

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_WIRE_TYPES = {
    FieldDescriptor.TYPE_DOUBLE: _FIXED64,
    FieldDescriptor.TYPE_FIXED64: _FIXED64,
    FieldDescriptor.TYPE_SFIXED64: _FIXED64,
    FieldDescriptor.TYPE_FIXED32: _FIXED32,
    FieldDescriptor.TYPE_STRING: _BYTES,
    FieldDescriptor.TYPE_BYTES: _BYTES,
    FieldDescriptor.TYPE_MESSAGE: _BYTES,
}
"""Wire type by field type; every other type is a varint."""

_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_IDENTIFIERS = frozenset(("traceId", "spanId", "parentSpanId"))

Writer = Callable[[object, int], bytes]
"""Turns the JSON value of a field into its bytes with tag; the integer is how many levels may still follow."""
Writers = dict[str, Writer]
"""The fields of one message by JSON name."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A request as protobuf, and what the sender should know about the JSON it came from."""

    body: bytes
    warning: str = ""


def converted(signal: Signal, text: bytes, limits: Limits) -> Converted:
    """The serialized ``Export*ServiceRequest`` that an OTLP/JSON body describes.

    Raises :class:`Malformed` when it is no JSON or a value is of the wrong type, :class:`TooLarge` when parsing it
    would build too many objects.
    """
    _check_size(text, limits)
    try:
        request = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Malformed("bad_json", f"the body is not JSON: {error}") from error
    writers = _writers(signal)
    try:
        return Converted(_message(request, writers, limits.depth), _unknown_keys(request, writers))
    except Wrong as wrong:
        raise Malformed("bad_json_value", str(wrong)) from wrong


def _check_size(text: bytes, limits: Limits) -> None:
    """Bound what parsing builds: every value but the first follows an opening bracket or a comma."""
    if _openings(text) > limits.json_values and _openings(_STRINGS.sub(b"", text)) > limits.json_values:
        raise TooLarge("json_values", f"found more than {limits.json_values} values in one body: send smaller batches")


def _openings(text: bytes) -> int:
    return len(text) - len(text.translate(None, b"{[,"))


def _unknown_keys(request: dict[str, object], writers: Writers) -> str:
    """A body whose every key is unknown is taken, as it must be, but hardly what the sender meant."""
    if not request or request.keys() & writers.keys():
        return ""
    expected, found = next(iter(writers)), next(iter(request))[:40]
    return f"nothing was read: expected {expected!r}, found only unknown keys such as {found!r}"


@cache
def _writers(signal: Signal) -> Writers:
    known: dict[str, Writers] = {}
    return _message_writers(REQUEST[signal], known)


def _message_writers(message: Descriptor, known: dict[str, Writers]) -> Writers:
    if message.full_name in known:  # AnyValue holds AnyValues
        return known[message.full_name]
    own = known[message.full_name] = {}
    for row in message.fields:
        inner = None if row.message_type is None else _message_writers(row.message_type, known)
        own[row.json_name] = _field_writer(row, inner)
    return own


def _field_writer(row: FieldDescriptor, inner: Writers | None) -> Writer:
    wire_type = _WIRE_TYPES.get(row.type, _VARINT)
    if inner is not None:
        tag = varint(row.number << 3 | _BYTES)
        return _messages(tag, inner) if row.is_repeated else _one_message(tag, inner)
    payload = identifier if row.json_name in _IDENTIFIERS else PAYLOADS[row.type]
    if not row.is_repeated:
        return _one_scalar(varint(row.number << 3 | wire_type), payload)
    if wire_type == _BYTES:
        return _scalars(varint(row.number << 3 | _BYTES), payload)
    return _packed_scalars(varint(row.number << 3 | _BYTES), payload)


def _one_scalar(tag: bytes, payload: Payload) -> Writer:
    return lambda value, _: tag + payload(value)


def _one_message(tag: bytes, writers: Writers) -> Writer:
    def write(value: object, depth: int) -> bytes:
        content = _message(value, writers, depth - 1)
        return tag + varint(len(content)) + content

    return write


def _messages(tag: bytes, writers: Writers) -> Writer:
    one = _one_message(tag, writers)
    return lambda value, depth: b"".join(_each(value, lambda item: one(item, depth)))


def _scalars(tag: bytes, payload: Payload) -> Writer:
    return lambda value, _: b"".join(_each(value, lambda item: tag + payload(item)))


def _packed_scalars(tag: bytes, payload: Payload) -> Writer:
    def write(value: object, _: int) -> bytes:
        content = b"".join(_each(value, payload))
        return tag + varint(len(content)) + content

    return write


def _each(items: object, write: Payload) -> list[bytes]:
    """Write every item of a list; a complaint gets the item's index."""
    if type(items) is not list:
        raise Wrong("a list", items)
    parts: list[bytes] = []
    try:
        for item in items:
            parts.append(write(item))  # noqa: PERF401 - the length tells which item complained
    except Wrong as wrong:
        wrong.path.append(f"[{len(parts)}]")
        raise
    return parts


def _message(value: object, writers: Writers, depth: int) -> bytes:
    """Write the known fields of an object; null means absent."""
    if type(value) is not dict:
        raise Wrong("an object", value)
    if depth < 0:
        raise Malformed("depth", "found objects nested too deep: flatten the attribute values")
    parts: list[bytes] = []
    for name, item in value.items():
        write = writers.get(name)
        if write is None or item is None:
            continue
        try:
            parts.append(write(item, depth))
        except Wrong as wrong:
            wrong.path.append(f".{name}")
            raise
    return b"".join(parts)
