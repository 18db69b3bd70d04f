"""The section ``infrastructure``: what is paid by the hour, and who uses it.

GPUs and provisioned throughput *serve* calls: the ledger lines of those calls have no unit price, they are amortised
(``price_id`` is ``infrastructure/NAME``). Vector databases, caches and clusters work beside the calls.

A resource that costs another price from some instant on has one more entry in ``rates``.
"""

from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from analytics.allocation.moments import Moment, moment
from analytics.allocation.owner import Owner
from analytics.allocation.patterns import ANYTHING
from analytics.notation import LAST_NS, NS_PER_HOUR


class ResourceKind(StrEnum):
    """What is paid for."""

    GPU = "gpu"
    PROVISIONED_THROUGHPUT = "provisioned_throughput"
    VECTOR_DATABASE = "vector_database"
    CACHE = "cache"
    KUBERNETES = "kubernetes"
    OTHER = "other"


SERVING = frozenset({ResourceKind.GPU, ResourceKind.PROVISIONED_THROUGHPUT})
"""Kinds that answer calls, so that these calls have no other price."""


class Measure(StrEnum):
    """By what the cost of a resource is split."""

    TOKENS = "tokens"
    OUTPUT_TOKENS = "output_tokens"
    DURATION = "duration"
    """Seconds that its spans took."""
    REQUESTS = "requests"
    SPANS = "spans"


@dataclass(frozen=True, slots=True)
class Hourly:
    """What a resource costs in a stretch of time."""

    usd_per_hour: Decimal
    """US dollars per hour and piece."""
    count: int = 1
    """How many pieces are paid: GPUs, replicas, throughput units."""
    effective_from: str | None = None
    """Paid from here on, as 2026-10-01 or 2026-10-01T09:00:00Z; nothing: always."""
    effective_until: str | None = None
    """Paid until before; nothing: for ever."""
    from_ns: int = field(init=False, repr=False, compare=False)
    until_ns: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.usd_per_hour < 0:
            raise ValueError(f"usd_per_hour is {self.usd_per_hour}; expected 0 or more")
        if self.count < 1:
            raise ValueError(f"count is {self.count}; expected 1 or more; a resource that is not paid has no rate then")
        since = moment("effective_from", self.effective_from) or Moment(0)
        until = moment("effective_until", self.effective_until) or Moment(LAST_NS)
        if since >= until:
            raise ValueError(f"effective_until is {until}; expected an instant after {since}")
        object.__setattr__(self, "from_ns", since.ns)
        object.__setattr__(self, "until_ns", until.ns)

    @property
    def text(self) -> str:
        """It as a person writes it.

        >>> Hourly(Decimal("2.50"), count=4, effective_from="2026-10-01").text
        '4 x 2.50 an hour from 2026-10-01 until open'
        """
        since, until = self.effective_from or "ever", self.effective_until or "open"
        return f"{self.count} x {self.usd_per_hour} an hour from {since} until {until}"

    @property
    def usd_per_ns(self) -> Fraction:
        """All pieces together, exactly."""
        return Fraction(self.usd_per_hour) * self.count / NS_PER_HOUR

    def within(self, start_ns: int, until_ns: int) -> int:
        """Nanoseconds of a window in which this is paid."""
        return max(0, min(until_ns, self.until_ns) - max(start_ns, self.from_ns))


@dataclass(frozen=True, slots=True)
class UsedBy:
    """Which spans use a resource: all conditions hold, each by any of its patterns (as in attribution_rules)."""

    provider: tuple[str, ...] = ANYTHING
    """The provider of a call, for instance [vllm]."""
    model: tuple[str, ...] = ANYTHING
    """The model that answered or the one that was asked, for instance [llama-*]."""
    region: tuple[str, ...] = ANYTHING
    """Where the call went."""
    kind: tuple[str, ...] = ANYTHING
    """model, embedding, retriever, cache, tool ..."""
    service: tuple[str, ...] = ANYTHING
    """service.name of the span."""

    def __post_init__(self) -> None:
        for entry in fields(self):
            object.__setattr__(self, entry.name, tuple(dict.fromkeys(getattr(self, entry.name) or ("",))))


@dataclass(frozen=True, slots=True)
class Resource:
    """One entry of the section ``infrastructure``."""

    name: str
    """Unique name, also among the shared costs."""
    kind: ResourceKind
    """What it is. Calls served by gpu and provisioned_throughput have no other price."""
    owner: Owner
    """Who answers for idle time and unused capacity."""
    rates: tuple[Hourly, ...]
    """What it costs, one entry for each stretch of time with another price or count."""
    used_by: UsedBy = field(default_factory=UsedBy)
    """Which spans use it."""
    split: Measure = Measure.TOKENS
    """By what its cost is split over the words of those who used it."""
    capacity_per_hour: Decimal | None = None
    """How much of the measure the whole resource can do in an hour; what was not used is the owner's. Nothing: all of
    the cost is split over those who used it."""
    issuer: str = "internal"
    """Who sends the bill."""

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("name is empty; expected a unique name")
        if not self.rates:
            raise ValueError("rates is empty; expected at least one rate, for instance [{usd_per_hour: 2.50}]")
        if self.capacity_per_hour is not None and not self.capacity_per_hour > 0:
            raise ValueError(f"capacity_per_hour is {self.capacity_per_hour}; expected more than 0, or leave it out")
        self._check_overlaps()
        if self.serves:
            self._check_served()

    @property
    def serves(self) -> bool:
        """Whether it answers calls."""
        return self.kind in SERVING

    @property
    def windows(self) -> tuple[tuple[int, int], ...]:
        """When it is paid for, in time, whatever it costs."""
        found: list[tuple[int, int]] = []
        for rate in sorted(self.rates, key=lambda rate: rate.from_ns):
            start = found.pop()[0] if found and found[-1][1] == rate.from_ns else rate.from_ns
            found.append((start, rate.until_ns))
        return tuple(found)

    def _check_overlaps(self) -> None:
        ordered = sorted(self.rates, key=lambda rate: rate.from_ns)
        for first, second in pairwise(ordered):
            if second.from_ns < first.until_ns:
                raise ValueError(
                    f"rates overlap: {first.text} and {second.text}; expected one rate at every instant: end the first "
                    "with effective_until"
                )

    def _check_served(self) -> None:
        if "*" in self.used_by.provider and "*" in self.used_by.model:
            raise ValueError(
                f"used_by names no provider and no model; a resource of kind {self.kind} takes the price off the calls "
                "it serves, so expected which ones, for instance {provider: [vllm]}"
            )
        if "*" not in self.used_by.kind or "*" not in self.used_by.service:
            raise ValueError(
                f"used_by asks for a kind or a service; expected provider, model and region only, by which calls "
                f"served by a resource of kind {self.kind} are told from those with a price"
            )
