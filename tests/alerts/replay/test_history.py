"""Stored history as a world: what was, what would have been, and what nobody knows."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from alerts.policy import RoutePolicy
from alerts.replay.history import NoHistory, Stretch, extent, world_of
from alerts.replay.judging import SILENT, codes, split
from alerts.replay.world import instant
from analytics.slo.objective import Objective, Sli
from collector.store import DuckDBStore
from instrumentation.downgrade import Tier
from tests.analytics.stored import MINUTE, NOON, Line, S, Stored, put, store_with

ANSWER = RoutePolicy("answer", ladder=(Tier.PREMIUM, Tier.ECONOMY, Tier.CACHED_ONLY))
UP = Objective("up", Sli.AVAILABILITY, 0.99)
HOUR = Stretch(instant(NOON), instant(NOON) + timedelta(hours=1))


def one(number, tier, price="0.00001", **more):
    line = Line(usage_class="output", quantity=1000, unit_price_usd=price, model=f"{tier}-model")
    return replace(Stored(number=number, tier=tier, started_at=NOON + number * MINUTE, lines=(line,)), **more)


@pytest.fixture
def stored():
    opened = []

    def make(*requests):
        opened.append(store_with(*requests))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def test_elsewhere_a_request_costs_its_own_usage_at_what_that_tier_paid(stored):
    """1,000 tokens: a cent at the large model, a tenth of that at the small one, nothing out of a cache."""
    store = stored(one(1, "premium"), one(2, "economy", "0.000001"))
    world = world_of(store, [ANSWER], HOUR)
    assert world.tiers == (Tier.PREMIUM, Tier.ECONOMY, Tier.CACHED_ONLY)
    cents = [[cost / 10**13 for cost in outcome.cost_femto] for outcome in world.outcomes]
    assert cents == [[1, 1], [0.1, 0.1], [0, 0]]
    assert [list(outcome.measured) for outcome in world.outcomes] == [[True, False], [False, True], [False, False]]


def test_latency_and_failures_elsewhere_are_those_of_requests_that_were_served_there(stored):
    store = stored(
        *(one(n, "premium", duration_ns=9 * S) for n in range(5)), one(7, "economy", status="error", duration_ns=S)
    )
    world = world_of(store, [ANSWER], HOUR)
    assert set(world.outcomes[0].lasted_ns) == {9 * S}
    assert set(world.outcomes[1].lasted_ns) == {S}
    assert world.outcomes[1].failed.all()


def test_of_a_tier_that_never_served_nothing_is_known(stored):
    world = world_of(stored(one(1, "premium")), [ANSWER], HOUR)
    premium, economy, cached = (set(found) for found in codes(world, UP))
    assert (premium, economy, cached) == ({1}, {SILENT}, {SILENT})
    assert list(world.outcomes[1].unpriced_lines) == [1]


def test_a_request_that_names_no_known_tier_stays_what_it_was(stored):
    world = world_of(stored(one(1, "premium"), one(2, None), one(3, "gold")), [ANSWER], HOUR)
    assert world.tiers[-1] is None
    assert list(world.actual) == [0, 3, 3]


def test_what_was_received_late_is_known_late(stored):
    store = stored(one(1, "premium"), one(2, "premium", batch_seq=2))
    received = [NOON + 2 * MINUTE, NOON + 30 * MINUTE]
    columns = {"batch_seq": [1, 2], "received_at": pa.array(received, pa.timestamp("ns")), "signal": ["traces"] * 2}
    columns["batch_id"] = pa.array([bytes(15) + bytes([n]) for n in (1, 2)], pa.uuid())
    columns |= {name: [2, 2] for name in ("received", "stored")} | {name: [0, 0] for name in ("duplicate", "rejected")}
    store.append({"batches": pa.table(columns)})
    assert list(world_of(store, [ANSWER], HOUR).known_from_ns) == received


def test_what_was_before_is_known_and_what_is_after_is_not(stored):
    before, after = one(1, "premium", started_at=NOON - MINUTE), one(2, "premium", started_at=NOON + 61 * MINUTE)
    world = world_of(stored(before, one(3, "premium"), after), [ANSWER], HOUR)
    assert list(world.arrived_ns) == [NOON - MINUTE, NOON + 3 * MINUTE]


def test_one_seed_makes_one_world(stored):
    requests = [one(n, ("premium", "economy")[n % 2], duration_ns=n * S) for n in range(1, 20)]
    store = stored(*requests)
    worlds = [world_of(store, [ANSWER], replace(HOUR, seed=seed)) for seed in (1, 1, 2)]
    first, same, other = (world.outcomes[0].lasted_ns for world in worlds)
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_where_nothing_is_stored_nothing_is_replayed():
    store = DuckDBStore(None)
    try:
        with pytest.raises(NoHistory, match="no complete request is stored"):
            extent(store)
        put(store, one(1, "premium"))
        assert extent(store)[0] <= instant(NOON + MINUTE + S) < extent(store)[1]
        with pytest.raises(NoHistory, match="no request arrived"):
            world_of(store, [ANSWER], Stretch(HOUR.until, HOUR.until + timedelta(hours=1)))
    finally:
        store.close()


def test_objectives_that_a_request_does_not_tell_are_set_apart():
    cached = Objective("cached", Sli.MEASURE, 0.9, measure="cache.hit", at_least=1.0, period_s=86400.0 * 14)
    assert split([UP, cached]) == ((UP,), (cached,))
