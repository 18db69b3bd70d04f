"""How well what is paid by the hour was used."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from analytics.allocation.buckets import Bucket
from analytics.allocation.infrastructure import bucket_shares, hours
from analytics.allocation.months import day_of
from analytics.allocation.resources import Measure
from analytics.allocation.splitting import quotient
from analytics.ledger.charge import Entry


@dataclass(frozen=True, slots=True)
class ResourceFigures:
    """How well a resource was used in a window."""

    name: str
    kind: str
    owner: str
    paid_hours: Decimal
    used_hours: int
    """Hours of the clock in which at least one span used it."""
    measure: str
    used: Decimal
    """In the unit of the measure."""
    capacity: Decimal | None
    """What it could have done; None when nobody stated it."""
    utilisation_ratio: Decimal | None
    """used / capacity."""
    cost_usd: Decimal
    unused_usd: Decimal
    """Idle days, and capacity that nobody used."""
    tokens: Decimal
    cost_per_1k_tokens_usd: Decimal | None
    """All of its cost, idle time included; None without tokens."""


def resource_figures(found: Iterable[Bucket]) -> tuple[ResourceFigures, ...]:
    """Figures over the buckets of a window, one per resource, by name."""
    by_name: dict[str, list[Bucket]] = defaultdict(list)
    for bucket in found:
        by_name[bucket.resource.name].append(bucket)
    return tuple(_figures(by_name[name]) for name in sorted(by_name))


def _figures(days: Sequence[Bucket]) -> ResourceFigures:
    resource = days[0].resource
    tokens = sum((use.measures[Measure.TOKENS] for day in days for use in day.uses), Decimal(0))
    cost = sum((day.cost_usd for day in days), Decimal(0))
    used = sum((day.used for day in days), Decimal(0))
    stated = [day.capacity for day in days if day.capacity is not None]
    capacity = sum(stated, Decimal(0)) if stated else None
    return ResourceFigures(
        name=resource.name,
        kind=str(resource.kind),
        owner=resource.owner.name,
        paid_hours=hours(sum(day.paid_ns for day in days)),
        used_hours=sum(_hours_used(day) for day in days),
        measure=str(resource.split),
        used=used,
        capacity=capacity,
        utilisation_ratio=quotient(used, capacity),
        cost_usd=cost,
        unused_usd=sum((_unused_usd(day) for day in days), Decimal(0)),
        tokens=tokens,
        cost_per_1k_tokens_usd=quotient(1000 * cost, tokens),
    )


def _unused_usd(day: Bucket) -> Decimal:
    shares = bucket_shares(day, date.fromisoformat(day_of(day.start_ns)).replace(day=1))
    return sum((share.cost_usd for share in shares if share.part.entry is Entry.UNUSED), Decimal(0))


def _hours_used(day: Bucket) -> int:
    mask = 0
    for use in day.uses:
        mask |= use.hours
    return mask.bit_count()
