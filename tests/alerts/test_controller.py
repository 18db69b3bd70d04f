"""The controller, told as timelines: what is seen in a minute, and the tier that is served after it."""

from datetime import timedelta

import pytest

from alerts.controller import Basis, Estimate, Observation, Position, State, Why, initial, mode, step
from alerts.controller.state import Earned
from alerts.policy import RoutePolicy
from alerts.watching import jitter
from analytics.slo.objective import Sli
from analytics.slo.verdicts import Verdict
from analytics.slo.windows import Window
from instrumentation.downgrade import LADDER, Mode, Tier
from tests.alerts.observations import NOON, reading, seen

# Down after 5 minutes, up after 30 and 10 minutes of calm; one observation a minute counts as watching all of it.
# Every step moves all of the requests; tests/alerts/test_shares.py is about moving a part.
PACE = {
    "down_dwell_s": 300.0,
    "up_dwell_s": 1800.0,
    "hold_s": 600.0,
    "longest_gap_s": 60.0,
    "jitter_ratio": 0.0,
    "share_steps": (1.0,),
    "probe_shares": (1.0,),
}
ANSWER = RoutePolicy("answer", **PACE)


def served(*tiers):
    """The position at the last of these tiers, all requests, having come through the others."""
    return Position(tiers[-1], tiers[:-1])


TOP = served(Tier.PREMIUM)
DOWN = served(Tier.PREMIUM, Tier.STANDARD)
LOW = served(Tier.PREMIUM, Tier.STANDARD, Tier.ECONOMY)


def above(burn, verdict=Verdict.OK, *, tier=Tier.PREMIUM, requests=100):
    """What is known of the tier above."""
    return Estimate("cheap", tier, burn, requests, verdict, Basis.SERVED)


def at(minute: float):
    return NOON + timedelta(minutes=minute)


def told(story, policy=ANSWER, state=None, **options):
    """Steps through lines of (until minute, situation), one observation a minute; returns the steps."""
    state, steps, minute = state or initial(policy), [], 0
    for until, situation in story:
        while minute < until:
            observation = situation if isinstance(situation, Observation) else seen(situation, **options)
            state, moved = step(state, observation, at(minute), policy)
            steps += [(minute, str(transition.to_tier)) for transition in moved]
            minute += 1
    return steps


@pytest.mark.parametrize(
    ("story", "steps"),
    [
        # an incident of half an hour: down at once, further down while it lasts, back one rung at a time
        (
            [(10, "calm"), (40, "fire"), (120, "calm")],
            [(10, "standard"), (15, "economy"), (50, "standard"), (80, "premium")],
        ),
        # a short one costs one step
        ([(5, "calm"), (8, "fire"), (60, "calm")], [(5, "standard"), (35, "premium")]),
        # the long window remembers the incident: over 1 is not calm, so the way up waits until it has forgotten
        ([(3, "fire"), (63, "over"), (120, "calm")], [(0, "standard"), (73, "premium")]),
        # a burn below the factor neither steps down nor lets up
        ([(60, "warm")], []),
        ([(1, "fire"), (100, "warm")], [(0, "standard")]),
        # one failure of one request, or a handful, is no incident
        ([(60, "few")], []),
        # telemetry is gone in the middle of an incident: nothing moves, and nothing is forgotten
        ([(2, "fire"), (100, "dark"), (130, "calm")], [(0, "standard"), (110, "premium")]),
        ([(2, "fire"), (100, "gap"), (101, "fire")], [(0, "standard"), (100, "economy")]),
        ([(100, "dark")], []),
        # calm that is interrupted by a silence is earned around it
        ([(1, "fire"), (36, "dark"), (41, "calm"), (50, "dark"), (60, "calm")], [(0, "standard"), (55, "premium")]),
        # trouble that comes back before the up dwell starts the hold anew
        ([(1, "fire"), (29, "calm"), (31, "warm"), (60, "calm")], [(0, "standard"), (41, "premium")]),
    ],
)
def test_a_story_ends_in_these_steps(story, steps):
    assert told(story) == steps


def test_a_probe_that_is_taken_back_doubles_the_wait_up_to_the_limit():
    policy = RoutePolicy(
        "answer", **PACE | {"backoff_limit": 4, "flap_limit": 99}, ladder=(Tier.PREMIUM, Tier.STANDARD)
    )
    state, now, waits = initial(policy), 0.0, []
    for _ in range(5):
        state, (down,) = step(state, seen("fire"), at(now), policy)
        while state.tier is Tier.STANDARD:
            now += 1
            state, _ = step(state, seen("calm"), at(now), policy)
        waits.append((at(now) - down.at) / timedelta(minutes=1))
        now += 6  # the trouble comes back as soon as the down dwell allows
    assert waits == [30, 60, 120, 120, 120]


def test_a_probe_that_lasts_makes_the_next_wait_short_again():
    state = State(TOP, stepped_at=at(0), upwards=True, fallback=DOWN, backoff=4)
    assert step(state, seen("fire"), at(119), ANSWER)[0].backoff == 8
    assert step(state, seen("fire"), at(121), ANSWER)[0].backoff == 1


def test_a_second_step_down_keeps_what_probing_has_taught():
    state = State(DOWN, stepped_at=at(0), backoff=4)
    assert step(state, seen("fire"), at(6), ANSWER)[0].backoff == 4


@pytest.mark.parametrize(
    ("estimate", "steps", "why"),
    [
        (above(None, Verdict.INSUFFICIENT_DATA), 1, Why.CALM_PROBE),
        (above(0.5), 1, Why.CALM_AND_AFFORDABLE),
        (above(0.9, Verdict.INSUFFICIENT_DATA), 0, None),
        (above(14.0, Verdict.FIRING), 0, None),
    ],
)
def test_a_step_up_needs_a_counterfactual_that_is_calm_or_unknown(estimate, steps, why):
    state = State(DOWN, stepped_at=at(0), calm=Earned(600.0, at(59)))
    observation = Observation(seen("calm").readings, (estimate,))
    _, moved = step(state, observation, at(60), ANSWER)
    assert len(moved) == steps
    assert [transition.why for transition in moved] == [why] * steps


def test_jitter_stretches_the_way_up_and_never_the_way_down():
    policy = RoutePolicy("answer", **PACE | {"jitter_ratio": 0.5})
    late = Observation(seen("calm").readings, jitter=1.0)
    assert told([(1, seen("fire")), (90, late)], policy) == [(0, "standard"), (45, "premium")]
    assert 0 <= jitter("answer") < 1
    assert jitter("answer") != jitter("search")


def test_the_down_dwell_paces_a_quick_window():
    patient = RoutePolicy("answer", **PACE | {"down_dwell_s": 900.0})
    assert told([(40, "fire")], patient) == [(0, "standard"), (15, "economy")]


def test_a_window_that_still_looks_back_over_the_last_step_asks_for_no_second_one():
    slow = Window(0.05, 21600.0, 1800.0)
    burning = Observation((reading((900, 1000), (900, 1000), window=slow),))
    assert told([(60, burning)]) == [(0, "standard"), (30, "economy")]


@pytest.mark.parametrize(
    ("sli", "last"),
    [(Sli.COST, "cached_only"), (Sli.AVAILABILITY, "human_handoff"), (Sli.LATENCY, "human_handoff")],
)
def test_cost_alone_never_hands_over_to_a_person(sli, last):
    policy = RoutePolicy("answer", ladder=LADDER, **PACE)
    assert told([(90, "fire")], policy, sli=sli)[-1][1] == last


def test_cost_and_errors_together_may_go_below_the_cost_floor():
    policy = RoutePolicy("answer", ladder=LADDER, **PACE)
    both = Observation(tuple(seen("fire", name=str(sli), sli=sli).readings[0] for sli in Sli))
    assert told([(90, both)], policy)[-1][1] == "human_handoff"


def test_one_objective_that_is_dark_does_not_stop_another_that_burns():
    mixed = Observation((*seen("dark", name="up").readings, *seen("fire").readings))
    assert told([(1, mixed)]) == [(0, "standard")]


def test_one_objective_that_is_dark_stops_the_way_up():
    mixed = Observation((*seen("dark", name="up").readings, *seen("calm").readings))
    assert told([(1, "fire"), (300, mixed)]) == [(0, "standard")]


def test_recovery_looks_at_the_quickest_row_and_a_slow_row_only_has_to_be_silent():
    slow = Window(0.05, 21600.0, 1800.0)
    remembers = reading((50, 1000), (0, 500), window=slow)  # burns 5x over six hours, limit 5.6
    assert told([(1, "fire"), (60, Observation((*seen("calm").readings, remembers)))])[-1] == (30, "premium")


def test_a_transition_holds_what_it_was_based_on():
    _, (down,) = step(initial(ANSWER), seen("fire"), at(0), ANSWER)
    assert (down.at, down.from_tier, down.to_tier, down.downwards) == (at(0), Tier.PREMIUM, Tier.STANDARD, True)
    assert [cause.long.bad for cause in down.causes] == [500]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State(TOP), Mode.NORMAL),
        (State(TOP, wanted=DOWN), Mode.PENDING),
        (State(LOW, at(0)), Mode.DEGRADED),
        (State(DOWN, at(0), fallback=LOW), Mode.DEGRADED),
        (State(Position(Tier.STANDARD, (Tier.PREMIUM,), 0.95), at(0), fallback=DOWN), Mode.PROBING),
        (State(TOP, at(0), fallback=DOWN), Mode.RECOVERED),
        (State(DOWN, at(0), held_until=at(1)), Mode.HOLD),
    ],
)
def test_the_mode_says_where_the_controller_stands(state, expected):
    assert mode(state, seen("calm"), at(0), ANSWER) is expected
