"""How much spend is needed to show that it is too fast."""

from dataclasses import replace
from decimal import Decimal

import pytest

from alerts.replay.course import looks_of, run
from alerts.replay.scenario import Demand, Frame
from alerts.replay.steering import Controller
from alerts.replay.traffic import world_of
from alerts.replay.trials import rules_of
from alerts.spend import _shown
from analytics.periods import Period
from analytics.slo.evidence import Gate
from analytics.spending.budget import SpendBudget
from tests.alerts.replay.worlds import small


@pytest.mark.parametrize(
    ("times", "lines", "shown"), [(2.0, 10, False), (2.0, 40, True), (1.1, 40, False), (1.1, 1000, True)]
)
def test_the_closer_to_the_limit_the_more_lines_are_needed(times, lines, shown):
    """1 - 1 / times has to reach 1.64 standard deviations, sqrt(3 / lines)."""
    assert _shown(times, lines, Gate()) is shown


def test_a_gate_that_wants_to_be_surer_wants_more_lines():
    assert [_shown(2.0, 40, Gate(confidence=ratio)) for ratio in (0.95, 0.999)] == [True, False]


def test_nothing_spent_shows_nothing():
    assert not _shown(1000.0, 0, Gate())


def test_few_requests_that_cost_what_they_cost_are_no_reason_to_step_down():
    """Three days of four requests an hour, whose sizes differ a lot: 74 cents of a dollar a day."""
    route = replace(small().routes[0], budgets=("day",), objectives=("up",))
    scenario = small(
        frame=Frame(3.0, look_s=300.0),
        demand=(Demand(requests_per_hour=4.0),),
        budgets=(SpendBudget("day", Decimal(1), Period.DAY, route="answer"),),
        routes=(route,),
    )
    worlds = [world_of(scenario, seed) for seed in (1, 2)]
    moves = [run(world, rules_of(scenario), Controller, looks_of(world, 300.0)).moves for world in worlds]
    assert sum(map(len, moves)) <= 2
