"""The way down: where the rows that fire may take a scope.

    money              a quarter of the requests further down the ladder, no lower than its floor, never to a person
    errors, latency    all of the requests one tier down the fast ladder
    answers            all of the requests to the first tier without a model: a cheaper one would not mend them
    a trial above      back to where it began

Several causes at once go as low as the lowest of them. A tier whose quality objective is breached there is passed over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from alerts.controller.observation import ABOUT_ANSWERS, Observation, Reading, TierQuality
from alerts.controller.position import Position, entered, lowest
from alerts.controller.state import State
from alerts.policy import RoutePolicy
from analytics.slo.verdicts import Verdict
from instrumentation.downgrade import LADDER, WITHOUT_MODEL, Tier

Vetoes = tuple[TierQuality, ...]


def descent(
    state: State, causes: Sequence[Reading], observation: Observation, policy: RoutePolicy
) -> tuple[Position | None, Vetoes]:
    """Where to go, and the vetoes that were met on the way; None: nowhere."""
    paid = [reading for reading in causes if reading.paid]
    answers = [reading for reading in causes if not reading.paid and reading.sli in ABOUT_ANSWERS]
    quick = len(causes) > len(paid) + len(answers)
    wanted = (
        *((_payable(paid, policy), policy.share_steps) for _ in paid[:1]),
        *((policy.fast, (1.0,)) for _ in range(quick)),
        *(([tier for tier in policy.fast if tier in WITHOUT_MODEL], (1.0,)) for _ in answers[:1]),
    )
    found = [_next(state.position, tiers, shares, observation) for tiers, shares in wanted]
    targets = [target for target, _ in found if target is not None]
    targets += [back for back in (_back(state, causes, observation, policy),) if back is not None]
    vetoes = tuple(dict.fromkeys(veto for _, met in found for veto in met))
    lower = lowest([state.position, *targets])
    return (None if lower == state.position else lower), vetoes


def trial_failed(state: State, observation: Observation) -> bool:
    """Whether the requests on trial at the tier above show that it burns there."""
    return state.probing and any(estimate.verdict is Verdict.FIRING for estimate in observation.estimates)


def _next(
    position: Position, tiers: Iterable[Tier], shares: Sequence[float], observation: Observation
) -> tuple[Position | None, Vetoes]:
    """A larger share of the same tier while there is one, then the next tier that is not vetoed."""
    met: Vetoes = ()
    for tier in tiers:
        lower = LADDER.index(tier) - LADDER.index(position.tier)
        if lower < 0 or (lower == 0 and position.share == 1):
            continue
        vetoes = observation.breached(tier)
        met += vetoes
        if not vetoes:
            larger = [share for share in shares if lower or share > position.share]
            share = larger[0] if larger else 1.0
            return (entered(position, tier, share) if lower else replace(position, share=share)), met
    return None, met


def _payable(paid: Sequence[Reading], policy: RoutePolicy) -> Sequence[Tier]:
    """The tiers that these may ask for."""
    return policy.ladder[: 1 + max(_lowest(reading, policy) for reading in paid)]


def _lowest(reading: Reading, policy: RoutePolicy) -> int:
    """The lowest rung that a reading about money may ask for."""
    if reading.money is None:
        return policy.cost_floor
    return policy.empty_floor if reading.money.gone else policy.pace_floor


def _back(state: State, causes: Sequence[Reading], observation: Observation, policy: RoutePolicy) -> Position | None:
    """Where a trial began, unless money alone may not go there."""
    back = state.fallback
    if back is None or observation.breached(back.tier):
        return None
    paid = [reading for reading in causes if reading.paid]
    if len(paid) < len(causes) or (trial_failed(state, observation) and back.tier is not Tier.HUMAN_HANDOFF):
        return back
    return back if paid and LADDER.index(back.tier) <= LADDER.index(_payable(paid, policy)[-1]) else None
