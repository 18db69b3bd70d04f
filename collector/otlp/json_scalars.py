"""Single JSON values turned into protobuf payloads, and the complaint when one is of the wrong type.

>>> PAYLOADS[Field.TYPE_INT64]("-1").hex(), PAYLOADS[Field.TYPE_FIXED64](1).hex()
('ffffffffffffffffff01', '0100000000000000')
"""

import base64
import binascii
import re
import struct
from collections.abc import Callable, Mapping

from google.protobuf.descriptor import FieldDescriptor as Field

Payload = Callable[[object], bytes]
"""Turns one JSON value into the bytes that follow a tag."""

MALFORMED_ID = b"\x00"
"""Stands for an id that is not hexadecimal: one byte, which no valid id has, and not zero bytes, which mean no id."""

_DIGITS = re.compile(r"-?[0-9]{1,20}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_NUMBER_CHARACTERS = 400
_UINT64 = (1 << 64) - 1
_EXACT = 1 << 53
"""Up to here every integer is a float of its own."""
_NOT_FINITE = frozenset(("NaN", "Infinity", "-Infinity"))
_ONE_BYTE = [bytes((n,)) for n in range(128)]


class Wrong(Exception):
    """A JSON value is not what its field holds; the path grows outward as the error travels up."""

    def __init__(self, expected: str, found: object) -> None:
        super().__init__(expected)
        self.expected = expected
        self.found = found
        self.path: list[str] = []

    def __str__(self) -> str:
        path = "".join(reversed(self.path)).lstrip(".")
        return f"{path or 'the body'}: expected {self.expected}, found {_described(self.found)}"


def varint(value: int) -> bytes:
    """A non-negative integer in protobuf's variable length.

    >>> varint(300).hex()
    'ac02'
    """
    if value < 128:  # noqa: PLR2004 - seven bits fit a byte
        return _ONE_BYTE[value]
    if value < 16384:  # noqa: PLR2004 - fourteen bits fit two
        return bytes((value & 127 | 128, value >> 7))
    parts = bytearray()
    while value > 127:  # noqa: PLR2004 - as above
        parts.append(value & 127 | 128)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def identifier(value: object) -> bytes:
    r"""A trace or span id: hexadecimal in either case; empty means none.

    >>> identifier("0AfF"), identifier(""), identifier("not hex")
    (b'\x02\n\xff', b'\x00', b'\x01\x00')
    """
    try:
        raw = bytes.fromhex(value)  # type: ignore[arg-type] # what is not text raises TypeError
    except (ValueError, TypeError):
        return _sized(MALFORMED_ID)
    return _sized(raw if len(raw) * 2 == len(value) else MALFORMED_ID)  # type: ignore[arg-type] # it is text by now


def _text(value: object) -> bytes:
    if type(value) is not str:
        raise Wrong("a string", value)
    return _sized(value.encode())


def _octets(value: object) -> bytes:
    if type(value) is not str:
        raise Wrong("bytes as a base64 string", value)
    standard = value.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return _sized(base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True))
    except (binascii.Error, ValueError) as error:
        raise Wrong(f"bytes as a base64 string ({error})", value) from error


def _boolean(value: object) -> bytes:
    if type(value) is not bool:
        raise Wrong("true or false", value)
    return _ONE_BYTE[value]


def _enumerated(value: object) -> bytes:
    if type(value) is not int or not -(1 << 31) <= value < 1 << 31:
        raise Wrong("an enum as its integer", value)
    return varint(value & _UINT64)


def _real(value: object) -> float:
    if type(value) is float or type(value) is int:
        return float(value)
    if type(value) is str and len(value) <= _NUMBER_CHARACTERS and (value in _NOT_FINITE or _NUMBER.fullmatch(value)):
        return float(value)
    raise Wrong('a number, "NaN", "Infinity" or "-Infinity"', value)


def _integer(value: object, lowest: int, highest: int) -> int:
    if (
        (type(value) is str and _DIGITS.fullmatch(value))
        or type(value) is int
        or (type(value) is float and abs(value) <= _EXACT and value.is_integer())
    ):
        number = int(value)
    else:
        raise Wrong("an integer, as a number or a string", value)
    if not lowest <= number <= highest:
        raise Wrong(f"an integer from {lowest} to {highest}", value)
    return number


def _varint_payload(lowest: int, highest: int) -> Payload:
    return lambda value: varint(_integer(value, lowest, highest) & _UINT64)


def _packed_integer(form: str, lowest: int, highest: int) -> Payload:
    pack = struct.Struct(form).pack
    return lambda value: pack(_integer(value, lowest, highest))


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _sized(content: bytes) -> bytes:
    return varint(len(content)) + content


def _described(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool() | int() | float():
            return f"{value!r}"[:40]
        case str():
            return f"the string {value[:40]!r}"
        case list():
            return f"a list of {len(value)}"
    return "an object"


_PACK_REAL = struct.Struct("<d").pack

PAYLOADS: Mapping[int, Payload] = {
    Field.TYPE_STRING: _text,
    Field.TYPE_BYTES: _octets,
    Field.TYPE_BOOL: _boolean,
    Field.TYPE_ENUM: _enumerated,
    Field.TYPE_DOUBLE: lambda value: _PACK_REAL(_real(value)),
    Field.TYPE_INT32: _varint_payload(-(1 << 31), (1 << 31) - 1),
    Field.TYPE_INT64: _varint_payload(-(1 << 63), (1 << 63) - 1),
    Field.TYPE_UINT32: _varint_payload(0, (1 << 32) - 1),
    Field.TYPE_UINT64: _varint_payload(0, _UINT64),
    Field.TYPE_SINT32: lambda value: varint(_zigzag(_integer(value, -(1 << 31), (1 << 31) - 1))),
    Field.TYPE_FIXED32: _packed_integer("<I", 0, (1 << 32) - 1),
    Field.TYPE_FIXED64: _packed_integer("<Q", 0, _UINT64),
    Field.TYPE_SFIXED64: _packed_integer("<q", -(1 << 63), (1 << 63) - 1),
}
"""How a value of each protobuf type is written, for every type OTLP uses."""
