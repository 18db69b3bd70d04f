"""A memory answers as the store does: the same observation of the same requests, to the last digit."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from alerts.controller import Position
from alerts.replay.memory import Memory
from alerts.replay.scenario import Incident, IncidentKind
from analytics.slo.burn import nanoseconds
from analytics.slo.judging import register
from collector.store import DuckDBStore
from instrumentation.downgrade import Tier
from tests.alerts.replay.worlds import live, remembering, route, small, stored, world_of
from tests.analytics.stored import put

HOUR = 3600.0
PRICES = small(
    Incident(IncidentKind.PRICE, 2 * HOUR, 2 * HOUR, 3, (Tier.PREMIUM,)),
    Incident(IncidentKind.SLOW, 3 * HOUR, HOUR, 3),
)
POSITIONS = (
    Position(Tier.PREMIUM),
    Position(Tier.STANDARD, (Tier.PREMIUM,), 0.25),
    Position(Tier.ECONOMY, (Tier.PREMIUM, Tier.STANDARD)),
)


@pytest.fixture
def store():
    opened = DuckDBStore(None)
    yield opened
    opened.close()


def count(store, scenario):
    """Count for the objectives anew: the builder of requests does not."""
    register(store, ())
    register(store, scenario.objectives)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_requests_are_observed_alike(store, seed):
    """Looked at on the minute and off it, while requests go on coming, some of them late."""
    scenario, world = PRICES, world_of(PRICES, seed)
    memory, watch = Memory(world, scenario.objectives, scenario.budgets), live(store, scenario)
    chance, known = np.random.default_rng(seed), np.zeros(world.requests, np.bool_)
    tiers = chance.integers(0, 3, world.requests)
    recall = remembering(memory, scenario)
    for minutes in (3, 61.5, 135, 190 + 1 / 3, 359.99):
        at = scenario.start + timedelta(minutes=minutes)
        ended = [int(world.arrived_ns[n] + world.outcomes[tiers[n]].lasted_ns[n]) for n in range(world.requests)]
        come = [
            n for n in range(world.requests) if not known[n] and ended[n] <= nanoseconds(at) and chance.random() < 0.95
        ]
        put(store, *(stored(world, n, tiers[n]) for n in come))
        count(store, scenario)
        for n in sorted(come, key=ended.__getitem__):
            memory.learn(n, int(tiers[n]), ended[n])
            known[n] = True
        for position in POSITIONS:
            (here,) = recall.observations([route(scenario, position, at)], at).values()
            (there,) = watch.observations([route(scenario, position, at)], at).values()
            assert here.readings == there.readings
            assert here.estimates == there.estimates
            assert here.newest_at == there.newest_at
            assert here == there


def test_nothing_known_is_nothing_observed(store):
    scenario = small()
    register(store, scenario.objectives)
    at = scenario.start + timedelta(hours=1)
    memory = Memory(world_of(scenario, 1), scenario.objectives, scenario.budgets)
    asked = [route(scenario, POSITIONS[2], at)]
    here, there = (one.observations(asked, at) for one in (remembering(memory, scenario), live(store, scenario)))
    assert here == there
    assert all(reading.judgement.long_burn is None for reading in next(iter(here.values())).readings[:-2])


def test_an_objective_of_another_scope_does_not_count():
    scenario = small(routes=(replace(small().routes[0], objectives=("short",)),))
    world = world_of(scenario, 3)
    memory = Memory(world, scenario.objectives, ())
    for n in range(world.requests):
        memory.learn(n, 0, int(world.arrived_ns[n]))
    (asked,) = {(one.objective_id, 86400.0) for one in scenario.objectives if one.name == "short"}
    counted = memory.window_counts([asked], scenario.until)[asked].total
    assert counted == sum(world.groups[group]["tenant"] == "acme" for group in world.group)
