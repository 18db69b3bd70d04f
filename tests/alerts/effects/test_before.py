"""Where nobody was served better meanwhile: the time before, less what changed for others; the truth is built in."""

import numpy as np
import pytest
from scipy.stats import binom

from alerts.effects.before import Times, against_before
from alerts.effects.comparing import Arm, Verdict
from tests.alerts.effects.worlds import LONG, good, quick, true_change, two_times

WORLDS = 200


@pytest.mark.parametrize(
    ("draw", "before", "after", "effect"),
    [(quick, 100.0, 150.0, 1.0), (quick, 100.0, 150.0, 0.7), (good, 0.8, 0.7, 0.0), (good, 0.8, 0.7, -0.1)],
    ids=["no effect on latency", "quicker", "no effect on scores", "worse"],
)
def test_the_interval_holds_the_true_effect_whatever_changes_for_everybody(draw, before, after, effect):
    true = true_change(draw, after, effect)
    found = [
        against_before(
            two_times(seed, draw=draw, before=before, after=after, effect=effect), seed, factor=draw is quick
        )
        for seed in range(WORLDS)
    ]
    held = sum(one.low <= true <= one.high for one in found)
    low, high = binom.ppf((0.001, 0.999), WORLDS, 0.95)
    assert low <= held <= high


def test_without_others_what_changes_for_everybody_is_taken_for_the_effect():
    alone = two_times(1, draw=quick, before=100.0, after=150.0, effect=1.0)
    found = against_before(Times(alone.after, alone.before), 1, factor=True)
    assert found.verdict is Verdict.HIGHER
    assert found.low < 50 * np.exp(0.125) < found.high


def test_with_few_requests_nothing_is_said():
    few = Arm(np.ones((LONG, 1)) * 0.4, np.ones((LONG, 1)), np.ones((LONG, 1)))
    assert against_before(Times(few, few), 1, factor=False).verdict is Verdict.NOT_KNOWN


def test_no_failure_before_or_after_is_an_interval_with_a_width():
    """Wilson of 0 in 600 reaches to 0.64 %; both of them, squared and added: 0.64 %."""
    none = Arm(np.full((LONG, 1), 10.0), np.zeros((LONG, 1)), np.zeros((LONG, 1)))
    found = against_before(Times(none, none), 1, factor=False)
    assert (found.low, found.high) == pytest.approx((-0.0064, 0.0064), abs=1e-4)
