"""What a message says: which changes there are, how they are written, and that others' libraries take it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.board import Board
from alerts.delivery import webhooks
from alerts.delivery.announcing import Announcement, announcements
from alerts.delivery.cloud_events import TYPES, about_scope, sequence, whole
from alerts.delivery.settings import Event
from alerts.delivery.webhooks import MOST_BYTES, Secret
from instrumentation.downgrade import Cause, DecisionDocument, Mode, Scope, Tier
from tests.alerts.delivery.worlds import SECRET, TEXT, subscription
from tests.instrumentation.decisions import NINE, decision, document

ACME = Scope("acme", "answer")
HOOK = subscription("https://hooks.example.com")
CAUSE = Cause("answers", 3600.0, 300.0, 15.0, 16.0, 13.44, 900, 0.99)
SCOPES = st.builds(Scope, st.sampled_from(["acme", "other", None]), st.sampled_from(["answer", None]))
DECISIONS = st.lists(
    st.builds(decision, st.sampled_from(Tier), SCOPES, share=st.sampled_from([0.25, 1.0]), mode=st.sampled_from(Mode)),
    max_size=5,
)


def message(*decisions, event: Event = Event.CHANGED) -> dict:
    announcement = Announcement(event, ACME, decisions, "")
    return json.loads(about_scope(announcement, document(*decisions, epoch=7, seq=12), "msg_1", 0))


@given(st.lists(DECISIONS, max_size=6))
def test_who_hears_every_announcement_knows_what_holds(history):
    board, told, known = Board(epoch=7, opened_at=NINE), {}, {}
    for n, decisions in enumerate(history):
        issued = board.publish(decisions, NINE + timedelta(seconds=n)).document
        for one in announcements(HOOK, told, issued):
            told[one.scope], known[one.scope] = one.fingerprint, [(d.tier, d.share, d.mode) for d in one.decisions]
        holds = {d.scope: [] for d in decisions}
        for d in decisions:
            holds[d.scope].append((d.tier, d.share, d.mode))
        assert {scope: said for scope, said in known.items() if said} == holds
        assert list(announcements(HOOK, told, issued)) == []


@given(DECISIONS)
def test_a_later_lease_of_another_run_is_no_news(decisions):
    told = {one.scope: one.fingerprint for one in announcements(HOOK, {}, document(*decisions))}
    renewed = [replace(one, epoch=9, seq=99, expires_at=NINE + timedelta(days=1)) for one in decisions]
    assert list(announcements(HOOK, told, document(*renewed, epoch=9, seq=99))) == []


def test_a_message_is_a_cloud_event_about_one_scope():
    event = message(decision(Tier.ECONOMY, ACME))
    assert {name: event[name] for name in ("specversion", "id", "type", "source", "subject", "time")} == {
        "specversion": "1.0",
        "id": "msg_1",
        "type": "burnline.decision.changed.v1",
        "source": "/v1/routing/decisions",
        "subject": "tenant=acme;route=answer;model=*",
        "time": "2026-11-21T09:00:00Z",
    }
    assert event["data"]["scope"] == {"tenant": "acme", "route": "answer", "model": None}


def test_every_event_has_a_type():
    assert TYPES.keys() == set(Event)


@given(st.tuples(*[st.integers(0, 10**9)] * 3), st.tuples(*[st.integers(0, 10**9)] * 3))
def test_sequences_sort_as_texts_like_the_numbers_in_them(one, other):
    texts = [sequence(DecisionDocument(epoch, seq, NINE), place % 10_000) for epoch, seq, place in (one, other)]
    numbers = [(epoch, seq, place % 10_000) for epoch, seq, place in (one, other)]
    assert (texts[0] < texts[1]) == (numbers[0] < numbers[1])


@pytest.mark.parametrize(
    ("long", "truncated"),
    [
        ({}, None),
        ({"cause": (CAUSE,) * 200}, ["cause"]),
        ({"cause": (CAUSE,) * 200, "reason": "x" * 30_000}, ["cause", "reason"]),
        ({"cause": (CAUSE,) * 200, "salt": "x" * 30_000}, ["cause", "reason", "decisions"]),
    ],
)
def test_a_message_that_is_too_long_is_cut_and_says_at_what(long, truncated):
    made = decision(Tier.ECONOMY, ACME, **long)
    announcement = Announcement(Event.CHANGED, ACME, (made,), "")
    for body in (about_scope(announcement, document(made), "msg_1", 0), whole(document(made), "msg_1")):
        assert len(body) <= MOST_BYTES
        assert json.loads(body)["data"].get("truncated") == truncated


def test_every_secret_signs_so_that_a_receiver_may_know_either():
    webhook = import_module("standardwebhooks").Webhook
    other = Secret(bytes(range(32)))
    body, at = b'{"a": 1}', datetime.now(UTC)
    headers = dict(webhooks.headers("msg_1", at, body, [other, SECRET]))
    assert webhook(TEXT).verify(body, headers) == {"a": 1}
    assert webhook(bytes(range(32))).verify(body, headers) == {"a": 1}


@pytest.mark.parametrize("change", ["body", "webhook-id", "webhook-timestamp", "secret"])
def test_what_was_changed_on_the_way_is_refused_by_the_standard_library_of_webhooks(change):
    standardwebhooks = import_module("standardwebhooks")
    body, at = b'{"a": 1}', datetime.now(UTC)
    headers = dict(webhooks.headers("msg_1", at, body, [SECRET if change != "secret" else Secret(bytes(24))]))
    if change in headers:
        headers[change] = "msg_2" if change == "webhook-id" else str(int(at.timestamp()) + 1)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(TEXT).verify(body if change != "body" else b'{"a": 2}', headers)


def test_the_library_of_cloud_events_reads_a_message():
    formats = import_module("cloudevents.core.formats.json")
    events = import_module("cloudevents.core.v1.event")
    made = decision(Tier.ECONOMY, ACME)
    body = about_scope(Announcement(Event.CHANGED, ACME, (made,), ""), document(made, epoch=7, seq=12), "msg_1", 3)
    event = formats.JSONFormat().read(events.CloudEvent, body)
    assert (event.get_id(), event.get_type()) == ("msg_1", "burnline.decision.changed.v1")
    assert event.get_time() == NINE
    assert event.get_extension("sequence") == sequence(document(epoch=7, seq=12), 3)
    assert event.get_data()["decisions"][0]["tier"] == "economy"
