"""The way up: along the path that led down, a share at a time, each share judged before the next.

begin     the burn has been known and calm for the hold, the up dwell is over, and nothing known of the tier above
          speaks against it. Known to be calm there: the second share (a quarter); nobody knows: the first (5 %)
go on     the probe dwell is over, and the requests on trial fare well, enough of them for every objective; or their
          number has not sufficed for the probe's patience, and nothing speaks against them
quality   a tier whose quality objective turns out to be breached is left for the one above, all at once
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.controller.observation import Estimate, Observation, Reading
from alerts.controller.position import Position, raised
from alerts.controller.state import State, Why
from alerts.policy import RoutePolicy
from analytics.slo.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Rise:
    """A step up that may be taken."""

    position: Position
    why: Why


def dwelt(state: State, now: datetime, policy: RoutePolicy, jitter: float) -> bool:
    """Whether the scope is stepped down and its up dwell is over; a trial that is on has its own, shorter one."""
    if state.position.best:
        return False
    if state.probing:
        return state.since_step_s(now) >= policy.probe_pace_s
    return state.since_step_s(now) >= policy.up_dwell_s * state.backoff * (1 + policy.jitter_ratio * jitter)


def ascent(state: State, observation: Observation, now: datetime, policy: RoutePolicy) -> Rise | None:
    """The step up that calm allows; None: not yet."""
    hold_s = min(policy.hold_s, policy.probe_pace_s) if state.probing else policy.hold_s
    waited = state.calm.seconds >= hold_s and dwelt(state, now, policy, observation.jitter)
    if not waited or state.held(now) or against(observation.estimates, policy):
        return None
    if state.probing:
        return _further(state, observation.estimates, now, policy)
    known = bool(observation.estimates) and all(_known(estimate, 1) for estimate in observation.estimates)
    stages = policy.probe_shares[1:] if known and len(policy.probe_shares) > 1 else policy.probe_shares
    return Rise(_staged(state.position, stages), Why.CALM_AND_AFFORDABLE if known else Why.CALM_PROBE)


def better_answers(state: State, observation: Observation, now: datetime, policy: RoutePolicy) -> Position | None:
    """The tier above, where answers at this one are shown not to be good enough and those above are not."""
    above = state.position.above
    if above is None or not observation.breached(state.tier) or observation.breached(above):
        return None
    soon = max(policy.down_dwell_s, policy.probe_pace_s)
    return raised(state.position, 1.0) if state.since_step_s(now) >= soon else None


def calm_readings(readings: Sequence[Reading], policy: RoutePolicy) -> bool | None:
    """Whether long and short burn of every objective's quickest row are calm; None when any of them is unknown."""
    quick: dict[str, Reading] = {}
    for reading in readings:
        known = quick.get(reading.objective)
        if known is None or reading.window.long_s < known.window.long_s:
            quick[reading.objective] = reading
    burns = [(r, burn) for r in quick.values() for burn in (r.judgement.long_burn, r.judgement.short_burn)]
    if not burns or any(burn is None for _, burn in burns):
        return None
    return all(burn is not None and burn < policy.calm_below(paid=r.money is not None) for r, burn in burns)


def against(estimates: Sequence[Estimate], policy: RoutePolicy) -> bool:
    """Whether something is known of the tier above that is not calm."""
    return any(e.burn is not None and e.burn >= policy.calm_below(paid=e.paid) for e in estimates)


def _further(state: State, estimates: Sequence[Estimate], now: datetime, policy: RoutePolicy) -> Rise | None:
    """The next share of a trial; below the volume it goes on after a long time, or it would stay there for ever."""
    after = _staged(state.position, policy.probe_shares)
    if estimates and all(_known(estimate, policy.probe_requests) for estimate in estimates):
        return Rise(after, Why.PROBE_CALM)
    return Rise(after, Why.PROBE_UNJUDGED) if state.since_step_s(now) >= policy.probe_limit_s else None


def _known(estimate: Estimate, requests: int) -> bool:
    return estimate.verdict is Verdict.OK and estimate.requests >= requests


def _staged(position: Position, shares: Sequence[float]) -> Position:
    above_share = 1 - position.share
    return raised(position, next((share for share in shares if share > above_share + _HAIR), 1.0))


_HAIR = 1e-9
"""A share that differs by less is the same one."""
