"""A model that answers at twice the length under another name is found and priced; a steady window says so."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from functools import cache

import httpx
import pytest

from analytics.changes.change import Kind
from analytics.changes.markers import Marker, keep
from analytics.notation import instant_text
from dashboards.app import Parts, build_app
from tests.analytics.derive.house import NOON, S
from tests.analytics.findings.story import CHANGE_S, END_S, spans, told


@pytest.fixture(scope="module")
def house():
    with told(*spans()) as opened:
        yield opened


@cache
def app_of(house):
    return build_app(Parts(house.store, lambda: NOON + END_S * S))


def asked(house, status=200, **params):
    async def ask():
        app = app_of(house)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://b") as client:
            return await client.get("/v1/drift", params=params)

    answer = asyncio.run(ask())
    assert answer.status_code == status, answer.text
    return answer.json()


SINCE = {"start": instant_text(NOON + CHANGE_S * S), "reference": "before"}
CALM = {"start": instant_text(NOON + 80 * 300 * S), "until": instant_text(NOON + 96 * 300 * S), "reference": "before"}


def streams(answer, verdict):
    return {(one["measure"], one["dimension"], one["value"]) for one in answer["streams"] if one["verdict"] == verdict}


def test_longer_answers_have_drifted_for_everybody_and_for_the_model(house):
    drifted = streams(asked(house, **SINCE, limit=500), "drifted")
    assert {
        ("output_tokens", "all", ""),
        ("output_tokens", "model", "gpt-4o"),
        ("cost_usd", "model", "gpt-4o"),
    } <= drifted
    assert ("model_version", "model", "gpt-4o") in drifted
    assert not {one for one in drifted if one[0] in {"input_tokens", "duration_ms", "tenant", "ended_as"}}
    assert not {one for one in drifted if one[2] == "gpt-4o-mini"}


def test_a_steady_window_is_steady(house):
    answer = asked(house, **CALM, limit=500)
    assert answer["drifted"] == 0
    assert ("output_tokens", "model", "gpt-4o") in streams(answer, "steady")
    assert answer["swaps"] == []


def test_what_drifted_is_dated_taken_apart_and_attributed_with_the_lag(house):
    answer = asked(house, **SINCE, measure="output_tokens", model="gpt-4o")
    (one,) = answer["streams"]
    assert one["began_at"] <= instant_text(NOON + (CHANGE_S + 60) * S)
    assert one["split"]["because"] == "inside"
    assert [(change["kind"], change["name"], change["to"]) for change in one["changes"]] == [
        ("model", "gpt-4o", "gpt-4o-2024-08-06")
    ]
    assert abs(one["changes"][0]["lag_s"]) <= 600


def test_every_verdict_has_both_sizes_and_a_p_value_where_it_is_one(house):
    for one in asked(house, **SINCE, limit=500)["streams"]:
        assert one["before_count"] + one["since_count"] > 0
        assert (one["p_value"] is None) == (one["verdict"] == "insufficient_data")


def test_too_few_is_insufficient_and_not_steady(house):
    answer = asked(house, start=instant_text(NOON + (END_S - 600) * S), reference="before")  # 24 requests
    assert answer["tested"] == 0
    assert {one["verdict"] for one in answer["streams"]} == {"insufficient_data"}


def test_the_swap_is_dated_and_priced_by_the_ledger(house):
    (swap,) = asked(house, **SINCE)["swaps"]
    assert (swap["model"], swap["before"], swap["after"]) == ("gpt-4o", "gpt-4o-2024-05-13", "gpt-4o-2024-08-06")
    assert not swap["told"]
    assert swap["at"][:19] >= instant_text(NOON + CHANGE_S * S)[:19]
    before, since = swap["calls_before"], swap["calls_since"]
    more = Decimal(since["cost_per_call_usd"]) - Decimal(before["cost_per_call_usd"])
    a_day = since["calls"] * 86_400 / (END_S - CHANGE_S)
    assert float(swap["per_day_usd"]) == pytest.approx(float(more) * a_day, rel=0.02)
    assert since["output_tokens"] > 2 * before["output_tokens"]


def test_a_swap_that_a_marker_tells_is_not_silent():
    with told(*spans()) as house:
        keep(house.store, Marker(Kind.MODEL, "gpt-4o", None, "gpt-4o-2024-08-06", NOON + CHANGE_S * S), NOON)
        (swap,) = asked(house, **SINCE)["swaps"]
        assert swap["told"]


def at_tiers(before: str, since: str):
    """The same story, with a tier on each request."""
    for one in spans():
        tier = since if one.start_s >= CHANGE_S else before
        yield replace(one, says={**one.says, "burnline.tier": tier}) if one.kind == "request" else one


@pytest.mark.parametrize(("since", "swapped"), [("premium", 1), ("standard", 0)])
def test_a_route_that_steps_down_between_models_of_one_name_is_no_swap(since, swapped):
    with told(*at_tiers("premium", since)) as house:
        assert len(asked(house, **SINCE)["swaps"]) == swapped


def test_without_weeks_the_reference_is_what_came_before(house):
    answer = asked(house, start=SINCE["start"])
    assert answer["against"] == "before"


def test_a_pinned_reference_is_what_was_chosen(house):
    chosen = f"{instant_text(NOON)}/{instant_text(NOON + 50 * 300 * S)}"
    answer = asked(house, start=SINCE["start"], reference=chosen)
    assert (answer["against"], answer["reference_start"]) == ("pinned", instant_text(NOON))
    assert answer["drifted"] > 0


def test_the_same_question_has_the_same_answer(house):
    assert asked(house, **SINCE) == asked(house, **SINCE)


def test_pages_say_each_stream_once(house):
    whole = asked(house, **SINCE, limit=500)["streams"]
    first = asked(house, **SINCE, limit=3)
    rest = asked(house, **SINCE, limit=500, cursor=first["next"])
    assert first["streams"] + rest["streams"] == whole


@pytest.mark.parametrize(
    "wrong",
    [
        {"reference": "last week"},
        {"reference": "2026-01-01T00:00:00Z/2025-01-01T00:00:00Z"},
        {"window": "soon"},
        {"window": "1d", "start": "2026-11-18T12:00:00Z"},
        {"start": "2020-01-01T00:00:00Z"},
        {"verdict": "fine"},
        {"tennant": "acme"},
    ],
)
def test_what_cannot_be_used_is_refused(house, wrong):
    assert asked(house, status=400, **wrong)["title"]


def test_a_length_that_cannot_be_is_named_as_it_was_given(house):
    refused = asked(house, status=400, window="999d")
    assert (refused["parameter"], refused["value"]) == ("window", "999d")
