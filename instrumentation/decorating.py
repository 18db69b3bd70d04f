"""Decorating the four kinds of function, each staying the kind it is.

A span of a plain or coroutine function covers the call, and outlasts it when the function returns a stream. A span of a
generator function begins with its first step and ends with its last, so that a generator nobody starts leaves none.
"""

import functools
import inspect
from collections.abc import AsyncIterator, Callable, Generator
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from instrumentation.streaming import WatchedAsyncStream, WatchedStream

if TYPE_CHECKING:
    from instrumentation.wrapper import Wrapper

P = ParamSpec("P")
R = TypeVar("R")
Function = Callable[..., Any]


def decorated(wrapper: "Wrapper[Any]", function: Callable[P, R]) -> Callable[P, R]:
    """Return the function with a span around each of its calls."""
    if not callable(function):
        raise TypeError(
            f"expected a function to wrap, found {function!r}; "
            f"write the decorator with parentheses, as in @{wrapper.kind}(...)"
        )
    called = function if inspect.isroutine(function) else type(function).__call__
    if inspect.isasyncgenfunction(function) or inspect.isasyncgenfunction(called):
        shaped = _async_generator(wrapper, function)
    elif inspect.isgeneratorfunction(function) or inspect.isgeneratorfunction(called):
        shaped = _generator(wrapper, function)
    elif inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(called):
        shaped = _coroutine(wrapper, function)
    else:
        shaped = _plain(wrapper, function)
    return cast("Callable[P, R]", shaped)


def _plain(wrapper: "Wrapper[Any]", function: Function) -> Function:
    name = _name(function)

    @functools.wraps(function)
    def call(*args: object, **kwargs: object) -> object:
        handle = wrapper.begin(name)
        try:
            result = function(*args, **kwargs)
        except BaseException as raised:
            handle.leave(raised)
            raise
        return wrapper.settle(handle, result)

    return call


def _coroutine(wrapper: "Wrapper[Any]", function: Function) -> Function:
    name = _name(function)

    @functools.wraps(function)
    async def call(*args: object, **kwargs: object) -> object:
        handle = wrapper.begin(name)
        try:
            result = await function(*args, **kwargs)
        except BaseException as raised:
            handle.leave(raised)
            raise
        return wrapper.settle(handle, result)

    return call


def _generator(wrapper: "Wrapper[Any]", function: Function) -> Function:
    name = _name(function)

    @functools.wraps(function)
    def generate(*args: object, **kwargs: object) -> Generator[object, Any, object]:
        steps = function(*args, **kwargs)
        handle = wrapper.begin(name)
        handle.hand_over()
        # delegation carries send, throw, close and the return value
        return (yield from WatchedStream(handle, steps))

    return generate


def _async_generator(wrapper: "Wrapper[Any]", function: Function) -> Function:
    name = _name(function)

    @functools.wraps(function)
    async def generate(*args: object, **kwargs: object) -> AsyncIterator[object]:
        steps = function(*args, **kwargs)
        handle = wrapper.begin(name)
        handle.hand_over()
        stream: Any = WatchedAsyncStream(handle, steps)
        try:
            item = await anext(stream)
            while True:
                try:
                    sent = yield item
                except GeneratorExit:
                    raise
                except BaseException as thrown:  # noqa: BLE001 - athrow() may throw anything; it belongs to the function
                    item = await stream.athrow(thrown)
                else:
                    item = await stream.asend(sent)
        except StopAsyncIteration:
            return
        finally:
            handle.abandon()  # first, because closing may be interrupted; does nothing after an orderly end
            await stream.aclose()

    return generate


def _name(function: Function) -> str | None:
    return getattr(function, "__name__", None)
