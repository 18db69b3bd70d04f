"""Spend budgets steer routes: told as days of traffic, with an evaluation every twenty minutes."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from alerts.board import Board
from alerts.evaluation import EvaluationLoop
from alerts.journal import Journal
from alerts.memory import TRANSITION, remembered
from alerts.policy import RoutePolicy, sound
from alerts.spend import SpendBurns
from alerts.telemetry import StoredTelemetry
from analytics.periods import Period
from analytics.slo.burn import nanoseconds
from analytics.slo.evidence import Gate
from analytics.spending.budget import SpendBudget
from analytics.spending.pace import MOST, rest_burn
from analytics.spending.spending import Spending
from collector.store import DuckDBStore
from instrumentation.downgrade import Tier
from tests.analytics.stored import Line, Stored, put

MIDNIGHT = datetime(2026, 11, 18, tzinfo=UTC)
BUDGET = SpendBudget("day", Decimal(24), Period.DAY, route="answer")  # the plan: a dollar an hour
LADDER = (Tier.PREMIUM, Tier.STANDARD, Tier.ECONOMY, Tier.CACHED_ONLY, Tier.HUMAN_HANDOFF)
ANSWER = RoutePolicy(
    "answer",
    ladder=LADDER,
    budgets=("day",),
    budget_window_s=14400.0,
    down_dwell_s=1200.0,
    up_dwell_s=2400.0,
    hold_s=1200.0,
    longest_gap_s=1200.0,
    jitter_ratio=0.0,
    share_steps=(1.0,),
    probe_shares=(1.0,),
    stale_after_s=3600.0,
)
# What the same answers cost at each tier, as a share of the best one.
COST = {
    Tier.PREMIUM: Decimal(1),
    Tier.STANDARD: Decimal("0.5"),
    Tier.ECONOMY: Decimal("0.25"),
    Tier.CACHED_ONLY: Decimal(0),
}
STEP = timedelta(minutes=20)
REQUESTS = 5  # in a step, for a dollar an hour at the best tier
EACH = Decimal(1) / 3 / REQUESTS


@dataclass
class Days:
    """Traffic that costs what its tier costs, and the watch over it."""

    store: DuckDBStore
    policy: RoutePolicy = ANSWER
    budget: SpendBudget = BUDGET
    at: datetime = MIDNIGHT
    tier: Tier = Tier.PREMIUM
    sent: int = 0
    steps: list = field(default_factory=list)

    def __post_init__(self):
        self.spending = Spending(self.store, [self.budget])
        self.board = Board(1, MIDNIGHT, renew_s=1, lease_s=4)
        self.loop = EvaluationLoop(
            self.store,
            (),
            (self.policy,),
            Journal(self.store),
            self.board,
            lambda: self.at,
            spend=SpendBurns(self.spending, StoredTelemetry(self.store), Gate()),
        )

    def until(self, hour, dollars_an_hour, *, dearer=1):
        """Go on to an hour with as many requests as would cost this at the best tier."""
        while self.at < MIDNIGHT + timedelta(hours=hour):
            self.serve(round(dollars_an_hour * REQUESTS), EACH * Decimal(dearer))
            self.at += STEP
            for taken in (change for group in self.loop.tick().transitions.values() for change in group):
                self.tier = taken.to_tier
                self.steps.append((self.hour, str(taken.to_tier)))
        return self

    def serve(self, requests, dollars_each):
        """Requests that cost this at the best tier, and at others as much less as their models are cheaper."""
        self.sent += requests
        line = Line(
            quantity=round(dollars_each * 10**6),
            unit_price_usd=str(Decimal("0.000001") * COST[self.tier]),
            model=f"{self.tier}-model",
        )
        lines = (line,) if COST[self.tier] else ()
        one = Stored(started_at=nanoseconds(self.at), tier=str(self.tier), lines=lines)
        if requests:
            put(self.store, *(replace(one, number=self.sent - n) for n in range(requests)))

    @property
    def hour(self):
        return round((self.at - MIDNIGHT) / timedelta(hours=1), 2)

    @property
    def spent(self):
        return self.spending.positions(nanoseconds(self.at))[0].spent_usd

    @property
    def reading(self):
        return self.loop.latest.observations[self.policy.scope].readings[0]


@pytest.fixture
def days():
    opened = DuckDBStore(None)
    yield Days(opened)
    opened.close()


def test_healthy_spend_burns_near_one_and_moves_nothing(days):
    assert days.until(6, 1).steps == []
    assert days.reading.judgement.long_burn == pytest.approx(1.0, abs=0.1)
    assert days.reading.money.planned_usd == 6


def test_an_overspending_route_steps_down_before_the_money_is_gone_and_comes_back_with_the_new_day(days):
    """At three dollars an hour from six o'clock, the best tier would have spent the day's 24 by noon."""
    days.until(6, 1).until(12, 3)
    (first, tier), *_ = days.steps
    assert (6 < first < 7.5, tier) == (True, "standard")
    assert days.spent < 15
    days.until(24, 3)
    assert days.spent < 24
    assert {tier for _, tier in days.steps} <= {"standard", "economy", "premium"}  # too fast is no reason for no model
    days.until(27, 0.8)
    assert days.tier is Tier.PREMIUM


def test_it_comes_back_when_the_rest_of_the_day_would_last_at_the_better_tier(days):
    days.until(6, 1).until(8, 4)
    assert days.tier is not Tier.PREMIUM
    days.until(14, 0.4)
    assert days.tier is Tier.PREMIUM


def test_a_budget_that_is_gone_goes_down_to_what_costs_nothing_and_no_further(days):
    days.until(1, 24)  # a whole day's money in one hour: too fast for any dwell
    days.until(5, 24)
    assert days.tier is Tier.CACHED_ONLY
    (decision,) = days.board.issue.document.decisions
    assert decision.tier is Tier.CACHED_ONLY
    assert decision.cause[0].objective == "budget day"
    assert "budget day is gone" in decision.reason
    days.at += timedelta(hours=16)
    days.until(23.9, 0.8)
    assert days.tier is Tier.CACHED_ONLY  # cached answers cost nothing, and the day's money stays spent
    days.until(28, 0.8)
    assert days.tier is Tier.PREMIUM


def test_the_floor_for_a_budget_that_is_gone_can_be_chosen(days):
    chosen = Days(days.store, replace(ANSWER, budget_floor=Tier.ECONOMY))
    assert chosen.until(4, 24).tier is Tier.ECONOMY


def test_from_its_level_on_a_pace_that_does_not_last_is_enough(days):
    """At 5 % above plan nothing fires; with a level at half of the amount it does, from half on."""
    assert days.until(14, 1, dearer="1.05").steps == []
    strict = DuckDBStore(None)
    levelled = Days(strict, replace(ANSWER, budget_level="half")).until(14, 1, dearer="1.05")
    (first, tier), *_ = levelled.steps
    assert (11.4 < first < 12, tier) == (True, "standard")
    strict.close()


def test_the_first_request_of_a_day_is_no_trend(days):
    days.at = MIDNIGHT + timedelta(minutes=1)
    days.serve(1, Decimal("0.1"))  # six times the plan of its minute
    days.at += timedelta(seconds=5)
    days.loop.tick()
    assert days.reading.judgement.reason == "too_few_requests"


@pytest.fixture(scope="module")
def incident():
    """Six healthy hours, and four at four times the traffic."""
    opened = DuckDBStore(None)
    yield Days(opened).until(6, 1).until(10, 4)
    opened.close()


def test_it_stays_down_while_the_better_tier_would_burn(incident):
    assert incident.tier is Tier.ECONOMY
    assert incident.loop.latest.observations[ANSWER.scope].counterfactual_burn > 1.5


def test_a_decision_says_how_much_is_spent_how_fast(incident):
    (decision,) = incident.board.issue.document.decisions
    assert decision.cause[0].objective == "budget day"
    assert "budget day is spent" in decision.reason
    assert "of $24.00 spent" in decision.reason
    assert "planned by now" in decision.reason


def test_a_restart_forgets_no_step_and_no_cause(incident):
    standing = incident.loop.latest.standings[ANSWER.scope]
    back = remembered(Journal(incident.store).entries(TRANSITION), [ANSWER])[ANSWER.scope]
    assert back.transition == standing.transition
    assert back.transition.causes[0].money.amount_usd == 24


def test_silence_changes_nothing(incident):
    tier, before = incident.tier, len(incident.steps)
    incident.until(15, 0)
    assert (incident.tier, len(incident.steps)) == (tier, before)


@pytest.mark.parametrize(
    ("spent", "planned", "still", "left", "burn"),
    [
        (1, 1, 12, 12, 1.0),
        (2, 1, 12, 12, 2.0),
        (1, 1, 12, 6, 2.0),
        (1, 1, 12, 0, MOST),
        (0, 1, 12, 6, 0.0),
        (1, 0, 1, 1, None),
    ],
)
def test_the_burn_of_the_rest_is_the_pace_times_what_is_planned_over_what_is_left(spent, planned, still, left, burn):
    found = rest_burn(
        spent=Fraction(spent), planned=Fraction(planned), still_planned=Fraction(still), left=Fraction(left)
    )
    assert found == burn


@pytest.mark.parametrize(
    ("budgets", "policy", "path"),
    [
        ([BUDGET], ANSWER, None),
        ([BUDGET, BUDGET], ANSWER, ("budgets", 1, "name")),
        ([], ANSWER, ("routes", 0, "budgets", 0)),
        ([BUDGET], replace(ANSWER, budget_level="no such"), ("routes", 0, "budgets", 0)),
    ],
)
def test_a_route_names_budgets_and_levels_that_there_are(budgets, policy, path):
    found = [finding.path for finding in sound({"budgets": budgets, "routes": [policy]})]
    assert found == ([] if path is None else [path])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"budget_burn": 0.9}, "budget_burn is 0.9"),
        ({"budget_window_s": 0.0}, "budget_window_s is 0.0"),
        ({"budget_floor": Tier.HUMAN_HANDOFF}, "budget_floor is human_handoff"),
        ({"budget_floor": Tier.SOURCES_ONLY}, "budget_floor is sources_only"),
    ],
)
def test_a_budget_policy_without_sense_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        replace(ANSWER, **wrong)


# requests an hour, at a dollar -> hours the pace looks back
WINDOWS = {120: 24 / 28, 45: 24 / 14, 15: 24 / 7, 3: 24 / 7}


@pytest.mark.parametrize(("an_hour", "expected_h"), WINDOWS.items())
def test_the_window_of_the_pace_is_longer_while_it_would_hold_few_lines(days, an_hour, expected_h):
    days.policy = replace(ANSWER, budget_window_s=None)
    days.__post_init__()
    while days.at < MIDNIGHT + timedelta(hours=6):
        days.serve(an_hour // 3, Decimal(1) / an_hour)
        days.at += STEP
    days.loop.tick()
    assert days.reading.window.long_s / 3_600 == pytest.approx(expected_h)
    assert days.reading.window.short_s / 300 == pytest.approx(expected_h)
