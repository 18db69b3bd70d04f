"""The decision document's entries: what routers are told about a scope."""

from datetime import timedelta

from alerts.controller import Reading, mode
from alerts.memory import Standing
from alerts.policy import RoutePolicy
from alerts.wording import notice, sentence
from instrumentation.downgrade import Cause, Decision

# Every decision needs an end; the board replaces this one by the lease it gives.
_UNLEASED = timedelta(seconds=1)


def decision(policy: RoutePolicy, standing: Standing) -> Decision | None:
    """What routers are told about a scope; None while it is served at its best tier."""
    state, transition = standing.state, standing.transition
    if policy.rung(state.tier) == 0 or transition is None:
        return None
    return Decision(
        id=f"{policy.name}@{transition.at.isoformat()}",
        epoch=0,
        seq=0,
        scope=policy.scope,
        tier=state.tier,
        share=1.0,
        salt=policy.name,
        mode=mode(state, policy),
        issued_at=transition.at,
        expires_at=transition.at + _UNLEASED,
        on_expiry=policy.on_expiry,
        reason=sentence(transition, policy),
        user_notice=notice(state.tier, policy),
        cause=tuple(_cause(reading) for reading in transition.causes if transition.downwards),
        previous_tier=transition.from_tier,
    )


def _cause(reading: Reading) -> Cause:
    judgement = reading.judgement
    return Cause(
        objective=reading.objective,
        long_window_s=reading.window.long_s,
        short_window_s=reading.window.short_s,
        long_burn=judgement.long_burn or 0.0,
        short_burn=judgement.short_burn or 0.0,
        threshold=reading.factor,
        requests=reading.long.total,
        posterior=judgement.posterior,
    )
