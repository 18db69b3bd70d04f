"""What an objective says about itself over HTTP."""

from datetime import timedelta
from decimal import Decimal

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from analytics.api import Goals, router
from analytics.questions import NotFound
from analytics.slo.answers import slo_answer
from analytics.slo.burn import nanoseconds
from analytics.slo.judging import register
from analytics.slo.objective import Objective, Sli
from collector.store import DuckDBStore
from tests.analytics.traffic import NOON, Request, arrive, stream

NOW_NS = nanoseconds(NOON)
ANSWERS = Objective("answers", Sli.AVAILABILITY, target=0.99, route="answer")
CHEAP = Objective("cheap", Sli.COST, target=0.95, ceiling_usd=Decimal("0.02"))


def answered(*requests: Request, objectives=(ANSWERS,)):
    store = DuckDBStore(None)
    register(store, objectives)
    if requests:
        arrive(store, list(requests))
    return slo_answer(store, objectives, NOW_NS).slos


def test_without_requests_nothing_is_known_and_nothing_is_fine():
    (slo,) = answered()
    assert (slo.total, slo.good_ratio, slo.burn, slo.remaining_ratio) == (0, None, None, None)
    assert (slo.status, slo.exhausted_at) == ("insufficient_data", None)


def test_a_budget_that_burns_fires_and_says_when_it_is_gone():
    failing = stream(NOON, every_s=10, seconds=3600, request=Request(status="error"))
    fine = stream(NOON, every_s=10, seconds=3600)
    (slo,) = answered(*failing, *fine)
    assert (slo.total, slo.good, slo.good_ratio) == (720, 360, 0.5)
    assert slo.burn == pytest.approx(50)  # 0.5 / 0.01
    page = slo.windows[0]
    assert (page.verdict, page.long_total, page.short_total) == ("firing", 720, 60)
    assert (page.factor, page.long_burn) == (pytest.approx(13.44), pytest.approx(50))
    assert (slo.status, slo.exhausted_at) == ("firing", NOW_NS)


def test_a_calm_objective_is_ok_and_keeps_its_budget():
    (slo,) = answered(*stream(NOON, every_s=10, seconds=3600))
    assert (slo.status, slo.burn, slo.remaining_ratio, slo.exhausted_at) == ("ok", 0.0, 1.0, None)


def test_one_objective_is_asked_for_by_its_name():
    store = DuckDBStore(None)
    register(store, (CHEAP, ANSWERS))
    arrive(store, stream(NOON, every_s=600, seconds=3600))
    app = FastAPI()
    app.include_router(router(store, lambda: NOW_NS, Goals((CHEAP, ANSWERS))))
    client = TestClient(app)
    everything = {slo["name"]: slo for slo in client.get("/v1/slos").json()["slos"]}
    assert client.get("/v1/slos", params={"name": "answers"}).json()["slos"] == [everything["answers"]]
    with pytest.raises(NotFound, match="configured are: cheap, answers"):
        client.get("/v1/slos", params={"name": "gone"})


def test_objectives_come_in_the_order_of_the_configuration():
    dear = Request(ended_at=NOON - timedelta(minutes=1), cost_usd=Decimal("0.03"))
    slos = answered(dear, objectives=(CHEAP, ANSWERS))
    assert [(slo.name, slo.total, slo.good) for slo in slos] == [("cheap", 1, 0), ("answers", 1, 1)]
