"""Where the controller stands with a scope, in one word."""

from datetime import datetime

from alerts.controller.observation import Action, Observation
from alerts.controller.state import State
from alerts.policy import RoutePolicy
from instrumentation.downgrade import Mode


def mode(state: State, observation: Observation, now: datetime, policy: RoutePolicy) -> Mode:
    """The word for a state, in the light of what was last observed."""
    if state.override is not None:
        return Mode.MANUAL if state.override.action is Action.SET else Mode.HOLD
    lower = not state.position.best
    if policy.shadow and (lower or state.wanted is not None):
        return Mode.SHADOW
    if state.held(now) or (lower and observation.stale(now, policy.stale_after_s)):
        return Mode.HOLD
    if lower:
        return Mode.PROBING if state.probing else Mode.DEGRADED
    if state.wanted is not None:
        return Mode.PENDING
    return Mode.RECOVERED if state.fallback is not None else Mode.NORMAL
