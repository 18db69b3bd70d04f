"""Whether a span says what is looked for: attributes, events, resource and scope, and what OTLP has fields for.

A value is compared by its text, as Jaeger's tags are: ``true``, ``404``, ``0.5``; what is ordered, as numbers.
"""

import operator
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from collector.store import Store
from dashboards.trace_apis.jaeger_json import KINDS, STATUS_CODES, tag
from dashboards.trace_apis.sent import Key, Row, bodies, decoded

SPAN_NAME = "span:name"
"""The key under which the name of a span is looked for."""


class Place(StrEnum):
    """Where a span says something."""

    ANYWHERE = "anywhere"
    SPAN = "span"
    RESOURCE = "resource"
    EVENT = "event"
    SCOPE = "instrumentation"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing a span has to say; all of several on one span."""

    key: str
    text: str
    sign: str = "="
    """= != > >= < <=, or =~ for any of several texts, separated by |."""
    place: Place = Place.ANYWHERE

    @property
    def words(self) -> tuple[bytes, ...]:
        """Bytes without which no stored request holds such a span: cheaper than parsing it."""
        if self.key in _FIELDS or self.sign != "=":
            return ()
        return (self.key.encode(),)


def matching(store: Store, rows: Sequence[Row], wanted: Sequence[Wanted]) -> AbstractSet[Key]:
    """Which of these spans say everything that is wanted."""
    asked: dict[int, set[tuple[bytes, bytes]]] = {}
    for row in rows:
        key = (bytes.fromhex(row["trace_id"]), bytes.fromhex(row["span_id"]))
        asked.setdefault(row["batch_seq"], set()).add(key)
    words = [word for one in wanted for word in one.words]
    found: set[Key] = set()
    for batch_seq, body in bodies(store, list(asked)):
        request = decoded(body) if all(word in body for word in words) else None
        for of_resource in request.resource_spans if request else ():
            for of_scope in of_resource.scope_spans:
                for span in of_scope.spans:
                    asked_for = (span.trace_id, span.span_id) in asked[batch_seq]
                    if asked_for and says(span, of_resource.resource, of_scope.scope, wanted):
                        found.add((span.trace_id.hex(), span.span_id.hex()))
    return found


def says(span: Any, resource: Any, scope: Any, wanted: Sequence[Wanted]) -> bool:  # noqa: ANN401 - generated messages have no types
    """Whether one span says everything that is wanted."""
    return all(any(_fits(text, one) for text in _texts(span, resource, scope, one)) for one in wanted)


def _texts(span: Any, resource: Any, scope: Any, wanted: Wanted) -> Iterator[str]:  # noqa: ANN401 - as above
    """Everything that is said under the key of what is wanted, as text."""
    place = wanted.place
    sources: list[Any] = []
    if place in {Place.ANYWHERE, Place.SPAN}:
        sources.append(span.attributes)
    if place in {Place.ANYWHERE, Place.RESOURCE}:
        sources.append(resource.attributes)
    if place in {Place.ANYWHERE, Place.SCOPE}:
        sources.append(scope.attributes)
    if place in {Place.ANYWHERE, Place.EVENT}:
        sources.extend(event.attributes for event in span.events)
    for pairs in sources:
        yield from (text_of(pair.value) for pair in pairs if pair.key == wanted.key)
    if place is Place.ANYWHERE and wanted.key in _FIELDS:
        yield from _FIELDS[wanted.key](span, scope)


def text_of(value: AnyValue) -> str:
    """A value as people write it.

    >>> text_of(AnyValue(bool_value=True)), text_of(AnyValue(int_value=404)), text_of(AnyValue(double_value=0.5))
    ('true', '404', '0.5')
    """
    found = tag("", value)["value"]
    return str(found).lower() if isinstance(found, bool) else str(found)


def _fits(text: str, wanted: Wanted) -> bool:
    if wanted.sign == "=":
        return text == wanted.text
    if wanted.sign == "!=":
        return text != wanted.text
    if wanted.sign == "=~":
        return text in wanted.text.split("|")
    try:
        return _ORDERED[wanted.sign](float(text), float(wanted.text))
    except ValueError:
        return False


_ORDERED: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_FIELDS: dict[str, Callable[[Span, Any], tuple[str, ...]]] = {
    SPAN_NAME: lambda span, _: (span.name,),
    "span.kind": lambda span, _: tuple(filter(None, [KINDS.get(span.kind)])),
    "otel.status_code": lambda span, _: (STATUS_CODES.get(span.status.code, "UNSET"),),
    "otel.status_description": lambda span, _: (span.status.message,),
    "otel.scope.name": lambda _, scope: (scope.name,),
    "otel.scope.version": lambda _, scope: (scope.version,),
    "event": lambda span, _: tuple(event.name for event in span.events),
}
"""What Jaeger shows as a tag and OTLP has a field for."""
