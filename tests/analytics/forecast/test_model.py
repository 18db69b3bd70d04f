"""What a forecast follows, and what it does not."""

import numpy as np
import pytest

from analytics.forecast.rolling import naive_paths, paths, rolled
from analytics.forecast.season import season_index
from tests.analytics.forecast.spend import WEEK, spend

QUIET_SUNDAYS = np.tile([10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 0.0], 20)


def ahead(values, steps=7):
    return paths(values, np.array([len(values)]), steps, 7)[0]


def test_what_always_was_goes_on():
    assert ahead(QUIET_SUNDAYS).tolist() == pytest.approx([10] * 6 + [0])


def test_one_day_of_ten_times_the_spend_moves_nothing():
    noisy = spend("flat", 1, 140)
    spiked = noisy.copy()
    spiked[-2] *= 10
    assert ahead(spiked).sum() == pytest.approx(ahead(noisy).sum(), rel=0.1)


def test_three_days_at_a_new_level_are_the_new_level():
    steady = np.tile(100 * WEEK, 20) * np.random.default_rng(3).lognormal(0, 0.05, 140)
    stepped = steady.copy()
    stepped[-4:] *= 2
    assert ahead(stepped).sum() == pytest.approx(2 * ahead(steady).sum(), rel=0.15)


def test_noise_has_next_to_no_season():
    index = season_index(spend("no week", 5, 182), np.array([182]), 7)
    assert np.abs(index - 1).max() < 0.08  # 26 weeks of noise of 20 % leave 5 % in an index that is not drawn to 1


def test_a_week_that_is_there_stays():
    found = season_index(spend("flat", 5, 182), np.array([182]), 7)[0]
    assert found == pytest.approx(7 * WEEK / WEEK.sum(), rel=0.1)


def test_an_origin_knows_nothing_of_what_came_after_it():
    values = spend("walk", 1, 150)
    changed = values.copy()
    changed[100:] *= 5
    origins = np.array([60, 99, 100])
    assert paths(values, origins, 14, 7) == pytest.approx(paths(changed, origins, 14, 7))


@pytest.mark.parametrize("times", [1e-6, 1e9])
def test_the_unit_does_not_matter(times):
    values = spend("grow", 1, 150)
    assert ahead(times * values, 30) == pytest.approx(times * ahead(values, 30))


def test_nothing_is_forecast_from_nothing():
    assert ahead(np.zeros(60), 30).tolist() == [0.0] * 30


def test_growth_goes_on_and_levels_off():
    growing = 100 + np.arange(150.0)
    path = ahead(growing, 60)
    assert 250 < path[6] < 260
    assert path[59] - path[52] < path[13] - path[6]


def test_the_naive_way_is_the_last_week_once_more():
    values = np.arange(70.0)
    assert naive_paths(values, np.array([70]), 10, 7)[0].tolist() == [63, 64, 65, 66, 67, 68, 69, 63, 64, 65]


def test_what_has_not_come_yet_is_unknown():
    found = rolled(spend("flat", 1, 100), 30, 7)
    last = found.origins[-1]
    assert np.isfinite(found.came[-1]).sum() == 100 - last
    assert found.ahead.shape == (30,)
