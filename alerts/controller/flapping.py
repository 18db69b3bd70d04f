"""Turns: steps that go the other way than the step before. Too many of them close the way up and call a person.

A long way down in small steps has none, and neither has a trial that goes on share by share. The way down stays open,
because money or errors run on; a step up that would be a turn too many is not taken.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from alerts.controller.state import State, Transition, Why
from alerts.policy import RoutePolicy


def turns(state: State, now: datetime, policy: RoutePolicy, *, upwards: bool) -> tuple[datetime, ...]:
    """The turns within the flap window, a step this way included."""
    since = now - timedelta(seconds=policy.flap_span_s)
    turned = state.upwards is not None and state.upwards is not upwards
    return (*(at for at in state.turns if at > since), *([now] if turned else []))


def flapping(found: tuple[datetime, ...], policy: RoutePolicy) -> bool:
    """Whether these are too many."""
    return len(found) > policy.flap_limit


def closed(state: State, now: datetime, policy: RoutePolicy) -> tuple[State, Transition]:
    """The state with its way up closed for a while, counting afresh, and what goes on record."""
    until = now + timedelta(seconds=policy.flap_pause_s)
    return replace(state, turns=(), held_until=until), Transition(now, Why.FLAPPING, state.position, state.position)
