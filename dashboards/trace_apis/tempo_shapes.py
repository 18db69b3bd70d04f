"""What Tempo's API answers: names as Tempo has them, 64-bit numbers as text."""

from typing import Any

from analytics.request_shapes import Answer

# ruff: noqa: N815 - Tempo's names


class TempoSpan(Answer):
    """A span that matches."""

    spanID: str
    """16 hex digits."""
    name: str
    """Its name."""
    startTimeUnixNano: str
    """Nanoseconds since 1970, as text."""
    durationNanos: str
    """As text."""
    attributes: tuple[dict[str, Any], ...] = ()
    """Always empty: the trace has them."""


class TempoSpanSet(Answer):
    """Spans of one trace that match."""

    matched: int
    """How many match."""
    spans: tuple[TempoSpan, ...]
    """The newest of them."""


class TempoTrace(Answer):
    """A trace that was found."""

    traceID: str
    """32 hex digits."""
    rootServiceName: str
    """The service of its root."""
    rootTraceName: str
    """The name of its root."""
    startTimeUnixNano: str
    """Nanoseconds since 1970, as text."""
    durationMs: int
    """From its first start to its last end, whole milliseconds."""
    spanSets: tuple[TempoSpanSet, ...]
    """One."""


class TempoSearch(Answer):
    """Traces that were found."""

    traces: tuple[TempoTrace, ...]
    """The newest first."""
    metrics: dict[str, int]
    """Empty."""


class TempoScope(Answer):
    """Names of attributes in one place."""

    name: str
    """span, resource, event, instrumentation or intrinsic."""
    tags: tuple[str, ...]
    """In the order of the alphabet."""


class TempoScopes(Answer):
    """Names of attributes, by where they stand."""

    scopes: tuple[TempoScope, ...]
    """What a search can ask for."""


class TempoTagNames(Answer):
    """Names of attributes."""

    tagNames: tuple[str, ...]
    """In the order of the alphabet."""


class TempoValue(Answer):
    """A value of an attribute."""

    type: str
    """string, int, float, bool or keyword."""
    value: str
    """As text."""


class TempoValues(Answer):
    """Values of an attribute."""

    tagValues: tuple[TempoValue, ...]
    """In the order of the alphabet."""


class TempoTexts(Answer):
    """Values of an attribute, without their types."""

    tagValues: tuple[str, ...]
    """In the order of the alphabet."""
