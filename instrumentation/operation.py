"""One running operation: a span, the context it makes, and the one moment it ends.

GenAI spans come from util-genai. For what it has no span for, `InternalOperation` is one of the same shape, so that
the wrappers know only `Operation`.
"""

import threading
import timeit
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final, Protocol, TypeVar

from opentelemetry.context import Context, get_current, set_value
from opentelemetry.trace import (
    INVALID_SPAN,
    Span,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    TracerProvider,
    get_tracer_provider,
    set_span_in_context,
)
from opentelemetry.util.genai.handler import TelemetryHandler
from opentelemetry.util.genai.invocation import (
    CLIENT_EMBEDDING_CONTEXT_KEY,
    CLIENT_FETCH_RESPONSE_CONTEXT_KEY,
    CLIENT_INFERENCE_CONTEXT_KEY,
    CLIENT_RETRIEVAL_CONTEXT_KEY,
    Error,
    GenAIInvocation,
)
from opentelemetry.util.types import AttributeValue

from instrumentation import names
from instrumentation.fault_log import note

SCOPE_NAME: Final = "burnline.instrumentation"
MAX_MESSAGE_CHARS: Final = 1_024
"""Exception texts can hold a whole prompt; a span needs the beginning."""

_SUPPRESSING_KEYS: Final = (
    CLIENT_INFERENCE_CONTEXT_KEY,
    CLIENT_EMBEDDING_CONTEXT_KEY,
    CLIENT_RETRIEVAL_CONTEXT_KEY,
    CLIENT_FETCH_RESPONSE_CONTEXT_KEY,
)


Invocation = TypeVar("Invocation", bound=GenAIInvocation)


class Operation(Protocol):
    """What a wrapper needs of a running span; util-genai's invocations have it too.

    It does not make itself current: who begins it does, and undoes that in the same place, whoever ends the span.
    """

    span: Span

    @property
    def context(self) -> Context:
        """The context in which the span is current."""

    def stop(self) -> None:
        """End the span, once."""

    def fail(self, error: Error) -> None:
        """End the span with an error, once."""

    def record_stream_chunk(self) -> None:
        """Note that one chunk of a stream arrived."""


class InternalOperation:
    """A span util-genai has no type for: request, router, cache, guardrail, rerank."""

    __slots__ = ("_started_s", "_streaming", "context", "span")

    def __init__(
        self, tracer: Tracer, name: str, attributes: Mapping[str, AttributeValue], context: Context | None
    ) -> None:
        context = get_current() if context is None else context
        self.span: Span = tracer.start_span(name, context, SpanKind.INTERNAL, attributes)
        self.context: Context = set_span_in_context(self.span, context)
        self._started_s: float = timeit.default_timer()
        self._streaming = False

    def stop(self) -> None:
        """End the span."""
        self.span.end()

    def fail(self, error: Error) -> None:
        """End the span with an error."""
        try:
            self.span.set_status(Status(StatusCode.ERROR, error.message))
            self.span.set_attribute(names.ERROR_TYPE, error.type)
        finally:
            self.span.end()

    def record_stream_chunk(self) -> None:
        """Note the time to the first chunk."""
        if not self._streaming:
            self._streaming = True
            self.span.set_attribute(names.TIME_TO_FIRST_CHUNK, timeit.default_timer() - self._started_s)


class NoOperation:
    """Stands in when no span could be started; takes every attribute and does nothing."""

    def __init__(self) -> None:
        self.span: Span = INVALID_SPAN
        self.context: Context = get_current()
        self.attributes: dict[str, AttributeValue] = {}
        self.provider: str | None = None
        self.should_capture_content = False

    def stop(self) -> None:
        """Do nothing."""

    def fail(self, error: Error) -> None:
        """Do nothing."""

    def record_stream_chunk(self) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Where spans come from: util-genai's handler and a tracer for the rest, of one provider."""

    provider: TracerProvider
    handler: TelemetryHandler
    tracer: Tracer


_TELEMETRY: Final[dict[str, Telemetry]] = {}
_BUILDING: Final = threading.RLock()


def telemetry() -> Telemetry:
    """Return the handler and tracer of the current global tracer provider, built once per provider."""
    provider = get_tracer_provider()
    current = _TELEMETRY.get("current")
    if current is not None and current.provider is provider:
        return current
    with _BUILDING:
        handler = TelemetryHandler(
            provider, instrumentation_scope_name=SCOPE_NAME, instrumentation_scope_version=_version()
        )
        _TELEMETRY["current"] = Telemetry(provider, handler, provider.get_tracer(SCOPE_NAME, _version()))
        return _TELEMETRY["current"]


def internal(
    operation: str, target: str | None, attributes: Mapping[str, AttributeValue | None], context: Context | None = None
) -> InternalOperation:
    """Start an INTERNAL span named `{operation} {target}` with the attributes that are not None."""
    said: dict[str, AttributeValue] = {names.OPERATION_NAME: operation}
    said.update({name: value for name, value in attributes.items() if value is not None})
    name = f"{operation} {target}" if target else operation
    return InternalOperation(telemetry().tracer, name, said, context)


def unsuppressed(context: Context | None = None) -> Context:
    """Return the context (the current one by default) in which util-genai starts a span of its own.

    util-genai merges an inference begun inside an inference into the outer span (the same for embedding and retrieval),
    to count a call once that two layers instrument. A wrapper written by hand means a call of its own, for instance
    one attempt of several, or a model called by a tool: merged, all but the last would lose their usage.
    """
    context = get_current() if context is None else context
    for key in _SUPPRESSING_KEYS:
        if context.get(key) is not None:
            context = set_value(key, None, context)
    return context


def detached(invocation: Invocation) -> Invocation:
    """Return a util-genai invocation that is not the current one any more, as an `Operation` begins."""
    invocation.suspend()
    return invocation


def error_of(raised: BaseException) -> Error:
    """Describe an exception for a span; one that cannot even be printed keeps its type."""
    try:
        error = Error.from_exception(raised)
        return Error((error.message or "")[:MAX_MESSAGE_CHARS], error.type, raised)
    except Exception as fault:  # noqa: BLE001 - the exception's own __str__ may raise anything
        note("exception text", fault)
        return Error("", type(raised).__qualname__, raised)


@cache
def _version() -> str:
    try:
        return version("burnline")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
