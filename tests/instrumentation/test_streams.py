"""Streams: transparent to who reads them, and their span ends once, however they end."""

import asyncio
import gc
from collections.abc import AsyncIterable, AsyncIterator, Generator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import trace
from opentelemetry.trace import StatusCode

from instrumentation import RequestOptions, faults, model_call, request, tool
from tests.instrumentation.conftest import Spans
from tests.instrumentation.provider import USAGE

CHUNKS = [{"id": "c"}, {"choices": [{"index": 0, "finish_reason": "stop"}]}, {"usage": USAGE}]
ABANDONED = "burnline.stream.abandoned"


@model_call("openai", "gpt-4o")
def chunks():
    yield from CHUNKS


@model_call("openai", "gpt-4o")
async def async_chunks():
    for chunk in CHUNKS:
        await asyncio.sleep(0)
        yield chunk


class Managed:
    """A stream manager in the manner of the SDKs: entering it gives the stream."""

    def __init__(self, stream):
        self.stream = stream

    def __enter__(self):
        return self.stream

    def __exit__(self, *_):
        self.stream.close()


class ManagedStreamManager(Managed):
    pass


def test_a_drained_generator_ends_its_span_with_usage(spans):
    assert list(chunks()) == CHUNKS
    assert spans.one().attributes["gen_ai.usage.input_tokens"] == 100
    assert ABANDONED not in spans.one().attributes


def test_a_generator_nobody_starts_leaves_no_span(spans):
    chunks()
    assert spans.all() == []


@pytest.mark.parametrize("how", ["close", "drop"])
def test_a_generator_given_up_midway_ends_its_span_once(spans, how):
    stream = chunks()
    next(stream)
    if how == "close":
        stream.close()
    del stream
    gc.collect()
    span = spans.one()
    assert span.attributes[ABANDONED] is True
    assert span.status.status_code is StatusCode.UNSET
    assert faults() == {}


def test_a_dropped_stream_object_ends_its_span_once(spans):
    with model_call("openai") as call:
        stream = call.stream(iter(CHUNKS))
    next(stream)
    assert spans.all() == []
    del stream
    gc.collect()
    assert spans.one().attributes[ABANDONED] is True


def test_a_stream_never_read_at_all_ends_its_span(spans):
    with model_call("openai") as call:
        stream = call.stream(iter(CHUNKS))
    del stream
    gc.collect()
    assert spans.one().attributes[ABANDONED] is True


def test_a_stream_that_fails_midway_marks_the_error_and_passes_it_on(spans):
    def breaking():
        yield CHUNKS[0]
        raise ConnectionError("line cut")

    with model_call("openai") as call:
        stream = call.stream(breaking())
    with pytest.raises(ConnectionError, match="line cut"):
        list(stream)
    stream.close()
    assert spans.one().status.status_code is StatusCode.ERROR
    assert spans.one().attributes["error.type"] == "ConnectionError"


def test_a_stream_that_fails_before_its_first_chunk_says_that_it_was_one(spans):
    def breaking():
        raise ConnectionError("no line")
        yield

    with model_call("openai") as call:
        stream = call.stream(breaking())
    with pytest.raises(ConnectionError, match="no line"):
        list(stream)
    assert spans.one().attributes["gen_ai.request.stream"] is True
    assert "gen_ai.response.time_to_first_chunk" not in spans.one().attributes


def test_a_call_that_fails_before_there_is_a_stream_says_what_was_asked_for(spans):
    with suppress(KeyError), model_call("openai", options=RequestOptions(request_stream=True)):
        raise KeyError
    assert spans.one().attributes["gen_ai.request.stream"] is True


def test_an_exception_in_the_block_ends_the_span_before_the_stream_does(spans):
    with suppress(KeyError), model_call("openai") as call:
        stream = call.stream(iter(CHUNKS))
        raise KeyError
    list(stream)
    assert spans.one().attributes["error.type"] == "KeyError"


def test_send_throw_and_the_return_value_reach_the_generator(spans):
    @tool("echo")
    def echo() -> Generator[str, str, str]:
        got = yield "ready"
        try:
            yield got
        except ValueError:
            yield "caught"
        return "bye"

    stream = echo()
    assert next(stream) == "ready"
    assert stream.send("hello") == "hello"
    assert stream.throw(ValueError()) == "caught"
    with pytest.raises(StopIteration) as end:
        next(stream)
    assert end.value.value == "bye"
    assert spans.one("tool").status.status_code is StatusCode.UNSET


async def test_asend_and_athrow_reach_the_async_generator(spans):
    @tool("echo")
    async def echo():
        got = yield "ready"
        try:
            yield got
        except ValueError:
            yield "caught"

    stream = echo()
    assert await anext(stream) == "ready"
    assert await stream.asend("hello") == "hello"
    assert await stream.athrow(ValueError()) == "caught"
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
    assert spans.one("tool").status.status_code is StatusCode.UNSET


async def test_a_drained_async_generator_ends_its_span_with_usage(spans):
    assert [chunk async for chunk in async_chunks()] == CHUNKS
    assert spans.one().attributes["gen_ai.usage.output_tokens"] == 20


async def test_an_async_generator_left_midway_ends_its_span_once(spans):
    stream = async_chunks()
    async for _ in stream:
        break
    await stream.aclose()
    del stream
    gc.collect()
    assert spans.one().attributes[ABANDONED] is True


async def test_an_async_generator_dropped_midway_is_ended_by_the_loop(spans):
    async for _ in async_chunks():
        break
    gc.collect()
    await asyncio.sleep(0.01)
    assert spans.one().attributes[ABANDONED] is True


async def test_a_cancelled_reader_ends_the_span_as_cancelled_and_abandoned(spans):
    @model_call("openai")
    async def endless():
        yield {}
        await asyncio.Event().wait()

    async def consume():
        async for _ in endless():
            pass

    task = asyncio.create_task(consume())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    span = spans.one()
    assert span.attributes["error.type"] == "asyncio.exceptions.CancelledError"
    assert span.attributes[ABANDONED] is True


async def test_a_call_cancelled_before_it_answers_ends_its_span(spans):
    @model_call("openai")
    async def hang():
        await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert spans.one().status.status_code is StatusCode.ERROR


def test_work_between_chunks_is_no_child_of_the_model_call(spans):
    tracer = trace.get_tracer("app")

    @model_call("openai")
    def ask():
        with tracer.start_as_current_span("inside"):
            yield {}

    with request():
        for _ in ask():
            tracer.start_span("outside").end()
    by_name = {span.name: span for span in spans.all()}
    assert by_name["inside"].parent.span_id == by_name["chat"].context.span_id
    assert by_name["outside"].parent.span_id == by_name["request"].context.span_id


def test_a_request_that_answers_with_a_stream_lasts_as_long_as_the_stream(spans):
    @request(route="answer")
    def serve():
        return chunks()

    stream = serve()
    assert isinstance(stream, Generator)
    assert spans.all() == []
    list(stream)
    assert spans.names() == ["chat gpt-4o", "request answer"]
    model, root = spans.all()
    assert model.parent.span_id == root.context.span_id
    assert root.attributes["gen_ai.response.time_to_first_chunk"] > 0


def test_a_manager_hands_out_a_watched_stream(spans):
    def source():
        yield from CHUNKS

    with model_call("openai") as call, call.stream(ManagedStreamManager(source())) as stream:
        assert list(stream) == CHUNKS
    assert spans.one().attributes["gen_ai.usage.input_tokens"] == 100


def test_attributes_can_be_read_and_written_on_the_original(spans):
    class Sdk:
        headers = "h"

        def __iter__(self):
            return iter(CHUNKS)

        def __next__(self):
            raise StopIteration

    original = Sdk()
    with model_call("openai") as call:
        stream = call.stream(original)
    stream.mark = 1
    assert (stream.headers, original.mark, isinstance(stream, Sdk)) == ("h", 1, True)
    assert repr(stream) == repr(original)
    list(stream)
    assert len(spans.all()) == 1


def test_a_watched_stream_is_only_as_async_as_its_original(spans):
    class Both:
        def __iter__(self):
            return iter(CHUNKS)

        __next__ = None

        def __aiter__(self):
            return async_chunks()

    with model_call("openai") as call:
        plain = call.stream(iter(CHUNKS))
    with model_call("openai") as call:
        both = call.stream(Both())
    assert not isinstance(plain, AsyncIterable)
    assert isinstance(both, AsyncIterable)
    assert list(both) == list(plain) == CHUNKS
    assert len(spans.all()) == 2


def test_containers_are_results_and_pass_themselves(spans):
    for result in (["a"], {"a": 1}, "text", (1, 2)):
        with model_call("openai") as call:
            assert call.stream(result) is result
    assert len(spans.all()) == 4


async def test_concurrent_streams_keep_their_spans_apart(spans):
    async def consume(model):
        @model_call("openai", model)
        async def ask() -> AsyncIterator[dict]:
            for _ in range(3):
                await asyncio.sleep(0)
                yield {"model": model}

        async for _ in ask():
            await asyncio.sleep(0)

    await asyncio.gather(*(consume(f"m{number}") for number in range(20)))
    assert len(spans.all()) == 20
    assert all(
        span.attributes["gen_ai.request.model"] == span.attributes["gen_ai.response.model"] for span in spans.all()
    )
    assert faults() == {}


async def test_a_stream_drained_by_another_task_leaves_the_block_in_order(spans, caplog):
    async def drain(stream):
        return [chunk async for chunk in stream]

    async def source():
        for chunk in CHUNKS:
            yield chunk

    async with request(), model_call("openai") as call:
        assert await asyncio.create_task(drain(call.stream(source()))) == CHUNKS
    assert trace.get_current_span() is trace.INVALID_SPAN
    assert spans.names() == ["chat", "request"]
    assert caplog.records == []


STEPS = {
    "next": next,
    "send": lambda stream: stream.send(None),
    "throw": lambda stream: stream.throw(ValueError("thrown")),
    "close": lambda stream: stream.close(),
    "drain": list,
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=6), st.booleans())
def test_whatever_is_done_to_a_stream_its_span_ends_once(steps, decorated):
    def source():
        yield from CHUNKS

    with pytest.MonkeyPatch.context() as patch:
        spans = Spans()
        patch.setattr(trace, "_TRACER_PROVIDER", spans.provider)
        with model_call("openai") as call:
            stream = model_call("openai")(source)() if decorated else call.stream(source())
        for step in steps:
            with suppress(StopIteration, ValueError):
                STEPS[step](stream)
        del stream
        gc.collect(0)
        ended = spans.names()
    # a decorated generator that is never stepped never begins
    begun = decorated and any(step in {"next", "send", "drain"} for step in steps[: _until(steps)])
    assert len(ended) == (1 + begun if decorated else 1)
    assert faults() == {}


def _until(steps):
    """Where a generator that has not begun is finished before it could: at the first close or throw."""
    return next((place for place, step in enumerate(steps) if step in {"close", "throw"}), len(steps))
