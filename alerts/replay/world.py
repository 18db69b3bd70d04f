"""A world: requests, and what would have become of each at every tier. Whoever steers only chooses the tiers.

A request has the same draws whatever tier serves it and whoever steers, so that comparisons are paired. Money is in
whole femtodollars (10^-15), the ledger's smallest unit, and therefore exact.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from alerts.replay.recorded import NOTHING_RECORDED, Recorded
from analytics.spending.budget import SpendBudget
from analytics.spending.position import PlannedPeriod
from instrumentation.downgrade import Tier

FEMTO = 15
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Words = Mapping[str, str | None]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rate:
    """What a ledger line is priced by; no price: unpriced."""

    purpose: str
    usage_class: str
    provider: str | None
    model: str | None
    price_femto: int | None
    variant: str = ""
    """Service tier and region, where they have prices of their own."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Ledger lines of requests, those of request ``n`` from ``first[n]`` to ``first[n + 1]``."""

    first: Ints
    rate: Ints
    """Place in the world's rates."""
    quantity: Ints
    at_ns: Ints
    """When the call began; its money counts in that minute."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of every request at one tier."""

    tier: Tier | None
    """None: a request that names no known one."""
    lasted_ns: Ints
    failed: Flags
    quality: Floats
    """Expected share of good answers; nan: nobody knows."""
    lines: Lines
    cost_femto: Ints
    """Of the priced lines."""
    unpriced_lines: Ints
    measured: Flags
    """Whether it was really served there; else it is estimated, or drawn."""
    known: Flags | None = None
    """Whether latency and failure are known; None: all of them are."""


@dataclass(frozen=True, slots=True)
class World:
    """Requests in the order of their arrival."""

    start: datetime
    until: datetime
    groups: tuple[Words, ...]
    """Words of requests, tier apart: tenant, team, feature, route ..."""
    rates: tuple[Rate, ...]
    keys: tuple[str, ...]
    """What readers hash to tell who is in a share."""
    group: Ints
    """Place of each request's words in the groups."""
    arrived_ns: Ints
    known_from_ns: Ints
    """Before this instant nobody knows of the request, however soon it ended."""
    outcomes: tuple[Outcome, ...]
    """One for each tier, best first."""
    plan: Callable[[SpendBudget, int], PlannedPeriod]
    """The period of a budget that holds an instant, with its plan."""
    actual: Ints | None = None
    """Place of the tier that really served each request; None: nobody did, it is a simulation."""
    recorded: Recorded = NOTHING_RECORDED
    """What the journal says of the same time."""

    @property
    def requests(self) -> int:
        """How many there are."""
        return len(self.arrived_ns)

    @property
    def tiers(self) -> tuple[Tier | None, ...]:
        """Best first."""
        return tuple(outcome.tier for outcome in self.outcomes)


def usd(femto: int) -> Decimal:
    """Whole femtodollars as the ledger writes them.

    >>> usd(1_500_000_000_000_000)
    Decimal('1.500000000000000')
    """
    return Decimal(femto).scaleb(-FEMTO)


def femto(amount_usd: Decimal) -> int:
    """Dollars in whole femtodollars, exactly: the ledger has no smaller parts."""
    return int(amount_usd.scaleb(FEMTO))


def instant(at_ns: int) -> datetime:
    """The aware instant, to the microsecond."""
    return _EPOCH + timedelta(microseconds=at_ns // 1000)
