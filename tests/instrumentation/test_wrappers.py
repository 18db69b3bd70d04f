"""What each wrapper puts on its span, as context manager and as decorator."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.util.genai.handler import TelemetryHandler

from instrumentation import (
    RequestOptions,
    cache,
    embedding,
    faults,
    guardrail,
    model_call,
    request,
    rerank,
    retriever,
    router,
    tool,
)

CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"


def test_kinds_operations_and_names(spans):
    for wrapper in (
        request(route="answer"),
        router(),
        cache("semantic"),
        rerank("cohere", "rerank-v3.5"),
        guardrail("pii"),
        retriever("docs"),
        model_call("openai", "gpt-4o", operation="generate_content"),
        embedding("openai", "small"),
        tool("search"),
    ):
        with wrapper:
            pass
    told = [
        (span.attributes["burnline.kind"], span.attributes["gen_ai.operation.name"], span.name, span.kind)
        for span in spans.all()
    ]
    assert told == [
        ("request", "request", "request answer", SpanKind.INTERNAL),
        ("router", "route", "route", SpanKind.INTERNAL),
        ("cache", "cache", "cache semantic", SpanKind.INTERNAL),
        ("rerank", "rerank", "rerank rerank-v3.5", SpanKind.INTERNAL),
        ("guardrail", "guardrail", "guardrail pii", SpanKind.INTERNAL),
        ("retriever", "retrieval", "retrieval docs", SpanKind.CLIENT),
        ("model", "generate_content", "generate_content gpt-4o", SpanKind.CLIENT),
        ("embedding", "embeddings", "embeddings small", SpanKind.CLIENT),
        ("tool", "execute_tool", "execute_tool search", SpanKind.INTERNAL),
    ]
    assert {span.instrumentation_scope.name for span in spans.all()} == {"burnline.instrumentation"}


def test_a_cache_hit_says_how_like_how_old_and_what_it_spared(spans):
    with cache("semantic", threshold=0.95) as lookup:
        lookup.hit(similarity=0.97, age_s=12.5, saved_cost_usd=Decimal("0.00000123"))
    attributes = spans.one().attributes
    assert attributes["burnline.cache.hit"] is True
    assert attributes["burnline.cache.threshold"] == 0.95
    assert attributes["burnline.cache.similarity"] == 0.97
    assert attributes["burnline.cache.age_s"] == 12.5
    assert attributes["burnline.cache.saved_cost_usd"] == "0.00000123"


def test_any_step_can_say_which_variant_serves_the_request(spans):
    with request(tenant="acme") as step:
        step.variant("shorter-prompt", "b")
    said = spans.one().attributes
    assert (said["burnline.experiment"], said["burnline.variant"]) == ("shorter-prompt", "b")


def test_a_cache_miss_is_a_miss_and_silence_is_neither(spans):
    with cache() as lookup:
        lookup.miss(similarity=0.4)
    with cache():
        pass
    missed, silent = spans.all()
    assert missed.attributes["burnline.cache.hit"] is False
    assert "burnline.cache.hit" not in silent.attributes


@pytest.mark.parametrize(("found", "hit"), [(None, False), ("answer", True), ("", True)])
def test_a_decorated_lookup_misses_with_none(spans, found, hit):
    assert cache()(lambda: found)() == found
    assert spans.one().attributes["burnline.cache.hit"] is hit


@pytest.mark.parametrize(("result", "verdict"), [(True, "allow"), (False, "block"), ("redact", "redact")])
def test_a_decorated_guardrail_gives_its_verdict(spans, result, verdict):
    assert guardrail("pii")(lambda: result)() is result
    assert spans.one().attributes["burnline.guardrail.verdict"] == verdict
    assert spans.one().attributes["burnline.guardrail.rule_id"] == "pii"


def test_a_decorated_router_gives_tier_and_reason(spans):
    assert router()(lambda: ("economy", "budget"))() == ("economy", "budget")
    assert spans.one().attributes["burnline.tier"] == "economy"
    assert spans.one().attributes["burnline.router.reason"] == "budget"


def test_read_takes_from_a_result_what_only_the_app_understands(spans):
    choice = SimpleNamespace(level="standard", why="cheap enough")

    @router(read=lambda route, found: route.chose(found.level, found.why))
    def choose():
        return choice

    assert choose() is choice
    assert spans.one().attributes["burnline.tier"] == "standard"


def test_a_rerank_bills_search_units(spans):
    with rerank("cohere", "rerank-v3.5", top_n=3) as ranking:
        ranking.documents(["a", "b", "c", "d"])
        ranking.response({"id": "rr-1", "meta": {"billed_units": {"search_units": 1}}})
    attributes = spans.one().attributes
    assert attributes["burnline.usage.search_units"] == 1
    assert attributes["burnline.rerank.top_n"] == 3
    assert attributes["burnline.rerank.document_count"] == 4
    assert attributes["gen_ai.provider.name"] == "cohere"


def test_usage_can_be_said_outright_and_wins(spans):
    with model_call("anthropic", "claude") as call:
        call.response({"usage": {"prompt_tokens": 1, "completion_tokens": 1}})
        call.usage(input_tokens=10, output_tokens=0, cache_write_tokens=6, cache_write_1h_tokens=4)
    attributes = spans.one().attributes
    assert attributes["gen_ai.usage.input_tokens"] == 10
    assert attributes["gen_ai.usage.output_tokens"] == 0
    assert attributes["gen_ai.usage.cache_write.input_tokens"] == 6
    assert attributes["burnline.usage.cache_write_1h"] == 4


def test_a_service_tier_of_others_than_openai_has_its_own_name(spans):
    with model_call("anthropic") as call:
        call.response({"usage": {"input_tokens": 1, "output_tokens": 1, "service_tier": "batch"}})
    assert spans.one().attributes["burnline.service_tier"] == "batch"


def test_request_options_are_told_by_their_conventional_names(spans):
    with model_call("openai", options=RequestOptions(temperature=0.2, max_tokens=64, seed=7, top_k=5)):
        pass
    attributes = spans.one().attributes
    assert attributes["gen_ai.request.temperature"] == 0.2
    assert attributes["gen_ai.request.max_tokens"] == 64
    assert attributes["gen_ai.request.seed"] == 7
    assert attributes["gen_ai.request.top_k"] == 5


def test_every_request_option_is_understood_by_util_genai(spans):
    values = dict.fromkeys(RequestOptions.__slots__, 1) | {"stop_sequences": ["x"]}
    with model_call("openai", options=RequestOptions(**values)):
        pass
    assert faults() == {}
    told = {name for name in spans.one().attributes if name.split(".")[1] in {"request", "output", "prompt"}}
    assert len(told) == len(values)


def test_content_is_kept_only_where_capture_is_switched_on(spans, monkeypatch):
    def run():
        with model_call("openai") as call:
            call.messages(sent=[{"role": "user", "content": "secret"}], received=[{"role": "assistant"}])
        with retriever("docs") as found:
            found.query("secret")
            found.documents(["d1", ("d2", 0.5), {"id": "d3", "score": 0.25}, SimpleNamespace(id=4)])
        with tool("t") as used:
            used.arguments({"q": "secret"})
            used.result("secret")

    run()
    monkeypatch.setenv(CAPTURE, "SPAN_ONLY")
    monkeypatch.setattr("instrumentation.operation._TELEMETRY", {})
    run()
    quiet, told = str([dict(s.attributes) for s in spans.all()[:3]]), [dict(s.attributes) for s in spans.all()[3:]]
    assert "secret" not in quiet
    assert "d1" not in quiet
    assert "secret" in told[0]["gen_ai.input.messages"]
    assert '"d3","score":0.25' in told[1]["gen_ai.retrieval.documents"]
    assert told[1]["gen_ai.retrieval.query.text"] == "secret"
    assert "secret" in told[2]["gen_ai.tool.call.arguments"]
    assert spans.all()[1].attributes["burnline.retrieval.document_count"] == 4


def test_each_attempt_inside_a_call_is_a_span_of_its_own(spans):
    with model_call("openai", "big"):
        with pytest.raises(TimeoutError), model_call("openai", "big"):
            raise TimeoutError
        with model_call("openai", "small") as second:
            second.usage(input_tokens=5)
    first, second, outer = spans.all()
    assert (first.status.status_code, second.attributes["gen_ai.usage.input_tokens"]) == (StatusCode.ERROR, 5)
    assert first.parent.span_id == second.parent.span_id == outer.context.span_id
    assert "gen_ai.usage.input_tokens" not in outer.attributes


def test_an_instrumented_client_inside_a_call_is_the_same_call_once(spans):
    theirs = TelemetryHandler(spans.provider, instrumentation_scope_name="their.instrumentation")
    with model_call("openai", "gpt-4o"), theirs.inference("openai", request_model="gpt-4o") as inner:
        inner.input_tokens = 9
        inner.response_id = "r-1"
    span = spans.one()
    assert span.attributes["gen_ai.usage.input_tokens"] == 9
    assert span.attributes["gen_ai.response.id"] == "r-1"


def test_nesting_follows_the_blocks(spans):
    with request(), retriever("docs"), embedding("openai"):
        trace.get_tracer("app").start_span("deep").end()
    parents = {span.name: span.parent and span.parent.span_id for span in spans.all()}
    ids = {span.name: span.context.span_id for span in spans.all()}
    assert parents == {
        "deep": ids["embeddings"],
        "embeddings": ids["retrieval docs"],
        "retrieval docs": ids["request"],
        "request": None,
    }
