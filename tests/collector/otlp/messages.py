"""Any OTLP request, drawn from the generated descriptors, and the OTLP/JSON that says the same."""

import base64
import math
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor as Field
from google.protobuf.message import Message
from hypothesis import strategies as st

MOST_LEVELS = 9
_REALS = st.floats().map(lambda real: math.nan if math.isnan(real) else real)  # JSON has one NaN, floats have many
_SCALARS = {
    Field.TYPE_STRING: st.text(max_size=8),
    Field.TYPE_BYTES: st.binary(max_size=16),
    Field.TYPE_BOOL: st.booleans(),
    Field.TYPE_DOUBLE: _REALS,
    Field.TYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    Field.TYPE_SINT32: st.integers(-(2**31), 2**31 - 1),
    Field.TYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    Field.TYPE_SFIXED64: st.integers(-(2**63), 2**63 - 1),
    Field.TYPE_UINT32: st.integers(0, 2**32 - 1),
    Field.TYPE_FIXED32: st.integers(0, 2**32 - 1),
    Field.TYPE_UINT64: st.integers(0, 2**64 - 1),
    Field.TYPE_FIXED64: st.integers(0, 2**64 - 1),
}


@st.composite
def messages(draw: Any, kind: type[Message]) -> Any:
    """A message of ``kind`` with some of its fields set, nested values included."""
    message = kind()
    _fill(draw, message, levels=MOST_LEVELS)
    return message


def spec_json(message: Message) -> dict[str, Any]:
    """OTLP/JSON: protobuf's own JSON with enums as integers and ids in hexadecimal."""
    plain = json_format.MessageToDict(message, use_integers_for_enums=True)
    return _with_hex_ids(plain)


def _fill(draw: Any, message: Any, levels: int) -> None:
    for field in message.DESCRIPTOR.fields:
        if draw(st.integers(0, 2)) == 0:
            continue
        many = draw(st.integers(1, 3)) if field.is_repeated else 1
        for _ in range(many):
            _set(draw, message, field, levels)


def _set(draw: Any, message: Any, field: Any, levels: int) -> None:
    if field.message_type is not None:
        if levels:
            own = getattr(message, field.name)
            inner = own.add() if field.is_repeated else own
            inner.SetInParent()
            _fill(draw, inner, levels - 1)
        return
    if field.type == Field.TYPE_ENUM:
        value = draw(st.sampled_from([number.number for number in field.enum_type.values]))
    else:
        value = draw(_SCALARS[field.type])
    if field.is_repeated:
        getattr(message, field.name).append(value)
    else:
        setattr(message, field.name, value)


def _with_hex_ids(plain: Any) -> Any:
    match plain:
        case dict():
            return {
                key: base64.b64decode(value).hex()
                if key in {"traceId", "spanId", "parentSpanId"}
                else _with_hex_ids(value)
                for key, value in plain.items()
            }
        case list():
            return [_with_hex_ids(item) for item in plain]
    return plain
