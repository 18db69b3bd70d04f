"""The controller: one pure step per scope, from what is observed to the tier that is served.

    down   one rung, when a page row fires (long and short window over the factor, with evidence), the down dwell is
           over, and the short window no longer looks back over the last step
    up     one rung, when no row fires, the burn has been known and calm on both quick windows for the hold, the up
           dwell is over, and the counterfactual burn, if anybody knows it, is calm as well
    else   stay

Without a counterfactual a step up is a probe. A probe that has to be taken back doubles the up dwell, up to the limit;
one that lasts resets it. Missing data changes nothing: not the tier, not the hold that has been earned so far.

No clock, no chance: the instant and the jitter are arguments, so that replaying what was observed repeats every step.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from alerts.policy import RoutePolicy
from analytics.slo.arithmetic import Counts
from analytics.slo.evidence import Judgement, Verdict
from analytics.slo.objective import Sli
from analytics.slo.windows import Window
from instrumentation.downgrade import Mode, Tier


@dataclass(frozen=True, slots=True)
class Money:
    """Where a spend budget stands, as far as a step rests on it."""

    spent_usd: Decimal
    amount_usd: Decimal
    planned_usd: Decimal
    level: str | None

    @property
    def gone(self) -> bool:
        """Whether nothing is left."""
        return self.spent_usd >= self.amount_usd


@dataclass(frozen=True, slots=True)
class Reading:
    """What one page row of one objective says now, with the counts it rests on; or the pace of one spend budget.

    For a spend budget burns are multiples of the pace at which what is left lasts the period exactly, and the counts
    those of the ledger lines they rest on, all good.
    """

    objective: str
    sli: Sli
    window: Window
    factor: float
    long: Counts
    short: Counts
    judgement: Judgement
    money: Money | None = None
    """Of a spend budget; None for an objective."""

    @property
    def firing(self) -> bool:
        """Whether it asks for a step down."""
        return self.judgement.verdict is Verdict.FIRING


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything a step looks at."""

    readings: tuple[Reading, ...] = ()
    counterfactual_burn: float | None = None
    """What the same traffic would have burned one rung up; None when nobody knows."""
    jitter: float = 0.0
    """In 0..1: how much of the jitter is added to the up dwell."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a scope stands and what it remembers."""

    tier: Tier
    stepped_at: datetime | None = None
    stepped_up: bool = False
    """Whether the last step was one up, which is still on probation."""
    calm_s: float = 0.0
    """Calm time earned since the last trouble or step."""
    calm_at: datetime | None = None
    """The last calm observation, from which the next one earns; None after trouble."""
    backoff: int = 1
    """How many times the up dwell is stretched."""


class Why(StrEnum):
    """Why a step was taken."""

    BURNING = "burning"
    CALM_AND_AFFORDABLE = "calm_and_affordable"
    CALM_PROBE = "calm_probe"


@dataclass(frozen=True, slots=True)
class Transition:
    """One step, with what it was based on."""

    at: datetime
    from_tier: Tier
    to_tier: Tier
    why: Why
    causes: tuple[Reading, ...]
    """The rows that asked for a step down; for a step up, the rows that were calm."""
    counterfactual_burn: float | None = None

    @property
    def downwards(self) -> bool:
        """Whether quality was given up."""
        return self.why is Why.BURNING


def initial(policy: RoutePolicy) -> State:
    """The state of a scope nothing has happened to."""
    return State(policy.ladder[0])


def step(
    state: State, observation: Observation, now: datetime, policy: RoutePolicy
) -> tuple[State, tuple[Transition, ...]]:
    """The state after an observation, and the steps it took: none or one."""
    firing = tuple(reading for reading in observation.readings if reading.firing)
    if firing:
        return _down(state, firing, now, policy)
    quick = _quick(observation)
    if quick is None:
        return state, ()
    if any(burn >= policy.calm_below(paid=reading.money is not None) for reading, burn in quick):
        return _troubled(state), ()
    return _calm(state, observation, now, policy)


def dwelt(state: State, now: datetime, policy: RoutePolicy, jitter: float) -> bool:
    """Whether the scope is stepped down and its up dwell is over."""
    wait_s = policy.up_dwell_s * state.backoff * (1 + policy.jitter_ratio * jitter)
    return policy.rung(state.tier) > 0 and _since_step_s(state, now) >= wait_s


def jitter(key: str) -> float:
    """A number in 0..1 that is always the same for a key and spreads over keys.

    >>> round(jitter("answer"), 3), jitter("answer") == jitter("answer")
    (0.054, True)
    """
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32


def mode(state: State, policy: RoutePolicy) -> Mode:
    """Where the controller stands with the scope."""
    if policy.rung(state.tier) == 0:
        return Mode.NORMAL
    return Mode.PROBING if state.stepped_up else Mode.DEGRADED


def _down(
    state: State, firing: tuple[Reading, ...], now: datetime, policy: RoutePolicy
) -> tuple[State, tuple[Transition, ...]]:
    since_s = _since_step_s(state, now)
    causes = tuple(reading for reading in firing if reading.window.short_s <= since_s)
    rung = policy.rung(state.tier) + 1
    lowest = max((_lowest(reading, policy) for reading in causes), default=0)
    if not causes or since_s < policy.down_dwell_s or rung > lowest:
        return _troubled(state), ()
    tier = policy.ladder[rung]
    backoff = _backoff(state, since_s, policy)
    after = replace(_troubled(state), tier=tier, stepped_at=now, stepped_up=False, backoff=backoff)
    return after, (Transition(now, state.tier, tier, Why.BURNING, causes),)


def _lowest(reading: Reading, policy: RoutePolicy) -> int:
    """The lowest rung that a reading may ask for."""
    if reading.money is not None:
        return policy.empty_floor if reading.money.gone else policy.pace_floor
    return policy.cost_floor if reading.sli is Sli.COST else len(policy.ladder) - 1


def _calm(
    state: State, observation: Observation, now: datetime, policy: RoutePolicy
) -> tuple[State, tuple[Transition, ...]]:
    gap_s = 0.0 if state.calm_at is None else (now - state.calm_at).total_seconds()
    earned = state.calm_s + max(0.0, min(gap_s, policy.longest_gap_s))
    calm = replace(state, calm_s=earned, calm_at=now)
    would_burn = observation.counterfactual_burn
    affordable = would_burn is None or would_burn < policy.recover_below
    if earned < policy.hold_s or not affordable or not dwelt(state, now, policy, observation.jitter):
        return calm, ()
    tier = policy.ladder[policy.rung(state.tier) - 1]
    why = Why.CALM_PROBE if would_burn is None else Why.CALM_AND_AFFORDABLE
    after = replace(calm, tier=tier, stepped_at=now, stepped_up=True, calm_s=0.0)
    return after, (Transition(now, state.tier, tier, why, observation.readings, would_burn),)


def _troubled(state: State) -> State:
    return replace(state, calm_s=0.0, calm_at=None)


def _backoff(state: State, since_s: float, policy: RoutePolicy) -> int:
    """Doubled when a step up is taken back on probation, 1 again when it had lasted, kept while going further down."""
    if not state.stepped_up:
        return state.backoff if state.stepped_at is not None else 1
    if since_s < policy.up_dwell_s * state.backoff:
        return min(policy.backoff_limit, state.backoff * 2)
    return 1


def _quick(observation: Observation) -> list[tuple[Reading, float]] | None:
    """Long and short burn of every objective's quickest row; None when any of them is unknown."""
    quick: dict[str, Reading] = {}
    for reading in observation.readings:
        known = quick.get(reading.objective)
        if known is None or reading.window.long_s < known.window.long_s:
            quick[reading.objective] = reading
    burns = [(r, burn) for r in quick.values() for burn in (r.judgement.long_burn, r.judgement.short_burn)]
    known_burns = [(reading, burn) for reading, burn in burns if burn is not None]
    return known_burns if burns and len(known_burns) == len(burns) else None


def _since_step_s(state: State, now: datetime) -> float:
    return float("inf") if state.stepped_at is None else (now - state.stepped_at).total_seconds()
