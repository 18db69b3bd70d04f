"""Laws of the controller, over any stream of observations: what must never happen, whatever comes."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from alerts.controller import Observation, State, initial, step
from alerts.journal import JournalEntry
from alerts.memory import Standing, note, remembered
from alerts.policy import RoutePolicy
from analytics.slo.objective import Sli
from analytics.slo.windows import Window
from instrumentation.downgrade import LADDER, Tier
from tests.alerts.observations import NOON, reading

ROWS = (Window(0.02, 3600.0, 300.0), Window(0.05, 21600.0, 1800.0))
LADDERS = st.sets(st.sampled_from(LADDER), min_size=2).map(lambda tiers: tuple(t for t in LADDER if t in tiers))
POLICIES = st.builds(
    RoutePolicy,
    route=st.just("answer"),
    ladder=LADDERS,
    down_dwell_s=st.sampled_from([2.0, 900.0]),
    up_dwell_s=st.sampled_from([900.0, 1800.0]),
    hold_s=st.sampled_from([0.0, 60.0, 600.0]),
    longest_gap_s=st.sampled_from([10.0, 3600.0]),
    backoff_limit=st.integers(1, 8),
)
# (bad, total) with few, many and no requests, and none, some or all of them bad.
COUNTS = st.tuples(st.sampled_from([0, 1, 4, 100, 1000]), st.sampled_from([0.0, 0.005, 0.2, 0.5, 1.0])).map(
    lambda drawn: (round(drawn[0] * drawn[1]), drawn[0])
)
READINGS = st.builds(
    lambda long, short, sli, window: reading(long, short, name=str(sli), sli=sli, window=window),
    COUNTS,
    COUNTS,
    st.sampled_from(Sli),
    st.sampled_from(ROWS),
)
OBSERVATIONS = st.builds(
    Observation,
    st.lists(READINGS, max_size=4).map(tuple),
    st.none() | st.floats(0, 20),
    st.floats(0, 1),
)
STREAMS = st.lists(st.tuples(st.floats(0.5, 4000), OBSERVATIONS), max_size=40)


def follow(stream, policy):
    """Every state and step along a stream of (seconds since the last, observation)."""
    state, now, steps, states = initial(policy), NOON, [], []
    for pause_s, observation in stream:
        now += timedelta(seconds=pause_s)
        state, moved = step(state, observation, now, policy)
        steps += moved
        states.append(state)
    return states, steps


@given(STREAMS, POLICIES)
def test_no_two_steps_lie_within_a_dwell(stream, policy):
    _, steps = follow(stream, policy)
    for before, after in pairwise(steps):
        dwell_s = policy.down_dwell_s if after.downwards else policy.up_dwell_s
        assert (after.at - before.at).total_seconds() >= dwell_s


@given(STREAMS, POLICIES)
def test_every_step_is_one_rung_of_the_ladder(stream, policy):
    states, steps = follow(stream, policy)
    assert all(state.tier in policy.ladder for state in states)
    for taken in steps:
        rungs = policy.ladder.index(taken.to_tier) - policy.ladder.index(taken.from_tier)
        assert rungs == (1 if taken.downwards else -1)


@given(STREAMS, POLICIES)
def test_replaying_what_was_observed_repeats_every_step(stream, policy):
    assert follow(stream, policy) == follow(stream, policy)


@given(STREAMS, POLICIES)
def test_a_restart_at_any_step_goes_on_as_if_nothing_had_happened(stream, policy):
    state, now = initial(policy), NOON
    for pause_s, observation in stream:
        now += timedelta(seconds=pause_s)
        state, moved = step(state, observation, now, policy)
        for transition in moved:
            standing = Standing(state, transition)
            written = note(policy, standing)
            entry = JournalEntry(1, 0, written.kind, json.dumps(written.body), "", "")
            back = remembered([entry], [policy])[policy.scope]
            assert back.transition == transition
            assert back.state == replace(state, calm_s=0.0, calm_at=None)


def cost_only(stream):
    return [
        (pause_s, Observation(tuple(r for r in seen.readings if r.sli is Sli.COST), seen.counterfactual_burn))
        for pause_s, seen in stream
    ]


@given(STREAMS, POLICIES)
def test_cost_alone_never_reaches_a_person(stream, policy):
    states, _ = follow(cost_only(stream), policy)
    assert all(state.tier is not Tier.HUMAN_HANDOFF or policy.ladder[0] is Tier.HUMAN_HANDOFF for state in states)


STATES = st.builds(
    lambda tier, ago_s, up, calm_s, backoff: State(
        tier, NOON - timedelta(seconds=ago_s), stepped_up=up, calm_s=calm_s, calm_at=NOON, backoff=backoff
    ),
    st.sampled_from(LADDER),
    st.floats(0, 20000),
    st.booleans(),
    st.sampled_from([0.0, 600.0, 3600.0]),
    st.integers(1, 8),
)


def on_ladder(state, policy):
    return State(
        policy.ladder[policy.rung(state.tier)],
        state.stepped_at,
        stepped_up=state.stepped_up,
        calm_s=state.calm_s,
        calm_at=state.calm_at,
        backoff=state.backoff,
    )


@given(STATES, OBSERVATIONS, POLICIES)
def test_missing_data_changes_nothing(state, observation, policy):
    state = on_ladder(state, policy)
    missing = tuple(
        reading((r.long.bad, r.long.total), (0, 0), name=r.objective, sli=r.sli, window=r.window)
        for r in observation.readings
    )
    assert step(state, Observation(missing, 0.0), NOON, policy) == (state, ())


WORSE = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=4, max_size=4)


@given(STATES, OBSERVATIONS, POLICIES, WORSE)
def test_more_errors_never_give_a_dearer_tier(state, observation, policy, more):
    state = on_ladder(state, policy)
    worse = tuple(
        reading(
            (min(r.long.total, r.long.bad + long), r.long.total),
            (min(r.short.total, r.short.bad + short), r.short.total),
            name=r.objective,
            sli=r.sli,
            window=r.window,
        )
        for r, (long, short) in zip(observation.readings, more, strict=False)
    )
    before, _ = step(state, observation, NOON, policy)
    after, _ = step(state, Observation(worse, observation.counterfactual_burn, observation.jitter), NOON, policy)
    assert policy.rung(after.tier) >= policy.rung(before.tier)
