"""What real emitters sent comes out as what the provider billed, in whatever order and portions it arrives."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.analytics.derive.house import House
from tests.flow.captures import CLASSES, Scenario, scenarios

_HOUR_NS = 3_600_000_000_000
KNOWN = {
    "llamaindex_openinference-agent": "two spans of kind LLM prepare a call and make none: told as missing",
    "openlit-stream_abandoned": "only the span of the HTTP client arrives",
    "openlit-anthropic_error429": "only the span of the HTTP client arrives",
    "otel_google_genai-agent": "one span for two calls",
    "traceloop_anthropic_plus_native-error429": "a failed call has no id that would join its two spans",
    "traceloop_bedrock-error500": "the SDK tries three times within one span",
    "vercel_ai_sdk_v7-embedMany": "the index of captures does not know what was billed",
}
"""Where a figure differs from the truth, and why nothing in the payload could tell."""
_AGENTS_ONLY = "openai_agents_otel"
"""Sends agents and tools, and no span for any call."""


def _apart(number: int, body: bytes) -> bytes:
    """The same request hours earlier: the provider of the captures repeats its response ids."""
    request = ExportTraceServiceRequest.FromString(body)
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                span.start_time_unix_nano -= number * _HOUR_NS
                span.end_time_unix_nano -= number * _HOUR_NS
    return request.SerializeToString()


def _spans(number: int, scenario: Scenario) -> list[bytes]:
    return [_apart(number, body) for body in scenario.single_spans]


def _shuffled(bodies: list[bytes]) -> list[bytes]:
    return random.Random(len(bodies)).sample(bodies, len(bodies))


ARRIVALS: dict[str, Callable[[int, Scenario], list[bytes]]] = {
    "as sent": lambda number, scenario: [_apart(number, body) for body in scenario.bodies],
    "span by span": _spans,
    "reversed": lambda number, scenario: _spans(number, scenario)[::-1],
    "shuffled": lambda number, scenario: _shuffled(_spans(number, scenario)),
    "each twice": lambda number, scenario: [body for body in _spans(number, scenario) for _ in range(2)],
}


@cache
def arrived(how: str) -> dict[str, list[dict]]:
    """Requests with their lines, by scenario; everything arrives in one way, with a derivation after each step."""
    found: dict[str, list[dict]] = defaultdict(list)
    owner = {}
    with House() as house:
        waiting = []
        for number, scenario in enumerate(scenarios()):
            bodies = ARRIVALS[how](number, scenario)
            waiting.append(bodies)
            owner |= dict.fromkeys(_trace_ids(bodies), str(scenario))
        for step in range(max(map(len, waiting))):
            house.offer(b"".join(bodies[step] for bodies in waiting if step < len(bodies)))  # as protobuf merges
            house.derive()
        house.settle()
        lines = defaultdict(list)
        for line in house.lines():
            lines[line["trace"]].append(line)
        for request in house.requests():
            found[owner[request["trace"].replace("-", "")]].append(request | {"lines": lines[request["trace"]]})
    return found


def _trace_ids(bodies: Iterable[bytes]) -> set[str]:
    return {
        span.trace_id.hex()
        for body in bodies
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    }


def _total(requests: list[dict], name: str) -> int | None:
    told = [request[name] for request in requests if request[name] is not None]
    return sum(told) if told else None


each_scenario = pytest.mark.parametrize("scenario", scenarios(), ids=str)


@each_scenario
def test_tokens_are_what_was_billed(scenario):
    requests = arrived("as sent")[str(scenario)]
    found = {name: _total(requests, name) for name in CLASSES}
    if scenario.billed is None:
        if scenario.visible != "estimated" and str(scenario) not in KNOWN:
            assert set(found.values()) == {None}, "a quantity nobody reported is null"
        return
    for name, tokens in scenario.billed.items():
        if name in scenario.lost:
            continue
        silence_is_right = tokens == 0 or name in scenario.buried
        assert found[name] == tokens or (found[name] is None and silence_is_right), name


@each_scenario
def test_what_is_missing_or_estimated_is_said_and_never_costs_nothing(scenario):
    requests = arrived("as sent")[str(scenario)]
    statuses = {request["usage_status"] for request in requests} - {"none"}
    if str(scenario) not in KNOWN:
        assert statuses <= _expected(scenario)
        assert statuses or _failed(scenario), "a call that answered used something"
    for request in requests:
        assert request["cost_usd"] is None or request["cost_usd"] > 0
        if request["usage_status"] in {"missing", "estimated"}:
            assert (request["cost_usd"], request["cost_status"]) == (None, "unpriced")
        if request["usage_status"] == "partial":
            assert request["cost_status"] in {"partial", "unpriced"}


def _expected(scenario: Scenario) -> set[str]:
    match scenario.visible:
        case "missing" | None if scenario.billed is None or scenario.emitter == _AGENTS_ONLY:
            return {"missing"}
        case "missing":
            return {"missing"} | ({"reported"} if scenario.buried else set())
        case "estimated":
            return {"estimated"}
        case "lost":
            return {"missing", "partial", "reported"}
    return {"reported"} | ({"partial", "missing"} if "input_tokens" in scenario.lost else set())


def _failed(scenario: Scenario) -> bool:
    return scenario.billed is None and "err" in scenario.name


@each_scenario
def test_calls_are_counted_once(scenario):
    if scenario.calls is None or str(scenario) in KNOWN or scenario.emitter == _AGENTS_ONLY:
        return
    assert _total(arrived("as sent")[str(scenario)], "call_count") == scenario.calls


@each_scenario
def test_lines_add_up_to_what_was_billed_and_to_the_cost(scenario):
    for request in arrived("as sent")[str(scenario)]:
        lines = [line for line in request["lines"] if line["usage_class"] not in {"requests", "search_units"}]
        if request["usage_status"] != "estimated":
            tokens = (request["input_tokens"] or 0) + (request["output_tokens"] or 0)
            assert sum(line["quantity"] for line in lines) == tokens
        priced = [line["cost_usd"] for line in request["lines"] if line["cost_usd"] is not None]
        assert request["cost_usd"] == (sum(priced) if priced else None)


@pytest.mark.parametrize("how", [how for how in ARRIVALS if how != "as sent"])
def test_the_way_of_arriving_changes_nothing(how):
    as_sent, otherwise = arrived("as sent"), arrived(how)
    assert set(otherwise) == set(as_sent)
    assert {name: (otherwise[name], as_sent[name]) for name in as_sent if otherwise[name] != as_sent[name]} == {}
