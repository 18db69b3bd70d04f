"""The decision document's entries: what routers are told about a scope, and what people are shown besides.

A scope whose requests are split between two tiers below the best one has two entries: all of it at the higher of the
two, and the share at the lower one. Steps that wait, and those of a route in shadow, are shown and not enforced.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.controller import Observation, Position, Reading, Transition, mode
from alerts.memory import Standing
from alerts.policy import RoutePolicy
from alerts.wording import notice, sentence, stale
from instrumentation.downgrade import Cause, Decision, Mode

# Every decision needs an end; the board replaces this one by the lease it gives.
_UNLEASED = timedelta(seconds=1)


def decisions(policy: RoutePolicy, standing: Standing, observation: Observation, now: datetime) -> tuple[Decision, ...]:
    """What routers are told about a scope; nothing while it is served at its best tier and nobody intervenes."""
    word = mode(standing.state, observation, now, policy)
    stale_from = observation.newest_at if observation.stale(now, policy.stale_after_s) else None
    return (*_in_force(policy, standing, word, stale_from), *_asked_for(policy, standing, word))


def _in_force(policy: RoutePolicy, standing: Standing, word: Mode, stale_from: datetime | None) -> Iterator[Decision]:
    transition = standing.transition
    if transition is None:
        return
    reason = _reason(standing, transition, word, stale_from, policy)
    for position in _served(standing.state.position, word):
        made = _decision(policy, transition.at, position, word, reason)
        caused = tuple(_cause(reading) for reading in transition.causes if transition.downwards)
        if position.best and word is Mode.HOLD:
            made = replace(made, share=0.0)  # held at the best tier: nobody is told anything
        yield replace(made, cause=caused, previous_tier=transition.from_tier)


def _served(position: Position, word: Mode) -> Iterator[Position]:
    """What has to be said: set to the best tier by hand, wider decisions do not count."""
    if position.best:
        if word in {Mode.MANUAL, Mode.HOLD}:
            yield position
        return
    if position.share < 1 and len(position.path) > 1:
        yield Position(position.path[-1], position.path[:-1])
    yield position


def _asked_for(policy: RoutePolicy, standing: Standing, word: Mode) -> Iterator[Decision]:
    waiting = standing.waiting
    if waiting is not None:
        shown = Mode.SHADOW if word is Mode.SHADOW else Mode.PENDING
        yield _decision(policy, waiting.since, waiting.target, shown, waiting.reason)


def _decision(policy: RoutePolicy, at: datetime, position: Position, word: Mode, reason: str) -> Decision:
    tier = position.tier
    return Decision(
        id=f"{policy.name}@{at.isoformat()}:{word if word is Mode.PENDING else tier}",
        epoch=0,
        seq=0,
        scope=policy.scope,
        tier=tier,
        share=position.share,
        salt=policy.name,
        mode=word,
        issued_at=at,
        expires_at=at + _UNLEASED,
        on_expiry=policy.on_expiry,
        reason=reason,
        user_notice=None if tier is policy.ladder[0] else notice(tier, policy),
        path=position.path,
        up_dwell_s=policy.up_dwell_s,
    )


def _reason(
    standing: Standing, transition: Transition, word: Mode, stale_from: datetime | None, policy: RoutePolicy
) -> str:
    said = sentence(transition, policy)
    if word is not Mode.HOLD or standing.state.override is not None:
        return said
    if stale_from is not None:
        return stale(said, stale_from)
    return said if standing.held is None else sentence(standing.held, policy)


def _cause(reading: Reading) -> Cause:
    judgement = reading.judgement
    return Cause(
        objective=reading.objective,
        long_window_s=reading.window.long_s,
        short_window_s=reading.window.short_s,
        long_burn=judgement.long_burn or 0.0,
        short_burn=judgement.short_burn or 0.0,
        threshold=reading.factor,
        requests=round(reading.long.total),
        posterior=judgement.posterior,
    )
