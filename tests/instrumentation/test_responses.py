"""Reading responses: every provider's shape, LiteLLM's own classes, and whatever else comes."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instrumentation import faults, model_call
from instrumentation.responses import Reading, merge, read, usage_of
from instrumentation.usage_shapes import SHAPES

ANTHROPIC = {
    "id": "msg_1",
    "type": "message",
    "model": "claude-sonnet-4-5",
    "stop_reason": "end_turn",
    "usage": {
        "input_tokens": 10,
        "cache_read_input_tokens": 1_000,
        "cache_creation_input_tokens": 300,
        "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
        "output_tokens": 7,
        "service_tier": "priority",
        "server_tool_use": {"web_search_requests": 2},
    },
}
ANTHROPIC_EVENTS = [
    {
        "type": "message_start",
        "message": {**ANTHROPIC, "stop_reason": None, "usage": {**ANTHROPIC["usage"], "output_tokens": 1}},
    },
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 7}},
    {"type": "message_stop"},
]
INCLUSIVE = {
    "input_tokens": 10 + 1_000 + 300,
    "output_tokens": 7,
    "cache_read_tokens": 1_000,
    "cache_write_tokens": 300,
    "cache_write_1h_tokens": 200,
    "search_units": 2,
}


def gathered(chunks):
    reading = Reading()
    for chunk in chunks:
        merge(reading, read(chunk))
    return reading


@pytest.fixture(scope="module")
def litellm():
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # its bundled map; the other one is a download
    import litellm  # noqa: PLC0415 - takes seconds, and needs the line above

    return litellm


def test_anthropic_input_becomes_inclusive_of_the_cache():
    assert usage_of(read(ANTHROPIC)) == INCLUSIVE


def test_an_anthropic_stream_says_what_the_whole_message_says():
    streamed = gathered(ANTHROPIC_EVENTS)
    assert usage_of(streamed) == INCLUSIVE
    assert streamed["finish_reasons"] == {0: "end_turn"}
    assert streamed["service_tier"] == "priority"


def test_an_anthropic_stream_cut_short_has_no_output_count():
    assert "output_tokens" not in usage_of(gathered(ANTHROPIC_EVENTS[:2]))


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (
            {
                "usage_metadata": {
                    "prompt_token_count": 9,
                    "candidates_token_count": 4,
                    "thoughts_token_count": 3,
                    "cached_content_token_count": 5,
                }
            },
            {"input_tokens": 9, "output_tokens": 4 + 3, "cache_read_tokens": 5, "reasoning_tokens": 3},
        ),
        (
            {"usage": {"inputTokens": 3, "outputTokens": 2, "cacheReadInputTokens": 6}},
            {"input_tokens": 3 + 6, "output_tokens": 2, "cache_read_tokens": 6},
        ),
        ({"meta": {"billed_units": {"search_units": 1}}}, {"search_units": 1}),
        (
            {"usage_metadata": {"input_tokens": 8, "output_tokens": 1, "input_token_details": {"cache_read": 2}}},
            {"input_tokens": 8, "output_tokens": 1, "cache_read_tokens": 2},
        ),
        ({"usage": {"input_tokens": 3, "output_tokens": 4}}, {"input_tokens": 3, "output_tokens": 4}),
        ({"usage": {"prompt_tokens": 5, "prompt_cache_hit_tokens": 4}}, {"input_tokens": 5, "cache_read_tokens": 4}),
        ({"usage": None}, {}),
        ({}, {}),
        ("a plain answer", {}),
        (None, {}),
    ],
)
def test_each_family_of_providers_is_understood(response, expected):
    assert usage_of(read(response)) == expected


def test_a_reported_zero_stays_and_an_absent_count_stays_absent():
    usage = usage_of(read({"usage": {"prompt_tokens": 5, "prompt_tokens_details": {"cached_tokens": 0}}}))
    assert usage == {"input_tokens": 5, "cache_read_tokens": 0}


def test_the_choices_of_a_stream_keep_their_own_finish_reasons():
    chunks = [
        {"choices": [{"index": 1, "finish_reason": "length"}]},
        {"choices": [{"index": 0, "finish_reason": "stop"}]},
    ]
    assert gathered(chunks)["finish_reasons"] == {1: "length", 0: "stop"}


def test_litellm_responses_are_read_whole_and_streamed(litellm):
    ask = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "mock_response": "Hello there"}
    whole = litellm.completion(**ask)
    assert usage_of(read(whole)) == {
        "input_tokens": whole.usage.prompt_tokens,
        "output_tokens": whole.usage.completion_tokens,
    }
    streamed = gathered(litellm.completion(**ask, stream=True, stream_options={"include_usage": True}))
    assert streamed["finish_reasons"] == {0: "stop"}
    assert usage_of(streamed)["input_tokens"] > 0
    assert faults() == {}


def test_litellm_counts_of_a_cached_anthropic_prompt_are_inclusive_already(litellm):
    usage = litellm.Usage(
        prompt_tokens=100, completion_tokens=5, cache_read_input_tokens=60, cache_creation_input_tokens=10
    )
    assert usage_of(read(litellm.ModelResponse(usage=usage))) == {
        "input_tokens": 100,
        "output_tokens": 5,
        "cache_read_tokens": 60,
        "cache_write_tokens": 10,
    }


def test_the_zeros_litellm_fills_in_are_no_usage(litellm):
    assert usage_of(read(litellm.ModelResponse(usage=litellm.Usage()))) == {}


def test_litellm_embeddings_and_reranks_are_read(litellm):
    embedded = litellm.embedding(model="text-embedding-3-small", input=["Hi"], mock_response=[0.1, 0.2])
    assert usage_of(read(embedded))["input_tokens"] == embedded.usage.prompt_tokens
    reranked = litellm.RerankResponse(id="r", results=[], meta={"billed_units": {"search_units": 3}})
    assert usage_of(read(reranked)) == {"search_units": 3}


def test_every_shape_counts_something_and_names_known_quantities():
    for shapes in SHAPES.values():
        for shape in shapes:
            assert shape.marks
            assert set(shape.counts) <= set(Reading.__annotations__)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["usage", "choices", "type", "message", "delta", "input_tokens", "prompt_tokens", "cache_creation"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(anything)
def test_whatever_comes_reading_it_never_raises_and_counts_are_counts(response):
    for count in usage_of(read(response)).values():
        assert isinstance(count, int)
        assert count >= 0


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_inclusive_input_is_never_less_than_its_cached_parts(plain, cached, written, out):
    usage = usage_of(
        read(
            {
                "usage": {
                    "input_tokens": plain,
                    "cache_read_input_tokens": cached,
                    "cache_creation_input_tokens": written,
                    "output_tokens": out,
                }
            }
        )
    )
    assert usage["input_tokens"] == plain + cached + written


def test_a_litellm_stream_is_watched_and_stays_one_that_reads_both_ways(litellm, spans):
    @model_call("openai", "gpt-4o")
    def ask():
        return litellm.completion(
            model="gpt-4o",
            messages=[{"role": "user", "content": "Hi"}],
            mock_response="Hello there",
            stream=True,
            stream_options={"include_usage": True},
        )

    stream = ask()
    assert isinstance(stream, litellm.CustomStreamWrapper)
    assert (hasattr(stream, "__next__"), hasattr(stream, "__anext__")) == (True, True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == "Hello there"
    span = spans.one()
    assert span.attributes["gen_ai.usage.input_tokens"] > 0
    assert span.attributes["gen_ai.response.finish_reasons"] == ("stop",)


async def test_an_async_litellm_stream_is_watched(litellm, spans):
    @model_call("openai", "gpt-4o")
    async def ask():
        return await litellm.acompletion(
            model="gpt-4o",
            messages=[{"role": "user", "content": "Hi"}],
            mock_response="Hello there",
            stream=True,
            stream_options={"include_usage": True},
        )

    assert len([chunk async for chunk in await ask()]) > 1
    assert spans.one().attributes["gen_ai.usage.input_tokens"] > 0
