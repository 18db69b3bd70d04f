"""Intervals hold at every look: of streams whose variants are alike, no more are called different than alpha says."""

import numpy as np
import pytest
from scipy.stats import binom

from analytics.experiments.intervals import Course, Sums, difference, half_width
from analytics.experiments.verdicts import LEAST_UNITS
from tests.analytics.experiments.streams import Streams, looks, requests, users

STREAMS, LENGTH, LEAST = 200, 3_000, 50
MOST = binom.ppf(0.999, STREAMS, 0.05)
"""So many of them may err where the chance of each is alpha; one test in a thousand would still see more."""
SHAPES = {
    "normal": lambda c: requests(c, (STREAMS, LENGTH), lambda shape: c.normal(1, 1, shape)),
    "lognormal cost": lambda c: requests(c, (STREAMS, LENGTH), lambda shape: c.lognormal(0, 1.5, shape)),
    "lognormal cost, one in ten": lambda c: requests(c, (STREAMS, LENGTH), lambda s: c.lognormal(0, 1.5, s), 0.1),
    "rare failures": lambda c: requests(c, (STREAMS, LENGTH), lambda shape: (c.random(shape) < 0.01) * 1.0),
    "users who come back": lambda c: users(c, (STREAMS, LENGTH), 20),
}


def erring(streams, *, share=False, course=None):
    """How many streams are ever called different, looked at after every request."""
    with np.errstate(all="ignore"):
        sides = looks(streams)
        found = difference(*sides, share=share)
        out = np.abs(found.value) > half_width(found, course or Course())
    enough = np.logical_and.reduce([(one.requests >= LEAST) & (one.units >= LEAST_UNITS) for one in sides])
    return int((out & enough).any(axis=1).sum())


@pytest.mark.parametrize("shape", SHAPES)
def test_looked_at_after_every_request_no_more_err_than_alpha(shape):
    streams = SHAPES[shape](np.random.default_rng(11))
    assert erring(streams, share=shape == "rare failures") <= MOST


def test_a_test_looked_at_daily_errs_far_more_often():
    streams = SHAPES["normal"](np.random.default_rng(11))
    with np.errstate(all="ignore"):
        found = difference(*looks(streams))
        z = np.abs(found.value) / np.sqrt(found.variance)
    daily = z[:, LENGTH // 28 :: LENGTH // 28]
    assert (daily > 1.96).any(axis=1).sum() > MOST


def test_users_taken_for_requests_would_err():
    """The same streams with each request as a unit of its own."""
    streams = users(np.random.default_rng(11), (STREAMS, LENGTH), 100)
    assert erring(streams) <= MOST
    assert erring(Streams(streams.arm, streams.value)) > MOST


def test_a_difference_is_found():
    streams = SHAPES["lognormal cost"](np.random.default_rng(11))
    dearer = Streams(streams.arm, np.where(streams.arm, 2 * streams.value, streams.value))
    assert erring(dearer) > STREAMS / 2


def test_sums_of_requests_and_of_units_are_one_where_each_is_a_unit():
    plain = Sums(4, 4, 4, 10, 4, 30, 10, 4, 30, 10)  # 1, 2, 3, 4
    found = difference(plain, plain)
    assert found.value == 0
    assert float(found.variance) == pytest.approx(2 * (5 / 3) / 4)  # twice s^2 / n
    assert float(found.effective) == pytest.approx(8)


def test_whoever_never_failed_is_not_known_to_the_end():
    never = Sums(1_000, 1_000, 1_000, 0, 1_000, 0, 0, 1_000, 0, 0)
    assert float(half_width(difference(never, never, share=True), Course())) > 0.003
