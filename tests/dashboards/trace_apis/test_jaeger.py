"""Jaeger's JSON, read as strictly as Grafana reads it."""

import json

import pytest

from tests.analytics.derive.house import Sent, call
from tests.dashboards.trace_apis.exported import CALL_US, COST_USD, NOON, ROOT_US, S, Shop
from tests.dashboards.trace_apis.go_types import DEPENDENCIES, NAMES, TRACES, strays


def tags(holder) -> dict:
    found = {tag["key"]: tag["value"] for tag in holder["tags"]}
    assert len(found) == len(holder["tags"]), "a tag stands there twice"
    return found


def one(shop, path, **params):
    answer = (shop.ask(f"/jaeger/api{path}", **params)).raise_for_status().json()
    assert strays(answer, TRACES) == []
    assert all(trace["spans"] for trace in answer["data"])
    return answer


def ids(shop, **params) -> list[str]:
    return [trace["traceID"] for trace in (one(shop, "/traces", **params))["data"]]


def test_a_trace_has_both_services_and_its_root_first(shop, trace_id):
    [trace] = (one(shop, f"/traces/{trace_id}"))["data"]
    root, call_span = trace["spans"]
    assert (root["operationName"], root["startTime"], root["duration"]) == ("POST /answer", ROOT_US, 2_000_000)
    assert (call_span["startTime"], call_span["duration"]) == (CALL_US, 900_000)
    assert call_span["references"] == [{"refType": "CHILD_OF", "traceID": trace_id, "spanID": root["spanID"]}]
    services = [trace["processes"][span["processID"]]["serviceName"] for span in (root, call_span)]
    assert services == ["shop", "models"]


def test_every_kind_of_value_keeps_its_type(shop, trace_id):
    [trace] = (one(shop, f"/traces/{trace_id}"))["data"]
    types = {tag["key"]: (tag["type"], tag["value"]) for tag in trace["spans"][1]["tags"]}
    assert types["gen_ai.request.temperature"] == ("float64", 0.5)
    assert types["gen_ai.usage.input_tokens"] == ("int64", 1_000)
    assert types["gen_ai.request.stop_sequences"] == ("string", '["a","b"]')
    assert types["stream"] == ("bool", True)
    assert types["blob"] == ("binary", "AP8=")
    assert tags(trace["processes"]["p1"]) == {"service.version": "1.2", "cpus": 4}


def test_what_otlp_has_fields_for_becomes_tags_logs_and_references(shop, failed_id):
    [trace] = (one(shop, f"/traces/{failed_id}"))["data"]
    root, call_span = trace["spans"]
    assert {"span.kind": "server", "otel.status_code": "OK", "otel.scope.name": "pipeline"}.items() <= tags(
        root
    ).items()
    told = {"span.kind": "client", "otel.status_code": "ERROR", "error": True, "otel.status_description": "no answer"}
    assert told.items() <= tags(call_span).items()
    [log] = root["logs"]
    assert log["timestamp"] == root["startTime"] + 1
    assert {field["key"]: field["value"] for field in log["fields"]} == {"event": "first_token", "index": 3, "ok": True}
    assert root["references"] == [{"refType": "FOLLOWS_FROM", "traceID": f"{0xABC:032x}", "spanID": f"{0xDEF:016x}"}]


def test_spans_say_what_they_cost_and_the_root_what_the_request_did(shop, trace_id):
    [trace] = (one(shop, f"/traces/{trace_id}"))["data"]
    root, call_span = map(tags, trace["spans"])
    assert {
        "burnline.cost_usd": COST_USD,
        "burnline.cost_status": "priced",
        "burnline.input_tokens": 1_000,
    }.items() <= (call_span.items())
    assert (root["burnline.request.cost_usd"], root["burnline.request.tenant"]) == (COST_USD, "acme")
    assert "burnline.cost_usd" not in root


def test_an_unknown_trace_is_no_error_and_no_empty_trace(shop):
    assert (one(shop, f"/traces/{0xDEAD:032x}"))["data"] == []
    assert (one(shop, "/traces", service="nobody"))["data"] == []


def test_names_are_listed(shop):
    services = (shop.ask("/jaeger/api/services")).json()
    operations = (shop.ask("/jaeger/api/services/models/operations")).json()
    assert [strays(found, NAMES) for found in (services, operations)] == [[], []]
    assert (services["data"], services["total"]) == (["models", "shop"], 2)
    assert operations["data"] == ["chat gpt-4o"]


def test_who_calls_whom_is_counted(shop):
    answer = (shop.ask("/jaeger/api/dependencies", endTs=(NOON + 120 * S) // 10**6, lookback=3_600_000)).json()
    assert strays(answer, DEPENDENCIES) == []
    assert answer["data"] == [{"parent": "shop", "child": "models", "callCount": 2}]


@pytest.mark.parametrize(
    ("asked", "hits"),
    [
        ({"service": "shop"}, "failed good"),
        ({"service": "models", "operation": "POST /answer"}, ""),
        ({"tags": json.dumps({"error": "true"})}, "failed"),
        ({"tags": json.dumps({"error": "false"}), "service": "models"}, "good"),
        ({"tags": json.dumps({"otel.status_code": "ERROR"})}, "failed"),
        ({"tags": json.dumps({"gen_ai.request.model": "gpt-4o", "stream": "true"})}, "failed good"),
        ({"tags": json.dumps({"gen_ai.request.model": "gpt-4"})}, ""),
        ({"tags": json.dumps({"http.response.status_code": "200", "span.kind": "server"})}, "failed good"),
        ({"tags": json.dumps({"http.response.status_code": "200", "span.kind": "client"})}, ""),
        ({"tags": json.dumps({"service.version": "1.2"}), "service": "models"}, "failed good"),
        ({"tags": json.dumps({"otel.status_description": "no answer"})}, "failed"),
        ({"tags": json.dumps({"burnline.tenant": "acme"})}, "failed good"),
        ({"tags": json.dumps({"burnline.tenant": "other"})}, ""),
        ({"tags": json.dumps({"burnline.request.cost_status": "priced"})}, "failed good"),
        ({"tags": json.dumps({"burnline.request.cost_status": "unpriced"})}, ""),
        ({"minDuration": "1.5s"}, "failed good"),
        ({"minDuration": "1.5s", "service": "models"}, ""),
        ({"maxDuration": "900ms"}, "failed good"),
        ({"start": (NOON + 60 * S) // 1_000}, "failed"),
        ({"end": (NOON + 60 * S) // 1_000}, "good"),
        ({"limit": 1}, "failed"),
    ],
    ids=str,
)
def test_a_search_finds_traces_with_such_a_span(shop, asked, hits):
    assert ids(shop, **asked) == [getattr(shop, hit) for hit in hits.split()]


@pytest.mark.parametrize(
    ("path", "params", "names"),
    [
        ("/traces/xyz", {}, "xyz"),
        (f"/traces/{0:032x}", {}, "not all of them 0"),
        ("/traces", {"tags": "error=true"}, "JSON object"),
        ("/traces", {"tags": '{"a":1}'}, "JSON object"),
        ("/traces", {"minDuration": "fast"}, "1.2s"),
        ("/traces", {"limit": "many"}, "whole number"),
        ("/traces", {"start": "1.5e3"}, "whole number"),
    ],
)
def test_what_cannot_be_read_is_refused_in_jaegers_own_form(shop, path, params, names):
    answer = shop.ask(f"/jaeger/api{path}", **params)
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["code"], answer.json()["data"]) == (400, 400, None)
    assert names in error["msg"]


def test_a_child_before_its_root_does_not_take_its_place():
    shop = Shop()
    with shop.house as house:
        house.send(
            Sent(span=1, start_s=1, name="root", kind="request"), Sent(span=2, parent=1, start_s=0, name="early clock")
        )
        house.settle()
        [trace] = (one(shop, f"/traces/{1:032x}"))["data"]
        assert [span["operationName"] for span in trace["spans"]] == ["root", "early clock"]


def test_a_span_is_there_before_anything_is_derived():
    shop = Shop()
    with shop.house as house:
        house.send(Sent(name="fresh"))
        [trace] = (one(shop, "/traces", service="shop"))["data"]
        assert trace["spans"][0]["operationName"] == "fresh"


def test_a_service_with_slashes_and_one_without_a_name_can_be_asked_for():
    shop = Shop()
    with shop.house as house:
        house.send(Sent(service="team/shop", name="a"), Sent(trace=2, service=None, name="b"))
        assert (shop.ask("/jaeger/api/services")).json()["data"] == ["team/shop", "unknown_service"]
        assert (shop.ask("/jaeger/api/services/team%2Fshop/operations")).json()["data"] == ["a"]
        assert ids(shop, service="unknown_service") == [f"{2:032x}"]


@pytest.mark.parametrize("lost", ["delete from payloads", "update payloads set body = 'x'::blob"])
def test_spans_whose_requests_are_gone_or_damaged_are_told_from_their_columns(lost):
    shop = Shop()
    with shop.house as house:
        house.send(call(name="chat", failed=True))
        house.settle()
        house.rows(lost)
        [trace] = (one(shop, f"/traces/{1:032x}"))["data"]
        [span] = trace["spans"]
        found = tags(span)
        assert (span["operationName"], span["duration"]) == ("chat", 1_000_000)
        assert (found["burnline.attributes_status"], found["error"], found["burnline.cost_usd"]) == (
            "missing",
            True,
            "0.0038",
        )


def test_a_search_that_ran_out_of_time_says_so(shop, monkeypatch):
    monkeypatch.setattr("dashboards.trace_apis.search.SEARCH_NS", -1)
    answer = one(shop, "/traces", tags='{"no.such":"tag"}')
    assert "time was up" in answer["errors"][0]["msg"]


def test_an_answer_has_a_bound_and_says_what_it_left_out(shop, trace_id, failed_id, monkeypatch):
    monkeypatch.setattr("dashboards.trace_apis.whole.SPANS_PER_ANSWER", 3)
    answer = one(shop, "/traces", service="shop")
    assert [trace["traceID"] for trace in answer["data"]] == [failed_id]
    assert "1 more traces" in answer["errors"][0]["msg"]
    monkeypatch.setattr("dashboards.trace_apis.whole.SPANS_PER_ANSWER", 1)
    [trace] = (one(shop, f"/traces/{trace_id}"))["data"]
    assert [span["operationName"] for span in trace["spans"]] == ["POST /answer"]
    assert tags(trace["spans"][0])["burnline.spans_left_out"] == 1
    assert trace["warnings"] == ["1 more spans are stored and not shown"]


@pytest.mark.parametrize(
    "asked", [{}, {"tags": '{"burnline.tenant":"acme"}'}, {"tags": '{"span.kind":"server"}'}], ids=str
)
def test_a_search_goes_on_from_page_to_page(shop, monkeypatch, asked):
    monkeypatch.setattr("dashboards.trace_apis.search.FIRST_PAGE", 1)
    monkeypatch.setattr("dashboards.trace_apis.search.LARGEST_PAGE", 1)
    assert ids(shop, **asked) == [shop.failed, shop.good]
