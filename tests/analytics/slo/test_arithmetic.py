"""The arithmetic of budgets, against sums a reader can redo."""

import pytest

from analytics.slo.arithmetic import Counts, budget_remaining, burn_rate, exhausted_in_s

DAY_S = 86400


def test_three_bad_of_a_thousand_burn_three_times_what_one_in_a_thousand_allows():
    assert burn_rate(Counts(1000, 997), 0.999) == pytest.approx(0.003 / 0.001)


def test_nothing_counted_is_nothing_known():
    assert Counts().error_ratio is None
    assert burn_rate(Counts(), 0.99) is None
    assert budget_remaining(Counts(), 0.99) is None
    assert exhausted_in_s(None, 3.0, DAY_S) is None
    assert exhausted_in_s(0.5, None, DAY_S) is None


def test_a_budget_can_be_overdrawn():
    assert budget_remaining(Counts(100, 97), 0.99) == pytest.approx(1 - 3 / 1)


def test_an_overdrawn_budget_is_exhausted_now_and_a_quiet_one_never():
    assert exhausted_in_s(-2.0, 3.0, DAY_S) == 0
    assert exhausted_in_s(0.5, 0.0, DAY_S) is None


def test_half_a_budget_at_double_burn_lasts_a_quarter_of_the_period():
    assert exhausted_in_s(0.5, 2.0, DAY_S) == DAY_S / 4
