"""A detector is judged by its false alarms and by how soon it sees what happened, on figures from seeds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from analytics.anomalies.detector import ALARM, FALSE_ALARMS_PER_ROW, Detector
from tests.analytics.anomalies.figures import ROW_S, SHAPES, figures

AT = 3_000


def scores(rows, rate=FALSE_ALARMS_PER_ROW):
    detector = Detector(rate)
    return [detector.update(at_s, value).score for at_s, value in rows]


def alarms(rows, rate=FALSE_ALARMS_PER_ROW):
    return [row for row, score in enumerate(scores(rows, rate)) if score >= ALARM]


def changed(shape, by, rows=AT + 200):
    """Figures whose values from row AT on are what ``by`` makes of them."""
    return [(at_s, by(value) if row >= AT else value) for row, (at_s, value) in enumerate(figures(shape, 7, rows))]


STREAMS, ROWS = 8, 4_000


@pytest.fixture(scope="module")
def found_where_nothing_happens():
    """Alarms by shape; streams of their own, which nothing was fitted to."""
    return {
        shape: sum(len(alarms(figures(shape, seed, ROWS))) for seed in range(700, 700 + STREAMS)) for shape in SHAPES
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_where_nothing_happens_alarms_are_as_rare_as_they_are_set(found_where_nothing_happens, shape):
    expected = STREAMS * ROWS * FALSE_ALARMS_PER_ROW  # 32,000 / 4,000 = 8
    assert found_where_nothing_happens[shape] <= poisson.ppf(0.995, expected)


def test_over_all_shapes_there_are_as_many_alarms_as_are_set_and_not_far_fewer(found_where_nothing_happens):
    expected = len(SHAPES) * STREAMS * ROWS * FALSE_ALARMS_PER_ROW
    assert poisson.ppf(0.005, expected) <= sum(found_where_nothing_happens.values()) <= poisson.ppf(0.995, expected)


def test_a_rate_that_is_set_higher_brings_more_alarms():
    rows = figures("heavy tails", 1, 8_000)
    few, many = len(alarms(rows, 1 / 4_000)), len(alarms(rows, 1 / 200))
    assert few < many <= 60  # 8,000 / 200 = 40 expected


@pytest.mark.parametrize(
    ("shape", "by", "rows"),
    [
        ("normal", lambda value: value + 3, 12),
        ("many a row", lambda value: value * 1.5, 20),
        ("ratio of few", lambda value: value + 0.1, 10),
        ("counts by day", lambda value: value * 3, 10),
        ("heavy tails", lambda value: value + 5, 30),
    ],
)
def test_a_lasting_change_is_seen_within_a_few_rows(shape, by, rows):
    seen = [row for row in alarms(changed(shape, by)) if row >= AT]
    assert seen
    assert seen[0] < AT + rows


def test_a_single_wild_value_is_seen_in_its_row():
    rows = figures("normal", 7, AT + 1)
    rows[AT] = (rows[AT][0], 20.0)  # ten times the spread above the mean
    assert alarms(rows)[-1] == AT


def test_a_flat_line_is_seen_although_every_value_is_usual():
    rows = changed("normal", lambda _: 10.0)
    assert [row for row in alarms(rows) if AT <= row < AT + 60]


def test_noise_that_grows_is_seen_although_the_mean_stays():
    rows = changed("many a row", lambda value: 50 + 4 * (value - 50))
    assert [row for row in alarms(rows) if AT <= row < AT + 20]


def test_one_change_is_one_alarm():
    """Ten streams that are higher from a row on, for good; 9,000 rows may have 2.25 false alarms besides."""
    found = []
    for seed in range(7, 17):
        rows = [
            (at_s, value + 4 if row >= AT else value)
            for row, (at_s, value) in enumerate(figures("normal", seed, AT + 900))
        ]
        found.append([row - AT for row in alarms(rows) if row >= AT])
    assert all(rows[0] <= 5 for rows in found)
    assert sum(len(rows) - 1 for rows in found) <= poisson.ppf(0.995, 10 * 900 * FALSE_ALARMS_PER_ROW)


def test_an_event_does_not_hide_the_next_one():
    """Three times three hours that are higher, a day and more apart: each is told."""
    events = (AT, AT + 400, AT + 800)
    rows = [
        (at_s, value + 4 if any(at <= row < at + 36 for at in events) else value)
        for row, (at_s, value) in enumerate(figures("normal", 7, AT + 1_000))
    ]
    found = alarms(rows)
    assert all(any(at <= row < at + 12 for row in found) for at in events)


def test_in_a_short_file_a_spike_does_not_hide_the_next_one():
    """Ten files of 1,300 values with three spikes of ten spreads: at least 24 of the 30 are told."""
    spikes = (700, 950, 1_200)
    told = 0
    for seed in range(30, 40):
        rows = [
            (at_s, value + 10 * (row in spikes)) for row, (at_s, value) in enumerate(figures("normal", seed, 1_300))
        ]
        told += len(set(spikes).intersection(alarms(rows)))
    assert told >= 24


def test_what_comes_again_and_again_is_usual():
    """A value ten spreads off every 400 rows from a day on, where one alarm in 4,000 rows is set."""
    rows = [
        (at_s, value + 10 * (row > AT and row % 400 == 0))
        for row, (at_s, value) in enumerate(figures("normal", 8, 24_000))
    ]
    found = [row for row in alarms(rows) if row % 400 == 0]
    assert found[:2] == [3_200, 3_600]
    assert len(found) <= 10
    assert len([row for row in found if row >= 12_000]) <= 3


@pytest.mark.parametrize("seed", range(7, 12))
def test_a_level_that_lasts_is_learned_and_one_that_returns_is_not(seed):
    """Values 6 spreads higher for 36 rows, and for good: how rare the next one is that is 6 above the level then."""

    def rarity_of_the_next(end):
        detector = Detector()
        for row, (at_s, value) in enumerate(figures("normal", seed, AT + 1_000)):
            detector.update(at_s, value + 6 * (AT <= row < end))
        at_s = AT * ROW_S + 1_000 * ROW_S
        return detector.update(at_s, detector.baseline.expected(at_s) + 6).rarity

    assert rarity_of_the_next(AT + 36) > rarity_of_the_next(AT + 1_000)


def test_a_habit_of_the_day_is_expected_after_some_days():
    detector = Detector()
    for at_s, value in figures("days and weekends", 3, 288 * 4):
        detector.update(at_s, value)
    noon = 288 * 4 + 72  # the sine is at its top a quarter into the day
    assert detector.update(noon * ROW_S, 140.0).expected == pytest.approx(140, abs=15)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300), st.integers(0, 300))
def test_no_score_rests_on_later_rows(values, cut):
    rows = [(ROW_S * row, value) for row, value in enumerate(values)]
    assert scores(rows)[:cut] == scores(rows[:cut])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), max_size=400))
def test_every_score_is_between_0_and_1(values):
    assert all(0 <= score <= 1 for score in scores([(ROW_S * row, value) for row, value in enumerate(values)]))


def test_figures_that_never_moved_are_calm_until_they_do():
    rows = [(ROW_S * row, 5.0) for row in range(500)]
    assert alarms(rows) == []
    assert alarms([*rows, (ROW_S * 500, 6.0)]) == [500]


def test_where_only_what_lasts_counts_a_single_wild_value_is_none():
    rows = figures("dear now and then", 7, AT + 40)
    rows[AT] = (rows[AT][0], 1e6)

    def told(figures_of):
        detector = Detector(1e-6, lasting=True)
        return [row for row, one in enumerate(figures_of) if detector.update(*one).score >= ALARM]

    assert told(rows) == []
    lasting = [(at_s, value * 30 if row >= AT else value) for row, (at_s, value) in enumerate(rows)]
    assert AT < told(lasting)[0] < AT + 12
