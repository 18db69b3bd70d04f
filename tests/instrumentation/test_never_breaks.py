"""Whatever the response, the exporter, the tracer or a log handler does, the wrapped call goes on."""

import gc
import logging

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.trace import StatusCode

from instrumentation import (
    attribute,
    attribution,
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

ALL = {
    "request": lambda: request(tenant="acme"),
    "router": lambda: router(candidates=["premium"]),
    "retriever": lambda: retriever("docs"),
    "cache": cache,
    "model": lambda: model_call("openai", "gpt-4o"),
    "embedding": lambda: embedding("openai"),
    "tool": lambda: tool("search"),
    "guardrail": lambda: guardrail("pii"),
    "rerank": lambda: rerank("cohere"),
}
every_wrapper = pytest.mark.parametrize("wrapper", ALL.values(), ids=ALL)


class Hostile:
    """Raises at every touch."""

    def __getattribute__(self, name):
        raise RuntimeError(f"no {name}")

    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__

    def __bool__(self):
        raise RuntimeError("no truth")

    def __eq__(self, _other):
        raise RuntimeError("no likeness")

    def __hash__(self):
        raise RuntimeError("no hash")


class HalfHostile:
    id = "r-1"
    model = 7

    @property
    def usage(self):
        raise ValueError("lazy loading failed")


class WeirdUsage:
    usage = {"prompt_tokens": "12", "completion_tokens": -3, "prompt_tokens_details": {"cached_tokens": True}}  # noqa: RUF012 - a response


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no text")


class RaisingExporter(SpanExporter):
    def export(self, _spans):
        raise OSError("collector on fire")


class RaisingProcessor(SpanProcessor):
    def __init__(self, where):
        self.where = where

    def on_start(self, span, parent_context=None):  # noqa: ARG002 - the SDK's signature
        if self.where == "start":
            raise OSError("start")

    def on_end(self, span):  # noqa: ARG002 - the SDK's signature
        if self.where == "end":
            raise OSError("end")


@every_wrapper
def test_a_hostile_result_passes_through(spans, wrapper):
    hostile = Hostile()
    assert wrapper()(lambda: hostile)() is hostile
    assert len(spans.all()) == 1


def test_one_bad_property_costs_only_what_it_held(spans):
    result = HalfHostile()
    assert model_call("openai")(lambda: result)() is result
    assert spans.one().attributes["gen_ai.response.id"] == "r-1"
    assert not [name for name in spans.one().attributes if "usage" in name]
    assert faults() == {"unreadable response": 1, "response text is no text": 1}


def test_what_is_no_count_stays_absent(spans):
    model_call("openai")(WeirdUsage)()
    assert not [name for name in spans.one().attributes if "usage" in name]
    assert faults()["usage is no count"] == 3


@every_wrapper
def test_the_users_exception_passes_unchanged_and_marks_the_span(spans, wrapper):
    boom = LookupError("boom")

    @wrapper()
    def fail():
        raise boom

    with pytest.raises(LookupError) as caught:
        fail()
    assert caught.value is boom
    assert spans.one().status.status_code is StatusCode.ERROR
    assert spans.one().attributes["error.type"] == "LookupError"


@every_wrapper
def test_an_exception_that_cannot_be_printed_still_ends_the_span(spans, wrapper):
    with pytest.raises(Unprintable), wrapper():
        raise Unprintable
    assert spans.one().attributes["error.type"].endswith("Unprintable")


def test_a_long_exception_text_is_cut(spans):
    with pytest.raises(ValueError, match="x"), model_call("openai"):
        raise ValueError("x" * 100_000)
    assert len(spans.one().status.description) == 1_024


@every_wrapper
def test_an_exporter_that_raises_is_not_felt(spans, wrapper):
    spans.add(SimpleSpanProcessor(RaisingExporter()))
    assert wrapper()(lambda: 42)() == 42


@every_wrapper
@pytest.mark.parametrize("where", ["start", "end"])
def test_a_processor_that_raises_is_not_felt_and_is_counted(spans, wrapper, where):
    spans.add(RaisingProcessor(where))
    with wrapper() as handle:
        assert handle is not None
    assert wrapper()(lambda: 42)() == 42
    assert sum(faults().values()) >= 2
    assert trace.get_current_span() is trace.INVALID_SPAN


def test_without_a_span_every_setter_still_takes_what_it_is_given(spans):
    spans.add(RaisingProcessor("start"))
    with request() as root, router() as route, cache() as lookup, retriever() as found, model_call("x") as call:
        root.attribute(tenant="a")
        route.chose("standard", "why")
        lookup.hit(similarity=0.9)
        found.documents(["a"])
        call.usage(input_tokens=1)
        call.response({"usage": {"prompt_tokens": 1}})
        call.messages(sent=[{"role": "user", "content": "x"}])
        assert list(call.stream(iter([1, 2]))) == [1, 2]


def test_setters_take_nonsense_without_a_word(spans):
    hostile = Hostile()
    with request(tenant=hostile, degraded="perhaps") as root:
        root.attribute(tenant=hostile)
        root.set("x", hostile)
        attribute(team=hostile)
        with router(candidates=["a"]) as route:
            route.chose(hostile, hostile)
        with model_call("openai") as call:
            call.usage(input_tokens=hostile)
            call.response(hostile)
            call.messages(sent=[hostile])
            assert call.stream(hostile) is hostile
        with retriever() as found:
            found.documents(hostile)
        with cache() as lookup:
            lookup.hit(saved_cost_usd=hostile)
        assert attribution().tenant is None
    assert len(spans.all()) == 5
    assert faults()


def test_counts_said_outright_have_to_be_counts(spans):
    with model_call("openai") as call, retriever("docs", top_k="many"):
        call.usage(input_tokens="12", output_tokens=-1, cache_read_tokens=3)
    model = spans.one("model")
    assert [name for name in model.attributes if "usage" in name] == ["gen_ai.usage.cache_read.input_tokens"]
    assert faults() == {"usage is no count": 3}


def test_a_reader_of_results_that_raises_is_contained(spans):
    def read(_call, _result):
        raise ZeroDivisionError

    assert model_call("openai", read=read)(lambda: 42)() == 42
    assert faults() == {"read model": 1}
    assert len(spans.all()) == 1


def test_a_wrapper_that_cannot_start_is_counted(monkeypatch, spans):
    def broken(*_args, **_kwargs):
        raise RuntimeError("bug of ours")

    monkeypatch.setattr("instrumentation.operation.telemetry", broken)
    monkeypatch.setattr("instrumentation.generating.telemetry", broken)
    assert model_call("openai")(lambda: 1)() == 1
    assert request()(lambda: 2)() == 2
    assert faults() == {"start model": 1, "start request": 1}
    assert spans.all() == []


def test_setting_after_the_end_is_counted_not_lost_in_silence(spans):
    with model_call("openai") as call:
        pass
    call.set("late", 1)
    call.response({})
    call.usage(input_tokens=1)
    assert faults() == {"set after the end": 3}
    assert "late" not in spans.one().attributes


@pytest.mark.usefixtures("spans")
def test_each_kind_of_fault_is_logged_once(caplog):
    for _ in range(3):
        model_call("openai")(HalfHostile)()
    assert faults()["unreadable response"] == 3
    assert sum("unreadable response" in record.getMessage() for record in caplog.records) == 1


def test_a_log_handler_that_raises_is_not_felt(spans):
    class Raising(logging.Handler):
        def emit(self, _record):
            raise OSError("disk full")

    handler = Raising()
    logger = logging.getLogger("burnline.instrumentation")
    logger.addHandler(handler)
    try:
        assert model_call("openai")(lambda: HalfHostile)() is HalfHostile
        model_call("openai")(HalfHostile)()
    finally:
        logger.removeHandler(handler)
    assert len(spans.all()) == 2


def test_without_any_provider_everything_works_and_nothing_is_kept(monkeypatch):
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    with request(tenant="acme"), model_call("openai") as call:
        call.response({"usage": {"prompt_tokens": 1}})
        assert attribution().tenant == "acme"
    assert faults() == {}


@pytest.mark.usefixtures("spans")
def test_wrappers_leave_no_context_behind():
    def serve(outcome):
        with request(tenant="acme"), router() as route:
            route.chose("economy")
            return outcome()

    assert serve(lambda: 1) == 1
    with pytest.raises(ZeroDivisionError):
        serve(lambda: 1 / 0)
    gc.collect()
    assert attribution().tenant is None
    assert attribution().tier is None
    assert trace.get_current_span() is trace.INVALID_SPAN
