"""Everything together: a budget burns, a route steps down, and all who listen hear of it."""

import json
from contextlib import contextmanager
from importlib import import_module
from random import Random

import httpx
import pytest
from fastapi import FastAPI
from rich.console import Console

from alerts.board import Board
from alerts.delivery.secrets import SecretError, Source
from alerts.delivery.settings import Alertmanager, Subscription
from alerts.delivery.signing import SigningKey
from alerts.delivery.telling import Promises, Secrets, Telling
from alerts.delivery.vitals import FAMILIES, samples
from alerts.evaluation import EvaluationLoop
from alerts.journal import Journal
from alerts.policy import RoutePolicy
from analytics.slo.judging import register
from analytics.slo.objective import Objective, Sli
from collector.store import DuckDBStore
from dashboards import problems
from dashboards.signal_tables import delivery_table, reader_table
from instrumentation.decision_signature import SIGNATURE_HEADER, SignatureKey, Signed, checked
from instrumentation.downgrade import Tier
from tests.alerts.delivery.receivers import receiving
from tests.alerts.delivery.worlds import TEXT, subscription
from tests.analytics.traffic import NOON, Request, arrive, stream
from tests.instrumentation.decisions import eventually, serving

ANSWERS = Objective("answers", Sli.AVAILABILITY, target=0.99, route="answer")
ANSWER = RoutePolicy("answer", ladder=(Tier.PREMIUM, Tier.STANDARD))
TABLES = {
    "readers": lambda answer: printed(reader_table(answer)),
    "deliveries": lambda answer: printed(delivery_table(answer)),
}
KEY, ENVIRON = SigningKey("k1", "KEY"), {"KEY": "a secret of enough bytes", "HOOK": TEXT}


def printed(table) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


@contextmanager
def telling(subscriptions=(), alertmanagers=()):
    """A server's store, board, evaluation and everything that tells, at noon of a day when everything fails."""
    store, board = DuckDBStore(None), Board(epoch=7, opened_at=NOON)
    register(store, [ANSWERS])
    arrive(store, stream(NOON, every_s=10, seconds=3600, request=Request(status="error")))
    loop = EvaluationLoop(store, [ANSWERS], [ANSWER], Journal(store), board, clock=lambda: NOON)
    made = Telling.of(
        store,
        board,
        Secrets.of([KEY], subscriptions, ENVIRON),
        subscriptions,
        alertmanagers,
        promises=Promises(lambda: [ANSWERS], [ANSWER]),
        latest=lambda: loop.latest,
        clock=lambda: NOON,
        chance=Random(7).random,
    )
    app = FastAPI()
    problems.install(app)
    for router in made.routers:
        app.include_router(router)
    made.start()
    with serving(app, before_stop=board.close) as url, httpx.Client(base_url=url) as http:
        http.telling = made
        yield loop, http
    assert made.stop(5)
    store.close()


def test_a_burning_budget_reaches_readers_subscribers_flags_and_people():
    with (
        receiving() as hook,
        receiving() as manager,
        telling(
            (subscription(hook.url),),
            (Alertmanager(manager.url.removesuffix("/hook"), {"cluster": "eu"}, every_s=0.2),),
        ) as (loop, http),
    ):
        loop.tick()
        assert eventually(lambda: hook.requests)
        assert eventually(lambda: any(b"BurnlineDegraded" in request.body for request in manager.requests))
        snapshot = http.get("/v1/routing/decisions")
        flag = http.post(
            "/ofrep/v1/evaluate/flags/route-tier", json={"context": {"targetingKey": "c", "route": "answer"}}
        )
        deliveries = http.get("/v1/routing/deliveries").json()
        files = http.get("/v1/routing/flagd.json").json()
    event = json.loads(hook.requests[0].body)
    assert event["data"]["decisions"] == snapshot.json()["decisions"]
    keys = [SignatureKey("k1", ENVIRON["KEY"].encode())]
    assert checked(keys, snapshot.headers[SIGNATURE_HEADER], snapshot.headers["etag"], snapshot.content) is Signed.GOOD
    assert flag.json()["value"] == "standard"
    assert files["flags"]["route-tier"]["targeting"]["if"][1] == "standard"
    assert [one["subscription"] for one in deliveries["subscriptions"]] == ["hook"]
    posted = json.loads(next(r.body for r in manager.requests if b"BurnlineDegraded" in r.body))
    assert {alert["labels"]["alertname"] for alert in posted} == {"BurnlineBudgetBurn", "BurnlineDegraded"}
    assert {alert["labels"].get("window") for alert in posted} >= {"1h", "6h"}
    assert all(alert["labels"]["cluster"] == "eu" for alert in posted)


def test_what_is_pushed_is_signed_as_the_standard_library_of_webhooks_signs_it():
    webhook = import_module("standardwebhooks").Webhook
    with receiving() as hook, telling((subscription(hook.url),)) as (loop, _):
        loop.tick()
        assert eventually(lambda: hook.requests)
    (request,) = hook.requests
    signed = webhook(TEXT).sign(request.headers["webhook-id"], NOON, request.body.decode())
    assert request.headers["webhook-signature"] == signed


def test_a_secret_that_is_missing_is_a_reason_not_to_start():
    hook = Subscription("hook", "https://hooks.example.com", (Source("GONE"),))
    with pytest.raises(SecretError, match="subscription hook is sought in the environment variable GONE"):
        Secrets.of([], [hook], {})


def test_without_subscribers_everything_still_answers():
    with telling() as (_, http):
        assert http.get("/v1/routing/deliveries").json() == {"subscriptions": [], "deliveries": [], "next": None}
        assert http.get("/v1/routing/readers").json()["readers"] == []


def test_every_family_is_sampled_and_says_what_happened():
    with receiving() as hook, telling((subscription(hook.url),)) as (loop, http):
        loop.tick()
        assert eventually(lambda: hook.requests)
        said = {"reader": "web-1", "epoch": 7, "seq": 1, "applied_at": "2026-11-18T12:00:00Z", "decisions": 1}
        assert http.post("/v1/routing/acknowledgements", json=said).status_code == 204
        assert eventually(lambda: http.get("/v1/routing/deliveries").json()["subscriptions"][0]["delivered"])
        found = {name: dict(rows) for name, rows in samples(http.telling, NOON)}
        shown = [show(http.get(f"/v1/routing/{path}").json()) for path, show in TABLES.items()]
    assert found.keys() == {family.name for family in FAMILIES}
    assert found["burnline_signal_readers"] == {("current",): 1.0}
    assert found["burnline_deliveries"] == {("hook", "delivered"): 1.0}
    assert "web-1" in shown[0]
    assert "current" in shown[0]
    assert "delivered" in shown[1]
    assert "route answer" in shown[1]


def test_nobody_there_is_said_in_a_sentence():
    with telling() as (_, http):
        shown = [show(http.get(f"/v1/routing/{path}").json()) for path, show in TABLES.items()]
    assert shown[0].startswith("No reader has acknowledged")
    assert shown[1].startswith("Nobody has subscribed")
