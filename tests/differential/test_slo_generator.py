"""google's slo-generator agrees with our burn to its own rounding, and what the rounding costs."""

import random

import numpy as np
import pytest

from analytics.slo.arithmetic import Counts, burn_rate
from tests.differential.slo_generator.asking import Case, reports
from tests.differential.tools import GENERATOR_STEPS, TARGET, rounded_burn

HOUR = (3600, 9.0)


def case(bad: int, total: int, goal: float = TARGET, step: tuple[int, float] = HOUR) -> Case:
    return Case(goal, [step], [(total - bad, bad)])


def drawn() -> list[Case]:
    chance = random.Random(4)
    sizes = [(chance.randrange(1, 5000), chance.choice([0.9, 0.95, 0.99, 0.999])) for _ in range(200)]
    return [case(chance.randrange(total + 1), total, goal) for total, goal in sizes]


def test_its_burn_is_ours_rounded_twice():
    """The good ratio to six digits, which is half a millionth of error over the budget, and the burn to one."""
    cases = drawn()
    for asked, [told] in zip(cases, reports(cases), strict=True):
        [(good, bad)] = asked.counts
        ours = burn_rate(Counts(good + bad, good), asked.goal)
        assert told["error_budget_burn_rate"] == pytest.approx(ours, abs=0.05 + 5e-7 / (1 - asked.goal) + 1e-9)


def test_its_definition_in_the_comparison_is_its_own():
    cases = drawn()
    told = [report["error_budget_burn_rate"] for [report] in reports(cases)]
    counts = [(good + bad, bad, asked.goal) for asked in cases for good, bad in asked.counts]
    again = [rounded_burn(np.array([events]), np.array([bad]), goal)[0] for events, bad, goal in counts]
    assert told == again


def test_it_compares_what_it_has_rounded():
    """904 of 10,000 are a burn of 9.04, which is above 9 and is told as 9.0; at 9.05 and more it alerts."""
    below, above = reports([case(904, 10_000), case(906, 10_000)])
    assert (below[0]["alert"], above[0]["alert"]) == (False, True)
    assert burn_rate(Counts(10_000, 10_000 - 904), TARGET) > 9  # type: ignore[operator]


def test_a_window_without_events_is_no_report_and_no_zero():
    [[empty]] = reports([case(0, 0)])
    assert empty == {"valid": False, "alert": None, "error_budget_burn_rate": None, "sli_measurement": None}


def test_its_steps_are_single_windows():
    """An hour of errors that ended long ago still alerts: there is no short window that says it is over."""
    steps = [(minutes * 60, limit) for minutes, limit in GENERATOR_STEPS]
    [[hour, half_day]] = reports([Case(TARGET, steps, [(1000, 0), (11_000, 1000)])])
    assert (hour["alert"], half_day["alert"]) == (False, True)
