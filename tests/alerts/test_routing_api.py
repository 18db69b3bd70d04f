"""The signal over HTTP, on a real server."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from time import monotonic, sleep

import httpx
import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter

from alerts.routing_api import Limits, _wait_s, router
from instrumentation.downgrade import Decision, DecisionDocument, Scope, Tier
from tests.instrumentation.decisions import decision, eventually, fresh_board, publish, publishing

PATH, EVENTS = "/v1/routing/decisions", "/v1/routing/events"


@pytest.fixture
def board():
    return fresh_board(epoch=7)


@contextmanager
def client(board, **limits) -> Iterator[httpx.Client]:
    with publishing(board, limits=Limits(**limits)) as url, httpx.Client(base_url=url, timeout=10) as http:
        yield http


def test_the_document_comes_with_its_tag_and_is_not_to_be_stored(board):
    publish(board, decision(Tier.ECONOMY, Scope("acme")))
    with client(board) as http:
        answer = http.get(PATH)
    assert (answer.status_code, answer.headers["etag"], answer.headers["cache-control"]) == (200, '"7-1"', "no-store")
    assert answer.json()["decisions"][0]["scope"] == {"tenant": "acme", "route": None, "model": None}
    assert datetime.fromisoformat(answer.json()["issued_at"]).utcoffset().total_seconds() == 0


@pytest.mark.parametrize("tags", ['"7-0"', 'W/"7-0"', '"1-1", "7-0"', '"1-1",W/"7-0"', "*"])
def test_a_tag_that_matches_is_answered_with_304_and_no_body(board, tags):
    with client(board) as http:
        answer = http.get(PATH, headers={"If-None-Match": tags})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"7-0"')


@pytest.mark.parametrize("tags", ['"7-1"', '"17-0"', "7-0", "", '"*"', "W/"])
def test_a_tag_that_does_not_match_is_answered_with_the_document(board, tags):
    with client(board) as http:
        assert http.get(PATH, headers={"If-None-Match": tags}).status_code == 200


def test_two_headers_are_one_list(board):
    with client(board) as http:
        assert http.get(PATH, headers=[("If-None-Match", '"1-1"'), ("If-None-Match", '"7-0"')]).status_code == 304


def test_a_long_poll_is_answered_as_soon_as_something_changes(board):
    with client(board) as http, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(http.get, PATH, headers={"If-None-Match": '"7-0"', "Prefer": "wait=20"})
        assert eventually(lambda: board._waiting)
        began = monotonic()
        publish(board, decision())
        answer = waiting.result(5)
        assert monotonic() - began < 1
    assert (answer.status_code, answer.headers["etag"]) == (200, '"7-1"')
    assert answer.headers["preference-applied"] == "wait=20"


@pytest.mark.parametrize(
    "prefer", ["wait=7", "respond-async, WAIT = 7", 'wait="7"', "respond-async;wait=7", "wait=7, a"]
)
def test_a_wait_preference_is_read_in_every_spelling_of_rfc_7240(prefer):
    assert _wait_s([prefer], longest_s=60) == 7


def test_a_long_poll_without_a_change_ends_with_304_and_says_how_long_it_was_to_wait(board):
    with client(board, longest_wait_s=60) as http:
        began = monotonic()
        answer = http.get(PATH, headers={"If-None-Match": '"7-0"', "Prefer": "wait=1"})
    assert monotonic() - began > 0.9
    assert (answer.status_code, answer.headers["preference-applied"]) == (304, "wait=1")


def test_the_wait_is_capped_and_the_cap_is_said(board):
    with client(board, longest_wait_s=1) as http:
        answer = http.get(PATH, headers={"If-None-Match": '"7-0"', "Prefer": "wait=999999"})
    assert answer.headers["preference-applied"] == "wait=1"


@pytest.mark.parametrize("prefer", ["wait=0", "wait=", "wait=soon", "wait=-5", "await=5", "wait=99999999999999999999"])
def test_a_preference_that_cannot_be_understood_is_ignored(board, prefer):
    with client(board) as http:
        answer = http.get(PATH, headers={"If-None-Match": '"7-0"', "Prefer": prefer})
    assert answer.status_code == 304
    assert "preference-applied" not in answer.headers


def test_without_a_tag_nobody_waits(board):
    with client(board) as http:
        answer = http.get(PATH, headers={"Prefer": "wait=20"})
    assert answer.status_code == 200
    assert "preference-applied" not in answer.headers


def test_past_the_limit_of_waiting_polls_a_poll_is_answered_at_once(board):
    with client(board, waiting_polls=0) as http:
        answer = http.get(PATH, headers={"If-None-Match": '"7-0"', "Prefer": "wait=20"})
    assert answer.status_code == 304
    assert "preference-applied" not in answer.headers


def test_a_client_that_hangs_up_gives_its_place_back(board):
    with client(board, waiting_polls=1) as http:
        with pytest.raises(httpx.ReadTimeout):
            http.get(PATH, headers={"If-None-Match": '"7-0"', "Prefer": "wait=20"}, timeout=0.1)
        assert eventually(lambda: not board._waiting)
        with pytest.raises(httpx.ReadTimeout):
            http.get(PATH, headers={"If-None-Match": '"7-0"', "Prefer": "wait=20"}, timeout=0.1)


def test_filters_keep_what_can_concern_the_tenant_and_route(board):
    scopes = [Scope(), Scope("acme"), Scope("other"), Scope(route="answer"), Scope("acme", "help")]
    publish(board, *(decision(id=str(n), scope=scope) for n, scope in enumerate(scopes)))
    with client(board) as http:
        kept = {
            query: [d["id"] for d in http.get(f"{PATH}?{query}").json()["decisions"]]
            for query in ("tenant=acme", "route=answer", "tenant=acme&route=answer", "tenant=nobody")
        }
    assert kept == {
        "tenant=acme": ["0", "1", "3", "4"],
        "route=answer": ["0", "1", "2", "3"],
        "tenant=acme&route=answer": ["0", "1", "3"],
        "tenant=nobody": ["0", "3"],
    }


def _lines(http: httpx.Client, last_seen: str | None = None) -> Iterator[str]:
    headers = {"Last-Event-ID": last_seen} if last_seen else {}
    with http.stream("GET", EVENTS, headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        yield from stream.iter_lines()


def test_events_only_notify_and_carry_the_tag(board):
    with client(board) as http:
        lines = _lines(http)
        first = [next(lines) for _ in range(4)]
        publish(board, decision())
        second = [next(lines) for _ in range(4)]
        lines.close()
    assert first == ["event: changed", 'id: "7-0"', 'data: {"etag": "\\"7-0\\""}', ""]
    assert json.loads(second[2].removeprefix("data: ")) == {"etag": '"7-1"'}


def test_a_reconnecting_client_that_missed_nothing_is_told_nothing(board):
    with client(board, keep_alive_s=0.05) as http:
        lines = _lines(http, last_seen='"7-0"')
        assert [next(lines), next(lines)] == [": keep-alive", ""]
        lines.close()


@pytest.mark.parametrize("seen", ['"7-0"', '"6-99"', "garbage"])
def test_a_reconnecting_client_that_missed_something_is_told_at_once_and_once(board, seen):
    publish(board, decision())
    with client(board, keep_alive_s=0.05) as http:
        lines = _lines(http, last_seen=seen)
        assert [next(lines) for _ in range(5)][1:] == ['id: "7-1"', 'data: {"etag": "\\"7-1\\""}', "", ": keep-alive"]
        lines.close()


def test_too_many_streams_are_refused_with_problem_details(board):
    with client(board, event_streams=1, keep_alive_s=0.05) as http:
        lines = _lines(http)
        next(lines)
        refused = http.get(EVENTS)
        lines.close()
        assert eventually(lambda: _opens(http))
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    assert refused.json()["title"] == "Service Unavailable"
    assert refused.headers["retry-after"] == "5"


def _opens(http: httpx.Client) -> bool:
    with http.stream("GET", EVENTS) as stream:
        return stream.status_code == 200


def test_a_server_that_shuts_down_releases_everybody_promptly(board):
    answers, threads = [], []
    with client(board) as http:
        poll = {"If-None-Match": '"7-0"', "Prefer": "wait=60"}
        for ask in (lambda: answers.append(http.get(PATH, headers=poll)), lambda: answers.append(list(_lines(http)))):
            threads.append(threading.Thread(target=ask))
            threads[-1].start()
        assert eventually(lambda: len(board._waiting) == 2)
        sleep(0.05)
        began = monotonic()
        board.close()
        for thread in threads:
            thread.join(5)
    assert monotonic() - began < 2
    assert len(answers) == 2


def test_the_published_schema_is_complete_and_true(board):
    app = FastAPI()
    app.include_router(router(board))
    described = app.openapi()
    paths, schemas = described["paths"], described["components"]["schemas"]
    assert set(schemas["Decision"]["properties"]) == {field.name for field in fields(Decision)}
    assert schemas["Tier"]["enum"] == [tier.value for tier in Tier]
    assert {"200", "304"} <= set(paths[PATH]["get"]["responses"])
    assert {"200", "503"} <= set(paths[EVENTS]["get"]["responses"])
    assert "text/event-stream" in paths[EVENTS]["get"]["responses"]["200"]["content"]
    publish(board, decision(Tier.ECONOMY, Scope("acme")))
    assert TypeAdapter(DecisionDocument).validate_json(board.issue.body) == board.issue.document
