"""Tempo's API: OTLP comes back as it was sent, with the ledger's figures beside it."""

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from tests.dashboards.trace_apis.exported import COST_USD, NOON, S

ASKS_PROTOBUF = {"accept": "application/protobuf"}
ASKS_JSON = {"accept": "application/json"}


def spans_of(message) -> dict:
    """Every span with where it comes from, by its id; what the ledger adds is taken off."""
    return {
        span.span_id: (of_resource.resource, of_resource.schema_url, of_scope.scope, of_scope.schema_url, span)
        for of_resource in message.resource_spans
        for of_scope in of_resource.scope_spans
        for span in of_scope.spans
    }


def told(span) -> dict[str, str]:
    return {pair.key: pair.value.string_value for pair in span.attributes if pair.key.startswith("burnline.")}


def as_sent(found: dict, sent: dict) -> dict:
    for span_id, (*_, span) in found.items():
        keys = {pair.key for pair in sent[span_id][-1].attributes}
        kept = [pair for pair in span.attributes if pair.key in keys]
        del span.attributes[:]
        span.attributes.extend(kept)
    return found


def trace_of(shop, trace_id: str) -> TracesData:
    answer = shop.ask(f"/tempo/api/traces/{trace_id}", ASKS_PROTOBUF)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/protobuf")
    return TracesData.FromString(answer.content)


def sent_of(shop, trace_id: str) -> dict:
    everything = {key: value for request in shop.sent for key, value in spans_of(request).items()}
    return {key: value for key, value in everything.items() if value[-1].trace_id.hex() == trace_id}


def test_somebody_answers(shop):
    answer = shop.ask("/tempo/api/echo")
    assert (answer.status_code, answer.text) == (200, "echo")


def test_what_was_sent_comes_back_to_the_last_field(shop, failed_id):
    sent = sent_of(shop, failed_id)
    assert len(sent) == 2
    assert as_sent(spans_of(trace_of(shop, failed_id)), sent) == sent


def test_v2_holds_the_same_as_its_first_field(shop, trace_id):
    plain = (trace_of(shop, trace_id)).SerializeToString()
    answer = shop.ask(f"/tempo/api/v2/traces/{trace_id}", ASKS_PROTOBUF)
    length = bytes((len(plain) & 0x7F | 0x80, len(plain) >> 7))
    assert (len(plain) < 2**14, answer.content) == (True, b"\x0a" + length + plain)


def test_the_root_comes_first_and_spans_say_what_they_cost(shop, trace_id):
    (*_, root), (*_, call) = spans_of(trace_of(shop, trace_id)).values()
    assert (root.parent_span_id, told(root)["burnline.request.cost_usd"]) == (b"", COST_USD)
    assert (told(call)["burnline.cost_usd"], told(call)["burnline.cost_status"]) == (COST_USD, "priced")


def test_json_has_ids_in_hex_where_accept_asks_for_it(shop, trace_id):
    plain = (shop.ask(f"/tempo/api/traces/{trace_id}", ASKS_JSON)).json()
    nested = (shop.ask(f"/tempo/api/v2/traces/{trace_id}", ASKS_JSON)).json()
    span = plain["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    assert nested == {"trace": plain}
    assert (span["traceId"], span["startTimeUnixNano"], span["kind"]) == (trace_id, str(NOON), 2)
    assert span["links"][0]["spanId"] == f"{0xDEF:016x}"


@pytest.mark.parametrize("version", ["", "v2/"])
def test_an_unknown_trace_is_404_in_plain_text(shop, version):
    answer = shop.ask(f"/tempo/api/{version}traces/{0xDEAD:032x}", ASKS_PROTOBUF)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert "is stored" in answer.text


def test_a_short_id_has_zeros_in_front(shop):
    answer = shop.ask("/tempo/api/traces/dead", ASKS_PROTOBUF)
    assert f"{0xDEAD:032x}" in answer.text


@pytest.mark.parametrize(
    ("path", "params", "names"),
    [
        ("/traces/xyz", {}, "hex"),
        ("/search", {"limit": 0}, "limit"),
        ("/search", {"start": "noon"}, "whole number"),
        ("/search", {"q": "{a || b}"}, "braces"),
        ("/search", {"q": '{name="a" &&}'}, "braces"),
        ("/search", {"q": "{} | rate()"}, "braces"),
        ("/search", {"q": "{nestedSetParent<0}"}, "span.nestedSetParent"),
        ("/search", {"q": '{name=~"a.*"}'}, "pattern"),
        ("/search", {"q": "{duration>soon}"}, "1.2s"),
    ],
)
def test_what_cannot_be_read_is_refused_in_plain_text(shop, path, params, names):
    answer = shop.ask(f"/tempo/api{path}", **params)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert names in answer.text


def test_a_search_tells_the_root_and_the_spans_that_match(shop, failed_id):
    answer = (shop.ask("/tempo/api/search", q="{status=error}", limit=20, spss=3)).json()
    [found] = answer["traces"]
    [spans] = found.pop("spanSets")
    assert answer["metrics"] == {}
    assert found == {
        "traceID": failed_id,
        "rootServiceName": "shop",
        "rootTraceName": "POST /answer",
        "startTimeUnixNano": str(NOON + 60 * S),
        "durationMs": 2_000,
    }
    assert spans["matched"] == 1
    [span] = spans["spans"]
    assert (span["durationNanos"], span["startTimeUnixNano"], span["attributes"]) == (
        str(900 * 10**6),
        str(NOON + 60 * S + S // 10),
        [],
    )


@pytest.mark.parametrize(
    ("q", "hits"),
    [
        ("", "failed good"),
        ("{}", "failed good"),
        ('{resource.service.name="models" && name="chat gpt-4o"}', "failed good"),
        ('{resource.service.name="shop" && name="chat gpt-4o"}', ""),
        ("{status!=error && kind=client}", "good"),
        ("{status=ok && kind=server}", "failed good"),
        ("{duration>1s && duration<3s}", "failed good"),
        ("{duration>3s}", ""),
        ("{span.gen_ai.usage.input_tokens>=1000 && .stream=true}", "failed good"),
        ("{span.gen_ai.usage.input_tokens>1000}", ""),
        ('{span.service.version="1.2"}', ""),
        ('{resource.service.version="1.2"}', "failed good"),
        ("{event.index=3}", "failed good"),
        ('{name=~"a|chat gpt-4o" && status=error}', "failed"),
        ('{.burnline.tenant="acme" && status=error}', "failed"),
        ('{span:name="chat gpt-4o" && span:status=error}', "failed"),
    ],
)  # fmt: skip
def test_a_query_finds_traces_with_such_a_span(shop, q, hits):
    answer = shop.ask("/tempo/api/search", q=q).raise_for_status().json()
    assert [trace["traceID"] for trace in answer["traces"]] == [getattr(shop, hit) for hit in hits.split()]


def test_a_window_is_in_seconds(shop, trace_id):
    answer = (shop.ask("/tempo/api/search", start=NOON // S, end=NOON // S + 60, limit=1)).json()
    assert [trace["traceID"] for trace in answer["traces"]] == [trace_id]


def test_names_of_attributes_stand_where_they_are_said(shop):
    scopes = {one["name"]: one["tags"] for one in (shop.ask("/tempo/api/v2/search/tags")).json()["scopes"]}
    assert "gen_ai.request.model" in scopes["span"]
    assert scopes["resource"] == ["cpus", "service.name", "service.version"]
    assert scopes["event"] == ["index", "ok"]
    only = (shop.ask("/tempo/api/v2/search/tags", scope="resource")).json()["scopes"]
    assert [one["name"] for one in only] == ["resource"]
    assert "service.name" in (shop.ask("/tempo/api/search/tags")).json()["tagNames"]


@pytest.mark.parametrize(
    ("tag", "values"),
    [
        ("resource.service.name", [("string", "models"), ("string", "shop")]),
        ("name", [("string", "POST /answer"), ("string", "chat gpt-4o")]),
        ("status", [("keyword", "error"), ("keyword", "ok"), ("keyword", "unset")]),
        ("span.gen_ai.usage.input_tokens", [("int", "1000")]),
        (".stream", [("bool", "true")]),
        ("resource.stream", []),
    ],
)
def test_values_of_attributes_have_types(shop, tag, values):
    answer = (shop.ask(f"/tempo/api/v2/search/tag/{tag}/values")).json()
    assert [(one["type"], one["value"]) for one in answer["tagValues"]] == values
    old = (shop.ask(f"/tempo/api/search/tag/{tag}/values")).json()
    assert old["tagValues"] == [value for _, value in values]
