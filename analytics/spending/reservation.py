"""A reservation: money that a caller has asked for before spending it. Frozen records, no clock.

    held       counts in full until it is settled, released or expires
    settled    counts until its trace's cost is in the ledger, ten minutes at most
    released   counts nothing
    unseen     settled, and after ten minutes the ledger had still not heard of (all of) it: counts nothing any more

What a trace's settled reservations count is what they cost together less what the ledger has of the trace, never below
zero; so nothing is uncounted between settling and derivation, and nothing counted twice after it.

>>> [left for _, left in left_to_come([("a", Decimal(3)), ("b", Decimal(2))], Decimal(4))]
[Decimal('0'), Decimal('1')]
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from analytics.notation import NS_PER_S

T = TypeVar("T")
SETTLED_AT_MOST_NS = 600 * NS_PER_S
"""How long a settled reservation waits for its cost to come to the ledger."""
COMPLETE_AFTER_NS = 10 * NS_PER_S
"""Once its request is complete the ledger is believed, but not before spans of other processes had time to come."""
REMEMBERED_NS = 300 * NS_PER_S
"""How long a reservation that counts nothing any more is remembered, for repeated and late calls."""
SKEW_NS = 2 * NS_PER_S
"""How far the caller's clock may be behind: spans of a trace count for a reservation from this much before it."""


class State(StrEnum):
    """What happened to a reservation last."""

    HELD = "held"
    SETTLED = "settled"
    RELEASED = "released"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Reservation:
    """How one reservation stands."""

    reservation_id: UUID
    state: State
    words: Mapping[str, str]
    """Whom and what it is for: words of a budget's scope."""
    amount_usd: Decimal
    created_ns: int
    expires_ns: int
    changed_ns: int
    """When it came to this state."""
    request_key: str | None = None
    actual_usd: Decimal | None = None
    """Settled: what it cost, None when only the trace is known. Unseen: what had not come to the ledger."""
    trace_id: UUID | None = None

    @property
    def spent_usd(self) -> Decimal:
        """What a settled one is taken to have cost: what was reserved, as long as nobody says better."""
        return self.amount_usd if self.actual_usd is None else self.actual_usd

    @property
    def overrun_usd(self) -> Decimal:
        """What it cost above what was reserved."""
        over = self.state is State.SETTLED and self.spent_usd > self.amount_usd
        return self.spent_usd - self.amount_usd if over else Decimal(0)

    @property
    def due_ns(self) -> int:
        """When it stops counting by itself."""
        match self.state:
            case State.HELD:
                return self.expires_ns
            case State.SETTLED:
                return self.changed_ns + SETTLED_AT_MOST_NS
        return self.changed_ns

    def live(self, now_ns: int) -> bool:
        """Whether it can count anything."""
        return self.state in {State.HELD, State.SETTLED} and now_ns < self.due_ns

    def word(self, now_ns: int) -> str:
        """The state as people read it: a hold that is over is ``expired``."""
        return "expired" if self.state is State.HELD and now_ns >= self.expires_ns else str(self.state)


@dataclass(frozen=True, slots=True)
class TraceCost:
    """What the ledger has of a trace."""

    by_budget: Mapping[int, Decimal]
    """By the place of a budget in the configuration."""
    complete: bool
    """The request is complete and all its lines are priced."""
    billed: bool
    """There are lines at all."""


def left_to_come(settled: Iterable[tuple[T, Decimal]], in_ledger: Decimal) -> Iterator[tuple[T, Decimal]]:
    """What each of a trace's settled amounts still counts: the ledger's cost is taken off the first ones first."""
    for key, spent in settled:
        covered = min(spent, in_ledger)
        in_ledger -= covered
        yield key, spent - covered


def believed(reservation: Reservation, trace: TraceCost, now_ns: int) -> bool:
    """Whether the ledger's word is taken as final for a settled reservation.

    A request without any line cost nothing, unless the caller knows better.
    """
    knows = trace.complete and (trace.billed or not reservation.actual_usd)
    return knows and now_ns - reservation.changed_ns >= COMPLETE_AFTER_NS
