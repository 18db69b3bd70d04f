"""The tests keep the level they name and find what is there; the bounds hold for nasty scores; oracles agree."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, permutation_test

from analytics.evaluation.bounds import detectable, loss_at_most
from analytics.evaluation.flips import flipped
from analytics.evaluation.mcnemar import worse_p_value
from tests.analytics.evaluation.twins import twin_runs

LEVEL = 0.05
STREAMS = 400
SURE = 0.999


def differences(items, seed, loss=0.0):
    baseline, candidate = twin_runs(items, seed, loss=loss)
    names = [metric.name for metric in baseline.metrics]
    pairs = zip(baseline.items, candidate.items, strict=True)
    return np.array([[now.scores[name] - was.scores[name] for name in names] for was, now in pairs])


def within(count, trials, rate):
    low, high = binom.interval(SURE, trials, rate)
    return low <= count <= high


def test_without_a_change_one_metric_and_five_together_are_refused_as_often_as_the_level_says():
    found = [flipped(differences(60, seed), np.zeros(5), level=LEVEL, seed=seed, flips=399) for seed in range(STREAMS)]
    alone = sum(one.p_values[3] <= LEVEL for one in found)  # token_f1: no two scores are equal
    assert within(alone, STREAMS, LEVEL), alone
    together = sum(one.adjusted.min() <= LEVEL for one in found)
    assert within(together, STREAMS, LEVEL), together


def test_a_loss_of_a_fifth_is_found_in_most_comparisons_of_a_hundred_items():
    found = [
        flipped(differences(100, seed, 0.2), np.zeros(5), level=LEVEL, seed=seed, flips=399).adjusted.min() <= LEVEL
        for seed in range(60)
    ]
    assert sum(found) > 50


def test_flipped_signs_agree_with_scipys_permutation_test():
    values = np.random.default_rng(4).normal(-0.1, 0.3, 12)  # 12 signs: scipy goes through all of them
    exact = permutation_test(
        (values, np.zeros(12)),
        lambda one, other, axis: (one - other).mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        alternative="less",
        n_resamples=np.inf,
    )
    ours = flipped(values[:, None], np.zeros(1), level=LEVEL, seed=1).p_values[0]
    assert ours == pytest.approx(exact.pvalue, abs=0.015)


@settings(deadline=None)
@given(worse=st.integers(0, 30), better=st.integers(0, 30))
def test_mcnemars_p_value_is_the_binomial_one_less_half_of_the_tie(worse, better):
    if worse + better == 0:
        return
    whole = binomtest(worse, worse + better, 0.5, alternative="greater").pvalue
    assert worse_p_value(worse, better) == pytest.approx(whole - binom.pmf(worse, worse + better, 0.5) / 2)


@settings(deadline=None, max_examples=20)
@given(worse=st.integers(0, 12), better=st.integers(0, 12), same=st.integers(0, 20))
def test_flipping_yes_and_no_is_mcnemars_test(worse, better, same):
    values = np.array([-1.0] * worse + [1.0] * better + [0.0] * (same + 1))
    ours = flipped(values[:, None], np.zeros(1), level=LEVEL, seed=2, flips=1_999).p_values[0]
    assert ours == pytest.approx(worse_p_value(worse, better), abs=0.04)


def test_adjusted_p_values_are_never_below_the_plain_ones_and_equal_metrics_count_once():
    one = differences(60, 1)[:, [3]]
    found = flipped(np.hstack([one, one, one]), np.zeros(3), level=LEVEL, seed=1)
    assert found.adjusted == pytest.approx(found.p_values, abs=0.002)
    several = flipped(differences(60, 1), np.zeros(5), level=LEVEL, seed=1)
    assert (several.adjusted >= several.p_values - 0.002).all()


def test_missing_pairs_change_nothing_for_the_others():
    table = differences(60, 1)
    holes = np.vstack([table, np.full((20, 5), np.nan)])
    kept = flipped(holes, np.zeros(5), level=LEVEL, seed=1)
    assert np.isfinite(kept.lower).all()
    assert kept.p_values == pytest.approx(flipped(table, np.zeros(5), level=LEVEL, seed=1).p_values, abs=0.02)


def test_an_interval_holds_the_true_difference_as_often_as_it_says():
    held = 0
    for seed in range(STREAMS):
        found = flipped(differences(60, seed)[:, [3]], np.zeros(1), level=LEVEL, seed=seed, flips=399)
        held += found.lower[0] <= 0 <= found.upper[0]
    assert within(held, STREAMS, 1 - 2 * LEVEL), held


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
def test_the_bound_of_a_loss_errs_at_most_as_often_as_its_level_where_few_items_lose_everything(share):
    chance = np.random.default_rng(int(share * 100))
    draws = (-(chance.random(50) < share).astype(float) for _ in range(STREAMS))
    below = sum(loss_at_most(one, level=LEVEL, seed=1, rounds=499) < share for one in draws)
    assert below <= binom.ppf(SURE, STREAMS, LEVEL), below


def test_with_equal_pairs_the_bound_is_the_rule_of_three():
    assert loss_at_most(np.zeros(100), level=LEVEL, seed=1) == pytest.approx(1 - LEVEL ** (1 / 100), abs=0.002)


def test_what_is_detectable_is_found_four_times_of_five():
    chance = np.random.default_rng(8)
    base = chance.normal(0, 0.2, (300, 80))
    loss = float(np.mean([detectable(one, LEVEL) for one in base[:20]]))
    found = sum(
        flipped((one - loss)[:, None], np.zeros(1), level=LEVEL, seed=1, flips=399).p_values[0] <= LEVEL for one in base
    )
    assert within(found, 300, 0.8), found
