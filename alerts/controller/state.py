"""What the controller remembers of a scope, and what a step of it leaves on record."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerts.controller.observation import Estimate, Override, Reading, TierQuality
from alerts.controller.position import Position
from alerts.policy import RoutePolicy
from instrumentation.downgrade import Tier


@dataclass(frozen=True, slots=True)
class Earned:
    """Time that was really watched: what lies between two looks counts, but a long silence only up to a limit."""

    seconds: float = 0.0
    at: datetime | None = None
    """The last look that counted; None: nothing is being earned."""

    def until(self, now: datetime, longest_gap_s: float) -> "Earned":
        """The same with the time since the last look added."""
        gap_s = 0.0 if self.at is None else (now - self.at).total_seconds()
        return Earned(self.seconds + max(0.0, min(gap_s, longest_gap_s)), now)


NOTHING = Earned()


@dataclass(frozen=True, slots=True)
class State:
    """Where a scope stands and what it remembers."""

    position: Position
    stepped_at: datetime | None = None
    upwards: bool | None = None
    """Which way the last step went; None: there was none."""
    fallback: Position | None = None
    """Where it goes back to if what is being tried above turns out wrong; None: nothing is on trial."""
    tried_at: datetime | None = None
    """When the trial began."""
    backoff: int = 1
    """How many times the up dwell is stretched."""
    turns: tuple[datetime, ...] = ()
    """When steps went the other way than the step before, as far back as the flap window."""
    held_until: datetime | None = None
    """No step up before this, because of flapping."""
    override: Override | None = None
    """The operator's word that is in force."""
    vetoed: tuple[Tier, ...] = ()
    """Tiers whose veto is on record for the trouble that is on."""
    calm: Earned = NOTHING
    """Since the last trouble or step."""
    alarm: Earned = NOTHING
    """How long a step down has been asked for."""
    wanted: Position | None = None
    """Where it would go but for the wait: pending time, dwell, or other scopes that go first."""

    @property
    def tier(self) -> Tier:
        """The lowest tier in force."""
        return self.position.tier

    @property
    def share(self) -> float:
        """The share of requests at that tier."""
        return self.position.share

    @property
    def probing(self) -> bool:
        """Whether a part of the requests is on trial at the tier above."""
        return self.fallback is not None and self.position.share < 1

    def since_step_s(self, now: datetime) -> float:
        """Seconds since the last step; infinite before the first."""
        return float("inf") if self.stepped_at is None else (now - self.stepped_at).total_seconds()

    def held(self, now: datetime) -> bool:
        """Whether the way up is closed because of flapping."""
        return self.held_until is not None and now < self.held_until


class Why(StrEnum):
    """Why something changed."""

    BURNING = "burning"  # down
    TAKEN_BACK = "taken_back"  # down: what was tried above turned out wrong
    QUALITY = "quality"  # up: answers at this tier are not good enough
    CALM_AND_AFFORDABLE = "calm_and_affordable"  # up: known to be calm above
    CALM_PROBE = "calm_probe"  # up: nobody knows, a small share tries it
    PROBE_CALM = "probe_calm"  # up: the share that tries it fares well
    PROBE_UNJUDGED = "probe_unjudged"  # up: too few requests to judge it for a long time, and nothing against it
    VETOED = "vetoed"  # stays, though it burns: quality forbids every tier that it might go to
    FLAPPING = "flapping"  # stays for a while: a person is called
    MANUAL = "manual"  # an operator's word came into force
    MANUAL_OVER = "manual_over"  # it was cleared, or it expired


DOWN = frozenset({Why.BURNING, Why.TAKEN_BACK})
UP = frozenset({Why.QUALITY, Why.CALM_AND_AFFORDABLE, Why.CALM_PROBE, Why.PROBE_CALM, Why.PROBE_UNJUDGED})
PAGES = frozenset({Why.FLAPPING, Why.VETOED})
"""What a person has to know at once, besides the burn itself."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One change, with what it was based on."""

    at: datetime
    why: Why
    before: Position
    after: Position
    causes: tuple[Reading, ...] = ()
    """The rows that asked for a step down; for a step up, the rows that were calm."""
    estimates: tuple[Estimate, ...] = ()
    """What was known about the tier above."""
    vetoes: tuple[TierQuality, ...] = ()
    """Tiers that were passed over, or left, because answers there are not good enough."""
    override: Override | None = None

    @property
    def from_tier(self) -> Tier:
        """The lowest tier before."""
        return self.before.tier

    @property
    def to_tier(self) -> Tier:
        """The lowest tier after."""
        return self.after.tier

    @property
    def downwards(self) -> bool:
        """Whether quality was given up."""
        return self.why in DOWN

    @property
    def moved(self) -> bool:
        """Whether requests are served otherwise since."""
        return self.before != self.after


def initial(policy: RoutePolicy) -> State:
    """The state of a scope nothing has happened to."""
    return State(Position(policy.ladder[0]))
