"""The watch on real parts: requests in a store, an objective, a journal, a board, and a route that steps."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from threading import Thread

import pytest

from alerts.board import Board
from alerts.controller import Position, State, Why
from alerts.counterfactual import TierAbove
from alerts.evaluation import EvaluationLoop, evaluate
from alerts.journal import Journal
from alerts.memory import BUDGETS, TRANSITION, note, remembered
from alerts.policy import RoutePolicy
from alerts.telemetry import StoredTelemetry
from analytics.slo.evidence import Gate
from analytics.slo.judging import register
from analytics.slo.objective import Objective, Sli
from analytics.slo.verdicts import Verdict
from analytics.slo.windows import Window
from collector.store import DuckDBStore, StoreUnavailable
from instrumentation.downgrade import Mode, OnExpiry, Scope, Tier
from tests.analytics.traffic import NOON, Request, arrive, stream

# The pace of a demonstration: an incident, the step down, and the recovery within a minute.
QUICK = (Window(0.05, 10.0, 3.0),)
CHEAP = Objective(
    "cheap", Sli.COST, 0.9, route="answer", ceiling_usd=Decimal("0.02"), period_s=600.0, windows=QUICK
)  # factor 3, so more than 30 % dear answers fire
UP = Objective("up", Sli.AVAILABILITY, 0.9, route="answer", period_s=600.0, windows=QUICK)
ANSWER = RoutePolicy(
    "answer",
    down_dwell_s=5.0,
    up_dwell_s=10.0,
    hold_s=5.0,
    longest_gap_s=2.0,
    jitter_ratio=0.0,
    share_steps=(1.0,),
    probe_shares=(1.0,),
    on_expiry=OnExpiry.HOLD,
)
CALM = Request()
DEAR = Request(cost_usd=Decimal("0.05"))
CHEAPER = Request(tier="standard")


STEPPED = State(Position(Tier.STANDARD, (Tier.PREMIUM,)))
LOWER = State(Position(Tier.CACHED_ONLY, (Tier.PREMIUM, Tier.ECONOMY)))


def above(watched, state, *objectives):
    """What is known of the tier above a state, a second after noon."""
    estimate = TierAbove(StoredTelemetry(watched.store), Gate(minimum_requests=3))
    found = estimate.estimates(ANSWER, objectives, state, NOON + timedelta(seconds=1))
    return [(one.burn, one.verdict) for one in found]


@dataclass
class Clock:
    """An instant that a test moves."""

    at: object = NOON

    def __call__(self):
        return self.at


@dataclass
class Watched:
    """A store with traffic, watched once a second."""

    store: DuckDBStore
    policies: tuple = (ANSWER,)
    objectives: tuple = (CHEAP, UP)
    clock: Clock = field(default_factory=Clock)
    board: Board = field(default_factory=lambda: Board(1, NOON, renew_s=1, lease_s=4))

    def __post_init__(self):
        register(self.store, self.objectives)
        self.restart()

    def restart(self):
        self.loop = EvaluationLoop(
            self.store, self.objectives, self.policies, Journal(self.store), self.board, self.clock
        )

    def run(self, until_s, request):
        """Ten equal requests a second, an evaluation after each second; returns [(second, tier)] of the steps."""
        steps = []
        while self.clock.at < NOON + timedelta(seconds=until_s):
            self.clock.at += timedelta(seconds=1)
            if request is not None:
                arrive(self.store, stream(self.clock.at, every_s=0.1, seconds=1, request=request))
            steps += [(self.second, str(t.to_tier)) for group in self.loop.tick().transitions.values() for t in group]
        return steps

    @property
    def second(self):
        return round((self.clock.at - NOON).total_seconds())

    @property
    def decisions(self):
        return self.board.issue.document.decisions


@pytest.fixture
def watched():
    opened = DuckDBStore(None)
    yield Watched(opened)
    opened.close()


def test_an_incident_within_a_minute_steps_down_and_back_up(watched):
    """Seconds 0-10 calm; 10-14 the premium tier is dear; then the standard tier, which is not."""
    assert watched.run(10, CALM) == []
    assert watched.decisions == ()
    assert watched.run(14, DEAR) == [(14, "standard")]  # 40 of the last 100 answers are too dear: 4 times the budget
    (decision,) = watched.decisions
    assert (decision.tier, decision.share, decision.mode) == (Tier.STANDARD, 1.0, Mode.DEGRADED)
    assert (decision.scope, decision.on_expiry) == (Scope(route="answer"), OnExpiry.HOLD)
    # the dear answers leave the ten seconds at 24; the way up needs five calm seconds
    assert watched.run(40, CHEAPER) == [(29, "premium")]
    assert watched.decisions == ()


def test_a_decision_says_why_to_people_and_to_machines(watched):
    watched.run(10, CALM)
    watched.run(14, DEAR)
    (decision,) = watched.decisions
    assert decision.reason == (
        "answer steps down from premium to standard: cheap burns 4x its budget over 10s and 10x over 3s "
        "(limit 3x, 40 bad of 100 requests)."
    )
    assert decision.user_notice == "Answers come from a lighter model for the moment."
    (cause,) = decision.cause
    assert (cause.objective, cause.threshold, cause.requests) == ("cheap", pytest.approx(3.0), 100)
    assert (cause.long_burn, cause.short_burn) == (pytest.approx(4.0), pytest.approx(10.0))


def test_the_lease_is_renewed_while_the_decision_stays_as_it_is(watched):
    watched.run(14, DEAR)
    before = watched.decisions[0]
    watched.run(16, CHEAPER)
    after = watched.decisions[0]
    assert after.expires_at > before.expires_at
    assert replace(after, expires_at=before.expires_at) == before


def test_silence_changes_nothing_and_keeps_the_lease(watched):
    watched.run(10, CALM)
    watched.run(14, DEAR)
    stepped = watched.decisions[0].issued_at
    assert watched.run(40, None) == []
    assert watched.decisions[0].issued_at == stepped
    assert watched.decisions[0].expires_at > watched.clock.at


def test_a_restart_forgets_no_downgrade(watched):
    assert watched.run(14, DEAR)[0][1] == "standard"
    tier = watched.decisions[0].tier
    watched.board = Board(2, watched.clock.at, renew_s=1, lease_s=4)
    watched.restart()
    watched.run(watched.second + 1, CHEAPER)
    assert watched.decisions[0].tier is tier
    assert watched.decisions[0].cause[0].objective == "cheap"


def test_every_step_is_in_the_journal_with_its_inputs(watched):
    watched.run(10, CALM)
    watched.run(14, DEAR)
    watched.run(40, CHEAPER)
    journal = Journal(watched.store)
    down, up = (entry.content for entry in journal.entries(TRANSITION))
    assert journal.verify() is None
    assert down["transition"]["causes"][0]["long"] | {"effective": None} == {
        "total": 100,
        "good": 60,
        "effective": None,
    }
    assert (down["state"]["position"]["tier"], up["state"]["position"]["tier"]) == ("standard", "premium")
    assert down["policy"]["down_dwell_s"] == 5.0
    assert "steps down" in down["sentence"]


def test_what_is_not_on_record_is_not_published(watched, monkeypatch):
    def full(_journal, notes, _at):
        if notes:
            raise StoreUnavailable("no space left")

    watched.run(10, CALM)
    with monkeypatch.context() as broken:
        broken.setattr(Journal, "append", full)
        with pytest.raises(StoreUnavailable):
            watched.run(14, DEAR)
    assert watched.decisions == ()
    assert watched.run(15, DEAR) == [(15, "standard")]


def test_the_higher_tier_is_judged_by_the_requests_it_still_serves(watched):
    """A router that does not follow keeps sending to the premium tier, where answers stay dear: no step up."""
    watched.run(4, DEAR)
    while watched.second < 30:
        arrive(watched.store, stream(watched.clock.at, every_s=0.5, seconds=1, request=DEAR))
        arrive(watched.store, stream(watched.clock.at, every_s=0.02, seconds=1, request=CHEAPER))
        assert watched.run(watched.second + 1, None) == []
    assert watched.loop.latest.observations[ANSWER.scope].counterfactual_burn == pytest.approx(10.0)
    assert watched.run(50, CHEAPER)[0][1] == "premium"


def test_with_too_few_requests_at_the_higher_tier_nobody_knows(watched):
    arrive(watched.store, [DEAR, DEAR])
    assert above(watched, STEPPED, CHEAP) == [(None, Verdict.INSUFFICIENT_DATA)]
    arrive(watched.store, [DEAR])
    assert above(watched, STEPPED, CHEAP) == [(pytest.approx(10.0), Verdict.FIRING)]
    assert above(watched, LOWER, CHEAP) == [(None, Verdict.INSUFFICIENT_DATA)]


def test_one_objective_over_budget_at_the_higher_tier_is_enough_to_say_no(watched):
    unpriced = Request(status="error", cost_usd=None, cost_status="unpriced")
    arrive(watched.store, [unpriced] * 3)
    assert above(watched, STEPPED, CHEAP, UP)[1] == (pytest.approx(10.0), Verdict.FIRING)
    arrive(watched.store, [replace(unpriced, status="ok")] * 300)
    unknown, calm = above(watched, STEPPED, CHEAP, UP)
    assert unknown == (None, Verdict.INSUFFICIENT_DATA)
    assert calm == (pytest.approx(3 / 303 / 0.1), Verdict.OK)


def test_what_probing_has_taught_survives_a_restart(watched):
    watched.run(10, CALM)
    watched.run(14, DEAR)
    standing = watched.loop.latest.standings[ANSWER.scope]
    taught = replace(standing.state, backoff=4, fallback=standing.state.position, turns=(NOON,), held_until=NOON)
    journal = Journal(watched.store)
    journal.append([note(ANSWER, taught, standing.transition)], watched.clock.at)
    back = remembered(journal.entries(TRANSITION), [ANSWER])[ANSWER.scope].state
    assert back == replace(taught, alarm=back.alarm, calm=back.calm)
    assert (back.backoff, back.stepped_at) == (4, watched.clock.at)


def test_a_change_of_budgets_is_noted_once(watched):
    watched.run(1, CALM)
    watched.restart()
    watched.run(2, CALM)
    watched.objectives = (replace(CHEAP, target=0.8), UP)
    watched.restart()
    watched.run(3, CALM)
    noted = [entry.content["objectives"][0] for entry in Journal(watched.store).entries(BUDGETS)]
    assert [objective["target"] for objective in noted] == [0.9, 0.8]
    assert noted[0]["ceiling_usd"] == "0.02"


def test_a_ladder_that_was_edited_lifts_nothing(watched):
    watched.run(10, CALM)
    watched.run(14, DEAR)
    shorter = replace(ANSWER, ladder=(Tier.PREMIUM, Tier.ECONOMY))
    entries = Journal(watched.store).entries(TRANSITION)
    assert remembered(entries, [shorter])[ANSWER.scope].state.tier is Tier.ECONOMY


def test_a_tenant_of_its_own_policy_steps_alone():
    store = DuckDBStore(None)
    acme = replace(CHEAP, name="cheap at acme", tenant="acme")
    policies = (ANSWER, replace(ANSWER, tenant="acme"))
    watched = Watched(store, policies, (CHEAP, acme))
    other = Request(tenant="other")
    while watched.second < 14:
        arrive(store, stream(watched.clock.at + timedelta(seconds=1), every_s=0.02, seconds=1, request=other))
        watched.run(watched.second + 1, DEAR)
    assert {decision.scope for decision in watched.decisions} == {Scope(tenant="acme", route="answer")}
    store.close()


def test_evaluating_twice_at_one_instant_gives_the_same(watched):
    watched.run(4, DEAR)
    again = [evaluate(watched.store, (CHEAP, UP), (ANSWER,), {}, watched.clock.at) for _ in range(2)]
    assert again[0] == again[1]
    assert [change.why for change in again[0].transitions[ANSWER.scope]] == [Why.BURNING]


def test_the_loop_survives_a_failure_counts_it_and_ends_when_told(watched):
    ticks = []

    def failing():
        ticks.append(1)
        if len(ticks) == 3:
            watched.loop.turns.stop()
        raise StoreUnavailable("down") if len(ticks) == 1 else RuntimeError("unforeseen")

    watched.loop.clock = failing
    watched.loop.every_s = 0.001
    thread = Thread(target=watched.loop.run)
    thread.start()
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert (watched.loop.failures, watched.loop.latest) == (3, None)
