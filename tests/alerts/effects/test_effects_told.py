"""Quality and outcomes of downgrades, the time before, months, and what is kept of it."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from alerts.effects.kept import SETTLED_NS, Judged, due, judgements, known
from alerts.effects.loop import EffectLoop
from alerts.effects.stretches import pieces, stretches
from alerts.memory import TRANSITION
from analytics.outcomes.keeping import keep
from analytics.outcomes.outcome import Outcome
from tests.alerts.effects.served import BIG, SMALL, evaluated, half_and_half, request
from tests.alerts.effects.stepping import BEST, HALF, LOW, House, step
from tests.analytics.stored import MINUTE, NOON, S

DAY = 24 * 60


def figure(row, name, about=None):
    return next(one for one in row["changes"] if (one["figure"], one["name"]) == (name, about))


def solved(store, numbers):
    keep(store, [Outcome("solved", Decimal(1), NOON, trace_id=f"{n:032x}") for n in numbers], NOON)


@pytest.fixture
def house():
    made = House(*half_and_half())
    step(made.journal, 0, HALF)
    step(made.journal, 60, BEST)
    yield made
    made.store.close()


def test_worse_answers_and_outcomes_lost_are_seen(house):
    chance = np.random.default_rng(2)
    served = {one.number: one.tier for one in half_and_half()}
    evaluated(
        house.store,
        {n: float(np.clip(chance.normal(0.9 if t == "premium" else 0.7, 0.1), 0, 1)) for n, t in served.items()},
    )
    solved(house.store, [n for n, t in served.items() if chance.uniform() < (0.6 if t == "premium" else 0.4)])
    (row,) = house.effects()
    quality, outcome = figure(row, "evaluation", "groundedness"), figure(row, "outcome_ratio", "solved")
    assert (quality["verdict"], quality["total"]) == ("lower", None)
    assert quality["low"] < -0.19 < quality["high"]
    assert (outcome["verdict"], outcome["kind"]) == ("lower", "by_share")
    assert outcome["low"] < -0.2 < outcome["high"]
    assert outcome["total"] == pytest.approx(outcome["change"] * row["degraded_requests"])


def test_a_month_sums_what_its_downgrades_came_to(house):
    step(house.journal, 100, LOW)
    (month,) = house.ask("/v1/routing/effects/months")["months"]
    rows = house.effects()
    assert (month["month"], month["route"], month["tenant"], month["downgrades"]) == ("2026-11", "answer", None, 2)
    assert Decimal(month["saved_usd"]) == sum(Decimal(row["saved_usd"] or 0) for row in rows)
    (errors,) = [one for one in month["totals"] if one["figure"] == "error_ratio"]
    assert errors["total"] == figure(rows[1], "error_ratio")["total"]
    assert errors["known_requests"] == rows[1]["degraded_requests"]
    assert house.ask("/v1/routing/effects/months", route="search")["months"] == []
    assert house.ask("/v1/routing/effects/months", status=400, route="answer", tier="economy")["status"] == 400


def everybody_down(*others):
    """Two hours: at noon the whole route is stepped down, and everything in the house becomes slower by a half."""
    chance = np.random.default_rng(3)
    found = []
    for number in range(1200):
        late = number >= 600
        route = ("answer", *others)[number % (1 + len(others))]
        ms = 1000 * (1.5 if late else 1) * chance.lognormal(0, 0.2) * (0.8 if late and route == "answer" else 1)
        tier = "economy" if late and route == "answer" else "premium"
        found.append(replace(request(number, tier, number / 10 - 60, ms=ms), route=route))
    house = House(*found, now_minutes=60)
    step(house.journal, 0, LOW)
    return house


def test_where_all_are_stepped_down_the_time_before_and_the_others_say_what_changed():
    house = everybody_down("search")
    latency = figure(house.effects()[0], "latency_ms")
    assert (latency["kind"], latency["verdict"]) == ("before_and_others", "lower")
    assert latency["low"] < -0.2 * 1500 * np.exp(0.02) < latency["high"]
    house.store.close()


def test_without_others_it_says_that_whatever_else_changed_is_in_it():
    house = everybody_down()
    latency = figure(house.effects()[0], "latency_ms")
    assert (latency["kind"], latency["verdict"]) == ("before", "higher")
    house.store.close()


def test_other_routes_that_were_stepped_down_say_nothing():
    house = everybody_down("search")
    step(house.journal, 30, HALF, route="search")
    assert figure(house.effects(route="answer")[0], "latency_ms")["kind"] == "before"
    house.store.close()


def test_tenants_that_stayed_are_held_against_one_that_was_stepped_down():
    chance = np.random.default_rng(3)
    found = [
        replace(
            request(n, "economy" if n >= 600 and n % 2 else "premium", n / 10 - 60, ms=1000 * chance.lognormal(0, 0.2)),
            tenant="acme" if n % 2 else "umbrella",
        )
        for n in range(1200)
    ]
    house = House(*found, now_minutes=60)
    step(house.journal, 0, LOW, tenant="acme")
    (row,) = house.effects()
    assert (row["tenant"], row["requests"]) == ("acme", 300)
    assert figure(row, "latency_ms")["kind"] == "before_and_others"
    assert figure(row, "latency_ms")["verdict"] == "no_change_seen"
    house.store.close()


def test_what_comes_late_is_judged_until_a_week_after_and_then_it_stays(house):
    at = [house.now_ns]
    loop = EffectLoop(house.journal, lambda: at[0])
    assert (loop.turn(), loop.turn()) == (1, 0)
    solved(house.store, range(0, 600, 3))
    at[0] = house.now_ns = NOON + 60 * MINUTE + SETTLED_NS
    assert (loop.turn(), loop.turn()) == (1, 0)
    (row,) = house.effects()
    assert row["settled"]
    assert figure(row, "outcome_ratio", "solved")["lower_count"] > 0
    evaluated(house.store, dict.fromkeys(range(600), 0.5))
    assert house.effects() == [row]


def test_what_goes_on_is_judged_again_and_an_end_at_once(house):
    step(house.journal, 100, LOW)
    at = [NOON + 110 * MINUTE]
    loop = EffectLoop(house.journal, lambda: at[0])
    assert loop.turn() == 2
    at[0] += 70 * S
    assert loop.turn() == 1  # the one that goes on, and not the one that ended an hour ago
    step(house.journal, 112, BEST)
    at[0] = NOON + 112 * MINUTE + S
    assert loop.turn() == 1


def test_an_effect_that_was_kept_is_the_same_that_was_judged(house):
    before = house.effects()
    EffectLoop(house.journal, lambda: house.now_ns).turn()
    assert house.effects() == before
    (one,) = pieces(stretches(house.journal.entries(TRANSITION)), house.now_ns)
    assert known(house.store, [one])["1-2026-11"].stretch == one
    assert judgements(house.store) == {"1-2026-11": Judged(house.now_ns, settled=False)}


def test_judging_becomes_rarer_with_the_time_since_the_end(house):
    (one,) = pieces(stretches(house.journal.entries(TRANSITION)), house.now_ns)
    end_ns, hour = one.until_ns, 60 * MINUTE
    assert not due(one, Judged(end_ns + 4 * hour, settled=False), end_ns + 5 * hour - S)
    assert due(one, Judged(end_ns + 4 * hour, settled=False), end_ns + 5 * hour)
    assert not due(one, Judged(end_ns + SETTLED_NS, settled=True), end_ns + 9 * SETTLED_NS)
    assert due(one, None, end_ns)


def test_the_money_is_the_same_whoever_is_asked(house):
    (row,), (month,) = house.effects(), house.ask("/v1/routing/effects/months")["months"]
    used = sum(1000 + n for n, one in enumerate(half_and_half()) if one.tier == "economy")
    assert Decimal(row["saved_usd"]) == Decimal(month["saved_usd"]) == used * (Decimal(BIG) - Decimal(SMALL))
