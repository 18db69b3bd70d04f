"""A decorated function stays what it was: its kind, its signature, its names, its results."""

import functools
import inspect

import pytest

from instrumentation import (
    cache,
    embedding,
    guardrail,
    model_call,
    request,
    rerank,
    retriever,
    router,
    tool,
)

every_wrapper = pytest.mark.parametrize(
    "wrap",
    [
        request(),
        router(),
        retriever(),
        cache(),
        model_call("openai"),
        embedding("openai"),
        tool(),
        guardrail("r"),
        rerank("cohere"),
    ],
    ids=lambda wrapper: wrapper.kind,
)


def plain(left: int, *, right: int = 2) -> int:
    """Add."""
    return left + right


async def coroutine(left: int, *, right: int = 2) -> int:
    """Add."""
    return left + right


def generator(left: int, *, right: int = 2):
    """Yield both."""
    yield left
    yield right


async def async_generator(left: int, *, right: int = 2):
    """Yield both."""
    yield left
    yield right


KINDS = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)


@every_wrapper
@pytest.mark.parametrize("function", [plain, coroutine, generator, async_generator], ids=lambda f: f.__name__)
def test_kind_signature_and_metadata_stay(wrap, function):
    decorated = wrap(function)
    assert [kind(decorated) for kind in KINDS] == [kind(function) for kind in KINDS]
    assert inspect.signature(decorated) == inspect.signature(function)
    assert (decorated.__name__, decorated.__doc__, decorated.__module__) == (
        function.__name__,
        function.__doc__,
        function.__module__,
    )
    assert decorated.__wrapped__ is function


@every_wrapper
async def test_every_kind_works_with_every_wrapper_and_makes_one_span_a_call(spans, wrap):
    assert wrap(plain)(1, right=3) == 4
    assert await wrap(coroutine)(1) == 3
    assert list(wrap(generator)(1)) == [1, 2]
    assert [item async for item in wrap(async_generator)(1, right=5)] == [1, 5]
    assert [span.attributes["burnline.kind"] for span in spans.all()] == [wrap.kind] * 4


@every_wrapper
async def test_every_wrapper_is_a_context_manager_both_ways(spans, wrap):
    with wrap as handle:
        assert handle.span.is_recording()
    async with wrap as handle:
        assert handle.span.is_recording()
    assert len(spans.all()) == 2


def test_methods_partials_and_callable_objects_can_be_decorated(spans):
    class Service:
        @tool("method")
        def double(self, number):
            return 2 * number

        def __call__(self, number):
            return 3 * number

    assert Service().double(4) == 8
    assert tool("object")(Service())(4) == 12
    assert tool("partial")(functools.partial(plain, 1))(right=5) == 6
    assert len(spans.all()) == 3


async def test_an_object_whose_call_is_async_is_awaited(spans):
    class Service:
        async def __call__(self, number):
            return 3 * number

    decorated = tool("object")(Service())
    assert inspect.iscoroutinefunction(decorated)
    assert await decorated(4) == 12
    assert len(spans.all()) == 1


def test_a_tool_takes_the_name_of_its_function(spans):
    @tool()
    def look_up():
        return 1

    look_up()
    assert spans.one().name == "execute_tool look_up"


def test_one_decorated_function_may_call_itself(spans):
    @tool()
    def down(number):
        return number and down(number - 1)

    assert down(3) == 0
    assert len(spans.all()) == 4
    assert len({span.context.trace_id for span in spans.all()}) == 1


def test_a_decorator_without_parentheses_is_explained():
    with pytest.raises(TypeError, match="with parentheses"):
        tool(plain)(1)
