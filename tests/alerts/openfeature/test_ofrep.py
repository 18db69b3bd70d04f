"""OFREP on a real server: what it answers, and that an unmodified OpenFeature client obeys it."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from time import monotonic

import httpx
import pytest
from fastapi import FastAPI

from alerts.openfeature.ofrep import Bounds, Facade, router
from alerts.openfeature.patience import Bucket
from alerts.openfeature.shapes import FlagAnswer, FlagsAnswer
from instrumentation.decision_table import DecisionTable
from instrumentation.downgrade import Mode, Scope, Tier
from tests.instrumentation.decisions import decision, eventually, fresh_board, publish, serving

FLAGS, TIER, DEGRADED = "/ofrep/v1/evaluate/flags", "route-tier", "route-degraded"
ACME = {"targetingKey": "c-7", "tenant": "acme", "route": "answer"}
OTHER = ACME | {"tenant": "other"}


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def board():
    return fresh_board(epoch=7)


@contextmanager
def served(board, bounds: Bounds | None = None, clock=utc_now, most=10_000):
    facade = Facade(board, clock, Bucket(1.0, most, monotonic), bounds or Bounds())
    app = FastAPI()
    app.include_router(router(facade))
    with serving(app, before_stop=board.close) as url, httpx.Client(base_url=url, timeout=10) as http:
        http.facade = facade
        yield http


def asked(http, key=TIER, **context) -> dict:
    return http.post(f"{FLAGS}/{key}", json={"context": {**ACME, **context}}).json()


def test_a_request_is_told_its_tier_and_why(board):
    publish(board, decision(Tier.ECONOMY, Scope("acme", "answer"), user_notice="Shorter answers."))
    with served(board) as http:
        found = asked(http)
    streams = found.pop("eventStreams")
    assert found == {
        "key": "route-tier",
        "value": "economy",
        "variant": "economy",
        "reason": "TARGETING_MATCH",
        "metadata": {
            "decision": "d-1",
            "mode": "degraded",
            "reason": "cost per answer burns 3.0 times faster than planned",
            "userNotice": "Shorter answers.",
        },
    }
    assert streams == [{"type": "sse", "endpoint": {"requestUri": "/ofrep/v1/events"}}]


def test_without_a_decision_the_callers_own_default_holds(board):
    publish(board, decision(Tier.ECONOMY, Scope("acme")), decision(Tier.STANDARD, Scope("x"), mode=Mode.SHADOW))
    with served(board) as http:
        tier, degraded = asked(http, tenant="other"), asked(http, DEGRADED, tenant="other")
        shadow = asked(http, tenant="x")
    assert "value" not in tier
    assert (tier["reason"], tier["variant"]) == ("DEFAULT", "default")
    assert (degraded["value"], degraded["variant"]) == (False, "normal")
    assert "value" not in shadow


def test_a_lease_that_is_over_decides_nothing(board):
    publish(board, decision(Tier.ECONOMY, Scope("acme")))
    with served(board, clock=lambda: utc_now() + timedelta(seconds=31)) as http:
        assert "value" not in asked(http)


def test_a_share_is_drawn_as_our_own_readers_draw_it(board):
    publish(board, decision(Tier.ECONOMY, Scope("acme"), share=0.25))
    table, at = DecisionTable().applied(board.issue.document)[0], utc_now()
    ours = {f"c-{n}": table.tier_for(tenant="acme", key=f"c-{n}", at=at).tier for n in range(100)}
    with served(board) as http:
        theirs = {key: asked(http, targetingKey=key) for key in ours}
    assert {key: found.get("value") for key, found in theirs.items()} == ours
    assert {found["reason"] for found in theirs.values()} == {"SPLIT", "DEFAULT"}


NO_QUESTIONS = (
    (b"{", "PARSE_ERROR"),
    (b"\xff", "PARSE_ERROR"),
    (b"[" * 9_000, "PARSE_ERROR"),
    (b'{"context": {"targetingKey": "' + b"x" * 20_000 + b'"}}', "PARSE_ERROR"),
    (b"[]", "INVALID_CONTEXT"),
    (b"{}", "INVALID_CONTEXT"),
    (b'{"context": []}', "INVALID_CONTEXT"),
    (b'{"context": {"targetingKey": 7}}', "INVALID_CONTEXT"),
    (b'{"context": {"targetingKey": "c", "tenant": 7}}', "INVALID_CONTEXT"),
    (b'{"context": {"targetingKey": "c", "route": "' + b"x" * 513 + b'"}}', "INVALID_CONTEXT"),
    (b'{"context": {}}', "TARGETING_KEY_MISSING"),
    (b'{"context": {"targetingKey": ""}}', "TARGETING_KEY_MISSING"),
)


def test_what_is_no_question_is_refused_with_its_code(board):
    with served(board) as http:
        for body, code in NO_QUESTIONS:
            one, every = http.post(f"{FLAGS}/{TIER}", content=body), http.post(FLAGS, content=body)
            assert (one.status_code, every.status_code, one.json()["key"]) == (400, 400, TIER)
            assert (one.json()["errorCode"], every.json()["errorCode"]) == (code, code), body[:50]
            assert every.json()["errorDetails"]


def test_an_unknown_flag_is_not_found_and_the_known_ones_are_named(board):
    with served(board) as http:
        answer = http.post(f"{FLAGS}/tier", json={"context": ACME})
    assert (answer.status_code, answer.json()["errorCode"]) == (404, "FLAG_NOT_FOUND")
    assert "route-tier, route-degraded" in answer.json()["errorDetails"]


def test_all_flags_come_with_a_tag_and_304_while_nothing_changed_for_the_context(board):
    first = decision(Tier.ECONOMY, Scope("acme"), issued_at=utc_now(), expires_at=utc_now() + timedelta(seconds=1))
    board.publish([first], utc_now())
    with served(board) as http:
        answer = http.post(FLAGS, json={"context": ACME})
        tag = {"If-None-Match": answer.headers["etag"]}
        board.publish([first], utc_now() + timedelta(seconds=10))
        renewed = http.post(FLAGS, json={"context": ACME}, headers=tag)
        another = http.post(FLAGS, json={"context": OTHER}, headers=tag)
        publish(board, decision(Tier.STANDARD, Scope("acme"), id="d-2"))
        changed = http.post(FLAGS, json={"context": ACME}, headers=tag)
    assert {flag["key"]: flag["value"] for flag in answer.json()["flags"]} == {TIER: "economy", DEGRADED: True}
    assert (renewed.status_code, renewed.content, renewed.headers["etag"]) == (304, b"", answer.headers["etag"])
    assert (another.status_code, changed.status_code) == (200, 200)


def test_too_many_questions_are_told_when_to_ask_again(board):
    with served(board, most=2) as http:
        answers = [http.post(FLAGS, json={"context": ACME}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "1"


def events(http, last_seen: str | None = None):
    headers = {"Last-Event-ID": last_seen} if last_seen else {}
    with http.stream("GET", "/ofrep/v1/events", headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        yield from stream.iter_lines()


def test_events_tell_that_something_changed_and_nothing_else(board):
    with served(board) as http:
        lines = events(http)
        first = [next(lines) for _ in range(4)]
        publish(board, decision())
        second = [next(lines) for _ in range(4)]
        lines.close()
    assert first[1] == "event: message"
    data = json.loads(second[2].removeprefix("data: "))
    assert data == {"type": "refetchEvaluation", "etag": second[0].removeprefix("id: ")}
    assert first[0] != second[0]


def test_a_renewed_lease_is_no_event_and_who_missed_nothing_is_told_nothing(board):
    publish(board, decision())
    with served(board, Bounds(keep_alive_s=0.1)) as http:
        lines = events(http)
        seen = next(lines).removeprefix("id: ")
        lines.close()
        again = events(http, seen)
        board.publish(board.issue.document.decisions, utc_now() + timedelta(seconds=10))
        assert board.issue.document.seq == 2
        assert [next(again) for _ in range(4)] == [": keep-alive", "", ": keep-alive", ""]
        again.close()


def test_the_end_of_a_lease_is_an_event(board):
    began, late = utc_now(), [0]
    publish(board, decision())
    with served(board, Bounds(keep_alive_s=0.05), clock=lambda: began + timedelta(seconds=late[0])) as http:
        lines = events(http)
        first = next(lines)
        late[0] = 40
        assert next(line for line in lines if line.startswith("id: ") and line != first)
        lines.close()


def test_too_many_listeners_are_refused(board):
    with served(board, Bounds(event_streams=0)) as http:
        answer = http.get("/ofrep/v1/events")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_who_hangs_up_makes_room(board):
    with served(board, Bounds(keep_alive_s=0.05)) as http:
        lines = events(http)
        next(lines)
        assert http.facade.streams == 1
        lines.close()
        assert eventually(lambda: http.facade.streams == 0)


def test_the_published_schema_holds_for_what_is_answered(board):
    publish(board, decision(Tier.ECONOMY, Scope("acme")))
    with served(board) as http:
        described = http.get("/openapi.json").json()
        every = http.post(FLAGS, json={"context": ACME}).json()
        one, none = asked(http), asked(http, tenant="x")
    question = described["paths"][FLAGS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert question["properties"]["context"]["required"] == ["targetingKey"]
    for shape, found in ((FlagsAnswer, every), (FlagAnswer, one), (FlagAnswer, none)):
        assert shape.model_validate(found).model_dump(mode="json", exclude_unset=True) == found
        assert shape.__name__ in described["components"]["schemas"]


def test_an_unmodified_openfeature_client_obeys(board):
    api = import_module("openfeature.api")
    provider = import_module("openfeature.contrib.provider.ofrep").OFREPProvider
    context = import_module("openfeature.evaluation_context").EvaluationContext
    with served(board) as http:
        api.set_provider(provider(str(http.base_url)))
        client = api.get_client()
        acme = context("c-7", {"tenant": "acme", "route": "answer"})
        before = client.get_string_details(TIER, "premium", acme)
        publish(board, decision(Tier.ECONOMY, Scope("acme")))
        after = client.get_string_details(TIER, "premium", acme)
        flags = [client.get_boolean_value(DEGRADED, False, one) for one in (acme, context("c-7", {"tenant": "x"}))]
        failures = [
            client.get_string_details(key, "mine", asking)
            for key, asking in (("tier", acme), (TIER, context()), (TIER, context("c", {"tenant": 7})))
        ]
        api.shutdown()
    assert (before.value, before.reason, before.error_code) == ("premium", "DEFAULT", None)
    assert (after.value, after.variant, after.reason) == ("economy", "economy", "TARGETING_MATCH")
    assert after.flag_metadata["decision"] == "d-1"
    assert flags == [True, False]
    assert [(one.value, one.error_code) for one in failures] == [
        ("mine", "FLAG_NOT_FOUND"),
        ("mine", "TARGETING_KEY_MISSING"),
        ("mine", "INVALID_CONTEXT"),
    ]


def test_an_unmodified_openfeature_client_waits_as_long_as_it_is_told_to(board):
    api = import_module("openfeature.api")
    provider = import_module("openfeature.contrib.provider.ofrep").OFREPProvider
    context = import_module("openfeature.evaluation_context").EvaluationContext
    with served(board, most=1) as http:
        api.set_provider(provider(str(http.base_url)))
        answers = [api.get_client().get_boolean_details(DEGRADED, False, context("c-7")) for _ in range(3)]
        api.shutdown()
    assert [one.error_code for one in answers] == [None, "GENERAL", "GENERAL"]
    assert "paused due to TooManyRequests" in answers[2].error_message
