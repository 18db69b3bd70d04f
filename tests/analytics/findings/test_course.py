"""One figure: what is unusual about it is dated and ends; late steps change nothing about what is said in the end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.findings.course import Course, Ended
from analytics.findings.following import Following

STEP_S = 300
AT = 600


def figures(seed=1, rows=AT + 60, shift=0.0, until=None):
    values = np.random.default_rng(seed).normal(100, 5, rows)
    values[AT:until] += shift
    return [float(value) for value in values]


def judged(values, rate=1e-6):
    course = Course(STEP_S)
    course.detector.false_alarms_per_row = rate
    for step, value in enumerate(values):
        course.take(step, value)
    return course


@pytest.mark.parametrize("shift", [-25.0, 20.0, 50.0])
def test_a_shift_is_found_and_dated_to_a_step_or_two(shift):
    (event,) = judged(figures(shift=shift)).events
    assert abs(event.start_s / STEP_S - AT) <= 2
    assert event.observed - event.expected == pytest.approx(shift, abs=6)
    assert event.until_s is None


def test_an_end_is_where_the_figure_was_back():
    (event,) = judged(figures(shift=30.0, until=AT + 20)).events
    assert event.ended == Ended.RETURNED
    assert abs(event.until_s / STEP_S - (AT + 20)) <= 2


def test_what_stays_is_the_new_normal():
    (event,) = judged(figures(rows=AT + 160, shift=30.0)).events
    assert event.ended == Ended.NEW_NORMAL
    assert event.until_s == event.alarmed_s + 100 * STEP_S


def test_a_single_wild_step_is_none():
    assert judged(figures(shift=500.0, until=AT + 1)).events == []


def test_where_nothing_happens_findings_are_as_rare_as_they_are_set():
    values = [figures(seed, rows=2_000) for seed in range(20)]
    found = sum(len(judged(one, rate=1e-3).events) for one in values)
    assert found <= 58  # 40,000 steps x 1/1,000 = 40 expected; a Poisson count of 40 is above 58 once in 200


def test_what_is_kept_goes_on_as_if_nothing_had_been():
    values = figures(shift=30.0)
    halfway = Course.of(judged(values[: AT + 5]).state())
    for step in range(AT + 5, len(values)):
        halfway.take(step, values[step])
    assert halfway.state() == judged(values).state()


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_late_values_end_in_what_would_have_been_told_in_time(data):
    values = figures(shift=30.0, until=AT + 12)[AT - 60 :]
    late = data.draw(st.dictionaries(st.integers(0, len(values) - 1), st.integers(1, 10), max_size=12))
    following = Following(Course(STEP_S))
    following.allow(1e-4)
    for now in range(1, len(values) + 13):
        known = {step: values[step] for step in range(min(now, len(values))) if step + late.get(step, 0) < now}
        since = {step: value for step, value in known.items() if step >= now - 1 - 12}
        following.turn(since, now - 12)
    assert following.settled.state() == judged(values, rate=1e-4).state()
