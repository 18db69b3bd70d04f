"""What is paid by the hour, split over the requests that used it.

    a bucket's cost = hours paid x rate, of one UTC day
    a share         = cost x own measure / max(measure of all, capacity)

The shares of a day sum to its cost, exactly. Without use the day is the owner's, and so is capacity that nobody used.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from analytics.allocation.buckets import DAY_NS, Bucket, buckets
from analytics.allocation.months import day_of, month
from analytics.allocation.resources import Measure, Resource
from analytics.allocation.shares import Origin, Part, Share, charge_table, shares_of
from analytics.allocation.splitting import rounded
from analytics.ledger.charge import ATTRIBUTION, Entry
from analytics.notation import NS_PER_HOUR, usd_text
from collector.store import Store

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
