"""The quality floor on real parts: evaluations in a store, by the tier that served the answers."""

from datetime import timedelta
from decimal import Decimal

import pytest

from alerts.board import Board
from alerts.controller import Why
from alerts.evaluation import EvaluationLoop
from alerts.journal import Journal
from alerts.memory import TRANSITION
from alerts.policy import RoutePolicy, floor, steering
from analytics.slo.burn import nanoseconds
from analytics.slo.judging import register
from analytics.slo.objective import Objective, Sli
from analytics.slo.windows import Window
from collector.store import DuckDBStore, Query, Step
from instrumentation.downgrade import Tier
from tests.analytics.traffic import NOON, Request, arrive, stream

QUICK = (Window(0.05, 10.0, 3.0),)
CHEAP = Objective("cheap", Sli.COST, 0.9, route="answer", ceiling_usd=Decimal("0.02"), period_s=600.0, windows=QUICK)
GROUNDED = Objective(
    "grounded", Sli.MEASURE, 0.9, route="answer", measure="groundedness", at_least=0.5, period_s=600.0, windows=QUICK
)
ANSWER = RoutePolicy("answer", quality=("grounded",), share_steps=(1.0,), down_dwell_s=5.0, up_dwell_s=10.0)
DEAR = Request(cost_usd=Decimal("0.05"))
_TOLD = Query(
    "told",
    "insert into figures by name select 1 as batch_seq, 1 as record_index, make_timestamp_ns($at_ns) as told_at, "
    "'groundedness' as measure, $score as value, 1 as weight, attribution_id "
    "from attributions, range($answers) where tier = $tier",
)


@pytest.fixture
def store():
    opened = DuckDBStore(None)
    register(opened, (CHEAP, GROUNDED))
    yield opened
    opened.close()


def watch(store, second):
    at = NOON + timedelta(seconds=second)
    loop = EvaluationLoop(
        store, (CHEAP, GROUNDED), (ANSWER,), Journal(store), Board(1, NOON, renew_s=1, lease_s=4), lambda: at
    )
    arrive(store, stream(at, every_s=0.1, seconds=5, request=DEAR))
    return loop.tick()


def judged(store, tier, score, answers):
    """So many answers of a tier, which were evaluated five seconds after noon."""
    arrive(store, [Request(tier=tier)])
    at_ns = nanoseconds(NOON + timedelta(seconds=5))
    store.change([Step(_TOLD, {"at_ns": at_ns, "score": score, "answers": answers, "tier": tier})])


def test_a_tier_with_bad_answers_is_passed_over_and_the_journal_says_why(store):
    judged(store, "standard", 0.1, 20)
    judged(store, "economy", 0.9, 20)
    seen = watch(store, 10)
    assert seen.standings[ANSWER.scope].state.tier is Tier.ECONOMY
    (entry,) = Journal(store).entries(TRANSITION)
    (veto,) = entry.content["transition"]["vetoes"]
    assert (veto["tier"], veto["objective"], veto["breached"]) == ("standard", "grounded", True)
    assert "grounded is missed at standard (20 bad of 20 answers that were judged there)" in entry.content["sentence"]


def test_where_every_tier_has_bad_answers_the_route_stays_and_says_so(store):
    judged(store, "standard", 0.1, 20)
    judged(store, "economy", 0.1, 20)
    seen = watch(store, 10)
    assert seen.standings[ANSWER.scope].state.tier is Tier.PREMIUM
    (stays,) = seen.transitions[ANSWER.scope]
    assert (stays.why, len(stays.vetoes)) == (Why.VETOED, 2)


@pytest.mark.parametrize(("score", "answers"), [(0.1, 2), (0.9, 20)])
def test_a_few_bad_answers_or_good_ones_forbid_nothing(store, score, answers):
    judged(store, "standard", score, answers)
    assert watch(store, 10).standings[ANSWER.scope].state.tier is Tier.STANDARD


def test_a_measure_steers_only_where_it_is_named():
    freshness = Objective(
        "fresh", Sli.MEASURE, 0.9, route="answer", measure="age", at_most=60.0, period_s=600.0, windows=QUICK
    )
    every = (CHEAP, GROUNDED, freshness)
    assert steering(ANSWER, every) == (CHEAP,)
    assert floor(ANSWER, every) == (GROUNDED,)
    assert steering(RoutePolicy("answer", objectives=("fresh",)), every) == (freshness,)
