"""Who a request is for: on every span below it, in baggage, over a real header, and nowhere it should not be."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import baggage, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import attach, detach
from opentelemetry.propagate import extract, inject

from instrumentation import Attribution, attribute, attribution, faults, model_call, request, router, tool
from instrumentation.sdk import AttributionProcessor
from instrumentation.tenancy import FIELDS

SAID = {
    "tenant": "acme",
    "team": "support",
    "feature": "assistant",
    "route": "answer",
    "tier": "premium",
    "degraded": False,
    "cost_center": "cc-7",
    "environment": "prod",
}


class Tier(StrEnum):
    ECONOMY = "economy"


def attributed(span):
    return {field: span.attributes[name] for field, name in FIELDS.items() if name in span.attributes}


def test_every_field_is_on_the_root_and_on_every_span_below(spans):
    with request(**SAID, user="u-1"), tool("search"), model_call("openai"):
        pass
    assert len(spans.all()) == 3
    for span in spans.all():
        assert attributed(span) == {**SAID, "user": "u-1"}


def test_attribution_tells_what_is_in_force_and_nothing_outside(spans):
    with request(**SAID, user="u-1"):
        assert attribution() == Attribution(**SAID, user="u-1")
    assert attribution() == Attribution()
    assert len(spans.all()) == 1


def test_a_downstream_service_gets_the_same_attribution_and_joins_the_trace(spans):
    header = {}
    with request(**SAID, user="u-1"), tool("call"):
        inject(header)
    assert set(header) >= {"traceparent", "baggage"}

    token = attach(extract(header))
    try:
        with request(), model_call("openai"):
            assert attribution() == Attribution(**SAID)
    finally:
        detach(token)
    call, upstream, model, joined = spans.all()
    assert joined.parent.span_id == call.context.span_id
    assert {span.context.trace_id for span in (call, upstream, model, joined)} == {upstream.context.trace_id}
    assert attributed(model) == SAID


def test_a_request_without_a_parent_begins_a_trace(spans):
    with request():
        pass
    with request():
        pass
    first, second = spans.all()
    assert first.parent is second.parent is None
    assert first.context.trace_id != second.context.trace_id


def test_baggage_holds_no_more_than_the_documented_names(spans):
    with request(**SAID, user="u-1"):
        assert set(baggage.get_all()) == set(FIELDS.values()) - {"user.id"}
    with request(user="u-1", share_user=True):
        assert dict(baggage.get_all()) == {"user.id": "u-1"}
    assert spans.all()


def test_baggage_of_others_is_kept(spans):
    token = attach(baggage.set_baggage("theirs", "1"))
    with request(tenant="acme", inherit=False):
        assert dict(baggage.get_all()) == {"theirs": "1", "burnline.tenant": "acme"}
    detach(token)
    assert spans.all()


def test_at_a_public_edge_a_strangers_claim_is_forgotten(spans):
    token = attach(extract({"baggage": "burnline.tenant=bigcorp,burnline.tier=premium"}))
    with request(route="answer", inherit=False), model_call("openai"):
        pass
    with request(team="own"), model_call("openai"):
        pass
    detach(token)
    assert attributed(spans.all()[0]) == {"route": "answer"}
    assert attributed(spans.all()[2]) == {"tenant": "bigcorp", "tier": "premium", "team": "own"}


def test_a_longer_value_than_fits_is_cut_and_noted(spans):
    with request(tenant="x" * 10_000):
        assert len(attribution().tenant) == 256
    assert faults() == {"attribution value too long": 1}
    assert len(spans.one().attributes["burnline.tenant"]) == 256


def test_the_routers_choice_is_known_to_the_root_to_later_spans_and_downstream(spans):
    with request(route="answer", tier="premium"):
        with router(candidates=["premium", "economy"]) as route:
            route.chose(Tier.ECONOMY, "spend burns at 3.2", model="gpt-4o-mini", degraded=True)
        with model_call("openai"):
            header = {}
            inject(header)
    choice, model, root = spans.all()
    for span in (choice, model, root):
        assert span.attributes["burnline.tier"] == "economy"
        assert span.attributes["burnline.degraded"] is True
    assert choice.attributes["burnline.router.reason"] == "spend burns at 3.2"
    assert choice.attributes["burnline.router.candidates"] == ("premium", "economy")
    assert "burnline.tier=economy" in header["baggage"]
    assert "burnline.degraded=true" in header["baggage"]


async def test_a_choice_made_in_another_task_is_known_to_later_spans(spans):
    async def choose():
        with router() as route:
            route.chose("economy")

    with request(tier="premium"):
        await asyncio.create_task(choose())
        with model_call("openai"):
            pass
    assert {span.attributes["burnline.tier"] for span in spans.all()} == {"economy"}


def test_what_is_learnt_later_can_be_said_later(spans):
    with request() as root:
        attribute(tenant="acme")
        with tool("a"):
            pass
        root.attribute(team="support", user="u-2")
        with tool("b"):
            pass
        assert baggage.get_baggage("burnline.team") == "support"
    first, second, whole = spans.all()
    assert attributed(first) == {"tenant": "acme"}
    assert attributed(second) == attributed(whole) == {"tenant": "acme", "team": "support", "user": "u-2"}
    attribute(tenant="nobody")
    assert attribution() == Attribution()


def test_a_request_inside_a_request_inherits_and_keeps_its_own_apart(spans):
    with request(tenant="acme", feature="assistant", user="u-1"):
        attribute(tier="economy")
        with request(feature="search") as inner:
            inner.attribute(tier="standard")
        with tool("after"):
            pass
    inner_span, after, _ = spans.all()
    assert attributed(inner_span) == {"tenant": "acme", "feature": "search", "tier": "standard", "user": "u-1"}
    assert attributed(after) == {"tenant": "acme", "feature": "assistant", "tier": "economy", "user": "u-1"}


def test_spans_of_third_parties_get_the_attribution_and_keep_their_own_word(spans):
    spans.add(AttributionProcessor())
    tracer = trace.get_tracer("someone.else")
    with request(tenant="acme", team="support"):
        tracer.start_span("theirs", attributes={"burnline.team": "other"}).end()
    tracer.start_span("outside").end()
    theirs, _, outside = spans.all()
    assert attributed(theirs) == {"tenant": "acme", "team": "other"}
    assert attributed(outside) == {}


def test_a_pool_thread_without_the_context_knows_nothing_and_breaks_nothing(spans):
    with request(tenant="acme"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(attribution).result() == Attribution()
        assert pool.submit(tool("t")(int), 7).result() == 7
    assert attributed(spans.one("tool")) == {}


@pytest.mark.usefixtures("spans")
@pytest.mark.parametrize("degraded", ["perhaps", 3, object()])
def test_a_degraded_that_is_no_truth_value_is_left_out(degraded):
    with request(degraded=degraded):
        assert attribution().degraded is None


@given(st.lists(st.text(st.characters(), max_size=400), min_size=8, max_size=8))
def test_any_names_survive_the_header_as_they_are_known_here(values):
    carrier = {}
    with request(**dict(zip(SAID, values, strict=True))):
        here = attribution()
        W3CBaggagePropagator().inject(carrier)
    assert attribution(W3CBaggagePropagator().extract(carrier)) == here


def test_a_name_in_any_script_is_kept(spans):
    with request(tenant="Köln & Söhne; a=b, 東京"):
        assert attribution().tenant == "Köln & Söhne; a=b, 東京"
    assert spans.one().attributes["burnline.tenant"] == "Köln & Söhne; a=b, 東京"


def test_half_a_character_cannot_break_a_header(spans):
    carrier = {}
    with request(tenant="\ud83d"):
        inject(carrier)
    assert carrier["baggage"] == "burnline.tenant=%3F"
    assert spans.all()
