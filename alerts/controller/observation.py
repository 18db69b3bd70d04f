"""What one look at a scope sees: everything a step may depend on besides the state, the instant and the policy."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from analytics.slo.arithmetic import Counts
from analytics.slo.evidence import Judgement
from analytics.slo.objective import Sli
from analytics.slo.verdicts import Verdict
from analytics.slo.windows import Window
from instrumentation.downgrade import Tier

PAID = frozenset({"cost", "tokens"})
"""SLIs that are about money: they move shares, and never reach a person alone."""
ABOUT_ANSWERS = frozenset({"measure"})
"""SLIs about what is in an answer: no cheaper model mends these, so they go straight to the tiers without a model."""


NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When the newest telemetry is from, where none has come for so long that nobody looked further."""


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

    @property
    def paid(self) -> bool:
        """Whether it is about money."""
        return self.money is not None or self.sli in PAID


class Basis(StrEnum):
    """What an estimate rests on."""

    SERVED = "served"  # the scope's own requests that were served at the tier, a probe's share among them
    REPRICED = "repriced"  # the scope's recent requests at the prices of the models the tier really used


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one objective or budget would burn, had the recent traffic been served at the tier above."""

    objective: str
    tier: Tier
    burn: float | None
    """In multiples of what is allowed; None: nobody knows."""
    requests: int
    """The requests it rests on."""
    verdict: Verdict
    """Firing: burning there, with evidence. Ok: known. Otherwise too little is known."""
    basis: Basis
    paid: bool = False
    """Whether it is about a spend budget, whose calm is another one."""


@dataclass(frozen=True, slots=True)
class TierQuality:
    """How a quality objective fares at a tier, by the evaluations of answers that were served there."""

    tier: Tier
    objective: str
    counts: Counts
    burn: float | None
    posterior: float | None
    """Probability that the objective is missed there."""
    breached: bool
    """Whether that is shown with evidence: nobody is moved to this tier."""


class Action(StrEnum):
    """What an operator does to a scope."""

    SET = "set"  # serve this tier, whatever burns
    HOLD = "hold"  # stay where it is


@dataclass(frozen=True, slots=True)
class Override:
    """What an operator has put in force for a scope, until it expires."""

    action: Action
    by: str
    reason: str
    given_at: datetime
    expires_at: datetime
    tier: Tier | None = None
    """Of a set one."""
    share: float = 1.0

    def __post_init__(self) -> None:
        if not self.by.strip() or not self.reason.strip():
            name = "by" if not self.by.strip() else "reason"
            raise ValueError(f"{name} is empty; expected who does this, and why")
        if self.expires_at <= self.given_at:
            raise ValueError(f"expires_at is {self.expires_at}; expected an instant after {self.given_at}")
        if (self.tier is None) is (self.action is Action.SET):
            found = "missing" if self.tier is None else self.tier
            raise ValueError(f"tier is {found} with {self.action}; expected one with set, and none with hold")
        if not 0 < self.share <= 1:
            raise ValueError(f"share is {self.share}; expected more than 0, at most 1")


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything a step looks at."""

    readings: tuple[Reading, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    """Of the tier above, one for each objective and budget that steers; none where nobody asked, or at the best."""
    quality: tuple[TierQuality, ...] = ()
    """Of every tier that has evaluations."""
    newest_at: datetime | None = None
    """When the newest telemetry is from, whoever it is about: too long ago, and all of this is stale. None: nobody
    watches that, as in a simulation."""
    override: Override | None = None
    """The newest word of an operator; it may have expired."""
    admitted: bool = True
    """Whether the scope may change now, or waits for others (``alerts/admission.py``)."""
    jitter: float = 0.0
    """In 0..1: how much of the jitter is added to the up dwell."""

    @property
    def counterfactual_burn(self) -> float | None:
        """The highest burn known of the tier above; None when one is unknown and none is over what is allowed."""
        burns = [estimate.burn for estimate in self.estimates]
        known = [burn for burn in burns if burn is not None]
        return max(known) if known and (len(known) == len(burns) or max(known) >= 1) else None

    def stale(self, now: datetime, after_s: float) -> bool:
        """Whether the newest telemetry is older than this."""
        return self.newest_at is not None and (now - self.newest_at).total_seconds() > after_s

    def breached(self, tier: Tier) -> tuple[TierQuality, ...]:
        """Why nobody is moved to a tier; empty where nothing speaks against it."""
        return tuple(quality for quality in self.quality if quality.tier is tier and quality.breached)
