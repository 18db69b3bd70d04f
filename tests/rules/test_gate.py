"""The evidence that rules ask for is that of the posterior, to an event."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.slo.arithmetic import Counts
from analytics.slo.evidence import Gate, posterior_over
from analytics.slo.rules.gate import RatioGate


def least_bad(events: int, ratio: float, confidence: float) -> int:
    """What the posterior asks for; one more than there are where nothing is enough."""
    enough = (bad for bad in range(events + 1) if posterior_over(Counts(events, events - bad), ratio) >= confidence)
    return next(enough, events + 1)


@given(
    events=st.integers(1, 400),
    ratio=st.floats(0.0005, 0.9),
    confidence=st.floats(0.8, 0.99),
)
def test_it_is_never_more_than_an_event_away(events, ratio, confidence):
    ours = RatioGate.of(ratio, Gate(confidence)).least_bad(events)
    assert abs(max(0, min(ours, events + 1)) - least_bad(events, ratio, confidence)) <= 1


@pytest.mark.parametrize("ratio", [0.001, 0.0134, 0.1344, 0.6])
def test_at_the_default_confidence_it_is_mostly_the_same(ratio):
    counts = [*range(1, 60), 100, 300, 1000]
    ours = [min(RatioGate.of(ratio, Gate()).least_bad(n), n + 1) for n in counts]
    assert np.mean([a == least_bad(n, ratio, 0.95) for a, n in zip(ours, counts, strict=True)]) > 0.85
