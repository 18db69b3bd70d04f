"""The controller told as timelines of shares: a look a minute, and what a part of the requests is served at then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.controller import (
    Action,
    Basis,
    Estimate,
    Observation,
    Override,
    Position,
    State,
    TierQuality,
    Why,
    initial,
    mode,
    step,
)
from alerts.controller.state import Earned
from alerts.policy import RoutePolicy
from analytics.slo.arithmetic import Counts
from analytics.slo.objective import Sli
from analytics.slo.verdicts import Verdict
from instrumentation.downgrade import Mode, Tier
from tests.alerts.observations import NOON, seen

P, S, E, C, H = Tier.PREMIUM, Tier.STANDARD, Tier.ECONOMY, Tier.CACHED_ONLY, Tier.HUMAN_HANDOFF
# Down after 5 minutes, up after 30 and 10 minutes of calm, 10 minutes on trial, 2 hours of patience.
ANSWER = RoutePolicy("answer", longest_gap_s=60.0, jitter_ratio=0.0)


def at(minute: float):
    return NOON + timedelta(minutes=minute)


def told(story, policy=ANSWER, state=None):
    """Steps through lines of (until minute, observation); returns [(minute, tier, share)] and the state at the end."""
    state, steps, minute = state or initial(policy), [], 0
    for until, situation in story:
        while minute < until:
            observation = seen(situation) if isinstance(situation, str) else situation
            state, changed = step(state, observation, at(minute), policy)
            steps += [(minute, str(c.after.tier), c.after.share) for c in changed if c.moved]
            minute += 1
    return steps, state


def knowing(*estimates, word="calm", **more):
    """A situation, and what is known of the tier above."""
    return Observation(seen(word).readings, estimates, **more)


def above(requests, verdict=Verdict.OK, burn=0.1):
    return Estimate("cheap", P, burn, requests, verdict, Basis.SERVED)


UNKNOWN = above(0, Verdict.INSUFFICIENT_DATA, None)
FEW, MANY, BAD = above(5), above(50), above(50, Verdict.FIRING, 8.0)
ERRORS = seen("fire", name="up", sli=Sli.AVAILABILITY)


def test_money_moves_in_quarters_and_errors_move_everything():
    assert told([(21, "fire")])[0] == [
        (0, "standard", 0.25),
        (5, "standard", 0.5),
        (10, "standard", 0.75),
        (15, "standard", 1.0),
        (20, "economy", 0.25),
    ]
    assert told([(6, ERRORS)])[0] == [(0, "standard", 1.0), (5, "economy", 1.0)]


def test_errors_complete_what_money_began():
    assert told([(1, "fire"), (6, ERRORS)])[0] == [(0, "standard", 0.25), (5, "standard", 1.0)]


def test_errors_go_another_way_down_and_the_way_up_is_the_same_one():
    """Cheaper is not faster: errors go from premium to cached answers, and come back to premium."""
    policy = replace(ANSWER, fast_ladder=(P, C))
    steps, state = told([(1, ERRORS)], policy)
    assert steps == [(0, "cached_only", 1.0)]
    assert state.position == Position(C, (P,))
    assert told([(10, "fire")], policy)[0] == [(0, "standard", 0.25), (5, "standard", 0.5)]


def test_a_trial_goes_on_share_by_share_while_its_requests_fare_well():
    steps, state = told([(1, ERRORS), (31, knowing(UNKNOWN)), (100, knowing(MANY))])
    assert steps == [
        (0, "standard", 1.0),
        (30, "standard", 0.95),
        (40, "standard", 0.75),
        (50, "standard", 0.5),
        (60, "premium", 1.0),
    ]
    assert mode(state, seen("calm"), at(61), ANSWER) is Mode.NORMAL  # up to minute 90 it was on probation


def test_what_is_known_to_be_calm_above_begins_with_a_quarter():
    assert told([(1, ERRORS), (31, knowing(MANY))])[0][1] == (30, "standard", 0.75)


def test_a_few_good_requests_do_not_open_the_next_share():
    steps, state = told([(1, ERRORS), (31, knowing(UNKNOWN)), (140, knowing(FEW))])
    assert steps[1:] == [(30, "standard", 0.95)]
    assert mode(state, seen("calm"), at(140), ANSWER) is Mode.PROBING


def test_below_the_volume_a_share_goes_on_after_its_patience_one_share_at_a_time():
    """Two hours with too few requests, and nothing against them: a latch would keep a healthy tier out for ever."""
    steps, _ = told([(1, ERRORS), (400, knowing(UNKNOWN))])
    assert steps[1:] == [
        (30, "standard", 0.95),
        (150, "standard", 0.75),
        (270, "standard", 0.5),
        (390, "premium", 1.0),
    ]


def test_a_trial_that_burns_is_taken_back_and_the_next_one_waits_twice_as_long():
    story = [(1, ERRORS), (31, knowing(UNKNOWN)), (40, knowing(BAD)), (120, knowing(UNKNOWN))]
    steps, state = told(story)
    assert steps == [(0, "standard", 1.0), (30, "standard", 0.95), (35, "standard", 1.0), (95, "standard", 0.95)]
    assert state.backoff == 2


def test_money_that_fires_on_trial_takes_the_whole_trial_back():
    state = State(Position(S, (P,), 0.25), at(-60), fallback=Position(S, (P,)), tried_at=at(-80), upwards=True)
    steps, after = told([(1, "fire")], state=state)
    assert steps == [(0, "standard", 1.0)]
    assert after.backoff == 2


def test_nothing_is_tried_while_it_is_known_to_burn_above():
    assert told([(1, ERRORS), (300, knowing(BAD))])[0] == [(0, "standard", 1.0)]


@pytest.mark.parametrize(("pending_s", "first"), [(0.0, 0), (120.0, 2)])
def test_a_step_down_waits_for_its_pending_time(pending_s, first):
    policy = replace(ANSWER, pending_s=pending_s)
    steps, _ = told([(4, "fire")], policy)
    assert steps[0][0] == first
    _, waiting = told([(first, "fire")], policy)
    assert (waiting.wanted is not None) is (first > 0)


def test_a_fire_that_goes_out_asks_for_its_pending_time_anew():
    policy = replace(ANSWER, pending_s=120.0)
    assert told([(2, "fire"), (3, "calm"), (6, "fire")], policy)[0] == [(5, "standard", 0.25)]
    assert told([(2, "fire"), (3, "dark"), (6, "fire")], policy)[0][0][0] == 3  # silence is no sign of calm


def test_who_is_not_admitted_waits_and_says_what_for():
    turned_away = replace(seen("fire"), admitted=False)
    steps, state = told([(3, turned_away)])
    assert (steps, state.wanted) == ([], Position(S, (P,), 0.25))
    assert mode(state, turned_away, at(3), ANSWER) is Mode.PENDING
    assert told([(3, turned_away), (4, "fire")])[0] == [(3, "standard", 0.25)]


def test_stale_telemetry_holds_everything_and_forgets_nothing():
    stale = replace(seen("fire"), newest_at=at(-10))
    assert told([(30, stale)])[0] == []
    low = State(Position(S, (P,)), at(0), calm=Earned(600.0, at(0)))
    calm = replace(seen("calm"), newest_at=at(-10))
    assert told([(60, calm)], state=low) == ([], low)
    assert mode(low, calm, at(0), ANSWER) is Mode.HOLD


def test_who_turns_around_too_often_is_held_low_and_a_person_is_called():
    """Trouble for ten minutes in every two hours, between which every trial fares well: four turns are allowed."""
    restless, state, found = replace(ANSWER, flap_limit=4), initial(ANSWER), []
    for minute in range(12 * 60):
        observation = ERRORS if minute % 120 < 10 else knowing(MANY)
        state, changed = step(state, observation, at(minute), restless)
        found += [(minute, change.why) for change in changed]
    (held,) = (minute for minute, why in found if why is Why.FLAPPING)
    assert [why for minute, why in found if held < minute < held + 120] == []  # at the lowest tier, for two hours
    assert Why.CALM_AND_AFFORDABLE in [why for minute, why in found if minute >= held + 120]


def test_who_is_held_for_flapping_may_still_step_down():
    held = State(Position(S, (P,)), at(-60), held_until=at(60), calm=Earned(6000.0, at(-1)))
    assert mode(held, seen("calm"), at(0), ANSWER) is Mode.HOLD
    assert told([(59, knowing(MANY))], state=held)[0] == []
    assert told([(1, ERRORS)], state=held)[0] == [(0, "economy", 1.0)]


def test_a_long_way_down_in_small_steps_is_no_flapping():
    _, state = told([(60, "fire")])
    assert (state.turns, state.held_until) == ((), None)


def quality(tier, *, breached=True):
    return TierQuality(tier, "grounded", Counts(40, 10), 7.5, 0.999, breached)


def test_nobody_is_moved_to_a_tier_whose_answers_are_not_good_enough():
    policy = replace(ANSWER, ladder=(P, S, E))
    veto = replace(seen("fire"), quality=(quality(S),))
    steps, _ = told([(1, veto)], policy)
    assert steps == [(0, "economy", 0.25)]  # passed over


def test_a_veto_that_leaves_no_way_is_on_record_once():
    policy = replace(ANSWER, ladder=(P, S))
    state, veto = initial(policy), replace(seen("fire"), quality=(quality(S),))
    changes = []
    for minute in range(20):
        state, changed = step(state, veto, at(minute), policy)
        changes += changed
    (kept,) = changes
    assert (kept.why, kept.before, kept.after) == (Why.VETOED, Position(P), Position(P))
    assert kept.vetoes == (quality(S),)


def test_a_tier_that_turns_out_not_good_enough_is_left_although_money_burns():
    low = State(Position(S, (P,)), at(-60), upwards=False)
    veto = replace(seen("fire"), quality=(quality(S),))
    state, (change,) = step(low, veto, at(0), replace(ANSWER, ladder=(P, S)))
    assert (change.why, state.position) == (Why.QUALITY, Position(P))
    assert step(low, replace(ERRORS, quality=(quality(S),)), at(0), ANSWER)[0].tier is E  # errors are worse


def test_answers_that_are_not_good_enough_go_where_no_model_serves():
    policy = replace(ANSWER, ladder=(P, S, Tier.SOURCES_ONLY, H))
    measured = Observation(tuple(replace(r, sli="measure") for r in seen("fire").readings))
    assert told([(6, measured)], policy)[0] == [(0, "sources_only", 1.0), (5, "human_handoff", 1.0)]


def word(action=Action.SET, tier=E, minutes=60, share=1.0):
    return Override(action, "sam", "the provider told us", at(0), at(minutes), tier, share)


def test_an_operator_sets_a_tier_whatever_burns_and_the_controller_goes_on_from_there():
    set_low = Observation(seen("calm").readings, (MANY,), override=word())
    steps, state = told([(61, set_low)])
    assert steps == [(0, "economy", 1.0)]
    assert state.position == Position(E, (P, S))
    assert told([(61, set_low), (92, knowing(UNKNOWN))])[0][1] == (90, "economy", 0.95)  # thirty minutes after the end


def test_an_operator_keeps_the_best_tier_in_a_fire_until_the_word_expires():
    kept = replace(seen("fire"), override=word(tier=P))
    assert told([(70, kept)])[0][0][0] == 65  # the end of the word counts as a step: the down dwell is waited for
    held = replace(seen("fire"), override=word(Action.HOLD, None))
    assert told([(62, held)])[0] == [(60, "standard", 0.25)]


def test_who_clears_a_word_gives_the_route_back():
    state, _ = step(initial(ANSWER), replace(seen("calm"), override=word()), at(0), ANSWER)
    state, (over,) = step(state, seen("calm"), at(1), ANSWER)
    assert (over.why, state.override, state.tier) == (Why.MANUAL_OVER, None, E)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"by": " "}, "by is empty"),
        ({"reason": ""}, "reason is empty"),
        ({"expires_at": at(0)}, "expected an instant after"),
        ({"tier": None}, "expected one with set"),
        ({"action": Action.HOLD}, "none with hold"),
        ({"share": 0.0}, "share is 0.0"),
    ],
)
def test_a_word_without_author_reason_or_end_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        replace(word(), **wrong)


@pytest.mark.parametrize(
    ("tier", "path", "share", "said"),
    [
        (S, (E,), 1.0, "each below"),
        (S, (S,), 1.0, "each below"),
        (S, (P,), 0.0, "share is 0.0"),
        (P, (), 0.5, "1 without a tier above"),
    ],
)
def test_a_position_without_sense_is_refused(tier, path, share, said):
    with pytest.raises(ValueError, match=said):
        Position(tier, path, share)
