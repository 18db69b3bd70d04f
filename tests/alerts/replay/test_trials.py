"""Who steers, what it came to, and how that is measured."""

from dataclasses import fields, replace
from datetime import timedelta

import numpy as np
import pytest

from alerts.controller import Position
from alerts.replay.course import Course, Router, looks_of, run
from alerts.replay.oracle import oracle, periods
from alerts.replay.scenario import Frame, Incident, IncidentKind
from alerts.replay.scorecard import COLUMNS, Score, merged, score, together
from alerts.replay.steering import Controller, Move
from alerts.replay.trials import ABOUT, ORACLE, STEERING, rules_of, trials
from alerts.replay.world import femto
from analytics.slo.burn import nanoseconds
from instrumentation.downgrade import Scope, Tier
from tests.alerts.replay.worlds import small, world_of

HOUR = 3600.0
LONG = small(Incident(IncidentKind.TOKENS, 6 * HOUR, 12 * HOUR, 5), days=1.0)
LONG = replace(LONG, frame=Frame(1.0, look_s=300.0), budgets=LONG.budgets[:1])
LONG = replace(LONG, routes=tuple(replace(r, budgets=("day",), objectives=("up",)) for r in LONG.routes))
ANSWER = Scope(route="answer")
TOP, HALF, LOW = (
    Position(Tier.PREMIUM),
    Position(Tier.STANDARD, (Tier.PREMIUM,), 0.5),
    Position(Tier.STANDARD, (Tier.PREMIUM,)),
)


@pytest.fixture(scope="module")
def found():
    return {trial.name: trial for trial in trials(LONG, list(ABOUT), [1])}


def test_everybody_who_may_steer_is_said_what_they_do():
    assert set(ABOUT) == {*STEERING, ORACLE}


def test_every_figure_has_a_column():
    assert [column.name for column in COLUMNS] == [entry.name for entry in fields(Score)]


def test_doing_nothing_overspends_and_gives_nothing_up(found):
    figures = found["none"].score
    assert figures.overspend_usd > 0
    assert (figures.quality_lost, figures.below_ratio, figures.steps_per_day) == (0, 0, 0)
    assert figures.downgrade_min is None


def test_the_controller_stays_within_the_budget_and_comes_down_before_a_cap_does(found):
    mine, cap = found["controller"].score, found["hard_cap"].score
    assert mine.overspend_usd < cap.overspend_usd
    assert mine.downgrade_min < cap.downgrade_min
    assert found["cap_80"].score.downgrade_min <= cap.downgrade_min


def test_a_cap_serves_the_cheapest_model_from_the_look_on_that_sees_the_amount_spent(found):
    (move,) = found["hard_cap"].course.moves
    assert (move.before.tier, move.after.tier) == (Tier.PREMIUM, Tier.ECONOMY)
    world = world_of(LONG, 1)
    before = world.arrived_ns < nanoseconds(move.at)
    spent = world.outcomes[0].cost_femto[before].sum()
    assert spent == pytest.approx(femto(LONG.budgets[0].amount_usd), rel=0.02)
    assert set(found["hard_cap"].course.tier[~before]) == {2}


def test_the_naive_one_goes_to_and_fro(found):
    assert found["naive"].score.steps_per_day > 3 * found["controller"].score.steps_per_day


def test_nobody_who_stays_within_the_budget_loses_less_than_the_oracle(found):
    best = found[ORACLE].score
    assert best.overspend_usd == 0
    kept = [one.score.quality_lost for one in found.values() if one.score.overspend_usd == 0]
    assert min(kept) == best.quality_lost


def test_the_oracle_stops_within_one_request_of_the_amount():
    world, rules = world_of(LONG, 1), rules_of(LONG)
    course = oracle(world, rules)
    (budget,), ((start_ns, _),) = rules.budgets, periods(world, rules.budgets[0])
    costs = np.stack([one.cost_femto for one in world.outcomes])[course.tier, np.arange(world.requests)]
    left = femto(budget.amount_usd) - costs.sum()
    assert start_ns == nanoseconds(world.start)
    assert 0 <= left <= world.outcomes[0].cost_femto.max()


def test_the_oracle_avoids_what_fails_while_it_fails():
    incident = Incident(IncidentKind.ERRORS, HOUR, HOUR, 0.5, (Tier.PREMIUM,))
    scenario = small(incident, budgets=())
    world = world_of(scenario, 1)
    tier = oracle(world, rules_of(scenario), scenario.incidents).tier
    hour = (world.arrived_ns - nanoseconds(world.start)) // 3_600_000_000_000
    assert set(tier[hour == 1]) == {1}
    assert set(tier[hour != 1]) == {0}


def test_a_router_serves_shares_by_a_sticky_hash():
    world = world_of(small(), 1)
    router = Router(world, LONG.policies, {ANSWER: TOP})
    counts = []
    for position in (TOP, HALF, LOW):
        router.move([Move(world.start, ANSWER, TOP, position, "")])
        counts.append(router.tiers(0, world.requests))
    assert set(counts[0]) == {0}
    assert counts[1].mean() == pytest.approx(0.5, abs=0.1)
    assert set(counts[2]) == {1}


def test_a_narrower_scope_is_asked_first():
    world = world_of(small(), 1)
    acme = replace(LONG.policies[0], tenant="acme")
    narrow, wide = Position(Tier.ECONOMY, (Tier.PREMIUM, Tier.STANDARD)), LOW
    router = Router(world, (*LONG.policies, acme), {ANSWER: wide, acme.scope: narrow})
    tier, tenants = router.tiers(0, world.requests), [group["tenant"] for group in world.groups]
    assert {(tenants[g], int(t)) for g, t in zip(world.group, tier, strict=True)} == {("acme", 2), ("zoo", 1)}


def test_a_gap_in_the_telemetry_changes_nothing_until_it_is_over():
    """In it nothing moves, and what came is counted when it comes."""
    gap = Incident(IncidentKind.GAP, 8 * HOUR, 2 * HOUR)
    scenario = replace(LONG, incidents=(*LONG.incidents, gap))
    world = world_of(scenario, 2)
    begin = scenario.start + timedelta(hours=8, minutes=5)
    course = run(world, rules_of(scenario), Controller, looks_of(world, 300.0))
    assert course.moves
    assert not [move for move in course.moves if begin < move.at < begin + timedelta(minutes=110)]


def moved(world, hours, before, after):
    return Move(world.start + timedelta(hours=hours), ANSWER, before, after, "")


def test_minutes_are_counted_from_the_incident_and_from_its_end():
    incident = Incident(IncidentKind.ERRORS, HOUR, HOUR, 0.5)
    scenario = small(incident, days=1.0)
    world, rules = world_of(scenario, 1), rules_of(replace(scenario, budgets=()))
    moves = (
        moved(world, 1.5, TOP, LOW),
        moved(world, 3, LOW, TOP),
        moved(world, 10, TOP, HALF),
        moved(world, 12, HALF, TOP),
    )
    course = Course("somebody", np.zeros(world.requests, np.int64), moves)
    figures = score(world, rules, course, course, scenario.incidents)
    assert (figures.downgrade_min, figures.recover_min, figures.steps_per_day) == (30, 60, 4)
    quiet_days = (24 - 7) / 24  # an hour of trouble, and six after it
    assert figures.quiet_steps_per_day == pytest.approx(2 / quiet_days)
    assert figures.false_min_per_day == pytest.approx(0.5 * 120 / quiet_days)


def test_who_is_still_down_at_the_end_has_not_recovered():
    scenario = small(Incident(IncidentKind.ERRORS, HOUR, HOUR, 0.5))
    world, rules = world_of(scenario, 1), rules_of(scenario)
    for moves, minutes in (
        ((moved(world, 1.5, TOP, LOW),), None),
        ((moved(world, 1.2, TOP, LOW), moved(world, 1.9, LOW, TOP)), 0),
    ):
        course = Course("somebody", np.zeros(world.requests, np.int64), moves)
        assert score(world, rules, course, course, scenario.incidents).recover_min == minutes


def test_figures_of_several_worlds_are_their_mean_and_their_worst(found):
    one, other = (replace(found["none"].score, quality_lost=lost, recover_min=None) for lost in (0.1, 0.3))
    mean, worst = together([one, other])
    assert (mean["quality_lost"], worst["quality_lost"]) == (pytest.approx(0.2), 0.3)
    assert mean["recover_min"] is None


def test_spans_that_touch_become_one():
    world = world_of(small(), 1)
    at = [world.start + timedelta(hours=n) for n in range(5)]
    assert merged([(at[2], at[3]), (at[0], at[1]), (at[1], at[2]), (at[4], at[4])]) == [(at[0], at[3]), (at[4], at[4])]
