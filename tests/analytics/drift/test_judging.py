"""A verdict is wrong as seldom as it says, also where requests come in clusters, and sees what is there."""

import numpy as np
import pytest
from scipy.stats import binom, chi2_contingency, false_discovery_control, wasserstein_distance

from analytics.drift import effects
from analytics.drift.features import by_share
from analytics.drift.judging import Verdict, adjusted_p, judged, p_values
from analytics.drift.permuting import statistics
from analytics.drift.settings import DriftSettings
from analytics.drift.stream import Key
from tests.analytics.drift.made import LAYOUT, figures, words

REPEATS = 300


def between(rate, repeats=REPEATS):
    """Counts that a rate makes in all but one of a thousand runs."""
    return binom.ppf(0.0005, repeats, rate), binom.ppf(0.9995, repeats, rate)


@pytest.mark.parametrize(
    ("n", "cluster", "growth"), [(100, 1, 1.0), (200, 10, 1.0), (1_000, 10, 1.0), (500, 10, 3.0)], ids=str
)
def test_without_drift_p_values_are_as_small_as_they_say(n, cluster, growth):
    chance = np.random.default_rng([n, cluster])
    streams = [figures(chance, n, cluster=cluster, growth=growth) for _ in range(REPEATS)]
    p = p_values(streams, 1.0, chance)
    for level in (0.05, 0.2, 0.5):
        least, most = between(level)
        assert least <= (p <= level).sum() <= most


def test_words_without_drift_too_with_cells_of_hardly_any():
    chance = np.random.default_rng(5)
    streams = [words(chance, 120, [0.97, 0.01, 0.01, 0.005, 0.005]) for _ in range(REPEATS)]
    least, most = between(0.05)
    assert least <= (p_values(streams, 1.0, chance) <= 0.05).sum() <= most


def test_of_two_hundred_streams_ten_drifted_are_found_and_hardly_others():
    chance, false, found = np.random.default_rng(7), 0, 0
    for _ in range(5):
        streams = [
            figures(chance, 200, shift=0.5 if i < 10 else 0.0, key=Key("output_tokens", "tenant", f"t{i}"))
            for i in range(200)
        ]
        drifted = [one.verdict is Verdict.DRIFTED for one in judged(streams, DriftSettings(), chance)]
        found += sum(drifted[:10])
        false += sum(drifted[10:])
    assert found >= 45  # of 50; the power is 0.98
    assert false <= binom.ppf(0.999, found + false, 0.05)


def test_a_certain_difference_that_does_not_count_is_too_small():
    chance = np.random.default_rng(1)
    (one,) = judged([figures(chance, 20_000, shift=0.06)], DriftSettings(), chance)
    assert one.verdict is Verdict.TOO_SMALL
    assert one.p_value < 0.01


def test_too_few_on_a_side_is_insufficient_whatever_they_say():
    chance = np.random.default_rng(1)
    (one,) = judged([figures(chance, 30, shift=5.0)], DriftSettings(), chance)
    assert (one.verdict, one.p_value) == (Verdict.INSUFFICIENT_DATA, None)


def test_one_bad_minute_is_no_drift():
    chance = np.random.default_rng(1)
    stream = figures(chance, 300)
    block = int(np.flatnonzero(LAYOUT.current)[3])
    stream.counts[block, -1] += 60  # sixty slow requests at once
    (one,) = judged([stream], DriftSettings(), chance)
    assert one.verdict is not Verdict.DRIFTED


def test_a_constant_is_steady():
    chance = np.random.default_rng(1)
    stream = words(chance, 600, [1.0])
    (one,) = judged([stream], DriftSettings(), chance)
    assert (one.verdict, one.p_value) == (Verdict.STEADY, 1.0)


def test_the_statistic_of_words_is_pearsons():
    stream = words(np.random.default_rng(2), 600, [0.5, 0.3, 0.2])
    ours = statistics(LAYOUT.current[None, :].astype(np.float32), [by_share(stream.counts)])[0, 0]
    assert ours == pytest.approx(chi2_contingency(np.stack(stream.sides()), correction=False).statistic, rel=1e-3)


def test_the_distance_is_scipys():
    stream = figures(np.random.default_rng(3), 400, shift=1.0)
    before, since = stream.sides()
    places = effects.positions(stream.cells, by_factor=True)
    both = before / before.sum() + since / since.sum()
    spread = np.sqrt(np.average((places - np.average(places, weights=both)) ** 2, weights=both))
    theirs = wasserstein_distance(places, places, before, since)
    assert effects.distance(before, since, places) == pytest.approx(theirs / spread)


def test_adjusting_is_scipys():
    p = np.random.default_rng(4).random(50) ** 3
    assert adjusted_p(p) == pytest.approx(false_discovery_control(p))


def test_the_same_streams_are_judged_the_same():
    streams = [figures(np.random.default_rng(i), 200) for i in range(5)]
    first, again = (p_values(streams, 0.05, np.random.default_rng(9)) for _ in range(2))
    assert first.tolist() == again.tolist()
