"""The table of finish reasons is complete: every word of every provider has one place, and no other word is guessed."""

import gzip
import json
from pathlib import Path
from typing import get_args

import botocore
import pytest
from litellm.litellm_core_utils.core_helpers import _FINISH_REASON_MAP
from openai.types.chat.chat_completion import Choice
from openai.types.responses.response import IncompleteDetails
from openai.types.responses.response_status import ResponseStatus

from collector.dialects.finishes import FINISH_WORDS, LONGEST_WORD, Finish, finish_of, finish_of_all
from tests.collector.decode.columns import call_of, columnar_rows
from tests.collector.decode.sending import body, span

OTLP = Path(__file__).parents[2] / "fixtures" / "otlp"
# what providers document, once more, so that a word that gets lost from the table is missed here
PROVIDERS = {
    "conventions": "stop length content_filter tool_call error",
    "anthropic": "end_turn max_tokens stop_sequence tool_use pause_turn refusal "
    "model_context_window_exceeded compaction",
    "vertex": "FINISH_REASON_UNSPECIFIED STOP MAX_TOKENS SAFETY RECITATION LANGUAGE OTHER BLOCKLIST "
    "PROHIBITED_CONTENT SPII MALFORMED_FUNCTION_CALL IMAGE_SAFETY "
    "IMAGE_PROHIBITED_CONTENT IMAGE_RECITATION IMAGE_OTHER NO_IMAGE MODEL_ARMOR "
    "UNEXPECTED_TOOL_CALL TOO_MANY_TOOL_CALLS MISSING_THOUGHT_SIGNATURE MALFORMED_RESPONSE",
    "titan": "FINISHED LENGTH STOP_CRITERIA_MET RAG_QUERY_WHEN_RAG_DISABLED CONTENT_FILTERED",
    "cohere": "COMPLETE STOP_SEQUENCE MAX_TOKENS TOOL_CALL ERROR TIMEOUT ERROR_TOXIC ERROR_LIMIT USER_CANCEL",
    "mistral": "stop length model_length error tool_calls",
    "deepseek": "stop length content_filter tool_calls insufficient_system_resource",
    "watsonx": "not_finished max_tokens eos_token cancelled time_limit stop_sequence token_limit error",
    "hugging face": "length eos_token stop_sequence",
    "vercel": "stop length content-filter tool-calls error other unknown",
    "strands": "cancelled contentFiltered endTurn guardrailIntervened maxTokens stopSequence toolUse",
    "semantic kernel": "FinishReason.STOP FinishReason.TOOL_CALLS FinishReason.CONTENT_FILTER FinishReason.LENGTH",
    "ollama": "stop length load unload",
    "ai21": "endoftext length stop",
    "vllm": "stop length abort",
}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_word_of_a_provider_is_in_the_table(provider):
    assert [word for word in PROVIDERS[provider].split() if finish_of(word) is Finish.UNKNOWN] == []


def test_a_word_has_one_place():
    words = [word for words in FINISH_WORDS.values() for word in words]
    assert sorted(words) == sorted(set(words))
    assert {*FINISH_WORDS} == {*Finish} - {Finish.UNKNOWN}
    assert [word for word in words if finish_of(word) is Finish.UNKNOWN or len(word) > LONGEST_WORD] == []


def test_every_word_of_the_clients_of_today_is_in_the_table():
    openai = [
        *get_args(Choice.model_fields["finish_reason"].annotation),
        *get_args(ResponseStatus),
        *get_args(get_args(IncompleteDetails.model_fields["reason"].annotation)[0]),
    ]
    packed = next(Path(botocore.__file__).parent.glob("data/bedrock-runtime/*/service-2.json.gz"))
    model = json.loads(gzip.decompress(packed.read_bytes()))
    assert len(openai) >= 13
    told = [*openai, *model["shapes"]["StopReason"]["enum"], *_FINISH_REASON_MAP]
    assert [word for word in told if finish_of(word) is Finish.UNKNOWN] == []


def test_what_litellm_takes_for_filtered_is_refused_here_or_told_apart():
    filtered = {word for word, said in _FINISH_REASON_MAP.items() if said == "content_filter"}
    elsewhere = {word for word in filtered if finish_of(word) not in {Finish.CONTENT_FILTER, Finish.REFUSAL}}
    assert elsewhere == {"OTHER", "IMAGE_OTHER", "NO_IMAGE"}


def test_what_emitters_really_sent_is_read_and_in_the_table():
    read = {}
    for emitter in sorted({path.parent for path in OTLP.glob("*/*_traces.pb")}):
        rows = columnar_rows([path.read_bytes() for path in sorted(emitter.glob("*_traces.pb"))])
        read[emitter.name] = {row["call"]["finish_reason"] for row in rows if row["call"]} - {None}
    assert {name for name, found in read.items() if not found} == {"openai_agents_otel", "strands"}  # agents; an event
    assert set().union(*read.values()) == {"stop", "tool_call"}


def test_an_unknown_word_is_kept_and_not_guessed():
    call = call_of(body(span(attributes={"gen_ai.operation.name": "chat", "llm.finish_reason": "Vibes-Off"})))
    assert (call["finish_reasons"], call["finish_reason"]) == ("Vibes-Off", "unknown")


def test_of_several_answers_the_worst_counts():
    assert finish_of_all("stop,length,refusal,stop") is Finish.REFUSAL
