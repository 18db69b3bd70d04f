"""Split as planned or not: wrong no more often than is said, at every look."""

import numpy as np
from scipy.stats import chisquare

from analytics.experiments.split import SplitVerdict, split_of

EVEN = {"a": 0.5, "b": 0.5}


def test_chi_square_is_what_everybody_computes():
    found = split_of({"a": 510, "b": 450}, EVEN)
    told = chisquare([510, 450])
    assert np.allclose((found.chi_square, found.p_value), (told.statistic, told.pvalue))


def test_looked_at_after_every_unit_no_plan_that_was_kept_is_called_broken():
    chance = np.random.default_rng(4)
    for _ in range(40):
        of_a = (chance.random(2_000) < 0.9).cumsum()
        looks = (split_of({"a": int(a), "b": n - int(a)}, {"a": 0.9, "b": 0.1}) for n, a in enumerate(of_a, 1))
        assert all(one.verdict is SplitVerdict.AS_PLANNED for one in looks)


def test_a_loss_of_four_in_a_hundred_is_seen():
    assert split_of({"a": 20_000, "b": 19_200}, EVEN).verdict is SplitVerdict.MISMATCH


def test_one_variant_is_no_split():
    assert split_of({"a": 10}, {"a": 1.0}) is None
    assert split_of({}, EVEN) is None
