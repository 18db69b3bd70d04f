"""What drifts in the background is a finding once, goes on, and ends; a swap is one at once."""

import asyncio

import httpx
import numpy as np
import pytest

from analytics.changes.history import History
from analytics.drift.loop import SETTLE_S, DriftLoop
from analytics.drift.settings import DriftSettings
from analytics.findings.course import Ended
from analytics.findings.finding import Kind
from analytics.findings.kept import findings_between
from dashboards.app import Parts, build_app
from tests.analytics.derive.house import NOON, House, S, Sent, call, small_book
from tests.analytics.findings.story import watch

HOUR = 3_600
SETTINGS = DriftSettings(every_s=HOUR, window_s=HOUR, reference="2026-11-18T12:00:00Z/2026-11-18T17:00:00Z")
CHANGE_S, BACK_S = 6 * HOUR + 1_200, 12 * HOUR


def spans(until_s, *, named):
    """From a third of the seventh hour on answers are twice as long, for six hours; by another name or the same."""
    chance = np.random.default_rng(4)
    for number in range(until_s // 20):
        at_s = number * 20.0
        longer = CHANGE_S <= at_s < BACK_S
        tokens = round(chance.lognormal(4.6, 0.3) * (2.0 if longer else 1.0))
        version = "gpt-4o-2024-08-06" if longer and named else "gpt-4o-2024-05-13"
        yield Sent(trace=number + 1, start_s=at_s, kind="request", says={"burnline.route": "answer"})
        says = {"gen_ai.response.model": version}
        yield call(trace=number + 1, span=2, parent=1, start_s=at_s, tokens=(1_200, tokens), says=says)


@pytest.fixture(scope="module", params=[True, False], ids=["another name", "the same name"])
def lived(request):
    with House(prices=small_book()) as house:
        house.send(*spans(16 * HOUR, named=request.param))
        house.settle()
        clock = [NOON]
        loop = DriftLoop(History(house.store), SETTINGS, lambda: clock[0], lambda: True)
        told = {}
        for hour in (5, 6, 7, 8, 10, 13, 15):
            clock[0] = NOON + (hour * HOUR + SETTLE_S) * S
            told[hour] = loop.turn()
        yield house, told, request.param


def findings(house):
    return findings_between(house.store, NOON // S, NOON // S + 30 * HOUR)


def test_nothing_is_said_of_the_hours_before(lived):
    _, told, _ = lived
    assert [hour for hour in (5, 6) if told[hour]] == []


def test_the_swap_is_found_within_an_hour_and_dated(lived):
    house, _, named = lived
    swap = next(one for one in findings(house) if one.kind is Kind.MODEL_SWAP and one.start_s < NOON // S + 10 * HOUR)
    assert abs(swap.start_s - (NOON // S + CHANGE_S)) <= 300
    assert swap.explanation["evidence"] == ("response_model" if named else "answer_length")
    assert float(swap.explanation["per_day_usd"]) != 0
    assert swap.observed > 1.6 * swap.expected


def test_what_drifted_with_it_belongs_to_it_once(lived):
    house, _, _ = lived
    of_answers = [
        one
        for one in findings(house)
        if one.kind is Kind.DRIFT and one.key.measure == "output_tokens" and one.key.dimension == "all"
    ]
    first = min(of_answers, key=lambda one: one.start_s)
    leader = next(one for one in findings(house) if one.finding_id == first.group_id)
    assert leader.kind is Kind.MODEL_SWAP
    assert len({one.finding_id for one in of_answers}) == len(of_answers) <= 3


def test_every_drift_has_ended_when_it_is_steady_again(lived):
    house, _, _ = lived
    drifts = [one for one in findings(house) if one.kind is Kind.DRIFT]
    assert drifts
    assert {one.ended for one in drifts} == {Ended.RETURNED}


def test_a_swap_that_was_taken_back_within_hours_has_returned_by_name_or_with_the_lengths(lived):
    house, told, named = lived
    (swap,) = [one for one in findings(house) if one.kind is Kind.MODEL_SWAP]
    assert swap.ended is Ended.RETURNED
    if named:
        assert swap.until_s == NOON // S + BACK_S - 20  # its last answer
        assert [one.open for one in told[10] if one.kind is Kind.MODEL_SWAP] == [True]


def test_the_watch_of_figures_leaves_them_alone(lived):
    house, _, _ = lived
    seen = watch(house, 15 * HOUR)
    assert {one.kind for one in seen.known.values()} <= {Kind.FIGURE}


def test_findings_of_both_kinds_are_answered_beside_the_others(lived):
    house, _, named = lived

    async def ask(**params):
        app = build_app(Parts(house.store, lambda: NOON + 15 * HOUR * S))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://b") as client:
            return (await client.get("/v1/findings", params=params)).json()["findings"]

    (swap,) = asyncio.run(ask(kind="model_swap"))
    assert ("answers for gpt-4o instead of" if named else "answers at another length") in swap["text"]
    assert {one["kind"] for one in swap["also"]} == {"drift"}
    assert swap["unit"] == "tokens"
    assert asyncio.run(ask(kind="figure")) == []
