"""What a real SDK sends comes out priced, in exactly the shapes that are promised."""

import json
import re
from decimal import Decimal

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.flow.captures import CLASSES, OTLP, scenarios
from tests.flow.sdk import EXPORTERS, WHO, answer, tracing

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
MONEY = re.compile(r"-?\d+(\.\d+)?")
SPAN_ID = re.compile(r"[0-9a-f]{16}")
NUMBER = (int, float)
REQUEST = {
    "trace_id": re.compile(r"[0-9a-f]{32}"),
    "started_at": INSTANT,
    "duration_ms": NUMBER,
    "status": {"ok", "error"},
    **{name: {WHO[f"burnline.{name}"]} for name in ("tenant", "team", "feature", "route", "tier")},
    "degraded": {False},
    "usage": dict,
    "cost": dict,
    "spans": list,
}
USAGE = {"status": {"reported"}, **{name: (int, type(None)) for name in CLASSES}}
COST = {"usd": MONEY, "status": {"priced"}, "lines": list, "shares": list}
LINE = {
    "span_id": SPAN_ID,
    "provider": {"openai"},
    "model": {"gpt-4o"},
    "usage_class": {"input_uncached", "cache_read", "output"},
    "quantity": MONEY,
    "unit_price_usd": MONEY,
    "cost_usd": MONEY,
    "price_id": str,
    "status": {"priced"},
}
SPAN = {
    "span_id": SPAN_ID,
    "parent_span_id": (SPAN_ID, None),
    "name": str,
    "kind": {"request", "model"},
    "started_at": INSTANT,
    "duration_ms": NUMBER,
    "status": {"ok"},
    "model": {"gpt-4o", None},
    "attributes": dict,
}


def holds(value, expected) -> bool:
    match expected:
        case re.Pattern():
            return isinstance(value, str) and expected.fullmatch(value) is not None
        case set():
            return value in expected
        case (re.Pattern() as pattern, None):
            return value is None or holds(value, pattern)
    return isinstance(value, expected)


def wrong(found: dict, shape: dict) -> dict:
    """What is not as it was promised; more may be there, nothing may be missing."""
    return {name: found.get(name, "missing") for name, kind in shape.items() if not holds(found.get(name, ...), kind)}


@pytest.fixture(scope="module", params=EXPORTERS)
def told(server, request):
    """One request as the API tells it, sent by an exporter."""
    with tracing(server, request.param) as tracer:
        trace_id = answer(tracer, response=f"chatcmpl-face-{request.param}")
    return server.until(lambda: (found := _one(server, trace_id)) and found["complete"] and found, within_s=5)


def test_a_request_has_every_key_in_its_form(told):
    assert wrong(told, REQUEST) == {}
    assert wrong(told["usage"], USAGE) == {}
    assert wrong(told["cost"], COST) == {}
    assert [wrong(line, LINE) for line in told["cost"]["lines"]] == [{}, {}, {}]
    assert [wrong(span, SPAN) for span in told["spans"]] == [{}, {}]


def test_a_request_costs_what_its_usage_costs(told):
    assert told["usage"] == {
        "status": "reported",
        "input_tokens": 1_200,
        "output_tokens": 80,
        "cache_read_tokens": 1_024,
        "cache_write_tokens": None,
        "reasoning_tokens": 32,
    }
    per_million = {"input_uncached": "2.50", "cache_read": "1.25", "output": "10.00"}
    quantities = {"input_uncached": 176, "cache_read": 1_024, "output": 80}
    lines = {line["usage_class"]: line for line in told["cost"]["lines"]}
    assert {name: Decimal(line["quantity"]) for name, line in lines.items()} == quantities
    for name, line in lines.items():
        assert Decimal(line["unit_price_usd"]) == Decimal(per_million[name]) / 1_000_000
        assert Decimal(line["cost_usd"]) == quantities[name] * Decimal(per_million[name]) / 1_000_000
    assert Decimal(told["cost"]["usd"]) == sum(Decimal(line["cost_usd"]) for line in lines.values())


def test_spans_stand_below_each_other_with_their_attributes(told):
    root, chat = sorted(told["spans"], key=lambda span: span["parent_span_id"] is not None)
    assert (root["kind"], root["parent_span_id"], root["model"]) == ("request", None, None)
    assert (chat["kind"], chat["parent_span_id"], chat["model"]) == ("model", root["span_id"], "gpt-4o")
    assert chat["attributes"]["gen_ai.usage.input_tokens"] == 1_200
    assert {line["span_id"] for line in told["cost"]["lines"]} == {chat["span_id"]}


def test_a_request_is_in_the_list_in_the_sums_and_in_the_percentiles(server, told):
    start = told["started_at"]
    listed = server.get("/v1/requests", start=start, tenant="acme", route="answer", model="gpt-4o", limit=500)
    (found,) = [request for request in listed["requests"] if request["trace_id"] == told["trace_id"]]
    assert found["cost"]["usd"] == told["cost"]["usd"]
    assert "start" in listed
    assert "next" in listed
    by_team = server.get("/v1/cost", start=start, by="team,model")
    (row,) = [row for row in by_team["rows"] if (row["team"], row["model"]) == ("support", "gpt-4o")]
    assert Decimal(row["cost_usd"]) >= Decimal(told["cost"]["usd"])
    latency = server.get("/v1/latency", start=start, by="route")
    assert "answer" in {row["route"] for row in latency["rows"]}


def test_an_unknown_request_is_a_problem_that_says_so(server):
    answer = server.ask(f"/v1/requests/{1:032x}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert {"type", "title", "status", "detail"} <= set(answer.json())


def test_the_description_names_every_path(server):
    paths = server.get("/openapi.json")["paths"]
    promised = (
        *("/healthz", "/readyz", "/metrics", "/v1/requests", "/v1/requests/{trace_id}", "/v1/cost", "/v1/latency"),
        *("/v1/slos", "/v1/budgets", "/v1/routing/decisions", "/v1/routing/events"),
    )
    assert [path for path in promised if path not in paths] == []


CAPTURED = (
    "langfuse_sdk-chat",
    "vercel_ai_sdk_v6-anthropic_chat",
    "openlit-anthropic_chat",
    "strands-agent",
    "mlflow-chat",
)


@pytest.mark.parametrize("scenario", [one for one in scenarios() if str(one) in CAPTURED], ids=str)
def test_a_capture_sent_as_it_was_sent_comes_out_as_billed(server, scenario):
    traces = set()
    for name in scenario.files:
        meta = json.loads((OTLP / scenario.emitter / name.replace(".pb", ".meta.json")).read_text())
        sent = (OTLP / scenario.emitter / name).with_suffix(".json" if "json" in meta["content_type"] else ".pb")
        answer = server.send(sent.read_bytes(), meta["path"], content_type=meta["content_type"])
        assert answer.status_code == 200, answer.text
        traces |= _trace_ids((OTLP / scenario.emitter / name).read_bytes())
    expected = {name: tokens for name, tokens in scenario.billed.items() if name not in scenario.lost | scenario.buried}
    server.until(lambda: _told(server, traces, expected) == expected, within_s=5)


def _told(server, traces, names) -> dict[str, int]:
    found = [request for trace in traces if (request := _one(server, trace))]
    return {name: sum(request["usage"][name] or 0 for request in found) for name in names}


def _one(server, trace):
    answer = server.ask(f"/v1/requests/{trace}")
    return answer.json() if answer.status_code == 200 else None


def _trace_ids(wire: bytes) -> set[str]:
    return {
        span.trace_id.hex()
        for resource in ExportTraceServiceRequest.FromString(wire).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    }
