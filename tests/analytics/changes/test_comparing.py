"""Whether two windows differ: how often it is said where nothing changed, and how often where something did."""

import numpy as np
import pytest

from analytics.changes.comparing import LEAST_MINUTES, LEAST_REQUESTS, Sums, Verdict, compared

MINUTES, TRIALS = 60, 400
CHANCE = np.random.default_rng(20261121)


def sums(n, x) -> Sums:
    n, x = n.astype(float), x.astype(float)
    return Sums(len(n), n.sum(), (n * n).sum(), x.sum(), (x * x).sum(), (n * x).sum())


def window(ratio: float, *, spread: float = 0.0, rate: float = 10.0) -> Sums:
    """Minutes of about ``rate`` requests; with a spread some minutes are worse, for all of their requests."""
    n = np.maximum(1, CHANCE.poisson(rate, MINUTES))
    each = ratio if spread == 0 else CHANCE.beta(ratio / spread, (1 - ratio) / spread, MINUTES)
    return sums(n, CHANCE.binomial(n, each))


def differing(before: float, after: float, **shape: float) -> float:
    """The share of trials in which a difference is seen."""
    said = [compared(window(before, **shape), window(after, **shape)).verdict for _ in range(TRIALS)]
    return said.count(Verdict.DIFFERS) / TRIALS


@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_where_nothing_changed_a_difference_is_seen_once_in_a_hundred_times_or_so(spread):
    assert differing(0.05, 0.05, spread=spread) <= 0.03


def test_a_test_over_requests_would_be_wrong_about_bad_minutes():
    """Of the same windows, told as if each request were a sample of its own."""

    def proportions(one: Sums, other: Sums) -> bool:
        both = (one.x + other.x) / (one.n + other.n)
        apart = abs(one.ratio - other.ratio) / np.sqrt(both * (1 - both) * (1 / one.n + 1 / other.n))
        return bool(apart > 2.576)

    wrong = [proportions(window(0.05, spread=0.3), window(0.05, spread=0.3)) for _ in range(TRIALS)]
    assert sum(wrong) / TRIALS > 0.1


def test_errors_that_triple_are_seen():
    assert differing(0.05, 0.15) >= 0.95


def test_figures_that_never_vary_differ_when_they_differ():
    ten = np.full(MINUTES, 10)
    assert compared(sums(ten, ten * 100), sums(ten, ten * 100)).verdict is Verdict.NO_DIFFERENCE_SEEN
    assert compared(sums(ten, ten * 100), sums(ten, ten * 101)).verdict is Verdict.DIFFERS


@pytest.mark.parametrize(
    ("minutes", "rate"), [(LEAST_MINUTES - 1, LEAST_REQUESTS), (LEAST_MINUTES, LEAST_REQUESTS // LEAST_MINUTES - 1)]
)
def test_too_few_say_nothing(minutes, rate):
    n = np.full(minutes, rate)
    said = compared(sums(n, n * 0), sums(n, n))
    assert (said.verdict, said.p_value) == (Verdict.TOO_FEW_REQUESTS, None)
