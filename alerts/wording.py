"""What people read about a decision: a sentence for those on call, and one that an app may show to its users.

>>> times(13.44), times(0.42), times(1234.5)
('13.4x', '0.42x', '1230x')
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from alerts.controller import Action, Estimate, Money, Override, Position, Reading, TierQuality, Transition, Why
from alerts.controller.observation import NEVER
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
    """Why something changed, in one line that stands on its own."""
    if transition.why in _STAYS:
        return _STAYS[transition.why](transition, policy)
    return f"{_named(policy)} {move(transition.before, transition.after)}: {_grounds(transition, policy)}."


def asked_for(before: Position, target: Position, causes: tuple[Reading, ...], policy: RoutePolicy) -> str:
    """What would be done but for a wait, and why."""
    burns = "; ".join(_burn(reading) for reading in causes) or "calm enough above"
    return f"{_named(policy)} waits before it {move(before, target)}: {burns}."


def stale(before: str, newest_at: datetime) -> str:
    """The sentence of a scope that is held because nothing is known any more."""
    since = "none has come for a day" if newest_at == NEVER else f"the newest is from {_clock(newest_at)}"
    return f"Held where it is, because no telemetry comes: {since}. Before that: {before}"


def move(before: Position, after: Position) -> str:
    """What a change does to the requests.

    >>> top, half = Position(Tier.PREMIUM), Position(Tier.STANDARD, (Tier.PREMIUM,), 0.5)
    >>> move(top, half), move(half, top)
    ('steps down from premium to standard for 50 % of its requests', 'steps up from standard to premium')
    """
    if after.depth >= before.depth:
        whole = after.tier is not before.tier and after.share == 1
        begin = before.tier if whole else after.above or after.tier
        return f"steps down from {begin} to {after.tier}{_portion(after.share)}"
    above_share = 1 - after.share if after.tier is before.tier else 1.0
    return f"steps up from {before.tier} to {before.above}{_portion(above_share)}"


def notice(tier: Tier, policy: RoutePolicy) -> str | None:
    """What an app may show while the route is served at a tier; None at the best one."""
    return NOTICES[tier] if policy.user_notice is None else policy.user_notice


def times(burn: float) -> str:
    """A burn rate in three digits."""
    return f"{burn:.0f}x" if burn < _WHOLE_FROM and burn == int(burn) else f"{float(f'{burn:.3g}'):g}x"


def percent(share: float) -> str:
    """A share of requests as people say it.

    >>> percent(0.05), percent(1.0)
    ('5 %', '100 %')
    """
    return f"{float(f'{share * 100:.3g}'):g} %"


def _named(policy: RoutePolicy) -> str:
    """The route; of one in shadow, that nobody obeys what it does."""
    return f"{policy.name} (in shadow)" if policy.shadow else policy.name


def _portion(share: float) -> str:
    return "" if share == 1 else f" for {percent(share)} of its requests"


def _grounds(transition: Transition, policy: RoutePolicy) -> str:
    passed_over = "".join(f"; {_veto(veto)}" for veto in transition.vetoes)
    if transition.why is Why.QUALITY:
        return passed_over.removeprefix("; ")
    if transition.downwards:
        asked = [_burn(reading) for reading in transition.causes]
        if transition.why is Why.TAKEN_BACK:
            asked += [_above(e) for e in transition.estimates if e.burn is not None and e.burn >= 1]
        return "; ".join(asked) + passed_over
    return _GROUNDS[transition.why].format(calm=duration_text(policy.hold_s))


_GROUNDS: Mapping[Why, str] = {
    Why.CALM_AND_AFFORDABLE: "calm for {calm} and the same traffic would be calm there too",
    Why.CALM_PROBE: "calm for {calm} and nobody knows how it would fare there, so a small share tries it",
    Why.PROBE_CALM: "the requests that try it fare well",
    Why.PROBE_UNJUDGED: "too few requests try it to judge by, and nothing speaks against it",
}


def _kept_low(transition: Transition, policy: RoutePolicy) -> str:
    burns = "; ".join(_burn(reading) for reading in transition.causes)
    return f"{_named(policy)} stays at {transition.after.tier} although {burns}: {_vetoes(transition.vetoes)}."


def _flapping(transition: Transition, policy: RoutePolicy) -> str:
    return (
        f"{_named(policy)} turned around more than {policy.flap_limit} times within "
        f"{duration_text(policy.flap_span_s)}: it does not step up from {transition.after.tier} for "
        f"{duration_text(policy.flap_pause_s)}. "
        "Somebody has to look."
    )


def _manual(transition: Transition, policy: RoutePolicy) -> str:
    word = transition.override
    if word is None:
        raise ValueError("a manual transition without its override has nothing to say")
    if transition.why is Why.MANUAL_OVER:
        begins = f"{policy.name} is decided by its budgets again, from {_where(transition.after)} on"
        return f"{begins}; {word.by} had {_did(word)}."
    return f"{word.by} {_did(word)} until {_clock(word.expires_at)}: {word.reason}."


def _did(word: Override) -> str:
    if word.action is Action.HOLD:
        return "held it where it is"
    return f"set it to {word.tier}{_portion(word.share)}"


def _where(position: Position) -> str:
    return f"{position.tier}{_portion(position.share)}"


_STAYS = {
    Why.VETOED: _kept_low,
    Why.FLAPPING: _flapping,
    Why.MANUAL: _manual,
    Why.MANUAL_OVER: _manual,
}


def _vetoes(vetoes: tuple[TierQuality, ...]) -> str:
    return "; ".join(_veto(veto) for veto in vetoes)


def _veto(veto: TierQuality) -> str:
    return (
        f"{veto.objective} is missed at {veto.tier} "
        f"({veto.counts.bad:g} bad of {veto.counts.total:g} answers that were judged there)"
    )


def _above(estimate: Estimate) -> str:
    return (
        f"{estimate.objective} burns {times(estimate.burn or 0.0)} at {estimate.tier} "
        f"({estimate.requests} requests, {estimate.basis})"
    )


def _burn(reading: Reading) -> str:
    judgement, window = reading.judgement, reading.window
    if reading.money is not None:
        return _pace(reading, reading.money)
    return (
        f"{reading.objective} burns {times(judgement.long_burn or 0.0)} its budget over {duration_text(window.long_s)} "
        f"and {times(judgement.short_burn or 0.0)} over {duration_text(window.short_s)} "
        f"(limit {times(reading.factor)}, {reading.long.bad:g} bad of {reading.long.total:g} requests)"
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


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
