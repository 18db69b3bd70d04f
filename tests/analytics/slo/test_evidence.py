"""The gate between a burn that is shown and one that is only suggested."""

import pytest
from scipy.stats import beta

from analytics.slo.arithmetic import Counts
from analytics.slo.evidence import Gate, judged, posterior_over
from analytics.slo.verdicts import Reason, Verdict


def verdict(long: tuple[int, int], short: tuple[int, int], **gate):
    """Counts as (bad, total), for a target of 0.99 and a factor of 10: the threshold is one bad in ten."""
    counts = [Counts(total, total - bad) for bad, total in (long, short)]
    answer = judged(*counts, target=0.99, factor=10.0, gate=Gate(**gate))
    return answer.verdict, answer.reason


@pytest.mark.parametrize(
    ("long", "short", "expected"),
    [
        ((300, 1000), (30, 100), (Verdict.FIRING, Reason.BURNING)),
        ((300, 1000), (10, 100), (Verdict.OK, Reason.SHORT_WINDOW_BELOW)),
        ((300, 1000), (0, 0), (Verdict.INSUFFICIENT_DATA, Reason.NO_RECENT_REQUESTS)),
        ((100, 1000), (100, 100), (Verdict.OK, Reason.LONG_WINDOW_BELOW)),
        ((2, 10), (2, 2), (Verdict.INSUFFICIENT_DATA, Reason.TOO_FEW_REQUESTS)),
        ((1, 1), (1, 1), (Verdict.INSUFFICIENT_DATA, Reason.TOO_FEW_REQUESTS)),
        ((0, 0), (5, 5), (Verdict.INSUFFICIENT_DATA, Reason.NO_REQUESTS)),
    ],
)
def test_a_verdict_needs_both_windows_and_enough_requests(long, short, expected):
    assert verdict(long, short) == expected


def test_three_failures_of_three_fire_and_a_higher_minimum_waits():
    assert verdict((3, 3), (3, 3))[0] is Verdict.FIRING
    assert verdict((3, 3), (3, 3), minimum_requests=4)[0] is Verdict.INSUFFICIENT_DATA


@pytest.mark.parametrize(("bad", "total"), [(0, 1), (1, 1), (3, 40), (500, 1000)])
def test_the_posterior_is_the_upper_tail_of_the_beta_distribution(bad, total):
    expected = beta.sf(0.1344, bad + 0.5, total - bad + 0.5)
    assert posterior_over(Counts(total, total - bad), 0.1344) == pytest.approx(expected, abs=1e-12)


def test_burns_and_posterior_are_reported_with_the_verdict():
    answer = judged(Counts(100, 80), Counts(10, 5), target=0.9, factor=1.5)
    assert (answer.long_burn, answer.short_burn) == (pytest.approx(2.0), pytest.approx(5.0))
    assert answer.posterior == pytest.approx(beta.sf(0.15, 20.5, 80.5))


@pytest.mark.parametrize("settings", [{"confidence": 0.4}, {"confidence": 1.0}, {"minimum_requests": 0}])
def test_a_gate_that_lets_everything_or_nothing_through_is_refused(settings):
    with pytest.raises(ValueError, match="expected"):
        Gate(**settings)


def test_weighted_figures_are_only_as_much_evidence_as_equal_ones_that_say_the_same():
    twenty_each = Counts(total=80, good=20, effective=4)  # four figures that stand for twenty each
    assert posterior_over(twenty_each, 0.5) == posterior_over(Counts(4, 1), 0.5)
    assert posterior_over(twenty_each, 0.5) < posterior_over(Counts(80, 20), 0.5)


def test_three_heavy_figures_are_not_enough_where_four_are_asked_for():
    heavy = Counts(total=300, good=0, effective=3)
    found = judged(heavy, heavy, target=0.99, factor=13.44, gate=Gate(minimum_requests=4))
    assert (found.verdict, found.reason) == (Verdict.INSUFFICIENT_DATA, Reason.TOO_FEW_REQUESTS)
