"""The real OpenAI client against a local server: what it returns, the wrappers read."""

import gc

import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from opentelemetry.trace import StatusCode

from instrumentation import embedding, faults, model_call
from tests.instrumentation.provider import serving

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}


@pytest.fixture(scope="module")
def url():
    with serving() as address:
        yield address


@pytest.fixture
def client(url):
    with OpenAI(base_url=url, api_key="none", max_retries=0) as opened:
        yield opened


@pytest.fixture
async def async_client(url):
    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as opened:
        yield opened


def usage(span):
    return {name.removeprefix("gen_ai.usage."): count for name, count in span.attributes.items() if "usage" in name}


CHAT_USAGE = {
    "input_tokens": 100,
    "output_tokens": 20,
    "cache_read.input_tokens": 64,
    "reasoning.output_tokens": 8,
    "audio.input_tokens": 0,
}


def test_a_chat_completion_is_read_whole(spans, client):
    with model_call("openai", "gpt-4o") as call:
        call.response(client.chat.completions.create(**ASK))
    span = spans.one()
    assert span.name == "chat gpt-4o"
    assert usage(span) == CHAT_USAGE
    assert span.attributes["gen_ai.response.id"] == "chatcmpl-1"
    assert span.attributes["gen_ai.response.model"] == "gpt-4o-2024-08-06"
    assert span.attributes["gen_ai.response.finish_reasons"] == ("stop",)
    assert span.attributes["openai.response.service_tier"] == "flex"
    assert span.attributes["openai.response.system_fingerprint"] == "fp_1"
    assert faults() == {}


def test_the_response_is_handed_on_itself(spans, client):
    answer = client.chat.completions.create(**ASK)
    assert model_call("openai")(lambda: answer)() is answer
    assert usage(spans.one()) == CHAT_USAGE


def test_a_response_as_a_plain_dict_reads_the_same(spans, client):
    answer = client.chat.completions.create(**ASK).model_dump()
    model_call("openai")(lambda: answer)()
    assert usage(spans.one()) == CHAT_USAGE


def test_the_responses_api_is_read_whole(spans, client):
    with model_call("openai", "gpt-4o") as call:
        call.response(client.responses.create(model="gpt-4o", input="Hi"))
    span = spans.one()
    assert usage(span) == {
        "input_tokens": 50,
        "output_tokens": 9,
        "cache_read.input_tokens": 10,
        "reasoning.output_tokens": 4,
    }
    assert span.attributes["gen_ai.response.id"] == "resp_1"
    assert span.attributes["gen_ai.response.finish_reasons"] == ("completed",)


def test_embeddings_have_input_and_dimensions_and_no_output(spans, client):
    with embedding("openai", "text-embedding-3-small") as call:
        call.response(client.embeddings.create(model="text-embedding-3-small", input="Hi", encoding_format="float"))
    span = spans.one("embedding")
    assert usage(span) == {"input_tokens": 7}
    assert span.attributes["gen_ai.embeddings.dimension.count"] == 3


def test_a_stream_with_usage_is_read_at_its_end(spans, client):
    @model_call("openai", "gpt-4o")
    def ask():
        return client.chat.completions.create(**ASK, stream=True, stream_options={"include_usage": True})

    stream = ask()
    assert isinstance(stream, openai.Stream)
    assert spans.all() == []
    said = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
    assert said == "Hello"
    span = spans.one()
    assert usage(span) == CHAT_USAGE
    assert span.attributes["gen_ai.request.stream"] is True
    assert 0 < span.attributes["gen_ai.response.time_to_first_chunk"] < 60
    assert span.attributes["gen_ai.response.finish_reasons"] == ("stop",)
    assert "burnline.stream.abandoned" not in span.attributes


def test_a_stream_without_usage_reports_none(spans, client):
    with model_call("openai", "gpt-4o") as call:
        list(call.stream(client.chat.completions.create(**ASK, stream=True)))
    assert usage(spans.one()) == {}
    assert faults() == {}


def test_a_stream_outlasts_the_block_it_was_opened_in(spans, client):
    with model_call("openai", "gpt-4o") as call:
        stream = call.stream(client.chat.completions.create(**ASK, stream=True, stream_options={"include_usage": True}))
    assert spans.all() == []
    with stream as same:
        assert same.response.status_code == 200
        list(same)
    assert usage(spans.one()) == CHAT_USAGE


def test_responses_events_are_read_at_their_end(spans, client):
    with model_call("openai", "gpt-4o") as call:
        list(call.stream(client.responses.create(model="gpt-4o", input="Hi", stream=True)))
    span = spans.one()
    assert usage(span)["input_tokens"] == 50
    assert span.attributes["openai.response.service_tier"] == "default"


def test_the_stream_helper_is_a_manager_and_is_read_through_its_events(spans, client):
    with model_call("openai", "gpt-4o") as call:
        manager = client.chat.completions.stream(**ASK, stream_options={"include_usage": True})
        with call.stream(manager) as events:
            kinds = {event.type for event in events}
    assert "chunk" in kinds
    assert usage(spans.one()) == CHAT_USAGE


def test_a_stream_that_is_dropped_ends_its_span_once(spans, client):
    @model_call("openai", "gpt-4o")
    def ask():
        return client.chat.completions.create(**ASK, stream=True)

    stream = ask()
    next(stream)
    stream.close()
    del stream
    gc.collect()
    span = spans.one()
    assert span.attributes["burnline.stream.abandoned"] is True
    assert span.status.status_code is StatusCode.UNSET


async def test_an_async_call_and_stream_are_read(spans, async_client):
    @model_call("openai", "gpt-4o")
    async def ask(**more):
        return await async_client.chat.completions.create(**ASK, **more)

    await ask()
    stream = await ask(stream=True, stream_options={"include_usage": True})
    assert isinstance(stream, openai.AsyncStream)
    async with stream as same:
        assert len([chunk async for chunk in same]) == 4
    whole, streamed = spans.all()
    assert usage(whole) == usage(streamed) == CHAT_USAGE


def test_a_refusal_passes_unchanged_and_marks_the_span(spans, client):
    @model_call("openai", "busy")
    def ask():
        return client.chat.completions.create(**{**ASK, "model": "busy"})

    with pytest.raises(openai.RateLimitError):
        ask()
    span = spans.one()
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["error.type"] == "openai.RateLimitError"
    assert usage(span) == {}
