"""``/v1/recommendations``: a cheaper model where it holds quality, with money by the price book; else why not."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import httpx
import numpy as np
import pytest

from analytics.recommendations import api
from analytics.recommendations.answers import Grounds
from analytics.recommendations.settings import RecommendationSettings
from tests.analytics.derive.house import book
from tests.analytics.experiments.traffic import app_of, figures, outcomes, spans
from tests.analytics.stored import MINUTE, NOON, Line, S, Stored, store_with

DEAR, CHEAP = "gpt-4o", "gpt-4o-mini"
PRICES = {DEAR: ("0.0000025", "0.00001"), CHEAP: ("0.00000015", "0.0000006")}
COUNT = 900
NOW = NOON + 24 * 60 * MINUTE


def request(number, model, *, tokens=400, **words):
    """One of a hundred tokens out, and so many in."""
    paid = zip(("input_uncached", "output"), (tokens, 100), PRICES[model], strict=True)
    lines = tuple(Line(name, quantity, price, "openai", model) for name, quantity, price in paid)
    return Stored(number, NOON + number * S, S, lines=lines, model=model, user=f"u{number}", **words)


def traffic(count=COUNT, **words):
    """In turn by both models."""
    return [request(number, (DEAR, CHEAP)[number % 2], **words) for number in range(1, 2 * count + 1)]


def asked(*requests, scores=None, solved=(), experiment=None, settings=None, status=200, **params):
    store = store_with(*requests)
    if scores is not None:
        store.append({"figures": figures(list(scores.items()))})
    if solved:
        store.append({"outcomes": outcomes(solved)})
    if experiment is not None:
        store.append({"spans": spans([(one.number, experiment, one.model, None) for one in requests])})
    grounds = Grounds(store, book(), settings or RecommendationSettings(margin_ratio=0.1))
    app = app_of(api.router(grounds, lambda: NOW))

    async def ask():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://b") as client:
            return await client.get("/v1/recommendations", params=params)

    answer = asyncio.run(ask())
    assert answer.status_code == status, answer.text
    return answer.json()


def scored(requests, *, cheap=0.8, dear=0.8):
    chance = np.random.default_rng(3)
    means = {DEAR: dear, CHEAP: cheap}
    return {one.number: float(np.clip(chance.normal(means[one.model], 0.1), 0, 1)) for one in requests}


def test_a_cheaper_model_that_holds_quality_is_told_with_what_it_saves():
    requests = traffic()
    answer = asked(*requests, scores=scored(requests))
    (row,) = answer["rows"]
    assert (row["model"], row["candidate"], row["verdict"], row["size"]) == (DEAR, CHEAP, "switch", "small")
    assert Decimal(row["cost_usd"]) == COUNT * (400 * Decimal("0.0000025") + 100 * Decimal("0.00001"))
    assert Decimal(row["instead_usd"]) == COUNT * (400 * Decimal("0.00000015") + 100 * Decimal("0.0000006"))
    saved = Decimal(row["cost_usd"]) - Decimal(row["instead_usd"])
    assert Decimal(row["saving_per_month_usd"]) == pytest.approx(saved * 30, abs=Decimal("0.01"))  # all of it in a day
    assert answer["saving_per_month_usd"] == row["saving_per_month_usd"]
    assert any("not randomised" in one for one in row["unknown"])


def test_one_that_is_worse_is_told_as_worse_and_saves_nothing():
    requests = traffic()
    answer = asked(*requests, scores=scored(requests, cheap=0.6))
    assert (answer["rows"][0]["verdict"], answer["saving_per_month_usd"]) == ("worse", "0")


def test_without_evaluations_and_outcomes_nobody_knows():
    (row,) = asked(*traffic())["rows"]
    assert row["verdict"] == "not_known_yet"
    assert "no evaluation and no outcome" in row["unknown"][0]


def test_one_that_fails_more_is_worse_whatever_its_scores():
    requests = traffic()
    requests = [replace(one, status="error") if one.number % 20 == 1 + (one.model == DEAR) else one for one in requests]
    requests = [
        replace(one, status="error" if one.model == CHEAP and one.number % 5 == 1 else "ok") for one in requests
    ]
    assert asked(*requests, scores=scored(requests))["rows"][0]["verdict"] == "worse"


def test_outcomes_tell_quality_too():
    requests = traffic()
    solved = [one.number for one in requests if one.number % 8 < 6]
    (row,) = asked(*requests, solved=solved, settings=RecommendationSettings(margin_ratio=0.2))["rows"]
    assert [one["measure"] for one in row["measures"]] == ["error_ratio", "outcome:ticket_solved"]


def test_an_experiment_that_drew_both_is_named():
    requests = traffic()
    (row,) = asked(*requests, scores=scored(requests), experiment="models")["rows"]
    assert (row["randomised_by"], row["unknown"]) == ("models", [])


def test_few_requests_say_nothing():
    requests = [one for one in traffic() if one.model == DEAR or one.number < 100]
    answer = asked(*requests, scores=scored(requests))
    assert (answer["rows"], answer["classes"]) == ([], 1)


def test_classes_are_told_apart_by_route_and_size():
    small = traffic(300)
    large = [replace(request(one.number + 5_000, one.model, tokens=20_000), route="search") for one in small]
    rows = asked(*small, *large)["rows"]
    assert [(row["route"], row["size"]) for row in rows] == [("search", "large"), ("answer", "small")]
    assert [row["route"] for row in asked(*small, *large, route="search")["rows"]] == ["search"]


def test_a_model_without_a_price_is_no_saving():
    requests = [replace(one, lines=tuple(replace(line, model="unheard-of") for line in one.lines))
                if one.model == CHEAP else one for one in traffic(300)]  # fmt: skip
    assert asked(*requests)["rows"] == []


@pytest.mark.parametrize("params", [{"limit": 0}, {"cursor": "x"}, {"color": "red"}, {"start": "yesterday"}])
def test_what_cannot_be_asked_is_refused(params):
    assert "detail" in asked(status=400, **params)


def test_an_empty_store_has_no_classes():
    answer = asked()
    assert (answer["rows"], answer["classes"], answer["saving_per_month_usd"]) == ([], 0, "0")
