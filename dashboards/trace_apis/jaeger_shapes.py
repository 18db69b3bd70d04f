"""What Jaeger's API answers, for the description of the routes; ``jaeger_json`` writes it."""

from typing import Any

from analytics.request_shapes import Answer


class JaegerError(Answer):
    """Why something is not there."""

    code: int
    """The HTTP status it would have had."""
    msg: str
    """What was found, what to do."""


class JaegerRefusal(Answer):
    """Why a question was not answered."""

    data: None
    """Always null."""
    total: int
    """Always 0."""
    limit: int
    """Always 0."""
    offset: int
    """Always 0."""
    errors: tuple[JaegerError, ...]
    """One."""


class JaegerNames(Answer):
    """Services or operations."""

    data: tuple[str, ...]
    """In the order of the alphabet."""
    errors: tuple[JaegerError, ...] | None = None
    """Null: none."""
    limit: int = 0
    """Always 0."""
    offset: int = 0
    """Always 0."""
    total: int
    """How many there are in `data`."""


class JaegerCalls(Answer):
    """How often one service called another."""

    parent: str
    """The service that calls."""
    child: str
    """The service that is called."""
    callCount: int  # noqa: N815 - Jaeger's name
    """How many spans of `child` have a parent in `parent`."""


class JaegerDependencies(Answer):
    """Who calls whom."""

    data: tuple[JaegerCalls, ...]
    """The most frequent first."""
    errors: tuple[JaegerError, ...] | None = None
    """Null: none."""


class JaegerTraces(Answer):
    """Whole traces."""

    data: tuple[dict[str, Any], ...]
    """Traces as Jaeger writes them: traceID, spans (the root first), processes, warnings."""
    errors: tuple[JaegerError, ...] | None = None
    """What was not looked at, or not shown; null: nothing."""
    limit: int = 0
    """Always 0."""
    offset: int = 0
    """Always 0."""
    total: int
    """How many traces there are in `data`."""
