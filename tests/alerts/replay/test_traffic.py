"""Worlds drawn from scenarios: paired, seeded, and touched by incidents where and when they say."""

import math
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from alerts.replay.catalogue import CATALOGUE, of_file, scenario
from alerts.replay.scenario import Demand, Incident, IncidentKind, TierTraits
from alerts.replay.traffic import planned_usd, world_of
from alerts.replay.world import usd
from analytics.slo.burn import nanoseconds
from instrumentation.downgrade import Tier
from tests.alerts.replay.worlds import small

HOUR = 3600.0
WHOLE = (0.0, 6 * HOUR)


def test_a_seed_makes_one_world():
    one, same, other = (world_of(small(), seed) for seed in (1, 1, 2))
    assert (one.arrived_ns == same.arrived_ns).all()
    assert (one.outcomes[1].lasted_ns == same.outcomes[1].lasted_ns).all()
    assert one.arrived_ns[0] != other.arrived_ns[0]


def test_arrivals_follow_the_demand_of_the_hour():
    quiet = scenario("quiet")
    world = world_of(quiet, 5)
    hour = (world.arrived_ns - nanoseconds(world.start)) // 3_600_000_000_000 % 24
    many = np.bincount(hour, minlength=24) / 10
    expected = 120 * (1 + 0.7 * math.cos(0.5 / 12 * math.pi)) * (8 + 2 * 0.85) / 10  # two of the ten days are a weekend
    assert many[14] == pytest.approx(expected, rel=0.07)
    assert many[2] < many[14] / 4


def test_a_plan_is_what_the_best_tier_is_expected_to_cost():
    """120 requests an hour of 1,500 tokens at 2.50 and 400 at 10 dollars a million: 22.32 dollars a day."""
    quiet = scenario("quiet")
    assert planned_usd(quiet, quiet.start, quiet.start.replace(day=3)) == pytest.approx(22.32)
    spent = float(usd(int(world_of(quiet, 3).outcomes[0].cost_femto.sum())))
    assert spent == pytest.approx(22.32 * (8 + 2 * 0.85), rel=0.03)


def test_the_plan_curve_ends_at_one_and_follows_the_day():
    quiet = scenario("quiet")
    world = world_of(quiet, 1)
    period = world.plan(quiet.budgets[0], nanoseconds(world.start))
    edges = period.start_ns, period.until_ns
    assert [period.curve.share(edge) for edge in edges] == [0, 1]
    assert period.curve.share(edges[0] + 8 * 3600 * 10**9) < Fraction(1, 4)


@pytest.mark.parametrize(
    ("incident", "ratio"),
    [
        (Incident(IncidentKind.PRICE, *WHOLE, 3, (Tier.PREMIUM,)), (3, 1, 1)),
        (Incident(IncidentKind.TOKENS, *WHOLE, 2), (2, 2, 2)),
    ],
)
def test_a_dear_incident_is_dear_where_it_is(incident, ratio):
    before, after = world_of(small(), 4), world_of(small(incident), 4)
    found = [b.cost_femto.sum() / a.cost_femto.sum() for a, b in zip(before.outcomes, after.outcomes, strict=True)]
    assert found == pytest.approx(ratio, rel=0.01)


def test_an_incident_is_over_when_it_is_over():
    incident = Incident(IncidentKind.SLOW, HOUR, HOUR, 4, (Tier.STANDARD,))
    before, after = world_of(small(), 4), world_of(small(incident), 4)
    slower = np.round(after.outcomes[1].lasted_ns / before.outcomes[1].lasted_ns)
    hour = (before.arrived_ns - nanoseconds(before.start)) // 3_600_000_000_000
    assert set(slower[hour == 1]) == {4}
    assert set(slower[hour != 1]) == {1}
    assert (after.outcomes[0].lasted_ns == before.outcomes[0].lasted_ns).all()


def test_errors_come_to_those_who_would_fail_first():
    """A request that fails at a low ratio fails at a high one as well: failures are paired."""
    incident = Incident(IncidentKind.ERRORS, *WHOLE, 0.4, (Tier.PREMIUM,))
    before, after = world_of(small(), 4), world_of(small(incident), 4)
    assert (after.outcomes[0].failed | ~before.outcomes[0].failed).all()
    assert after.outcomes[0].failed.mean() == pytest.approx(0.4, abs=0.06)
    assert (after.outcomes[2].failed == before.outcomes[2].failed).all()


def test_oscillating_load_comes_and_goes():
    incident = Incident(IncidentKind.SURGE, *WHOLE, 5, every_s=2 * HOUR)
    world = world_of(small(incident, days=0.25), 4)
    hour = (world.arrived_ns - nanoseconds(world.start)) // 3_600_000_000_000
    many = np.bincount(hour, minlength=6)
    assert min(many[[0, 2, 4]]) > 2 * max(many[[1, 3, 5]])


def test_what_comes_in_a_gap_is_known_at_its_end():
    world = world_of(small(Incident(IncidentKind.GAP, HOUR, HOUR)), 4)
    hour = (world.arrived_ns - nanoseconds(world.start)) // 3_600_000_000_000
    assert set(world.known_from_ns[hour == 1]) == {nanoseconds(world.start) + 7200 * 10**9}
    assert set(world.known_from_ns[hour != 1]) == {0}


def test_the_catalogue_has_an_entry_for_everything_that_is_asked_about():
    wanted = {"price", "tokens", "surge", "slow", "errors", "gap", "recovery", "low_traffic", "oscillating", "quiet"}
    assert wanted <= set(CATALOGUE)
    assert all(scenario(name).frame.about == entry.about for name, entry in CATALOGUE.items())


def test_a_file_says_only_what_differs(tmp_path):
    file = tmp_path / "busy.yaml"
    file.write_text("demand: [{requests_per_hour: 240}]\nincidents: [{kind: slow, after: 1h, lasts: 2h, factor: 3}]\n")
    busy, quiet = of_file(file), scenario("quiet")
    assert busy.name == "busy"
    assert busy.incidents == (Incident(IncidentKind.SLOW, HOUR, 2 * HOUR, 3),)
    assert busy.budgets[0].amount_usd == pytest.approx(2 * quiet.budgets[0].amount_usd, rel=Decimal("1e-6"))
    assert (
        replace(busy, name="quiet", demand=quiet.demand, incidents=(), budgets=quiet.budgets, frame=quiet.frame)
        == quiet
    )


@pytest.mark.parametrize(
    ("kind", "values", "told"),
    [
        (Demand, {"requests_per_hour": 0}, "requests_per_hour is 0"),
        (Demand, {"diurnal": 2}, "diurnal is 2"),
        (Incident, {"kind": IncidentKind.ERRORS, "after_s": 0, "lasts_s": 1, "factor": 2}, "factor is 2"),
        (Incident, {"kind": IncidentKind.SLOW, "after_s": 0, "lasts_s": 0}, "lasts_s is 0"),
        (
            TierTraits,
            {"tier": Tier.PREMIUM, "input_usd": 1, "output_usd": 1, "quality": 90, "latency_ms": 1},
            "quality is 90",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(kind, values, told):
    with pytest.raises(ValueError, match=told):
        kind(**values)
