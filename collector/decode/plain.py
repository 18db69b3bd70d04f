"""Attribute values as JSON knows them, for showing and for small volumes; the bulk goes through the columns."""

import base64
import math
from collections.abc import Callable

from opentelemetry.proto.common.v1.common_pb2 import AnyValue

_DEEPEST = 32


def plain(value: AnyValue, depth: int = 0) -> object:
    """Bytes as base64; not-finite numbers, and what is nested too deeply, as text.

    >>> plain(AnyValue(int_value=3)), plain(AnyValue()), plain(AnyValue(bytes_value=b"ab"))
    (3, None, 'YWI=')
    """
    if depth > _DEEPEST:
        return "nested too deeply"
    kind = value.WhichOneof("value")
    read = _NESTED.get(kind or "")
    if read is not None:
        return read(value, depth + 1)
    found = getattr(value, kind) if kind else None
    return str(found) if isinstance(found, float) and not math.isfinite(found) else found


_NESTED: dict[str, Callable[[AnyValue, int], object]] = {
    "array_value": lambda value, depth: [plain(item, depth) for item in value.array_value.values],
    "kvlist_value": lambda value, depth: {item.key: plain(item.value, depth) for item in value.kvlist_value.values},
    "bytes_value": lambda value, _: base64.b64encode(value.bytes_value).decode(),
}
