"""Intervals hold as often as they say."""

from math import sqrt

import numpy as np
import pytest

from analytics.forecast.backtest import backtest, pinball, wape
from analytics.forecast.bands import HIGH, LOW, step_band, sums_of
from analytics.forecast.rolling import naive_paths, rolled
from tests.analytics.forecast.spend import SHAPES, several, spend

DAYS, AHEAD, SEEDS = 180, 30, 10


@pytest.fixture(scope="module")
def judged():
    return [(rolled(before, AHEAD, 7), came) for before, came in several(SHAPES, SEEDS, DAYS, AHEAD)]


def test_the_sum_of_a_month_is_in_its_interval_four_times_in_five(judged):
    held = []
    for found, came in judged:
        sums, forecast = sums_of(found), found.ahead.sum()
        low, high = (forecast * (1 + sums.error(AHEAD, share)) for share in (LOW, HIGH))
        held.append(low <= came.sum() <= high)
    count = len(held)
    assert abs(np.mean(held) - 0.8) < 0.05 + 2 * sqrt(0.8 * 0.2 / count)  # the gate, and chance beyond it


def test_single_days_are_in_theirs_four_times_in_five(judged):
    held = [np.mean((step_band(found, LOW) <= came) & (came <= step_band(found, HIGH))) for found, came in judged]
    assert 0.75 <= np.mean(held) <= 0.85


def test_the_ends_of_an_interval_are_where_a_tenth_is_beyond(judged):
    for found, _ in judged[::20]:
        sums = sums_of(found)
        assert sums.probability_above(1 + sums.error(AHEAD, HIGH), AHEAD) == pytest.approx(0.1, abs=0.02)
        assert sums.probability_above(1 + sums.error(AHEAD, LOW), AHEAD) == pytest.approx(0.9, abs=0.02)


def test_what_is_called_one_in_five_comes_about_in_one_of_five(judged):
    told = []
    for found, came in judged:
        for ratio in (0.9, 1.0, 1.1, 1.2):
            likely = sums_of(found).probability_above(ratio, AHEAD)
            told.append((likely, came.sum() > ratio * found.ahead.sum()))
    for low, high in ((0.0, 0.1), (0.1, 0.4), (0.6, 0.9), (0.9, 1.0)):
        come = [came for likely, came in told if low <= likely <= high]
        assert low - 0.1 < np.mean(come) < high + 0.1


def test_a_higher_amount_is_never_likelier_to_be_passed():
    sums = sums_of(rolled(spend("walk", 2, DAYS), AHEAD, 7))
    chances = [sums.probability_above(ratio, AHEAD) for ratio in np.linspace(0, 3, 60)]
    assert chances == sorted(chances, reverse=True)
    assert (chances[0], chances[-1]) == pytest.approx((0.995, 0.005))  # nothing is impossible


def test_too_few_errors_know_nothing():
    few = rolled(spend("flat", 1, 22), 3, 7)
    assert np.isnan(step_band(few, LOW)).all()
    assert sums_of(few).probability_above(1.0, 3) is None


def test_we_err_less_than_the_last_week_once_more():
    ours, naive = (
        np.mean([(b.wape, b.pinball) for b in found], axis=0)
        for found in zip(*[_both(before) for before, _ in several(SHAPES, 1, DAYS, AHEAD)], strict=True)
    )
    assert (ours < 0.85 * naive).all()


def _both(values):
    ours, naive = rolled(values, AHEAD, 7), rolled(values, AHEAD, 7, naive_paths)
    return backtest(ours, naive), backtest(naive, ours)


def test_a_back_test_says_what_the_intervals_did():
    values = spend("flat", 4, DAYS)
    found = backtest(rolled(values, 7, 7), rolled(values, 7, 7, naive_paths))
    assert 0.7 < found.coverage_ratio < 0.9
    assert 0.6 < found.sum_coverage_ratio <= 1.0
    assert found.origins == 60
    assert found.wape < found.naive_wape


def test_nothing_came_and_nobody_knows_the_error():
    assert wape(np.zeros(3), np.ones(3)) is None
    assert pinball(np.array([1.0]), np.array([1.0]), 0.1).tolist() == [0.0]
