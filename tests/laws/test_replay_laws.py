"""Replay equals live: what the controller did over a real store is what a replay of that store says it would do."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.board import Board
from alerts.controller import Action, Override, Position
from alerts.evaluation import EvaluationLoop
from alerts.journal import Journal
from alerts.memory import TRANSITION
from alerts.operators import Operators
from alerts.policy import RoutePolicy
from alerts.replay.course import Router, run
from alerts.replay.history import Stretch, world_of
from alerts.replay.recorded import Recorded
from alerts.replay.scenario import Incident, IncidentKind
from alerts.replay.steering import Controller, Move, Rules
from alerts.replay.traffic import world_of as drawn
from alerts.spend import SpendBurns
from alerts.telemetry import StoredTelemetry
from analytics.periods import Period
from analytics.slo.burn import nanoseconds
from analytics.slo.judging import register
from analytics.slo.windows import Window
from analytics.spending.budget import SpendBudget
from analytics.spending.spending import Spending
from collector.store import DuckDBStore
from instrumentation.downgrade import Scope, Tier
from tests.alerts.replay.worlds import OBJECTIVES, small, stored
from tests.analytics.stored import put

HOUR = 3600.0
QUICK = (Window(0.004, 1800.0, 300.0),)
POLICY = RoutePolicy(
    "answer",
    objectives=("up", "quick"),
    budgets=("day",),
    down_dwell_s=300.0,
    up_dwell_s=900.0,
    hold_s=300.0,
    longest_gap_s=900.0,
    stale_after_s=1800.0,
    probe_requests=3,
)
BUDGET = SpendBudget("day", Decimal(12), Period.DAY, route="answer")
PROMISES = tuple(replace(one, windows=QUICK) for one in OBJECTIVES[:2])
KINDS = st.sampled_from(
    [(IncidentKind.PRICE, 6.0), (IncidentKind.TOKENS, 4.0), (IncidentKind.ERRORS, 0.6), (IncidentKind.SLOW, 4.0)]
)
INCIDENTS = st.builds(
    lambda kind, after, lasts, best: Incident(
        kind[0], after * HOUR, lasts * HOUR, kind[1], (Tier.PREMIUM,) if best else ()
    ),
    KINDS,
    st.sampled_from([0.3, 1.0, 2.5]),
    st.sampled_from([0.5, 1.5]),
    st.booleans(),
)


@dataclass
class Lived:
    """A service that really runs: a real store, the evaluation of the server, and routers that obey it."""

    store: DuckDBStore
    scenario: object
    seed: int
    obeying: float = 1.0
    words: dict = field(default_factory=dict)
    looks: list = field(default_factory=list)

    def live(self, every_s: float):
        """Live through the scenario, and return every transition."""
        world, store = drawn(self.scenario, self.seed), self.store
        known, operators = StoredTelemetry(store), Operators(Journal(store), self.scenario.policies)
        loop = EvaluationLoop(
            store,
            self.scenario.objectives,
            self.scenario.policies,
            Journal(store),
            Board(1, self.scenario.start, renew_s=1, lease_s=4),
            lambda: self.looks[-1],
            spend=SpendBurns(Spending(store, self.scenario.budgets), known, self.scenario.gate),
            operators=operators,
        )
        chance = np.random.default_rng(self.seed)
        astray = chance.uniform(0, 1, world.requests) >= self.obeying
        router = Router(world, self.scenario.policies, {p.scope: Position(p.ladder[0]) for p in self.scenario.policies})
        done, waiting, changes = 0, [], []
        at = self.scenario.start
        while at < self.scenario.until:
            at_ns = nanoseconds(at)
            due = [one for one in waiting if one[0] <= at_ns]
            waiting = [one for one in waiting if one[0] > at_ns]
            put(store, *(stored(world, n, tier) for _, n, tier in due))
            register(store, ())
            register(store, self.scenario.objectives)
            if at in self.words:
                operators.give(*self.words[at])
            self.looks.append(at)
            seen = loop.tick()
            found = [(scope, change) for scope, group in seen.transitions.items() for change in group]
            router.move([Move(c.at, scope, c.before, c.after, "") for scope, c in found])
            changes += found
            at += timedelta(seconds=every_s)
            last = int(np.searchsorted(world.arrived_ns, nanoseconds(at)))
            for n, tier in zip(range(done, last), router.tiers(done, last), strict=True):
                place = 2 if astray[n] else int(tier)
                waiting.append((int(world.arrived_ns[n] + world.outcomes[place].lasted_ns[n]), n, place))
            done = last
        return changes

    def replayed(self, **stretch):
        """The transitions of a replay of what is stored."""
        journal = Journal(self.store)
        recorded = Recorded.of(journal)
        time = Stretch(self.scenario.start, self.scenario.until, recorded, **stretch)
        world = world_of(self.store, self.scenario.policies, time)
        rules = Rules(
            self.scenario.policies, self.scenario.objectives, self.scenario.budgets, overrides=recorded.overrides
        )
        made = []

        def maker(given_rules, memory):
            made.append(Controller(given_rules, memory))
            return made[0]

        course = run(world, rules, maker, self.looks)
        return made[0].transitions, course, world


@pytest.fixture
def lived():
    opened = []

    def make(scenario, seed, **more):
        opened.append(DuckDBStore(None))
        return Lived(opened[-1], scenario, seed, **more)

    yield make
    for store in opened:
        store.close()


def scenario_of(*incidents, days=0.15):
    return small(*incidents, days=days, objectives=PROMISES, budgets=(BUDGET,), routes=(POLICY,))


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.lists(INCIDENTS, min_size=1, max_size=2), st.integers(1, 1000), st.sampled_from([1.0, 0.8]))
def test_replay_equals_live(lived, incidents, seed, obeying):
    """Also where some requests are served at another tier than was decided: what happened stays what it was."""
    one = lived(scenario_of(*incidents), seed, obeying=obeying)
    changes = one.live(every_s=600.0)
    transitions, course, world = one.replayed()
    assert transitions == changes
    assert (course.tier == world.actual).all()


def test_an_incident_and_its_end_are_replayed_step_by_step_with_what_an_operator_said(lived):
    scenario = scenario_of(Incident(IncidentKind.ERRORS, HOUR, HOUR, 0.7, (Tier.PREMIUM,)), days=0.25)
    at = scenario.start + timedelta(seconds=10 * 600)
    word = Override(Action.SET, "sam", "the provider told us", at, at + timedelta(hours=1), Tier.ECONOMY)
    one = lived(scenario, 7, words={at: (Scope(route="answer"), word)})
    changes = one.live(every_s=600.0)
    transitions, _, _ = one.replayed()
    assert transitions == changes
    assert {change.why.value for _, change in changes} >= {"burning", "manual", "manual_over"}
    assert len(list(Journal(one.store).entries(TRANSITION))) == len(transitions)


def test_another_policy_is_served_otherwise_only_after_it_decides_otherwise(lived):
    """Never stepping down, the requests after the first step down are estimated at the best tier, and no other."""
    scenario = scenario_of(Incident(IncidentKind.PRICE, HOUR, 2 * HOUR, 6, (Tier.PREMIUM,)))
    one = lived(scenario, 3)
    changes = one.live(every_s=600.0)
    first = nanoseconds(next(change.at for _, change in changes if change.moved))
    world = world_of(
        one.store, scenario.policies, Stretch(scenario.start, scenario.until, Recorded.of(Journal(one.store)))
    )
    stubborn = replace(POLICY, budgets=(), objectives=("up",))
    course = run(world, Rules((stubborn,), (), ()), Controller, one.looks)
    otherwise = course.tier != world.actual
    assert otherwise.any()
    assert (world.arrived_ns[otherwise] >= first).all()
    assert (course.tier == 0).all()
    dearer = world.outcomes[0].cost_femto[otherwise] / world.outcomes[1].cost_femto[otherwise]
    assert np.median(dearer) > 4  # premium costs four times as much as standard, and six times that in the incident
