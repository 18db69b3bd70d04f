"""What people read about a decision: a sentence for those on call, and one that an app may show to its users.

>>> times(13.44), times(0.42), times(1234.5)
('13.4x', '0.42x', '1230x')
"""

from collections.abc import Mapping
from decimal import Decimal

from alerts.controller import Money, Reading, Transition, Why
from alerts.policy import RoutePolicy
from collector.configuration import duration_text
from instrumentation.downgrade import Tier

_WHOLE_FROM = 100
_MINUTE_S = 60

NOTICES: Mapping[Tier, str | None] = {
    Tier.PREMIUM: None,
    Tier.STANDARD: "Answers come from a lighter model for the moment.",
    Tier.ECONOMY: "Answers come from a small model for the moment and may be less thorough.",
    Tier.CACHED_ONLY: "Only questions that were answered before can be answered for the moment.",
    Tier.SOURCES_ONLY: "You see the sources that were found; a written answer is not available for the moment.",
    Tier.HUMAN_HANDOFF: "Your question is passed on to a person.",
}


def sentence(transition: Transition, policy: RoutePolicy) -> str:
    """Why a step was taken, in one line that stands on its own."""
    if transition.downwards:
        burns = "; ".join(_burn(reading) for reading in transition.causes)
        return f"{policy.name} steps down from {transition.from_tier} to {transition.to_tier}: {burns}."
    grounds = _GROUNDS[transition.why]
    calm = duration_text(policy.hold_s)
    return f"{policy.name} steps up from {transition.from_tier} to {transition.to_tier}: calm for {calm} and {grounds}."


def notice(tier: Tier, policy: RoutePolicy) -> str | None:
    """What an app may show while the route is served at a tier; None at the best one."""
    return NOTICES[tier] if policy.user_notice is None else policy.user_notice


def times(burn: float) -> str:
    """A burn rate in three digits."""
    return f"{burn:.0f}x" if burn < _WHOLE_FROM and burn == int(burn) else f"{float(f'{burn:.3g}'):g}x"


def _burn(reading: Reading) -> str:
    judgement, window = reading.judgement, reading.window
    if reading.money is not None:
        return _pace(reading, reading.money)
    return (
        f"{reading.objective} burns {times(judgement.long_burn or 0.0)} its budget over {duration_text(window.long_s)} "
        f"and {times(judgement.short_burn or 0.0)} over {duration_text(window.short_s)} "
        f"(limit {times(reading.factor)}, {reading.long.bad} bad of {reading.long.total} requests)"
    )


def _pace(reading: Reading, money: Money) -> str:
    """What is spent of a budget, and how much too fast."""
    judgement, window = reading.judgement, reading.window
    spent = f"{_dollars(money.spent_usd)} of {_dollars(money.amount_usd)} spent"
    if money.gone:
        return f"{reading.objective} is gone ({spent})"
    at_level = "" if money.level is None else f", level {money.level}"
    return (
        f"{reading.objective} is spent {times(judgement.long_burn or 0.0)} as fast as the rest of it lasts over "
        f"{_length(window.long_s)} and {times(judgement.short_burn or 0.0)} over {_length(window.short_s)} "
        f"(limit {times(reading.factor)}, {spent}, {_dollars(money.planned_usd)} planned by now{at_level})"
    )


def _length(seconds: float) -> str:
    """A length that need not be round, in whole minutes where it has some."""
    return duration_text(seconds // 60 * 60 if seconds >= _MINUTE_S else seconds)


def _dollars(amount: Decimal) -> str:
    """An amount in cents, or in three digits where it is less than a dollar."""
    return f"${amount:,.2f}" if abs(amount) >= 1 or not amount else f"${amount:.3g}"


_GROUNDS: Mapping[Why, str] = {
    Why.CALM_AND_AFFORDABLE: "the same traffic would be calm there too",
    Why.CALM_PROBE: "nobody knows how it would fare there, so it is tried",
}
