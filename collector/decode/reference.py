"""The plain Python loop over protobuf messages: what the columnar path has to equal, written to be obvious.

The server never runs it: it reads 150,000 to 200,000 spans a second where the columns reach a quarter of a million and
more. It exists so that every rule of the columns is said once more, one span at a time, and laws hold both equal on
generated requests. Both read the same tables in ``collector/dialects``.

Rules that a table cannot tell:

- A source is usable if its value can be read as its column wants; the first usable source fills the column.
- A key that stands twice on one span means its last usable value, as if the emitter had set it again.
- An attribute that hides others (``embedded.py``) counts as if its parts stood at the end of the list.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from collector.decode.lists import LARGEST_LIST, listed
from collector.dialects.embedded import EMBEDDED, scalars
from collector.dialects.finishes import joined
from collector.dialects.measures import ALL_COLUMNS
from collector.dialects.sources import Column, Reading, Source

Scalar = str | int | float | bool
Raw = Scalar | tuple[str, ...]
"""What an attribute holds: a scalar, or the texts of an array."""

_LARGEST_COUNT = 10**15
_LONGEST_S = 1e300
_SCALAR_KINDS = frozenset({"string_value", "bool_value", "int_value", "double_value"})
_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Sent:
    """One span with what surrounds it in its request."""

    body: int
    resource: Sequence[KeyValue]
    scope: str
    span: Span


@dataclass(frozen=True, slots=True)
class Found:
    """A column's value and the source that filled it."""

    value: Scalar
    source: Source


def sent_spans(requests: Iterable[ExportTraceServiceRequest]) -> Iterator[Sent]:
    """Every span, in the order they stand on the wire."""
    for body, request in enumerate(requests):
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    yield Sent(body, resource.resource.attributes, scope.scope.name, span)


def canonical(attributes: Iterable[KeyValue], columns: Iterable[Column] = ALL_COLUMNS) -> dict[str, Found]:
    """The columns that these attributes fill.

    >>> tokens = KeyValue(key="gen_ai.usage.prompt_tokens", value=AnyValue(string_value="3"))
    >>> {name: found.value for name, found in canonical([tokens]).items()}
    {'input_tokens': 3}
    """
    values = _values(attributes)
    found = {}
    for column in columns:
        for source in column.sources:
            readable = [read for raw in values.get(source.key, ()) if (read := _read(source.reading, raw)) is not None]
            if readable:
                found[column.name] = Found(readable[-1], source)
                break
    return found


def _values(attributes: Iterable[KeyValue]) -> dict[str, list[Raw]]:
    sent = [(item.key, value) for item in attributes if (value := _raw(item.value)) is not None]
    hidden = [
        inner
        for row in EMBEDDED
        for key, value in sent
        if key == row.outer and isinstance(value, str)
        for inner in scalars(row, value)
    ]
    values: dict[str, list[Raw]] = {}
    for key, value in sent + [(key, value) for key, value in hidden if not _too_large(value)]:
        values.setdefault(key, []).append(value)
    return values


def _raw(value: AnyValue) -> Raw | None:
    """Maps and bytes fill no column, and of arrays only their texts do."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        short = value.array_value.ByteSize() <= LARGEST_LIST
        items = value.array_value.values if short else ()
        return tuple(item.string_value for item in items if item.WhichOneof("value") == "string_value")
    return getattr(value, kind) if kind in _SCALAR_KINDS else None


def _read(reading: Reading, raw: Raw) -> Scalar | None:
    if isinstance(raw, tuple):
        return joined(raw) if reading is Reading.WORDS else None
    return _READ[reading](raw)


def _too_large(value: Raw) -> bool:
    """JSON knows integers beyond 64 bits, attributes do not."""
    return isinstance(value, int) and abs(value) >= 2**63


def _text(raw: Scalar) -> str | None:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float):
        text: str = pa.scalar(raw).cast(pa.string()).as_py()  # Arrow writes 1.0 as 1 and 1e-07 as 1e-7
        return text
    return str(raw) or None


def _words(raw: Scalar) -> str | None:
    text = _text(raw)
    return None if text is None else listed(text)


def _number(raw: Scalar) -> float | None:
    """A finite number, told as one or as text."""
    if isinstance(raw, bool):
        return None
    try:
        number = float(raw.encode() if isinstance(raw, str) else raw)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _count(raw: Scalar) -> int | None:
    number = raw if type(raw) is int else _number(raw)
    if number is None or number != int(number):
        return None
    return int(number) if 0 <= number <= _LARGEST_COUNT else None


def _flag(raw: Scalar) -> bool | None:
    return raw if isinstance(raw, bool) else _WORDS.get((_text(raw) or "").lower())


def _seconds(raw: Scalar) -> float | None:
    number = _number(raw)
    return number * 1e3 if number is not None and 0 <= number <= _LONGEST_S else None


def _milliseconds(raw: Scalar) -> float | None:
    number = _number(raw)
    return number if number is not None and number >= 0 else None


def _seconds_or_whole_ms(raw: Scalar) -> float | None:
    return _milliseconds(raw) if type(raw) is int else _seconds(raw)


_READ: dict[Reading, Callable[[Scalar], Scalar | None]] = {
    Reading.TEXT: _text,
    Reading.WORDS: _words,
    Reading.COUNT: _count,
    Reading.FLAG: _flag,
    Reading.SECONDS: _seconds,
    Reading.MILLISECONDS: _milliseconds,
    Reading.SECONDS_OR_WHOLE_MS: _seconds_or_whole_ms,
    Reading.NUMBER: _number,
    Reading.MONEY: _number,
}
