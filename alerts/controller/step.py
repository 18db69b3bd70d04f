"""The controller: one pure step per scope, from what is observed to the share of requests that a tier serves.

    down   a page row fires (long and short window over the factor, with evidence), for the pending time; the down dwell
           is over, and the short window no longer looks back over the last step. ``descent`` says where to
    up     no row fires, and the burn has been known and calm for the hold. ``ascent`` says when, and how far
    stay   else: missing or stale data change nothing, not the tier, not the calm time that has been earned

An operator's word beats all of this until it expires, and the controller goes on from where it put the scope. What is
tried above and taken back stretches the up dwell, twofold up to a limit; what lasts resets it. Steps that turn around
too often close the way up for a while and call a person; the way down stays open, because money or errors run on.

No clock, no chance: the instant and the jitter are arguments, so that replaying what was observed repeats every step.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from alerts.controller.ascent import ascent, better_answers, calm_readings
from alerts.controller.descent import Vetoes, descent, trial_failed
from alerts.controller.flapping import closed, flapping, turns
from alerts.controller.observation import Action, Observation, Override, Reading
from alerts.controller.position import Position
from alerts.controller.state import NOTHING, Earned, State, Transition, Why
from alerts.policy import RoutePolicy

Stepped = tuple[State, tuple[Transition, ...]]


def step(state: State, observation: Observation, now: datetime, policy: RoutePolicy) -> Stepped:
    """The state after an observation, and what changed: nothing, a step, or a step and what it brought about."""
    state, changed = _operated(state, observation, now, policy)
    if state.override is not None or observation.stale(now, policy.stale_after_s):
        return state, changed
    firing = tuple(reading for reading in observation.readings if reading.firing)
    failed = trial_failed(state, observation)
    calm = calm_readings(observation.readings, policy)
    state = _settled(state, now, policy) if firing or failed or calm is not None else state
    if any(not reading.paid for reading in firing):
        return _with(changed, _down(state, firing, observation, now, policy))
    better = better_answers(state, observation, now, policy) if observation.admitted else None
    if better is not None:
        grounds = Transition(now, Why.QUALITY, state.position, better, vetoes=observation.breached(state.tier))
        return _with(changed, _moved(state, grounds, policy))
    if firing or failed:
        return _with(changed, _down(state, firing, observation, now, policy))
    if calm is None:
        return state, changed
    return _with(changed, _calm(state, observation, now, policy) if calm else (_troubled(state), ()))


def _operated(state: State, observation: Observation, now: datetime, policy: RoutePolicy) -> Stepped:
    """Put an operator's word in force, or end it."""
    given = observation.override
    word = given if given is not None and now < given.expires_at else None
    if word == state.override:
        return state, ()
    after = state.position if word is None else _placed(state.position, word, policy)
    why = Why.MANUAL_OVER if word is None else Why.MANUAL
    begun = after != state.position or (state.override is not None and state.override.action is Action.SET)
    changed = replace(
        _troubled(state),
        position=after,
        stepped_at=now if begun else state.stepped_at,
        override=word,
        fallback=None,
        alarm=NOTHING,
        wanted=None,
    )
    return changed, (Transition(now, why, state.position, after, override=word or state.override),)


def _placed(position: Position, word: Override, policy: RoutePolicy) -> Position:
    if word.tier is None:
        return position
    path = policy.above(word.tier)
    return Position(word.tier, path, word.share if path else 1.0)


def _settled(state: State, now: datetime, policy: RoutePolicy) -> State:
    """What was tried has lasted: the trial is over, and with it what earlier ones have taught."""
    lasted = state.since_step_s(now) >= policy.up_dwell_s * state.backoff
    return replace(state, fallback=None, backoff=1) if state.fallback and not state.probing and lasted else state


def _down(
    state: State, firing: Sequence[Reading], observation: Observation, now: datetime, policy: RoutePolicy
) -> Stepped:
    since_s = state.since_step_s(now)
    causes = tuple(reading for reading in firing if reading.window.short_s <= since_s)
    state = replace(_troubled(state), alarm=state.alarm.until(now, policy.longest_gap_s))
    if not causes and not trial_failed(state, observation):
        return replace(state, wanted=None), ()
    target, vetoes = descent(state, causes, observation, policy)
    if target is None:
        return _vetoed(replace(state, wanted=None), causes, vetoes, now)
    waits = since_s < policy.down_dwell_s or state.alarm.seconds < policy.pending_s or not observation.admitted
    if waits:
        return replace(state, wanted=target), ()
    why = Why.BURNING if state.fallback is None else Why.TAKEN_BACK
    backoff = state.backoff if state.fallback is None else min(policy.backoff_limit, state.backoff * 2)
    grounds = Transition(now, why, state.position, target, causes, observation.estimates, vetoes)
    return _moved(replace(state, backoff=backoff), grounds, policy)


def _calm(state: State, observation: Observation, now: datetime, policy: RoutePolicy) -> Stepped:
    calm = state.calm.until(now, policy.longest_gap_s)
    state = replace(state, calm=calm, alarm=NOTHING, vetoed=(), wanted=None)
    rise = ascent(state, observation, now, policy)
    if rise is None:
        return state, ()
    if not observation.admitted:
        return replace(state, wanted=rise.position), ()
    if flapping(turns(state, now, policy, upwards=True), policy):
        state, held = closed(state, now, policy)
        return state, (held,)
    tried = state if state.fallback is not None else replace(state, fallback=state.position, tried_at=now)
    grounds = Transition(now, rise.why, state.position, rise.position, observation.readings, observation.estimates)
    return _moved(tried, grounds, policy, fallback=tried.fallback)


def _moved(state: State, grounds: Transition, policy: RoutePolicy, fallback: Position | None = None) -> Stepped:
    """The state after a step."""
    now, upwards = grounds.at, not grounds.downwards
    after = replace(
        state,
        position=grounds.after,
        stepped_at=now,
        upwards=upwards,
        fallback=fallback,
        tried_at=None if fallback is None else state.tried_at,
        turns=turns(state, now, policy, upwards=upwards),
        calm=Earned(0.0, now) if upwards else NOTHING,
        alarm=NOTHING,
        vetoed=(),
        wanted=None,
    )
    if not flapping(after.turns, policy):
        return after, (grounds,)
    after, held = closed(after, now, policy)
    return after, (grounds, held)


def _vetoed(state: State, causes: tuple[Reading, ...], vetoes: Vetoes, now: datetime) -> Stepped:
    """Nowhere to go. Where quality forbids it, that is put on record once for as long as the trouble lasts."""
    tiers = tuple(dict.fromkeys(veto.tier for veto in vetoes))
    if not set(tiers) - set(state.vetoed):
        return state, ()
    grounds = Transition(now, Why.VETOED, state.position, state.position, causes, vetoes=vetoes)
    return replace(state, vetoed=(*state.vetoed, *tiers)), (grounds,)


def _troubled(state: State) -> State:
    return replace(state, calm=NOTHING)


def _with(before: tuple[Transition, ...], stepped: Stepped) -> Stepped:
    state, after = stepped
    return state, (*before, *after)
