"""Usage arithmetic by one contract. Every number can be redone: the call billed 1,400 input, of it 1,024 read from
the cache and 200 written to it, and 80 output."""

import pytest

from collector.normalise.usage import STATUSES, TOLD, UsageStatus
from tests.collector.decode.columns import call_of, columnar_rows
from tests.collector.decode.sending import body, span

CHAT = {"gen_ai.operation.name": "chat"}
IN, OUT, TOTAL = "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "gen_ai.usage.total_tokens"
READ, WRITE = "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_write.input_tokens"
ONE_HOUR = "anthropic.usage.cache_creation.ephemeral_1h_input_tokens"
REASONING, AUDIO = "gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.audio.input_tokens"
OLD_IN, OLD_OUT = "gen_ai.usage.prompt_tokens", "gen_ai.usage.completion_tokens"
STREAM = {"gen_ai.request.stream": True}
OPENLIT = "openlit.instrumentation.openai"
LANGFUSE = "langfuse.observation.usage_details"


def call(scope="app", **more):
    attributes = CHAT | more.pop("attributes", {})
    return call_of(body(span(attributes=attributes, **more), scope=scope))


def tokens(found, *names):
    return tuple(found[f"{name}_tokens"] for name in names)


# scope, what the emitter sends -> convention, input with its cached part
CONTRACTS = {
    "inclusive by the conventions": ("app", {IN: 1400, OUT: 80, READ: 1024, WRITE: 200}, "inclusive", 1400),
    "more cached than input": ("app", {IN: 176, OUT: 80, READ: 1024, WRITE: 200}, "exclusive", 176 + 1024 + 200),
    "the total counts the cache on top": (
        "app",
        {IN: 1300, OUT: 80, READ: 60, WRITE: 40, TOTAL: 1300 + 80 + 60 + 40},
        "exclusive",
        1300 + 60 + 40,
    ),
    "the total holds the cache": ("app", {IN: 1400, OUT: 80, READ: 60, WRITE: 40, TOTAL: 1480}, "inclusive", 1400),
    "openlit anthropic, small cache": (
        "openlit.instrumentation.anthropic",
        {IN: 1100, OUT: 80, READ: 200, WRITE: 100, TOTAL: 1100 + 80},
        "exclusive",
        1100 + 200 + 100,
    ),
    "openlit openai counts like the provider": (
        "openlit.instrumentation.openai",
        {IN: 1200, OUT: 80, READ: 1024},
        "inclusive",
        1200,
    ),
    "traceloop bedrock": (
        "opentelemetry.instrumentation.bedrock",
        {IN: 1100, OUT: 80, READ: 200, WRITE: 100, TOTAL: 1180},
        "exclusive",
        1100 + 200 + 100,
    ),
    "traceloop anthropic includes": (
        "opentelemetry.instrumentation.anthropic",
        {IN: 1400, OUT: 80, READ: 200, WRITE: 100},
        "inclusive",
        1400,
    ),
    "langfuse input excludes": (
        "langfuse-sdk",
        {LANGFUSE: '{"input": 1100, "output": 80, "cache_read_input_tokens": 200, "cache_creation_input_tokens": 100}'},
        "exclusive",
        1100 + 200 + 100,
    ),
    "langfuse prompt_tokens includes": (
        "langfuse-sdk",
        {LANGFUSE: '{"prompt_tokens": 1200, "completion_tokens": 80, "prompt_tokens_details": {"cached_tokens": 200}}'},
        "inclusive",
        1200,
    ),
    "nothing cached, nothing to undo": ("openlit.instrumentation.anthropic", {IN: 1400, OUT: 80, READ: 0}, None, 1400),
}


@pytest.mark.parametrize(("scope", "sent", "convention", "input_tokens"), CONTRACTS.values(), ids=CONTRACTS)
def test_input_holds_its_cached_part_whoever_counted(scope, sent, convention, input_tokens):
    found = call(scope, attributes=sent)
    assert (found["convention"], found["input_tokens"]) == (convention, input_tokens)
    assert found["output_tokens"] == 80
    assert found["usage_status"] == "reported"


# scope, what is sent, failed -> status, (input, output) shown
STATES = {
    "told": ("app", {IN: 3, OUT: 2}, False, "reported", (3, 2)),
    "zero is a number": ("app", {IN: 0, OUT: 0}, False, "reported", (0, 0)),
    "only the input told": ("app", {IN: 3}, False, "reported", (3, None)),
    "nobody told": ("app", {}, False, "missing", (None, None)),
    "not a number": ("app", {IN: "many", OUT: -1}, False, "missing", (None, None)),
    "zero of one that says zero for unknown": ("litellm", {IN: 0, OUT: 0}, False, "zero_suspect", (None, None)),
    "a failed call bills nothing": ("app", {}, True, "none", (None, None)),
    "zeros of a failed call": ("litellm", {IN: 0, OUT: 0}, True, "none", (None, None)),
    "a failed call that was billed": ("app", {IN: 3}, True, "reported", (3, None)),
    "its own count of a stream": (
        OPENLIT,
        {IN: 9, OUT: 4, **STREAM},
        False,
        "estimated",
        (9, 4),
    ),
    "the provider's count of a stream": (
        OPENLIT,
        {IN: 9, OUT: 4, READ: 0, **STREAM},
        False,
        "reported",
        (9, 4),
    ),
    "no stream, no estimate": (OPENLIT, {IN: 9, OUT: 4}, False, "reported", (9, 4)),
    "a stream that lost its cache": (
        "openlit.instrumentation.anthropic",
        {IN: 88, OUT: 40, READ: 0, **STREAM},
        False,
        "partial",
        (88, 40),
    ),
}


@pytest.mark.parametrize(("scope", "sent", "failed", "status", "shown"), STATES.values(), ids=STATES)
def test_absent_zero_estimated_and_partial_stay_different(scope, sent, failed, status, shown):
    errors = {"error.type": "RateLimitError"} if failed else {}
    found = call(scope, attributes=sent | errors)
    assert (found["usage_status"], tokens(found, "input", "output")) == (status, shown)


def test_every_status_has_a_case():
    assert {status for *_, status, _ in STATES.values()} == {str(status) for status in STATUSES}
    assert {UsageStatus.REPORTED, UsageStatus.PARTIAL, UsageStatus.ESTIMATED} == set(TOLD)


def test_a_step_that_is_no_call_is_not_missing_usage():
    (row,) = columnar_rows([body(span(attributes={"gen_ai.operation.name": "execute_tool"}))])
    assert (row["kind"], row["call"]) == ("tool", None)


def test_the_total_of_an_embedding_is_its_input():
    found = call_of(body(span(attributes={"gen_ai.operation.name": "embeddings", TOTAL: 17})))
    assert tokens(found, "input", "output") == (17, None)


def test_the_total_of_a_chat_tells_neither_input_nor_output():
    assert tokens(call(attributes={TOTAL: 17}), "input", "output") == (None, None)


def test_an_hour_of_cache_is_a_part_of_what_was_written():
    found = call(attributes={IN: 1400, OUT: 80, READ: 512, WRITE: 800, ONE_HOUR: 300})
    assert tokens(found, "cache_read", "cache_write", "cache_write_1h") == (512, 800, 300)


def test_an_hour_of_cache_told_alone_is_the_whole_write():
    found = call(attributes={IN: 1400, OUT: 80, ONE_HOUR: 300})
    assert tokens(found, "cache_write", "cache_write_1h") == (300, 300)


def test_old_and_new_names_on_one_span_are_never_added():
    found = call(attributes={IN: 1200, OLD_IN: 1200, OUT: 80, OLD_OUT: 80})
    assert tokens(found, "input", "output") == (1200, 80)


def test_parts_larger_than_their_whole_are_cut_to_it():
    found = call(attributes={IN: 10, OUT: 5, REASONING: 9, AUDIO: 99})
    assert tokens(found, "reasoning", "audio_input") == (5, 10)


def test_a_part_of_an_unknown_whole_is_unknown_and_not_zero():
    found = call(attributes={OUT: 5, READ: 1024, WRITE: 7})
    assert tokens(found, "input", "output", "cache_read", "cache_write") == (None, 5, None, None)


def test_billed_searches_are_usage_without_tokens():
    found = call_of(body(span(attributes={"gen_ai.operation.name": "rerank", "burnline.usage.search_units": 2})))
    assert (found["usage_status"], found["other_usage"]) == ("reported", '{"search_units":2}')


def test_a_cost_of_zero_beside_tokens_means_that_the_emitter_does_not_know():
    assert call(attributes={IN: 3, "gen_ai.usage.cost": 0})["reported_cost_usd"] is None
    assert str(call(attributes={IN: 3, "gen_ai.usage.cost": "0.25"})["reported_cost_usd"]) == "0.250000000000000"
