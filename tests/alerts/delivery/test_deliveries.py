"""Deliveries to real receivers: order, tries, restarts, and what becomes of what cannot be delivered."""

import json
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic

import httpx
import pytest
from fastapi import FastAPI

from alerts.delivery.deliveries_api import router
from alerts.delivery.outbox import KEPT, Outbox
from alerts.delivery.settings import Event
from collector.store import DuckDBStore, StoreUnavailable
from dashboards import problems
from instrumentation.downgrade import Scope, Tier
from tests.alerts.delivery.receivers import Receiver, receiving
from tests.alerts.delivery.worlds import delivering, document_only, now, pace, subscription
from tests.instrumentation.decisions import NINE, decision, eventually, fresh_board, publish, serving

ACME, OTHER = Scope("acme", "answer"), Scope("other", "answer")


@pytest.fixture
def board():
    return fresh_board(epoch=7)


@pytest.fixture
def store():
    opened = DuckDBStore(None)
    yield opened
    opened.close()


def told(receiver: Receiver) -> list[tuple[str, str]]:
    """What came: the event, and the tenant it is about."""
    events = [json.loads(request.body) for request in receiver.requests]
    return [(event["type"].split(".")[2], event["data"]["scope"]["tenant"]) for event in events]


def ids(receiver: Receiver) -> list[str]:
    return [request.headers["webhook-id"] for request in receiver.requests]


def standings(store) -> list[str]:
    return [row["standing"] for row in Outbox(store).page(100)][::-1]


def test_a_change_and_its_end_are_told_within_a_moment(board):
    with receiving() as hook, delivering(board, subscription(hook.url)):
        publish(board, decision(Tier.ECONOMY, ACME))
        assert eventually(lambda: hook.requests)
        publish(board)
        assert eventually(lambda: len(hook.requests) == 2)
    assert told(hook) == [("changed", "acme"), ("lifted", "acme")]
    first = json.loads(hook.requests[0].body)
    assert first["data"]["decisions"][0]["tier"] == "economy"
    assert (first["data"]["epoch"], first["data"]["seq"]) == (7, 1)


def test_renewed_leases_are_no_news(board):
    with receiving() as hook, delivering(board, subscription(hook.url)) as deliveries:
        board.publish([decision()], NINE)
        assert eventually(lambda: len(hook.requests) == 1)
        board.publish([decision()], NINE + timedelta(seconds=20))
        assert board.issue.document.seq == 2
        assert deliveries.look() == []


def test_nothing_is_said_before_somebody_has_decided(board, store):
    with receiving() as hook:
        with delivering(board, subscription(hook.url), store=store):
            publish(board, decision(scope=ACME))
            assert eventually(lambda: hook.requests)
        with delivering(fresh_board(epoch=8), subscription(hook.url), store=store) as deliveries:
            assert deliveries.look() == []
    assert told(hook) == [("changed", "acme")]


def test_a_subscriber_is_told_only_what_can_concern_it(board):
    with (
        receiving() as hook,
        receiving() as ends,
        delivering(
            board, subscription(hook.url, tenant="acme"), subscription(ends.url, "ends", events=(Event.LIFTED,))
        ),
    ):
        publish(board, decision(scope=OTHER), decision(scope=ACME), decision(scope=Scope(route="answer")))
        assert eventually(lambda: len(hook.requests) == 2)
        publish(board)
        assert eventually(lambda: len(ends.requests) == 3 and len(hook.requests) == 4)
    assert told(hook)[:2] == [("changed", "acme"), ("changed", None)]
    assert {event for event, _ in told(ends)} == {"lifted"}


def test_a_message_is_tried_again_under_its_id_and_the_next_waits_for_it(board, store):
    with receiving(503, 500, 204) as hook, delivering(board, subscription(hook.url), store=store):
        publish(board, decision(scope=ACME))
        publish(board, decision(scope=ACME), decision(scope=OTHER))
        assert eventually(lambda: standings(store) == ["delivered", "delivered"])
    assert [tenant for _, tenant in told(hook)] == ["acme", "acme", "acme", "other"]
    assert len(set(ids(hook))) == 2
    assert [row["tries"] for row in Outbox(store).page(10)][::-1] == [3, 1]


def test_a_message_that_nobody_takes_is_given_up_and_the_next_has_its_turn(board, store):
    with receiving(500, 500, 500, 500, 204) as hook, delivering(board, subscription(hook.url), store=store):
        publish(board, decision(scope=ACME))
        publish(board, decision(scope=ACME), decision(scope=OTHER))
        assert eventually(lambda: standings(store) == ["dead", "delivered"])
    dead = Outbox(store).page(10, standing="dead")
    assert [(row["tries"], row["status"], row["reason"], row["next_ns"]) for row in dead] == [
        (4, 500, "http_500", None)
    ]


def test_a_receiver_that_is_gone_is_not_tried_again(board, store):
    with receiving(410) as hook, delivering(board, subscription(hook.url), store=store):
        publish(board, decision(scope=ACME))
        assert eventually(lambda: standings(store) == ["dead"])
    assert len(hook.requests) == 1


def test_a_receiver_that_asks_for_patience_gets_it(board, store):
    with receiving(429, Retry_After="60") as hook, delivering(board, subscription(hook.url), store=store):
        publish(board, decision(scope=ACME))
        assert eventually(lambda: standings(store) == ["failed"])
        (row,) = Outbox(store).page(1)
    assert 59 < (row["next_ns"] - row["tried_ns"]) / 1e9 < 61


def test_what_was_queued_before_a_restart_is_delivered_after_it_under_the_same_id(board, store):
    with receiving(503) as hook:
        with delivering(board, subscription(hook.url), store=store, how=pace((60.0,))):
            publish(board, decision(scope=ACME))
            assert eventually(lambda: standings(store) == ["failed"])
        hook.script[:] = [204]
        before = set(ids(hook))
        later = pace((60.0,), clock=lambda: now() + timedelta(seconds=70))
        with delivering(fresh_board(epoch=8), subscription(hook.url), store=store, how=later):
            assert eventually(lambda: standings(store) == ["delivered"])
    assert set(ids(hook)) == before


def test_what_was_delivered_is_not_told_again_after_a_restart_and_what_changed_meanwhile_is(board, store):
    with receiving() as hook:
        with delivering(board, subscription(hook.url), store=store):
            board.publish([decision(scope=ACME), decision(scope=OTHER)], NINE)
            assert eventually(lambda: standings(store) == ["delivered"] * 2)
        again = fresh_board(epoch=8)
        with delivering(again, subscription(hook.url), store=store):
            again.publish([decision(scope=ACME)], NINE)
            assert eventually(lambda: len(hook.requests) == 3)
    assert told(hook) == [("changed", "acme"), ("changed", "other"), ("lifted", "other")]


def test_a_delivery_that_could_not_be_noted_is_repeated_after_a_restart_under_the_same_id(board, store, monkeypatch):
    def refused(*_):
        raise StoreUnavailable("no room")

    with receiving() as hook:
        with delivering(board, subscription(hook.url), store=store) as deliveries:
            monkeypatch.setattr(deliveries.outbox, "note", refused)
            publish(board, decision(scope=ACME))
            assert eventually(lambda: hook.requests)
        with delivering(fresh_board(epoch=8), subscription(hook.url), store=store):
            assert eventually(lambda: standings(store) == ["delivered"])
    assert len(hook.requests) == 2
    assert len(set(ids(hook))) == 1


def test_what_waits_for_somebody_who_is_no_longer_subscribed_is_given_up(board, store):
    with delivering(board, subscription("http://127.0.0.1:9/"), store=store, how=pace((60.0,))):
        publish(board, decision(scope=ACME))
        assert eventually(lambda: standings(store) == ["failed"])
    with delivering(fresh_board(epoch=8), store=store):
        assert [(row["standing"], row["reason"]) for row in Outbox(store).page(9)] == [("dead", "unsubscribed")]


def test_a_slow_subscriber_delays_nobody_else(board):
    with (
        receiving() as hook,
        delivering(board, subscription("http://127.0.0.1:9/", "away"), subscription(hook.url), how=pace((60.0,))),
    ):
        began = monotonic()
        publish(board, decision(scope=ACME))
        assert eventually(lambda: hook.requests)
    assert monotonic() - began < 2


def test_past_the_limit_the_oldest_makes_room_and_is_on_record(board, store):
    with delivering(board, subscription("http://127.0.0.1:9/"), store=store, how=pace((60.0,))) as deliveries:
        deliveries.couriers[0].most_waiting = 2
        for n in range(4):
            publish(board, decision(scope=ACME, id=f"d-{n}"))
            assert eventually(lambda n=n: len(standings(store)) == n + 1 and standings(store)[0] != "waiting")
        assert eventually(lambda: standings(store)[:2] == ["dead", "dead"])
    assert {row["reason"] for row in Outbox(store).page(10, standing="dead")} == {"overtaken"}


def test_an_address_inside_is_not_sent_to_and_the_reason_is_shown(board, store):
    with receiving() as hook, delivering(board, subscription(hook.url, allow_networks=()), store=store):
        publish(board, decision(scope=ACME))
        assert eventually(lambda: standings(store) == ["dead"])
    assert hook.requests == []
    assert Outbox(store).page(1)[0]["detail"] == "127.0.0.1 has no address that may be sent to: 127.0.0.1 is loopback"


def test_what_is_done_with_is_forgotten_after_a_week_but_not_the_last_word(board, store):
    with receiving() as hook, delivering(board, subscription(hook.url), store=store):
        publish(board, decision(Tier.STANDARD, ACME))
        assert eventually(lambda: len(hook.requests) == 1)
        publish(board, decision(Tier.ECONOMY, ACME))
        assert eventually(lambda: standings(store) == ["delivered"] * 2)
    outbox = Outbox(store)
    outbox.forget(now() + KEPT - timedelta(hours=1))
    assert len(outbox.page(10)) == 2
    outbox.forget(now() + KEPT + timedelta(hours=1))
    assert [row["position"] for row in outbox.page(10)] == [2]
    assert Outbox(store).told()["hook"].keys() == {ACME}


def test_the_whole_document_is_pushed_at_every_issue_and_only_the_newest_is_tried_again(board):
    with receiving(503, 204) as hook, delivering(board, document_only(hook.url, tenant="acme")) as deliveries:
        board.publish([decision(scope=ACME), decision(scope=OTHER)], NINE)
        assert eventually(lambda: hook.requests)
        board.publish([decision(scope=ACME), decision(scope=OTHER)], NINE + timedelta(seconds=20))
        assert eventually(lambda: deliveries.documents[0].delivered == 1)
    last = json.loads(hook.requests[-1].body)
    assert (last["type"], last["data"]["seq"]) == ("burnline.document.issued.v1", 2)
    assert [one["scope"]["tenant"] for one in last["data"]["decisions"]] == ["acme"]
    assert last["data"]["decisions"][0]["expires_at"] == "2026-11-21T09:00:50Z"


@contextmanager
def shown(deliveries, *subscriptions):
    app = FastAPI()
    problems.install(app)
    app.include_router(router(deliveries, subscriptions, lambda: int(now().timestamp() * 1e9)))
    with serving(app) as url, httpx.Client(base_url=url) as http:
        yield lambda **params: http.get("/v1/routing/deliveries", params=params)


def test_deliveries_are_shown_with_what_went_wrong(board, store):
    with receiving() as good, receiving(500) as bad:
        subscriptions = (subscription(good.url, "good"), subscription(bad.url, "bad"))
        with delivering(board, *subscriptions, store=store, how=pace(())) as deliveries:
            publish(board, decision(scope=ACME))
            assert eventually(lambda: sorted(standings(store)) == ["dead", "delivered"])
            with shown(deliveries, *subscriptions) as ask:
                whole, dead, first = ask().json(), ask(standing="dead").json(), ask(limit=1).json()
                second = ask(limit=1, cursor=first["next"]).json()
                refused = [ask(cursor="x"), ask(standing="lost")]
    states = {one["subscription"]: one for one in whole["subscriptions"]}
    assert (states["good"]["delivered"], states["good"]["dead"], states["good"]["oldest_waiting_s"]) == (1, 0, None)
    assert (states["bad"]["dead"], states["bad"]["last_delivered_at"]) == (1, None)
    assert [(one["subscription"], one["status"], one["detail"]) for one in dead["deliveries"]] == [
        ("bad", 500, "found status 500; expected 2xx")
    ]
    assert [first["deliveries"][0]["position"], second["deliveries"][0]["position"], second["next"]] == [2, 1, None]
    assert [answer.status_code for answer in refused] == [400, 400]
