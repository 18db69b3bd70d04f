"""Advice to roll back goes out of the house: once to whoever asked for it, over restarts, and is read by others."""

import json
from functools import partial
from importlib import import_module

import pytest

from alerts.advising import KIND, Advising
from alerts.board import Board
from alerts.delivery.advised import NEWS, SOURCE, Advised, advised
from alerts.delivery.cloud_events import TYPES
from alerts.delivery.settings import Event
from alerts.delivery.webhooks import MOST_BYTES
from alerts.journal import Journal, Note
from analytics.changes.history import History
from analytics.links import Links
from tests.alerts.delivery.receivers import receiving
from tests.alerts.delivery.worlds import TEXT, delivering, now, subscription
from tests.analytics.changes.test_advice import AT, NOW, requests
from tests.analytics.changes.test_changes_api import Asked
from tests.analytics.stored import MINUTE, store_with
from tests.instrumentation.decisions import NINE, eventually

LINKS = Links("https://burnline.example.com")
ASKED = (Event.ADVISED,)
NOTED = {
    "change_id": "c" * 32,
    "kind": "release",
    "name": "shop",
    "from": "v1",
    "to": "v2",
    "at": "2026-11-18T12:30:00Z",
    "tenant": None,
    "route": "answer",
    "reasons": ["errors rose from 2 % to 30 %"],
    "doubts": [],
    "extra_failures_per_day": 4_000.0,
    "extra_cost_per_day_usd": "12.40",
    "at_stake_per_day_usd": "52.40",
}


@pytest.fixture
def journal():
    """One that holds advice of a moment ago."""
    journal = Journal(store_with())
    journal.append([Note(KIND, NOTED)], now())
    return journal


def run(journal, *subscriptions, at=None):
    """What a server queues that runs for a moment on the journal's store."""
    with delivering(Board(epoch=7, opened_at=NINE), *subscriptions, store=journal.store) as deliveries:
        queued = Advised(journal, deliveries, LINKS).tell(at or now())
        settled = {"delivered", "dead"}
        assert eventually(lambda: all(row["standing"] in settled for row in deliveries.outbox.totals()))
    return [(one.subscription, one.fingerprint) for one in queued]


def test_a_change_that_makes_requests_fail_reaches_a_subscriber_as_a_signed_cloud_event():
    store = store_with(*requests(failing_after=0.3))
    Asked(store, NOW).tell(route="answer")
    journal = Journal(store)
    with (
        receiving() as hook,
        delivering(Board(epoch=7, opened_at=NINE), subscription(hook.url, events=ASKED), store=store) as deliveries,
    ):
        tell = Advised(journal, deliveries, LINKS).tell
        Advising(History(store), journal, partial(int, AT + 40 * MINUTE), tell).look()
        assert eventually(lambda: hook.requests)
    (request,) = hook.requests
    event = json.loads(request.body)
    import_module("standardwebhooks").Webhook(TEXT).verify(request.body, request.headers)
    assert {word: event[word] for word in ("type", "source", "subject", "specversion")} == {
        "type": TYPES[Event.ADVISED],
        "source": SOURCE,
        "subject": "release shop",
        "specversion": "1.0",
    }
    assert event["id"] == request.headers["webhook-id"]
    assert event["data"]["advice"]["course"] == "roll_back"
    assert event["data"]["change"]["route"] == "answer"
    assert event["data"]["summary"].startswith("Roll back release shop to v2? errors rose from ")
    assert event["data"]["url"] == "https://burnline.example.com/changes?kind=release&name=shop"


def test_the_library_of_cloud_events_reads_it(journal):
    (entry,) = journal.entries(KIND)
    formats, events = (import_module(f"cloudevents.core.{name}") for name in ("formats.json", "v1.event"))
    event = formats.JSONFormat().read(events.CloudEvent, advised(entry, "msg_1", LINKS))
    assert (event.get_id(), event.get_type(), event.get_source()) == ("msg_1", TYPES[Event.ADVISED], SOURCE)
    assert event.get_time() == entry.noted_at
    assert event.get_data()["advice"]["at_stake_per_day_usd"] == "52.40"


def test_it_is_queued_once_over_restarts(journal):
    with receiving() as hook:
        assert [run(journal, subscription(hook.url, events=ASKED)) for _ in range(3)] == [[("hook", "c" * 32)], [], []]
    assert len(hook.requests) == 1


def test_what_was_not_taken_is_sent_again_under_the_same_id(journal):
    with receiving(503, 204) as hook:
        run(journal, subscription(hook.url, events=ASKED))
    first, second = hook.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_only_who_asked_for_it_and_whom_it_concerns_is_told(journal):
    with receiving() as hook:
        told = run(
            journal,
            subscription(hook.url, "decisions"),
            subscription(hook.url, "other route", events=ASKED, route="search"),
            subscription(hook.url, "this route", events=ASKED, route="answer"),
        )
    assert told == [("this route", "c" * 32)]


def test_advice_of_days_ago_is_no_news(journal):
    with receiving() as hook:
        assert run(journal, subscription(hook.url, events=ASKED), at=now() + NEWS) == []


def test_decisions_about_the_same_scope_are_told_as_if_there_were_no_advice(journal):
    with (
        receiving() as hook,
        delivering(
            Board(epoch=7, opened_at=NINE), subscription(hook.url, events=[*Event][:3]), store=journal.store
        ) as made,
    ):
        Advised(journal, made, LINKS).tell(now())
        assert made.outbox.told() == {}


def test_a_store_that_cannot_keep_it_is_asked_again_at_the_next_look():
    store = store_with(*requests(failing_after=0.3))
    Asked(store, NOW).tell()
    asked = []

    def tell(at):
        asked.append(at)
        if len(asked) == 1:
            raise RuntimeError

    looking = Advising(History(store), Journal(store), partial(int, AT + 40 * MINUTE), tell)
    for _ in range(3):
        looking.thread.take()
    assert len(asked) == 2  # the second try succeeds, and nothing is noted after that
    assert looking.thread.failures == 1


def test_a_message_fits_whatever_changed_beside_it(journal):
    doubts = [f"prompt {'x' * 200} changed within the same windows" for _ in range(200)]
    journal.append([Note(KIND, NOTED | {"doubts": doubts})], now())
    entry = [*journal.entries(KIND)][-1]
    body = advised(entry, "msg_1", LINKS)
    assert len(body) <= MOST_BYTES
    assert json.loads(body)["data"]["truncated"] == ["doubts"]
