"""The one shape of all wrappers: context manager, async context manager and decorator.

A `Wrapper` is what `request(...)`, `model_call(...)` and the others return. Entering it, or calling a function it
decorates, begins a span and gives a `Handle`, which knows how to say things about that span and how to end it, once.
"""

import asyncio
from collections.abc import Callable
from contextvars import Token
from dataclasses import dataclass, field
from types import TracebackType
from typing import Generic, ParamSpec, TypeVar, cast

from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Span, get_tracer_provider
from opentelemetry.util.types import AttributeValue

from instrumentation import names, tenancy
from instrumentation.decorating import decorated
from instrumentation.fault_log import contained, harmless, note
from instrumentation.operation import NoOperation, Operation, error_of
from instrumentation.streaming import stream_class, watched

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")


class Handle:
    """A running span of a wrapper. Its setters never raise; what they cannot take is noted and left out."""

    __slots__ = ("__weakref__", "_ended", "_handed_over", "_operation", "_token")

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._ended = False
        self._handed_over = False
        self._token: Token[Context] | None = None

    @property
    def span(self) -> Span:
        """The OpenTelemetry span itself."""
        return self._operation.span

    @harmless("set")
    def set(self, name: str, value: AttributeValue | None) -> None:
        """Put any attribute on the span. None says nothing."""
        self._put(name, value)

    @harmless("variant")
    def variant(self, experiment: str, variant: str) -> None:
        """Say which variant of an experiment this request gets. One experiment a span: say another on another span."""
        self._put(names.EXPERIMENT, experiment)
        self._put(names.VARIANT, variant)

    def stream(self, stream: S) -> S:
        """Hand the end of this span to a stream: it ends when the stream is exhausted, fails, is closed or dropped.

        The returned stream behaves as the given one. Anything that is no stream is read as a finished result.
        """
        with contained("stream"):
            kind = stream_class(stream, asked=True)
            if kind is None:
                self.observe(stream)
            else:
                handed = cast("S", watched(kind, self, stream))
                self._handed_over = True
                return handed
        return stream

    @property
    def context(self) -> Context:
        """The context in which the span is current."""
        return self._operation.context

    @property
    def ended(self) -> bool:
        """Whether the span has ended."""
        return self._ended

    def see(self, chunk: object) -> None:
        """Take note of a chunk that passes; never raises."""
        if not self._ended:
            with contained("chunk"):
                self.observe_chunk(chunk)
                self._operation.record_stream_chunk()

    def hand_over(self) -> None:
        """Let a stream end the span, and give the caller back its own context."""
        self._handed_over = True
        self._release()

    def observe(self, result: object) -> None:
        """Read what a decorated function returned."""

    def begin_stream(self) -> None:
        """Note that the result comes in chunks, before the first has come."""

    def observe_chunk(self, chunk: object) -> None:
        """Read one chunk of a stream."""

    def finish(self) -> None:
        """End the span well, if nothing has ended it yet."""
        if self._ending():
            with contained("end"):
                self._operation.stop()
            self._after_end()

    def fail(self, raised: BaseException) -> None:
        """End the span with an error, if nothing has ended it yet."""
        if isinstance(raised, GeneratorExit):  # a generator that is closed early has not failed
            self.abandon()
            return
        if self._handed_over and isinstance(raised, asyncio.CancelledError) and not self._ended:
            self.set(names.STREAM_ABANDONED, value=True)
        if self._ending():
            with contained("end"):
                self._operation.fail(error_of(raised))
            self._after_end()

    def abandon(self) -> None:
        """End the span of a stream that nobody read to its end."""
        if not self._ended:
            with contained("end"):
                self._put(names.STREAM_ABANDONED, value=True)
            self.finish()

    def enter(self) -> None:
        """Make the span current until `leave`."""
        self._token = attach(self._operation.context)

    def leave(self, raised: BaseException | None) -> None:
        """Leave the block or call that began the span, and end the span unless a stream has taken it over."""
        self._release()
        if raised is not None:
            self.fail(raised)
        elif not self._handed_over:
            self.finish()

    def last_words(self) -> None:
        """Say what could not be said before the end."""

    def _put(self, name: str, value: AttributeValue | None) -> None:
        if value is not None and self._still_open():
            self._operation.span.set_attribute(name, value)

    def _still_open(self) -> bool:
        if self._ended:
            note("set after the end")
        return not self._ended

    def _release(self) -> None:
        token, self._token = self._token, None
        if token is not None:
            detach(token)

    def _ending(self) -> bool:
        if self._ended:
            return False
        with contained("last words"):
            self.last_words()
        self._ended = True
        return True

    def _after_end(self) -> None:
        """Do what has to wait for the end."""


H = TypeVar("H", bound=Handle)


@dataclass(slots=True, eq=False)
class Wrapper(Generic[H]):
    """How to begin one kind of span. Use one object for one `with`, or to decorate any number of functions."""

    kind: str
    start: Callable[[str | None], Operation]
    """Starts the span; given the decorated function's name, None in a `with`."""
    handle: Callable[[Operation], H]
    read: Callable[[H, object], None] | None = None
    """Reads a decorated function's result, instead of `Handle.observe`."""
    takes_streams: bool = False
    """Whether an iterator the decorated function returns is a stream that the span should outlast."""
    _open: list[H] = field(default_factory=list, init=False)

    def begin(self, function_name: str | None = None) -> H:
        """Start the span; never raises."""
        operation: Operation | None = None
        with contained(f"start {self.kind}"):
            operation = self.start(function_name)
        if operation is None:
            return self.handle(NoOperation())
        with contained("attribution"):
            if operation.span.is_recording():
                _stamp(operation.span, self.kind, operation.context)
        handle = self.handle(operation)
        handle.enter()
        return handle

    def settle(self, handle: H, result: R) -> R:
        """Take in what the decorated function returned and hand it on: itself, or a watched stream."""
        with contained("result"):
            if self.takes_streams:
                kind = stream_class(result, asked=False)
                if kind is not None:
                    stream = cast("R", watched(kind, handle, result))
                    handle.hand_over()
                    return stream
            self.observe(handle, result)
        handle.leave(None)
        return result

    def observe(self, handle: H, result: object) -> None:
        """Read a result, contained."""
        with contained(f"read {self.kind}"):
            if self.read is None:
                handle.observe(result)
            else:
                self.read(handle, result)

    def __enter__(self) -> H:
        handle = self.begin()
        self._open.append(handle)
        return handle

    def __exit__(
        self, _kind: type[BaseException] | None, raised: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._open:
            self._open.pop().leave(raised)

    async def __aenter__(self) -> H:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, raised, trace)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Decorate a function, coroutine function, generator function or async generator function."""
        return decorated(self, function)


def _stamp(span: Span, kind: str, context: Context) -> None:
    """Put kind and attribution on a fresh span, unless the provider's own processor was faster."""
    attributes: dict[str, AttributeValue] = {names.KIND: kind}
    if get_tracer_provider() not in tenancy.ATTRIBUTED:
        attributes.update(tenancy.attributes_of(context))
    span.set_attributes(attributes)
