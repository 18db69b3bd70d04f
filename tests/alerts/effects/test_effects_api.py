"""``/v1/routing/effects``: money exact, figures against what was served at the better tier meanwhile."""

from decimal import Decimal

import pytest

from tests.alerts.effects.served import BIG, SMALL, half_and_half, request
from tests.alerts.effects.stepping import BEST, HALF, LOW, House, step
from tests.analytics.stored import MINUTE, NOON, Line, Stored

DAY = 24 * 60


@pytest.fixture(scope="module")
def house():
    made = House(*half_and_half())
    step(made.journal, 0, HALF)
    step(made.journal, 60, BEST)
    yield made
    made.store.close()


def figure(row, name):
    return next(one for one in row["changes"] if one["figure"] == name)


def test_what_was_saved_is_exact(house):
    (row,) = house.effects()
    used = sum(1000 + n for n, one in enumerate(half_and_half()) if one.tier == "economy")
    assert Decimal(row["instead_usd"]) == used * Decimal(BIG)
    assert Decimal(row["saved_usd"]) == used * (Decimal(BIG) - Decimal(SMALL))
    assert row["unknown_requests"] == 0


def test_a_quicker_tier_is_seen_and_errors_that_are_the_same_are_not(house):
    (row,) = house.effects()
    latency, errors = figure(row, "latency_ms"), figure(row, "error_ratio")
    assert (latency["kind"], latency["verdict"]) == ("by_share", "lower")
    assert latency["low"] < -200 < latency["high"]
    assert latency["high"] - latency["low"] < 50
    assert (errors["verdict"], errors["lower_count"] + errors["other_count"]) == ("no_change_seen", 600)


def test_it_says_how_many_were_degraded_and_what_was_wanted(house):
    (row,) = house.effects()
    assert (row["tier"], row["share"], row["instead_of"], row["requests"]) == ("economy", 0.5, "premium", 600)
    assert row["degraded_ratio"] == pytest.approx(0.5, abs=0.06)
    assert (row["start"], row["until"]) == ("2026-11-18T12:00:00.000000Z", "2026-11-18T13:00:00.000000Z")


def test_the_measured_cost_is_about_what_was_saved(house):
    (row,) = house.effects()
    each = -Decimal(row["saved_usd"]) / row["degraded_requests"]
    assert Decimal(row["cost_change_low_usd"]) < each < Decimal(row["cost_change_high_usd"])


def test_a_day_later_the_price_of_the_day_counts():
    """Premium costs twice as much on the second day, as somebody else has paid it."""
    dear = Line(usage_class="output", quantity=1, unit_price_usd="0.00002", model="big")
    house = House(
        request(1, "premium", -60),
        request(2, "economy", 10),
        request(3, "economy", DAY),
        Stored(4, tier="premium", route="search", started_at=NOON + DAY * MINUTE, lines=(dear,)),
        now_minutes=2 * DAY,
    )
    step(house.journal, 0, LOW)
    (row,) = house.effects()
    assert (row["instead_usd"], row["cost_usd"], row["saved_usd"]) == ("0.03", "0.002", "0.028")
    house.store.close()


def test_what_has_no_price_there_or_no_model_is_in_no_sum():
    unpriced = Line(usage_class="output", quantity=10, unit_price_usd=None, model="new")
    house = House(
        request(1, "premium", -60),
        Stored(2, tier="economy", started_at=NOON, lines=(unpriced,)),
        Stored(3, tier="cached_only", started_at=NOON, lines=()),
    )
    step(house.journal, 0, LOW)
    (row,) = house.effects()
    assert (row["saved_usd"], row["degraded_requests"], row["unknown_requests"]) == (None, 2, 2)
    assert {one["verdict"] for one in row["changes"]} == {"not_known"}
    house.store.close()


def test_filters_and_pages(house):
    assert house.effects(route="search") == []
    assert house.effects(tenant="acme") == []
    assert len(house.effects(tenant="", route="answer")) == 1
    assert house.effects(until="2026-11-18T12:00:00Z") == []
    assert house.ask(status=400, rout="answer")["status"] == 400
    assert house.ask(status=400, cursor="x")["status"] == 400
    answer = house.ask(limit=1)
    assert answer["next"] is None
