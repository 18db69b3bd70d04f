"""Where a budget stands: spend against plan, in exact arithmetic. No store, no clock.

    planned   = amount x share of the plan that is over
    burn      = spent / planned                    healthy spend burns near 1
    variance  = (spent - planned) / planned
    projected = spent / share                      if the rest goes as the plan, at the pace so far
    gone at   = the instant at which the plan's share is share now x amount / spent
    committed = spent + reserved                   what levels are measured by

Nothing counted is zero; something counted of which nothing has a price is unknown, and stays None.
"""

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from analytics.spending.budget import SpendBudget
from analytics.spending.curve import Curve, Pattern

_MICRO = 1_000_000
_WIDE = Context(prec=60)
"""A cost of the store has up to 38 digits, the usual context keeps 28."""
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sums:
    """Ledger lines of a scope in a span of time."""

    cost_usd: Decimal = NOTHING
    """Exact, of the priced lines."""
    lines: int = 0
    unpriced_lines: int = 0

    @property
    def spent_usd(self) -> Decimal | None:
        """None when there are lines and none of them has a price."""
        return None if self.lines and self.unpriced_lines >= self.lines else self.cost_usd

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            _WIDE.add(self.cost_usd, other.cost_usd),
            self.lines + other.lines,
            self.unpriced_lines + other.unpriced_lines,
        )

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(
            _WIDE.subtract(self.cost_usd, other.cost_usd),
            self.lines - other.lines,
            self.unpriced_lines - other.unpriced_lines,
        )


@dataclass(frozen=True, slots=True)
class PlannedPeriod:
    """The current period of a budget, with its plan."""

    start_ns: int
    until_ns: int
    curve: Curve
    pattern: Pattern | None = None
    """What the plan follows; None for an even plan."""
    fallback: str | None = None
    """Why the plan is even although history was asked for."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """What callers have reserved on a budget."""

    held_usd: Decimal = NOTHING
    """Neither settled, released nor expired."""
    settled_usd: Decimal = NOTHING
    """Settled, and not in the ledger yet."""

    @property
    def usd(self) -> Decimal:
        """All of it."""
        return self.held_usd + self.settled_usd


@dataclass(frozen=True, slots=True)
class Position:
    """A budget, its period, what is spent of it and what is reserved."""

    budget: SpendBudget
    period: PlannedPeriod
    sums: Sums
    reserved: Reserved
    at_ns: int

    @property
    def spent_usd(self) -> Decimal | None:
        """Spend of the period that is in the ledger."""
        return self.sums.spent_usd

    @property
    def committed_usd(self) -> Decimal:
        """Known spend and all that is reserved."""
        return self.sums.cost_usd + self.reserved.usd

    @property
    def available_usd(self) -> Decimal:
        """What a reservation may still take; negative when overspent."""
        return self.budget.amount_usd - self.committed_usd

    @property
    def share(self) -> Fraction:
        """Share of the plan that is over."""
        return self.period.curve.share(self.at_ns)

    @property
    def planned_usd(self) -> Decimal:
        """What would be spent by now if spend followed the plan."""
        return usd(Fraction(self.budget.amount_usd) * self.share)

    @property
    def burn(self) -> float | None:
        """Spend as a multiple of what is planned by now."""
        planned = Fraction(self.budget.amount_usd) * self.share
        return None if self.spent_usd is None or not planned else float(Fraction(self.spent_usd) / planned)

    @property
    def variance_ratio(self) -> float | None:
        """By how much of the plan spend is above it; negative below."""
        planned = Fraction(self.budget.amount_usd) * self.share
        return None if self.spent_usd is None or not planned else float(Fraction(self.spent_usd) / planned - 1)

    @property
    def projected_usd(self) -> Decimal | None:
        """At the end of the period."""
        return None if self.spent_usd is None or not self.share else usd(Fraction(self.spent_usd) / self.share)

    @property
    def projected_range_usd(self) -> tuple[Decimal, Decimal] | None:
        """At the end, had the rest of the period the spend of the quietest or the busiest week of the history."""
        found, spent = self.period.pattern, self.spent_usd
        if found is None or spent is None or not self.share:
            return None
        rest = Fraction(spent) / self.share - Fraction(spent)
        mean = Fraction(sum(found.totals), len(found.totals))
        low, high = (Fraction(spent) + rest * total / mean for total in (min(found.totals), max(found.totals)))
        return usd(low), usd(high)

    @property
    def exhausted_at_ns(self) -> int | None:
        """When the amount is, or was, gone; None when it lasts the period or nobody knows."""
        if not self.spent_usd:
            return None
        wanted = self.share * Fraction(self.budget.amount_usd) / Fraction(self.spent_usd)
        return self.period.curve.reached(wanted) if wanted < 1 else None

    @property
    def status(self) -> str:
        """within_plan, over_plan, exhausted or unknown."""
        if self.spent_usd is None:
            return "unknown"
        if self.spent_usd >= self.budget.amount_usd:
            return "exhausted"
        over = Fraction(self.spent_usd) > Fraction(self.budget.amount_usd) * self.share
        return "over_plan" if over else "within_plan"


def usd(amount: Fraction) -> Decimal:
    """A computed amount to the millionth, halves to even.

    >>> usd(Fraction(1, 3))
    Decimal('0.333333')
    """
    return Decimal(round(amount * _MICRO)).scaleb(-6)
