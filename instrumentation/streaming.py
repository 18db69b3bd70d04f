"""Streams that end a span: the original in every respect, watched as it passes.

A watched stream forwards everything to the original (attributes, `with`, `close`, `send`, even its class), makes the
span current while the original works and never while the caller does, shows each chunk to the span's handle, and ends
the span exactly once: when the stream is exhausted, fails, is closed, or is dropped unread.
"""

import inspect
import io
from collections.abc import Awaitable, Callable, Mapping
from contextvars import Token
from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from opentelemetry.context import Context, attach, detach

from instrumentation.fault_log import contained

if TYPE_CHECKING:
    from instrumentation.wrapper import Handle

_OWN: Final = frozenset({"_handle", "_source", "_manager", "_iterator"})
_PLAIN: Final = (str, bytes, bytearray, Mapping, list, tuple, set, frozenset, io.IOBase)
"""Iterable, but results rather than streams."""


class _Watched:
    """What synchronous and asynchronous streams have in common."""

    _handle: "Handle"
    _source: Any
    _manager: Any
    _iterator: Any

    def __init__(self, handle: "Handle", source: object) -> None:
        object.__setattr__(self, "_handle", handle)
        object.__setattr__(self, "_source", source)
        object.__setattr__(self, "_manager", source)
        object.__setattr__(self, "_iterator", None)
        handle.begin_stream()

    def __getattr__(self, name: str) -> object:
        value = getattr(self._source, name)
        forward = _FORWARDERS.get(name)
        return value if forward is None else forward(self, value)

    def __setattr__(self, name: str, value: object) -> None:
        if name in _OWN:
            object.__setattr__(self, name, value)
        else:
            setattr(self._source, name, value)

    @property  # type: ignore[misc]  # typeshed lets a class be assigned; the original's stays
    def __class__(self) -> type:
        """The original's class, so that isinstance() answers as for the original."""
        return type(self._source)

    def __repr__(self) -> str:
        return repr(self._source)

    def __del__(self) -> None:
        handle = self.__dict__.get("_handle")
        if handle is not None:
            with contained("dropped stream"):
                handle.abandon()

    def _enter_context(self) -> Token[Context] | None:
        token = None
        with contained("stream context"):
            if not self._handle.ended:
                token = attach(self._handle.context)
        return token

    def _entered(self, entered: object) -> None:
        """A manager may hand out another object than itself: that is the stream from here on."""
        if entered is not self._source:
            self._source = entered

    def _left(self, raised: BaseException | None, *, swallowed: object) -> None:
        if raised is None or swallowed:
            self._handle.abandon()
        else:
            self._handle.fail(raised)


class WatchedStream(_Watched):
    """A watched synchronous stream."""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> object:
        if self._iterator is None:
            self._iterator = iter(self._source)
        return _advance(self, self._iterator.__next__)

    def __enter__(self) -> Self:
        token = self._enter_context()
        try:
            try:
                self._entered(self._manager.__enter__())
            finally:
                _leave_context(token)
        except BaseException as raised:
            self._handle.fail(raised)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> object:
        try:
            swallowed = self._manager.__exit__(kind, raised, trace)
        except BaseException as failed:
            self._handle.fail(failed)
            raise
        self._left(raised, swallowed=swallowed)
        return swallowed


class WatchedAsyncStream(_Watched):
    """A watched asynchronous stream."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> object:
        if self._iterator is None:
            self._iterator = aiter(self._source)
        return await _advance_async(self, self._iterator.__anext__)

    async def __aenter__(self) -> Self:
        token = self._enter_context()
        try:
            try:
                self._entered(await self._manager.__aenter__())
            finally:
                _leave_context(token)
        except BaseException as raised:
            self._handle.fail(raised)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> object:
        try:
            swallowed = await self._manager.__aexit__(kind, raised, trace)
        except BaseException as failed:
            self._handle.fail(failed)
            raise
        self._left(raised, swallowed=swallowed)
        return swallowed


class WatchedDualStream(WatchedStream, WatchedAsyncStream):
    """A watched stream that can be read either way, such as LiteLLM's."""


def watched(kind: type[_Watched], handle: "Handle", stream: object) -> object:
    """Return the stream, watched by the handle."""
    return kind(handle, stream)


def stream_class(result: object, *, asked: bool) -> type[_Watched] | None:
    """Tell how a result streams; None if it does not.

    Unasked, only iterators and stream managers count. Asked (`handle.stream(x)`), anything one can iterate over does,
    except containers, files and models (a pydantic response iterates over its fields).

    >>> stream_class(iter([1]), asked=False).__name__, stream_class([1], asked=True)
    ('WatchedStream', None)
    """
    shape = type(result)
    if isinstance(result, _PLAIN) or hasattr(shape, "model_fields"):
        return None
    managed = shape.__name__.endswith("StreamManager")
    reads = hasattr(shape, "__next__") or (asked and hasattr(shape, "__iter__")) or (managed and _has(shape, "enter"))
    reads_async = hasattr(shape, "__anext__") or hasattr(shape, "__aiter__") or (managed and _has(shape, "aenter"))
    if reads and reads_async:
        return WatchedDualStream
    if reads_async:
        return WatchedAsyncStream
    return WatchedStream if reads else None


def _has(shape: type, name: str) -> bool:
    return hasattr(shape, f"__{name}__")


def _leave_context(token: Token[Context] | None) -> None:
    if token is not None:
        detach(token)


def _advance(stream: _Watched, step: Callable[[], Any]) -> object:
    token = stream._enter_context()  # noqa: SLF001 - one mechanism
    handle = stream._handle  # noqa: SLF001 - one mechanism
    try:
        try:
            chunk = step()
        finally:  # before the span ends, whose own detach must come last
            _leave_context(token)
    except StopIteration:
        handle.finish()
        raise
    except BaseException as raised:
        handle.fail(raised)
        raise
    handle.see(chunk)
    return chunk


async def _advance_async(stream: _Watched, step: Callable[[], Awaitable[Any]]) -> object:
    token = stream._enter_context()  # noqa: SLF001 - one mechanism
    handle = stream._handle  # noqa: SLF001 - one mechanism
    try:
        try:
            chunk = await step()
        finally:  # before the span ends, whose own detach must come last
            _leave_context(token)
    except StopAsyncIteration:
        handle.finish()
        raise
    except BaseException as raised:
        handle.fail(raised)
        raise
    handle.see(chunk)
    return chunk


def _closing(stream: _Watched, close: Callable[..., Any]) -> Callable[..., Any]:
    """Forward `close` or `aclose`, then end the span."""

    async def awaited(closing: Awaitable[Any]) -> object:
        token = stream._enter_context()  # noqa: SLF001 - one mechanism
        try:
            try:
                result = await closing
            finally:
                _leave_context(token)
        except BaseException as raised:
            stream._handle.fail(raised)  # noqa: SLF001 - one mechanism
            raise
        stream._handle.abandon()  # noqa: SLF001 - one mechanism
        return result

    @wraps(close)
    async def close_async(*args: object, **kwargs: object) -> object:
        return await awaited(close(*args, **kwargs))

    @wraps(close)
    def close_sync(*args: object, **kwargs: object) -> object:
        token = stream._enter_context()  # noqa: SLF001 - one mechanism
        try:
            try:
                result = close(*args, **kwargs)
            finally:
                _leave_context(token)
        except BaseException as raised:
            stream._handle.fail(raised)  # noqa: SLF001 - one mechanism
            raise
        if inspect.isawaitable(result):
            return awaited(result)
        stream._handle.abandon()  # noqa: SLF001 - one mechanism
        return result

    return close_async if inspect.iscoroutinefunction(close) else close_sync


def _advancing(stream: _Watched, advance: Callable[..., Any]) -> Callable[..., Any]:
    """Forward `send` or `throw`, which yield the next chunk."""

    @wraps(advance)
    def forward(*args: object) -> object:
        return _advance(stream, lambda: advance(*args))

    return forward


def _advancing_async(stream: _Watched, advance: Callable[..., Any]) -> Callable[..., Any]:
    """Forward `asend` or `athrow`, which yield the next chunk."""

    @wraps(advance)
    async def forward(*args: object) -> object:
        return await _advance_async(stream, lambda: advance(*args))

    return forward


_FORWARDERS: Final[Mapping[str, Callable[[_Watched, Callable[..., Any]], Callable[..., Any]]]] = {
    "close": _closing,
    "aclose": _closing,
    "send": _advancing,
    "throw": _advancing,
    "asend": _advancing_async,
    "athrow": _advancing_async,
}
