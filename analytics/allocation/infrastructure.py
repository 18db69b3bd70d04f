"""What is paid by the hour, split over the requests that used it.

    a bucket's cost = hours paid x rate, of one UTC day
    a share         = cost x own measure / max(measure of all, capacity)

The shares of a day sum to its cost, exactly. Without use the day is the owner's, and so is capacity that nobody used.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from analytics.allocation.buckets import DAY_NS, Bucket, Use, buckets, day_uses
from analytics.allocation.months import day_of, month
from analytics.allocation.resources import Measure, Resource
from analytics.allocation.shares import Origin, Part, Share, charge_table, shares_of
from analytics.allocation.splitting import rounded
from analytics.ledger.charge import ATTRIBUTION, Entry
from analytics.notation import NS_PER_HOUR, usd_text
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.allocation")
_UNITS: Mapping[Measure, str] = {
    Measure.TOKENS: "Tokens",
    Measure.OUTPUT_TOKENS: "Tokens",
    Measure.DURATION: "Seconds",
    Measure.REQUESTS: "Requests",
    Measure.SPANS: "Spans",
}


def infrastructure_charges(store: Store, resources: Sequence[Resource], period: date, now_ns: int) -> pa.Table:
    """The cost of every resource in a billing month (its first day) as charges, up to now."""
    start_ns, until_ns = month(period)
    found = buckets(store, resources, start_ns, until_ns, now_ns)
    return charge_table(share for bucket in found for share in bucket_shares(bucket, period))


def bucket_shares(bucket: Bucket, period: date) -> tuple[Share, ...]:
    """Split one day of one resource."""
    resource = bucket.resource
    parts = [Part(use.words, use.measures[resource.split]) for use in bucket.uses]
    unused = bucket.weight - bucket.used
    if not bucket.weight:
        parts = [_owned(resource, Decimal(1), "nobody used it")]
    elif unused:
        parts.append(_owned(resource, unused, "capacity nobody used"))
    return shares_of(_origin(bucket, period), parts)


def hours(ns: int) -> Decimal:
    """Nanoseconds in hours, to 15 places."""
    return rounded(Fraction(ns, NS_PER_HOUR))


def _owned(resource: Resource, weight: Decimal, what: str) -> Part:
    words = {"team": resource.owner.team, "cost_center": resource.owner.cost_center}
    note = f"{what}, {resource.owner.name} answers for it"
    return Part(tuple(words.get(name) for name in ATTRIBUTION), weight, Entry.UNUSED, note)


def _origin(bucket: Bucket, period: date) -> Origin:
    resource = bucket.resource
    paid = usd_text(hours(bucket.paid_ns))
    return Origin(
        name=resource.name,
        issuer=resource.issuer,
        period=period,
        start_ns=bucket.start_ns,
        until_ns=bucket.start_ns + DAY_NS,
        amount_usd=bucket.cost_usd,
        method=f"infrastructure/{resource.split}/day",
        unit=_UNITS[resource.split],
        description=f"{resource.name} ({resource.kind}), {paid} h on {day_of(bucket.start_ns)}, by {resource.split}",
    )


@dataclass(frozen=True, slots=True)
class RequestShare:
    """What one request takes of a resource."""

    resource: str
    share_usd: Decimal
    provisional: bool
    """The day is not over: what others use until then makes this share smaller, time that is paid makes it larger."""


def request_share(store: Store, resources: Sequence[Resource], trace_id: str, now_ns: int) -> tuple[RequestShare, ...]:
    """Share of every resource a request used, over all days it touched; rounded once per day, to 1e-15 USD.

    A request that used none costs a look at its own spans only.
    """
    sums: dict[str, Decimal] = {}
    open_days: set[str] = set()
    for day_ns in _days(store, trace_id):
        own = day_uses(store, resources, day_ns, trace_id)
        everybody = day_uses(store, resources, day_ns) if own else {}
        for resource in resources:
            if resource.name in own:
                bucket = Bucket(resource, day_ns, min(day_ns + DAY_NS, now_ns), everybody.get(resource.name, ()))
                sums[resource.name] = sums.get(resource.name, Decimal(0)) + _part(bucket, own[resource.name])
                open_days |= {resource.name} if now_ns < day_ns + DAY_NS else set()
    return tuple(RequestShare(name, share, name in open_days) for name, share in sums.items())


def _part(bucket: Bucket, own: Iterable[Use]) -> Decimal:
    weight = bucket.weight
    mine = sum((use.measures[bucket.resource.split] for use in own), Decimal(0))
    return rounded(Fraction(bucket.cost_usd) * Fraction(mine) / Fraction(weight)) if weight else Decimal(0)


def _days(store: Store, trace_id: str) -> tuple[int, ...]:
    rows = store.run(_QUERIES["trace_days"], {"trace_id": trace_id}).to_pylist()
    return tuple(row["day_ns"] for row in rows)
