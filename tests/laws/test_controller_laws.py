"""Laws of the controller, over any stream of observations: what must never happen, whatever comes."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from alerts.controller import (
    UP,
    Action,
    Observation,
    Override,
    Position,
    Why,
    initial,
    lowest,
    step,
)
from alerts.controller.state import NOTHING
from alerts.journal import JournalEntry
from alerts.memory import note, remembered
from analytics.slo.verdicts import Verdict
from instrumentation.downgrade import LADDER, Tier
from tests.alerts.observations import NOON, reading
from tests.laws.controller_worlds import (
    GOOD,
    LOOKS,
    OBSERVATIONS,
    POLICIES,
    STORIES,
    STREAMS,
    TROUBLE,
    TYPICAL,
    follow,
    moves,
    placed,
)


@STORIES
@given(STREAMS, POLICIES)
def test_no_two_steps_lie_within_a_dwell(stream, policy):
    """Down: the down dwell since any step. Up: the dwell of a trial; to begin one, the up dwell."""
    _, changes = follow(stream, policy)
    for before, after in pairwise(moves(changes)):
        begins = after.why in {Why.CALM_PROBE, Why.CALM_AND_AFFORDABLE}
        least_s = policy.up_dwell_s if begins else policy.probe_pace_s if after.why in UP else policy.down_dwell_s
        assert (after.at - before.at).total_seconds() >= least_s


@STORIES
@given(STREAMS, POLICIES)
def test_a_share_stays_a_share_and_every_step_up_retraces_a_step_down(stream, policy):
    states, changes = follow(stream, policy)
    assert all(0 < state.share <= 1 for state in states)
    for change in moves(changes):
        down, up = (change.after, change.before) if change.downwards else (change.before, change.after)
        assert lowest([down, up]) == down
        if not change.downwards:
            same = up.tier is down.tier and up.path == down.path
            assert same or (up.tier, up.path, up.share) == (down.path[-1], down.path[:-1], 1.0)


@STORIES
@given(STREAMS, POLICIES)
def test_a_trial_never_takes_back_more_than_its_next_share(stream, policy):
    _, changes = follow(stream, policy)
    for change in changes:
        if change.why in UP - {Why.QUALITY}:
            before, after = (p.at_or_above(change.before.path[-1]) for p in (change.before, change.after))
            between = [share for share in policy.probe_shares if before + 1e-6 < share < after - 1e-6]
            assert between == ([policy.probe_shares[0]] if between and change.why is Why.CALM_AND_AFFORDABLE else [])


@STORIES
@given(STREAMS, POLICIES)
def test_replaying_what_was_observed_repeats_every_step(stream, policy):
    assert follow(stream, policy) == follow(stream, policy)


@STORIES
@given(STREAMS, POLICIES)
def test_a_restart_at_any_step_goes_on_as_if_nothing_had_happened(stream, policy):
    state, now = initial(policy), NOON
    for pause_s, observation in stream:
        now += timedelta(seconds=pause_s)
        state, changed = step(state, observation, now, policy)
        entries = []
        for change in changed:
            written = note(policy, state, change)
            entries.append(JournalEntry(1, 0, written.kind, json.dumps(written.body), "", ""))
        if changed:
            back = remembered(entries, [policy])[policy.scope]
            assert back.state == replace(state, calm=NOTHING, alarm=NOTHING, wanted=None)
            told = [change for change in changed if change.why not in {Why.VETOED, Why.FLAPPING}]
            assert back.transition == (told[-1] if told else None)


def about_money(stream):
    return [
        (
            pause_s,
            replace(
                seen,
                readings=tuple(r for r in seen.readings if r.paid),
                estimates=tuple(replace(e, paid=True) for e in seen.estimates),
            ),
        )
        for pause_s, seen in stream
    ]


@STORIES
@given(STREAMS, POLICIES)
def test_cost_alone_never_reaches_a_person(stream, policy):
    states, _ = follow(about_money(stream), policy)
    assert all(state.tier is not Tier.HUMAN_HANDOFF for state in states)


@LOOKS
@given(placed(), OBSERVATIONS, st.booleans())
def test_cost_alone_sends_nobody_to_a_person_wherever_it_begins(where, observation, failing):
    policy, state = where
    ((_, seen),) = about_money([(0.0, observation)])
    if failing:
        seen = replace(seen, estimates=(replace(GOOD, burn=9.0, verdict=Verdict.FIRING, paid=True),))
    after, _ = step(state, seen, NOON, policy)
    assert with_models(after.position) >= with_models(state.position) - 1e-9


def with_models(position):
    """The share of requests that are not handed over to a person."""
    return position.at_or_above(Tier.SOURCES_ONLY)


@LOOKS
@given(placed(), TYPICAL | OBSERVATIONS)
def test_every_step_up_goes_back_along_the_path_and_never_into_a_known_fire(where, observation):
    policy, state = where
    _, changes = step(state, observation, NOON, policy)
    for change in changes:
        if change.why in UP:
            back = (change.before.path[-1], change.before.path[:-1])
            same = change.after.path == change.before.path and change.after.share < change.before.share
            assert same or (change.after.tier, change.after.path) == back
        if change.why in UP - {Why.QUALITY}:
            assert not any(e.burn is not None and e.burn >= policy.calm_below(paid=e.paid) for e in change.estimates)


@LOOKS
@given(placed(), OBSERVATIONS)
def test_missing_data_changes_nothing(where, observation):
    policy, state = where
    missing = tuple(
        reading((r.long.bad, r.long.total), (0, 0), name=r.objective, sli=r.sli, window=r.window)
        for r in observation.readings
    )
    assert step(state, Observation(missing), NOON, policy) == (state, ())


@LOOKS
@given(placed(), OBSERVATIONS)
def test_stale_data_change_nothing(where, observation):
    policy, state = where
    stale = replace(observation, newest_at=NOON - timedelta(seconds=policy.stale_after_s + 1))
    assert step(state, stale, NOON, policy) == (state, ())


WORSE = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=4, max_size=4)


@LOOKS
@given(placed(), TYPICAL | OBSERVATIONS, WORSE, st.lists(TROUBLE, max_size=2), st.sampled_from([0.0, 0.5, 20.0]))
def test_more_errors_or_spend_never_give_a_higher_tier_or_more_of_one(where, observation, more, others, hotter):
    policy, state = where
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
    estimates = tuple(
        e if e.burn is None else replace(e, burn=e.burn + hotter, verdict=Verdict.FIRING if hotter > 1 else e.verdict)
        for e in observation.estimates
    )
    before, _ = step(state, observation, NOON, policy)
    seen = replace(observation, readings=(*worse, *others), estimates=estimates)
    after, _ = step(state, seen, NOON, policy)
    for tier in LADDER:
        assert after.position.at_or_above(tier) <= before.position.at_or_above(tier) + 1e-9


TIERS = st.lists(st.sampled_from(LADDER), min_size=1, unique=True).map(lambda found: sorted(found, key=LADDER.index))
POSITIONS = st.builds(
    lambda tiers, share: Position(tiers[-1], tuple(tiers[:-1]), share if len(tiers) > 1 else 1.0),
    TIERS,
    st.sampled_from([0.05, 0.25, 0.5, 1.0]),
)


@LOOKS
@given(st.lists(POSITIONS, min_size=1, max_size=4))
def test_the_lowest_of_positions_gives_up_what_each_of_them_does(positions):
    found = lowest(positions)
    for tier in LADDER:
        assert found.at_or_above(tier) <= min(p.at_or_above(tier) for p in positions) + 1e-9


@st.composite
def overridden(draw):
    """A policy, a stream, and an operator's word at its beginning."""
    policy = draw(POLICIES)
    tier = draw(st.none() | st.sampled_from(sorted({*policy.ladder, *policy.fast})))
    word = Override(
        Action.HOLD if tier is None else Action.SET,
        "sam",
        "an incident",
        NOON,
        NOON + timedelta(seconds=draw(st.floats(1, 40000))),
        tier,
        draw(st.sampled_from([0.5, 1.0])),
    )
    return policy, word, draw(STREAMS)


@STORIES
@given(overridden())
def test_an_operator_beats_everything_until_the_word_expires(given_word):
    policy, word, stream = given_word
    state, now = initial(policy), NOON
    for pause_s, seen in stream:
        now += timedelta(seconds=pause_s)
        state, changed = step(state, replace(seen, override=word), now, policy)
        if now < word.expires_at:
            assert state.tier is (word.tier or policy.ladder[0])
            assert state.share == (word.share if state.position.path and word.tier else 1.0)
            assert [change.why for change in changed] in ([], [Why.MANUAL])
        else:
            assert state.override is None
