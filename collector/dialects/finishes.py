"""How a call ended: each provider's word -> one of a few. What is in no table is kept as it came, and is ``unknown``.

A table of words and not of providers: gateways pass on words of others, and say which provider it was or do not.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from collector.dialects.sources import Reading, column

FINISH_COLUMN = column(
    "finish_reasons",
    Reading.WORDS,
    ("gen_ai.response.finish_reasons", "conventions, litellm v1 as JSON"),
    ("gen_ai.response.finish_reason", "semantic kernel"),
    ("llm.finish_reason", "openinference"),
    ("ai.response.finishReason", "vercel v6"),
    ("anthropic.message.stop_reason", "anthropic sdk"),
    ("llm.response.finish_reason", "traceloop old"),
    ("llm.response.stop_reason", "traceloop old"),
    ("gen_ai.completion.0.finish_reason", "traceloop old"),
    ("langfuse.observation.metadata.finish_reason->", "langfuse"),
    ("mlflow.spanOutputs->choices.0.finish_reason", "mlflow openai chat"),
    ("mlflow.spanOutputs->stop_reason", "mlflow anthropic"),
)
LONGEST_WORD = 64
"""Characters of a word that are kept; the longest word of a provider has 29."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PREFIX = "finish_reason_"


class Finish(StrEnum):
    """How a call ended, the worst first: of several answers to one call, the worst says how it ended."""

    REFUSAL = "refusal"  # the model declined
    CONTENT_FILTER = "content_filter"  # a filter or a guardrail of the provider stopped it
    ERROR = "error"
    LENGTH = "length"  # cut off
    UNKNOWN = "unknown"  # a word that is in no table
    OTHER = "other"  # what its provider calls so, or what is none of these
    TOOL_CALL = "tool_call"
    STOP = "stop"


REFUSED = (Finish.REFUSAL, Finish.CONTENT_FILTER)
"""No answer was given, whoever did not want to."""

FINISH_WORDS: Mapping[Finish, tuple[str, ...]] = {
    Finish.STOP: (
        *("stop", "completed"),  # conventions, OpenAI; its Responses
        *("end_turn", "stop_sequence"),  # Anthropic, Bedrock Converse
        *("complete", "end", "finish", "finished", "stop_criteria_met"),  # Cohere, Titan
        *("eos", "eos_token", "endoftext", "end_of_text", "stop_token"),  # Hugging Face, watsonx, AI21, Together
        "done",
    ),
    Finish.LENGTH: (
        *(
            "length",
            "max_tokens",
            "max_output_tokens",
            "max_completion_tokens",
        ),  # conventions, OpenAI, Anthropic, Gemini
        *("model_length", "model_context_window_exceeded", "context_length_exceeded"),  # Mistral, Anthropic, Bedrock
        *(
            "token_limit",
            "error_limit",
            "max_length",
            "limit",
            "compaction",
        ),  # watsonx, Cohere, Hugging Face, Anthropic
    ),
    Finish.TOOL_CALL: (
        *("tool_call", "tool_calls", "function_call", "tool_use"),  # conventions, OpenAI, Anthropic
        *("function_calls", "tool_code", "client_tool_use"),
    ),
    Finish.CONTENT_FILTER: (
        *("content_filter", "content_filtered", "guardrail_intervened"),  # conventions, OpenAI, Azure, Bedrock
        *("safety", "recitation", "blocklist", "prohibited_content", "spii", "language"),  # Gemini, Vertex
        *("image_safety", "image_prohibited_content", "image_recitation", "model_armor", "jailbreak", "escalation"),
        *("error_toxic", "sensitive", "moderation", "blocked", "content_policy_violation"),  # Cohere, Zhipu, gateways
    ),
    Finish.REFUSAL: ("refusal", "refused"),  # Anthropic; OpenAI says it beside its word
    Finish.ERROR: (
        *("error", "failed", "timeout", "time_limit"),  # conventions, OpenAI, Cohere, watsonx
        *("malformed_function_call", "malformed_response", "unexpected_tool_call", "too_many_tool_calls"),  # Gemini
        *("missing_thought_signature", "no_image"),
        *("malformed_model_output", "malformed_tool_use"),  # Bedrock
        *("insufficient_system_resource", "network_error"),  # DeepSeek, Zhipu
    ),
    Finish.OTHER: (
        *("other", "unknown", "unspecified", "image_other", "none", "null"),  # Gemini, Vercel
        *("cancelled", "canceled", "user_cancel", "abort", "aborted"),  # OpenAI, Cohere, vLLM
        *("incomplete", "in_progress", "queued", "not_finished"),  # OpenAI, watsonx
        *("pause_turn", "load", "unload"),  # Anthropic, Ollama
        "rag_query_when_rag_disabled",  # Titan
    ),
}
_FINISHES = {word: finish for finish, words in FINISH_WORDS.items() for word in words}
_RANK = {finish: rank for rank, finish in enumerate(Finish)}


def finish_of(raw: str) -> Finish:
    """How a call ended, by its provider's word.

    >>> finish_of("MAX_TOKENS"), finish_of("contentFiltered"), finish_of("FinishReason.TOOL_CALLS"), finish_of("hm")
    (<Finish.LENGTH: 'length'>, <Finish.CONTENT_FILTER: 'content_filter'>, <Finish.TOOL_CALL: 'tool_call'>, <Finish.UNKNOWN: 'unknown'>)
    """  # noqa: E501 - the answer is one line
    word = _HUMP.sub("_", raw.strip().rsplit(".", 1)[-1]).lower().replace("-", "_").replace(" ", "_")
    return _FINISHES.get(word.removeprefix(_PREFIX), Finish.UNKNOWN)


def finish_of_all(reasons: str) -> Finish:
    """How a call with several answers ended, by their words with commas between.

    >>> finish_of_all("stop,SAFETY,length")
    <Finish.CONTENT_FILTER: 'content_filter'>
    """
    return min(map(finish_of, reasons.split(",")), key=_RANK.__getitem__)


def joined(words: Iterable[str]) -> str | None:
    """Words of a list with commas between, as they are kept; None of none.

    >>> joined(["stop", " length ", ""]), joined([])
    ('stop,length', None)
    """
    kept = [cut for word in words if (cut := word.strip()[:LONGEST_WORD])]
    return ",".join(kept) or None
