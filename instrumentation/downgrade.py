"""The downgrade document: what the controller publishes and a router obeys.

A decision says: serve this scope at this tier or a lower one, for this share of its requests, until this lease ends.
The document is a whole snapshot; a decision that is no longer in it no longer holds. The reader of the signal owns the
type, so that a serving app needs nothing but this package; the publisher imports it.

>>> [tier.value for tier in rungs_at_or_below(Tier.ECONOMY)]
['economy', 'cached_only', 'sources_only']
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Tier(StrEnum):
    """One way to serve a route; the order of the members is the ladder, best first."""

    PREMIUM = "premium"
    STANDARD = "standard"
    ECONOMY = "economy"
    CACHED_ONLY = "cached_only"
    SOURCES_ONLY = "sources_only"
    HUMAN_HANDOFF = "human_handoff"


LADDER: tuple[Tier, ...] = tuple(Tier)
# Rungs that no model serves: the app answers from its cache, with the sources it found, or hands over to a person.
WITHOUT_MODEL = frozenset({Tier.CACHED_ONLY, Tier.SOURCES_ONLY, Tier.HUMAN_HANDOFF})
_LONGEST_DWELL_S = 31 * 86_400


class Mode(StrEnum):
    """Where the controller stands with a scope; only the enforced modes change how a request is served."""

    NORMAL = "normal"
    PENDING = "pending"
    DEGRADED = "degraded"
    PROBING = "probing"
    RECOVERED = "recovered"
    HOLD = "hold"
    MANUAL = "manual"
    SHADOW = "shadow"


ENFORCED = frozenset({Mode.DEGRADED, Mode.PROBING, Mode.HOLD, Mode.MANUAL})


class OnExpiry(StrEnum):
    """What a reader does when a lease ends and nobody renewed it."""

    BASELINE = "baseline"  # serve as if there were no decision
    HOLD = "hold"  # keep serving as decided


@dataclass(frozen=True, slots=True)
class Scope:
    """What a decision applies to; None leaves that part open, so ``Scope()`` is every request."""

    tenant: str | None = None
    route: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """The burning objective behind a decision.

    Burns are multiples of what the objective allows; ``threshold`` is in the same unit. ``requests`` is the evidence in
    the long window, ``posterior`` the probability in 0..1 that the true burn is over the threshold, if computed.
    """

    objective: str
    long_window_s: float
    short_window_s: float
    long_burn: float
    short_burn: float
    threshold: float
    requests: int
    posterior: float | None = None

    def __post_init__(self) -> None:
        for name in ("long_window_s", "short_window_s", "long_burn", "short_burn", "threshold"):
            if not math.isfinite(getattr(self, name)):
                raise ValueError(f"{name} is {getattr(self, name)}; expected a finite number")


@dataclass(frozen=True, slots=True)
class Decision:
    """Serve ``scope`` at ``tier`` or lower for ``share`` (0..1) of its requests, until ``expires_at``.

    Which requests belong to the share is fixed by ``salt`` and the request's key, so one conversation stays on one side
    and a growing share only adds requests. Several decisions may name the same scope (all of it at standard, a quarter
    at economy): for each request the lowest rung whose share includes it counts. ``reason`` is a sentence for people
    on call, ``user_notice`` one that an app may show, ``previous_tier`` what was in force before.

    ``path`` are the tiers passed on the way down, best first; a step up returns to the last of them. ``up_dwell_s`` is
    the shortest time between two steps up. A reader needs both only after it has lost sight of the publisher: it then
    goes up that way at that pace. Publishers before them leave both out.
    """

    id: str
    epoch: int
    seq: int
    scope: Scope
    tier: Tier
    share: float
    salt: str
    mode: Mode
    issued_at: datetime
    expires_at: datetime
    on_expiry: OnExpiry
    reason: str
    user_notice: str | None = None
    cause: tuple[Cause, ...] = ()
    previous_tier: Tier | None = None
    path: tuple[Tier, ...] = ()
    up_dwell_s: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"share is {self.share}; expected a ratio in 0..1")
        if self.up_dwell_s is not None and not 0 <= self.up_dwell_s <= _LONGEST_DWELL_S:
            raise ValueError(f"up_dwell_s is {self.up_dwell_s}; expected 0 to {_LONGEST_DWELL_S} seconds")
        _require_utc("issued_at", self.issued_at)
        _require_utc("expires_at", self.expires_at)
        if self.expires_at <= self.issued_at:
            raise ValueError(f"expires_at is {self.expires_at}; expected an instant after issued_at {self.issued_at}")

    @property
    def enforced(self) -> bool:
        """Whether readers apply it; a shadow decision is published for people only."""
        return self.mode in ENFORCED


@dataclass(frozen=True, slots=True)
class DecisionDocument:
    """Every current decision at once; a later (epoch, seq) replaces an earlier one whole."""

    epoch: int
    seq: int
    issued_at: datetime
    decisions: tuple[Decision, ...] = ()

    def __post_init__(self) -> None:
        _require_utc("issued_at", self.issued_at)


def rungs_at_or_below(tier: Tier) -> tuple[Tier, ...]:
    """Return the rungs that keep a downgrade to ``tier``, best first.

    A person is reached only when asked for by name, never by falling past the rungs above.
    """
    below = LADDER[LADDER.index(tier) :]
    return below if tier is Tier.HUMAN_HANDOFF else tuple(t for t in below if t is not Tier.HUMAN_HANDOFF)


def _require_utc(name: str, at: datetime) -> None:
    if at.utcoffset() != timedelta(0):
        raise ValueError(f"{name} is {at!r}; expected an aware instant in UTC")
