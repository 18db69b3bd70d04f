"""The dialect table is complete: every dialect's names have a home, every home a use, and no name two homes.

``DIALECTS`` spells once more what emitters are known to send, so that a name that gets lost from ``fields.py`` is
missed here.
"""

import pytest

from collector.decode.pivot import VOCABULARY
from collector.dialects.fields import ATTRIBUTION_COLUMNS, OTHER_USAGE_COLUMNS, USAGE_COLUMNS
from collector.dialects.kinds import CALL_KINDS, KIND_WORDS, Kind
from collector.dialects.measures import ALL_COLUMNS as COLUMNS
from collector.dialects.sources import Reading
from collector.dialects.usage_classes import UsageClass
from tests.collector.decode.columns import columnar_rows
from tests.collector.decode.sending import body, span

U, D = "gen_ai.usage.", "gen_ai.usage.details."
AI, LLM = "ai.usage.", "llm.token_count."
LF, ML = "langfuse.observation.usage_details->", "mlflow.chat.tokenUsage->"

# dialect -> column -> the names it sends for it
DIALECTS = {
    "conventions": {
        "operation": ["gen_ai.operation.name"],
        "provider": ["gen_ai.provider.name", "gen_ai.system"],
        "request_model": ["gen_ai.request.model"],
        "response_model": ["gen_ai.response.model"],
        "response_id": ["gen_ai.response.id"],
        "input_tokens": [U + "input_tokens", U + "prompt_tokens"],
        "output_tokens": [U + "output_tokens", U + "completion_tokens"],
        "cache_read_tokens": [U + "cache_read.input_tokens"],
        "cache_write_tokens": [U + "cache_write.input_tokens", U + "cache_creation.input_tokens"],
        "reasoning_tokens": [U + "reasoning.output_tokens"],
        "audio_input_tokens": [U + "audio.input_tokens"],
        "audio_output_tokens": [U + "audio.output_tokens"],
        "ttft_ms": ["gen_ai.response.time_to_first_chunk"],
        "stream": ["gen_ai.request.stream"],
        "error_type": ["error.type"],
        "environment": ["deployment.environment.name"],
        "user_id": ["user.id"],
        "region": ["cloud.region"],
        "service_tier": ["openai.response.service_tier", "gen_ai.openai.response.service_tier"],
    },
    "anthropic sdk": {"cache_write_1h_tokens": ["anthropic.usage.cache_creation.ephemeral_1h_input_tokens"]},
    "openinference": {
        "openinference_kind": ["openinference.span.kind"],
        "provider": ["llm.provider", "llm.system"],
        "request_model": ["llm.request.model_name", "llm.invocation_parameters->model", "embedding.model_name"],
        "response_model": ["llm.response.model_name", "llm.model_name"],
        "response_id": ["output.value->id"],
        "input_tokens": [LLM + "prompt"],
        "output_tokens": [LLM + "completion"],
        "cache_read_tokens": [LLM + "prompt_details.cache_read", LLM + "prompt_details.cache_input"],
        "cache_write_tokens": [LLM + "prompt_details.cache_write"],
        "reasoning_tokens": [LLM + "completion_details.reasoning"],
        "total_tokens": [LLM + "total"],
        "reported_cost_usd": ["llm.cost.total"],
        "user_id": ["user.id"],
    },
    "traceloop": {
        "traceloop_kind": ["traceloop.span.kind"],
        "request_type": ["llm.request.type"],
        "input_tokens": [U + "prompt_tokens", "llm.usage.prompt_tokens"],
        "output_tokens": [U + "completion_tokens", "llm.usage.completion_tokens"],
        "cache_read_tokens": [U + "cache_read_input_tokens"],
        "cache_write_tokens": [U + "cache_creation_input_tokens"],
        "reasoning_tokens": [U + "reasoning_tokens"],
        "total_tokens": [U + "total_tokens", "llm.usage.total_tokens"],
        "user_id": ["traceloop.association.properties.user_id"],
    },
    "openlit": {
        "reasoning_tokens": [U + "reasoning_tokens"],
        "total_tokens": ["gen_ai.client.token.usage"],
        "reported_cost_usd": [U + "cost"],
        "ttft_ms": ["gen_ai.server.time_to_first_token"],
    },
    "litellm": {
        "request_model": ["litellm.provider.model"],
        "cache_read_tokens": [
            "metadata.usage_object->prompt_tokens_details.cached_tokens",
            "metadata.usage_object->cache_read_input_tokens",
        ],
        "cache_write_tokens": ["metadata.usage_object->cache_creation_input_tokens"],
        "reasoning_tokens": ["metadata.usage_object->completion_tokens_details.reasoning_tokens"],
        "total_tokens": [U + "total_tokens"],
        "reported_cost_usd": ["gen_ai.cost.total_cost", "litellm.cost.total"],
        "user_id": ["llm.user"],
    },
    "vercel": {
        "vercel_kind": ["ai.operationId"],
        "provider": ["ai.model.provider"],
        "request_model": ["ai.model.id"],
        "response_model": ["ai.response.model"],
        "response_id": ["ai.response.id"],
        "input_tokens": [AI + "inputTokens", AI + "promptTokens", AI + "tokens"],
        "output_tokens": [AI + "outputTokens"],
        "cache_read_tokens": [AI + "inputTokenDetails.cacheReadTokens", AI + "cachedInputTokens"],
        "cache_write_tokens": [AI + "inputTokenDetails.cacheWriteTokens"],
        "reasoning_tokens": [AI + "reasoningTokens"],
        "total_tokens": [AI + "totalTokens"],
        "ttft_ms": ["ai.response.msToFirstChunk"],
    },
    "pydantic_ai": {
        "cache_read_tokens": [D + "cache_read_tokens"],
        "cache_write_tokens": [D + "cache_creation_input_tokens"],
        "reasoning_tokens": [D + "reasoning_tokens"],
        "reported_cost_usd": ["operation.cost"],
        "ttft_ms": ["gen_ai.client.operation.time_to_first_chunk"],
    },
    "langfuse": {
        "langfuse_kind": ["langfuse.observation.type"],
        "response_model": ["langfuse.observation.model.name"],
        "input_tokens": [LF + "prompt_tokens", LF + "input"],
        "output_tokens": [LF + "completion_tokens", LF + "output"],
        "cache_read_tokens": [LF + "prompt_tokens_details.cached_tokens", LF + "cache_read_input_tokens"],
        "cache_write_tokens": [LF + "cache_creation_input_tokens"],
        "reasoning_tokens": [LF + "completion_tokens_details.reasoning_tokens"],
        "total_tokens": [LF + "total_tokens", LF + "total"],
        "reported_cost_usd": ["langfuse.observation.cost_details->total"],
        "environment": ["langfuse.environment"],
    },
    "mlflow": {
        "mlflow_kind": ["mlflow.spanType->"],
        "request_model": ["mlflow.spanInputs->model"],
        "response_model": ["mlflow.llm.model->"],
        "response_id": ["mlflow.spanOutputs->id"],
        "input_tokens": [ML + "input_tokens"],
        "output_tokens": [ML + "output_tokens"],
        "cache_read_tokens": [ML + "cache_read_input_tokens"],
        "cache_write_tokens": [ML + "cache_creation_input_tokens"],
        "cache_write_1h_tokens": [ML + "cache_creation_input_tokens_above_1hr"],
        "total_tokens": [ML + "total_tokens"],
    },
    "strands": {
        "cache_read_tokens": [U + "cache_read_input_tokens"],
        "cache_write_tokens": [U + "cache_write_input_tokens"],
        "total_tokens": [U + "total_tokens"],
        "ttft_ms": ["gen_ai.server.time_to_first_token"],
    },
}
NAMES = {column.name: [source.key for source in column.sources] for column in COLUMNS}
OPERATIONS = {
    "chat",
    "generate_content",
    "text_completion",
    "embeddings",
    "retrieval",
    "execute_tool",
    "create_agent",
    "invoke_agent",
    "invoke_workflow",
    "plan",
    "search_memory",
    "create_memory",
    "update_memory",
    "upsert_memory",
    "delete_memory",
    "create_memory_store",
    "delete_memory_store",
    "fetch_response",
}
NEVER_USAGE = ("gen_ai.aggregated_usage.input_tokens", "gen_ai.cost.input_cost", "gen_ai.cost.cache_read_cost")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_name_of_the_dialect_fills_its_column(dialect):
    missing = {name: set(keys) - set(NAMES[name]) for name, keys in DIALECTS[dialect].items()}
    assert {name: keys for name, keys in missing.items() if keys} == {}


def test_every_column_has_sources():
    assert [column.name for column in COLUMNS if not column.sources] == []


def test_no_key_serves_two_columns_and_no_column_stands_twice():
    keys = [key for sources in NAMES.values() for key in sources]
    assert sorted(keys) == sorted(set(keys))
    assert len(NAMES) == len(COLUMNS)


def test_every_key_has_its_own_code():
    assert len(VOCABULARY.codes) == len(VOCABULARY.keys)
    assert set(VOCABULARY.codes) >= {source.key for column in COLUMNS for source in column.sources}


def test_a_column_reads_its_sources_as_one_type():
    texts = [{source.reading is Reading.TEXT for source in column.sources} for column in COLUMNS]
    assert {len(kinds) for kinds in texts} == {1}


@pytest.mark.parametrize("key", NEVER_USAGE)
def test_sums_and_overlapping_parts_are_never_read(key):
    assert key not in {source.key for column in COLUMNS for source in column.sources}


def test_current_names_are_asked_before_older_ones():
    assert NAMES["provider"][:2] == ["gen_ai.provider.name", "gen_ai.system"]
    assert NAMES["cache_write_tokens"][:2] == [U + "cache_write.input_tokens", U + "cache_creation.input_tokens"]


def test_every_usage_column_but_the_total_is_a_column_of_a_call():
    (row,) = columnar_rows([body(span(attributes={"gen_ai.operation.name": "chat"}))])
    assert {column.name for column in USAGE_COLUMNS} - set(row["call"]) == {"total_tokens"}


def test_every_attribution_word_is_a_column_of_the_attributions():
    (row,) = columnar_rows([body(span())])
    assert {column.name for column in ATTRIBUTION_COLUMNS} <= set(row)


def test_every_usage_class_can_be_said_outright_in_one_place():
    said = {column.sources[0].key.removeprefix("burnline.usage.") for column in OTHER_USAGE_COLUMNS}
    assert said | {"cache_write_1h"} == set(UsageClass)
    assert "burnline.usage.cache_write_1h" in NAMES["cache_write_1h_tokens"]


def test_every_kind_word_is_lower_case_and_every_kind_column_has_words():
    assert set(KIND_WORDS) == {
        name for name in NAMES if name.endswith("_kind") or name in {"operation", "request_type"}
    }
    assert [word for words in KIND_WORDS.values() for word in words if word != word.lower()] == []


KINDS = [(column, word, kind) for column, words in KIND_WORDS.items() for word, kind in words.items()]


def test_every_kind_word_maps_as_it_is_sent():
    sent = [
        body(span(i + 1, attributes={NAMES[column][0].removesuffix("->"): _quoted(column, word.upper())}))
        for i, (column, word, _) in enumerate(KINDS)
    ]
    assert [row["kind"] for row in columnar_rows(sent)] == [str(kind) for *_, kind in KINDS]


def _quoted(column, word):
    return f'"{word}"' if column == "mlflow_kind" else word


def test_every_kind_can_be_said_by_our_own_word():
    assert set(KIND_WORDS["burnline_kind"]) == set(Kind)


def test_every_operation_of_the_conventions_is_known():
    assert set(KIND_WORDS["operation"]) >= OPERATIONS
    assert KIND_WORDS["operation"]["fetch_response"] not in CALL_KINDS
