"""Intervals hold what they say, seeded: the true effect is known by construction."""

import numpy as np
import pytest
from scipy.stats import binom, norm, t

from alerts.effects.comparing import Arm, Verdict, mover, normal, same_time, student
from tests.alerts.effects.worlds import PARTS, arm, failing, often, same_hour, skewed

WORLDS = 200


@pytest.mark.parametrize(
    ("draw", "effect", "more"),
    [
        (skewed, 0.0, {"wave": 1.0}),
        (skewed, 0.3, {"wave": 1.0, "tenants": 64}),
        (often, 0.1, {}),
        (failing, 0.0, {"requests": 300}),
        (failing, 0.02, {}),
    ],
    ids=["nothing", "tenants", "scores", "rare, nothing", "rare"],
)
def test_the_interval_holds_the_true_effect_as_often_as_it_says(draw, effect, more):
    held = 0
    for seed in range(WORLDS):
        found = same_time(*same_hour(seed, effect, draw=draw, **more), seed)
        held += found.low <= effect <= found.high
    low, high = binom.ppf((0.001, 0.999), WORLDS, 0.95)
    assert low <= held <= high + 4  # Wilson's intervals of rare events hold a little more than they say


def test_where_all_of_one_side_is_in_a_few_minutes_nothing_is_known():
    """In flight when the route stepped: long ones, which say nothing about the hour after."""
    chance = np.random.default_rng(1)
    lower = arm(chance.exponential(1.0, 1000), chance.integers(0, PARTS, 1000), np.zeros(1000, int))
    flying = arm(chance.exponential(9.0, 50), np.zeros(50, int), np.zeros(50, int))
    found = same_time(lower, flying, 1)
    assert (found.change, found.verdict, found.lower_count, found.other_count) == (None, Verdict.NOT_KNOWN, 1000, 50)


def test_a_busy_hour_is_no_effect():
    """Ten times the latency while nine of ten are served lower, and the usual one while one of ten is."""
    block = np.repeat(np.arange(PARTS), 100)
    slow = block < PARTS // 2
    down = np.arange(len(block)) % 10 < np.where(slow, 9, 1)
    values = np.where(slow, 10.0, 1.0)
    sides = (arm(values[side], block[side], np.zeros(side.sum(), int)) for side in (down, ~down))
    assert same_time(*sides, 1).change == pytest.approx(0.0)


def test_tenants_are_drawn_where_there_are_enough_of_them():
    assert [same_time(*same_hour(1, 0.0, draw=skewed, tenants=n), 1).clustered_by for n in (1, 64)] == [
        "minute",
        "tenant",
    ]


def test_two_ratios_are_newcombes_interval():
    """56 of 70 against 48 of 80: 0.0524 to 0.3339 (Newcombe 1998, table II, a, method 10)."""
    first, second = (Arm(*(np.array([[v]]) for v in (n, hits, hits))) for n, hits in ((70.0, 56.0), (80.0, 48.0)))
    assert mover(((first, 1.0), (second, -1.0)), 56 / 70 - 48 / 80) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_students_points_and_the_normal_distribution_are_scipys():
    for freedom in (7, 9, 20, 100):
        assert student(freedom) == pytest.approx(t.ppf(0.975, freedom), abs=1e-3)
    assert normal(-1.3) == pytest.approx(norm.cdf(-1.3), abs=1e-12)
