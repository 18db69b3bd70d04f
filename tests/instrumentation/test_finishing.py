"""Why responses end is read from every provider's shape, whole and in chunks, and a model that declines is heard."""

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response

from instrumentation.finishing import MAX_TEXT_CHARS
from instrumentation.responses import Reading, merge, read

ENDS = {
    "openai chat": {"choices": [{"index": 0, "finish_reason": "content_filter", "message": {"content": ""}}]},
    "openai chat that declines": {"choices": [{"finish_reason": "stop", "message": {"refusal": "I cannot."}}]},
    "openai responses": {"object": "response", "status": "completed"},
    "openai responses cut off": {
        "object": "response",
        "status": "incomplete",
        "incomplete_details": {"reason": "max_output_tokens"},
    },
    "openai responses that declines": {
        "object": "response",
        "status": "completed",
        "output": [{"type": "reasoning"}, {"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}],
    },
    "anthropic": {"type": "message", "stop_reason": "refusal"},
    "bedrock converse": {"output": {}, "stopReason": "guardrail_intervened", "usage": {"inputTokens": 3}},
    "gemini": {"candidates": [{"finish_reason": "PROHIBITED_CONTENT"}]},
    "gemini that lets no question through": {"candidates": [], "prompt_feedback": {"block_reason": "SAFETY"}},
    "cohere": {"finish_reason": "ERROR_TOXIC", "meta": {}},
}
SAID = ("content_filter", "refusal", "completed", "max_output_tokens", "refusal", "refusal", "guardrail_intervened")
SAID += ("PROHIBITED_CONTENT", "SAFETY", "ERROR_TOXIC")
CHUNKS = {
    "openai chat that declines": (
        [
            {"choices": [{"index": 0, "delta": {"refusal": "I can"}, "finish_reason": None}]},
            {"choices": [{"index": 0, "delta": {"refusal": "not."}, "finish_reason": None}]},
            {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        ],
        "refusal",
    ),
    "anthropic": (
        [{"type": "message_start", "message": {"stop_reason": None}}, {"delta": {"stop_reason": "refusal"}}],
        "refusal",
    ),
    "bedrock converse": ([{"contentBlockDelta": {}}, {"messageStop": {"stopReason": "max_tokens"}}], "max_tokens"),
    "cohere": (
        [{"type": "content-delta"}, {"type": "message-end", "delta": {"finish_reason": "MAX_TOKENS"}}],
        "MAX_TOKENS",
    ),
    "openai responses": (
        [{"type": "response.completed", "response": {"object": "response", "status": "completed"}}],
        "completed",
    ),
}


@pytest.mark.parametrize(("response", "said"), [*zip(ENDS.values(), SAID, strict=True)], ids=ENDS)
def test_every_shape_says_why_it_ended(response, said):
    assert read(response)["finish_reasons"] == {0: said}


@pytest.mark.parametrize(("chunks", "said"), CHUNKS.values(), ids=CHUNKS)
def test_a_stream_says_what_the_whole_says(chunks, said):
    reading = Reading()
    for chunk in chunks:
        merge(reading, read(chunk))
    assert reading["finish_reasons"] == {0: said}


def test_objects_of_the_openai_client_are_heard_alike():
    head = {"id": "c", "created": 1, "model": "gpt-4o"}
    message = {"role": "assistant", "content": None, "refusal": "I cannot."}
    whole = ChatCompletion(
        object="chat.completion", choices=[{"index": 0, "finish_reason": "stop", "message": message}], **head
    )
    delta = {"index": 0, "delta": {"refusal": "I"}, "finish_reason": None}
    chunk = ChatCompletionChunk(object="chat.completion.chunk", choices=[delta], **head)
    part = {"type": "refusal", "refusal": "No."}
    output = [{"id": "m", "type": "message", "role": "assistant", "status": "completed", "content": [part]}]
    response = Response.model_validate(
        {"id": "r", "object": "response", "created_at": 1, "model": "gpt-4o", "status": "completed", "output": output}
        | {"parallel_tool_calls": False, "tool_choice": "auto", "tools": []}
    )
    assert [read(one)["finish_reasons"] for one in (whole, chunk, response)] == [{0: "refusal"}] * 3


def test_what_says_nothing_and_what_is_no_word_has_no_reason():
    for response in ({}, {"choices": []}, {"stop_reason": 7}, {"choices": [{"finish_reason": None}]}, {"output": 3}):
        assert "finish_reasons" not in read(response)
    assert read({"stop_reason": "x" * 999})["finish_reasons"] == {0: "x" * MAX_TEXT_CHARS}
