"""Who wrote a span, and what its words for providers mean."""

import pytest

from collector.dialects.emitters import EMITTERS, emitter_of
from collector.dialects.providers import ALIASES, FRAMEWORKS, PROVIDERS, provider_word

SCOPES = {
    "burnline.wrappers": "burnline",
    "opentelemetry.util.genai.handler": "otel_genai",
    "opentelemetry.instrumentation.openai_v2": "otel_genai",
    "com.anthropic.sdk.python": "anthropic_sdk",
    "openinference.instrumentation.openai": "openinference",
    "opentelemetry.instrumentation.anthropic.v1": "traceloop",
    "traceloop.tracer": "traceloop",
    "openlit.instrumentation.anthropic": "openlit",
    "litellm": "litellm",
    "ai": "vercel",
    "gen_ai": "vercel",
    "pydantic-ai": "pydantic_ai",
    "langfuse-sdk": "langfuse",
    "mlflow.tracing.provider": "mlflow",
    "strands.telemetry.tracer": "strands",
    "gcp.vertex.agent": "google_adk",
    "airline": "genai",
    "": "genai",
}


@pytest.mark.parametrize(("scope", "dialect"), SCOPES.items())
def test_a_scope_tells_its_dialect(scope, dialect):
    assert emitter_of(scope).dialect == dialect


def test_the_longest_scope_wins():
    assert emitter_of("openlit.instrumentation.anthropic").input_excludes_cache
    assert not emitter_of("openlit.instrumentation.openai").input_excludes_cache


def test_no_scope_stands_twice():
    assert len({row.scope for row in EMITTERS}) == len(EMITTERS)


@pytest.mark.parametrize("word", sorted(PROVIDERS))
def test_a_word_of_the_conventions_is_kept_in_any_case(word):
    assert provider_word(f" {word.upper()} ") == word


@pytest.mark.parametrize(("word", "provider"), ALIASES.items())
def test_an_older_word_becomes_the_conventions_word(word, provider):
    assert provider_word(word) == provider
    assert provider in PROVIDERS


@pytest.mark.parametrize("word", [*sorted(FRAMEWORKS), "", "  "])
def test_a_framework_is_no_provider(word):
    assert provider_word(word) is None


def test_what_stands_behind_a_dot_is_the_sdks_way_of_calling():
    assert provider_word("openai.embedding") == "openai"
    assert provider_word("mistral.chat") == "mistral_ai"
    assert provider_word("my.own.server") == "my.own.server"
