"""More figures than may be watched: everybody's are, those seen first stay, and what is left out is counted."""

import pytest

from analytics.findings.course import Course
from analytics.findings.following import Following
from analytics.findings.reading import Key
from analytics.findings.settings import FindingSettings
from analytics.findings.watch import GRAINS
from tests.analytics.derive.house import Sent, call
from tests.analytics.findings.story import STEP_S, told, turn, watch

OF_ONE = 7
"""Figures of a tenant and of everybody: cost, cost and tokens (two) per request, p95, errors, refusals."""
EVERYBODY = [Key("cost", "all", ""), Key("error_ratio", "all", "")]


def settings(most: int) -> FindingSettings:
    return FindingSettings(per=("all", "tenant"), requests=2, most_figures=most)


def served(tenants: int, *, from_s: float = 0.0, until_s: float = 3 * 3_600):
    """Two requests of every tenant in every step."""
    for number in range(round(from_s / 150), round(until_s / 150)):
        for tenant in range(tenants):
            trace, whom = number * 100 + tenant + 1, {"burnline.tenant": f"tenant-{tenant}"}
            yield Sent(trace=trace, start_s=number * 150.0, kind="request", says=whom)
            yield call(trace=trace, span=2, parent=1, start_s=number * 150.0)


@pytest.fixture
def house():
    with told(*served(3, until_s=2 * 3_600)) as opened:
        yield opened


def followed(of):
    return [set(grain.following) for grain in of.grains]


def test_without_a_limit_in_sight_nothing_is_left_out(house):
    of = watch(house, 0, settings(1_000))
    turn(of, 2 * 3_600 + 120)
    assert (of.figures, of.left_out) == (len(GRAINS) * 4 * OF_ONE, 0)


def test_beyond_the_limit_everybody_and_those_seen_first_are_watched_and_the_others_counted(house):
    most = 2 * OF_ONE - 1
    of = watch(house, 0, settings(most))
    turn(of, 2 * 3_600 + 120)
    assert of.figures == len(GRAINS) * (OF_ONE + most)
    assert of.left_out == len(GRAINS) * (3 * OF_ONE - most)
    for keys in followed(of):
        assert keys.issuperset(EVERYBODY)
        assert {key.value for key in keys} == {"", "tenant-0", "tenant-1"}


def test_those_who_come_later_find_no_room_and_nobody_loses_theirs_even_after_a_restart():
    with told(*served(2, until_s=2 * 3_600)) as house:
        of = watch(house, 0, settings(2 * OF_ONE))
        turn(of, 2 * 3_600 + 120)
        before = followed(of)
        of.close()
        house.send(*served(3, from_s=2 * 3_600))
        house.settle()
        again = watch(house, 2 * 3_600 + 200, settings(2 * OF_ONE))
        turn(again, 3 * 3_600 + 120)
        assert followed(again) == before
        assert again.left_out == len(GRAINS) * OF_ONE


def test_a_figure_judged_at_once_is_where_it_is_step_by_step():
    values = {step: 10.0 + step % 3 + (20.0 if step >= 80 else 0.0) for step in range(100)}
    late = values | {90: 11.0}
    at_once, by_step = Following(Course(STEP_S)), Following(Course(STEP_S))
    at_once.turn(late, 88)
    for until in range(1, 101):
        settle_until = max(0, until - 12)
        known = values if until < 100 else late
        open_steps = {step: known[step] for step in range(max(0, until - 13), until)}
        by_step.turn(open_steps, settle_until)
    assert at_once.settled.state() == by_step.settled.state()
    assert at_once.events == by_step.events
    assert at_once.events
