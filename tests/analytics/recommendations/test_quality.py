"""A model is called held although it is worse by the margin no more often than alpha says, at whatever looks."""

import numpy as np
from scipy.stats import binom

from analytics.experiments.intervals import Course, Sums
from analytics.recommendations.quality import Held, Margins, held, measured

MARGINS = Margins(0.05, 0.01, 200, Course(0.05))
STREAMS, LENGTH = 200, 4_000
NEVER_FAILED = Sums(*([LENGTH] * 3), 0, LENGTH, 0, 0, LENGTH, 0, 0)


def sums(values):
    n, x, xx = len(values), values.sum(), (values**2).sum()
    return Sums(n, n, n, x, n, xx, x, n, xx, x)


def ever_held(loss, seed):
    """Whether scores of 0.8 are ever called held, looked at every hundred requests, by a model that loses so much."""
    chance = np.random.default_rng(seed)
    dear, cheap = chance.beta(8, 2, LENGTH), chance.beta(8, 2, LENGTH) - loss
    looks = range(200, LENGTH + 1, 100)
    told = ("evaluation", "helpful")
    return any(
        next(iter(measured({told: sums(dear[:n])}, {told: sums(cheap[:n])}, MARGINS))).held is Held.HOLDS for n in looks
    )


def test_a_loss_of_the_margin_is_rarely_called_held_and_none_usually_is():
    wrong = sum(ever_held(0.04, seed) for seed in range(STREAMS))
    right = sum(ever_held(0.0, seed) for seed in range(40))
    assert wrong <= binom.ppf(0.999, STREAMS, 0.05)
    assert right > 20


def test_errors_alone_prove_no_quality():
    told = {("error_ratio", ""): NEVER_FAILED}
    found = list(measured(told, told, MARGINS))
    assert [one.held for one in found] == [Held.HOLDS]
    assert held(found) is Held.NOT_KNOWN_YET
