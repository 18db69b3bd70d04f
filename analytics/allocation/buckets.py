"""What a resource cost in one UTC day, and who used it that day.

The bucket is the day, not the hour: a pool is sized for its busiest hour and stands there all day for those who need
it then. By the hour, a lone question at three in the morning would pay for a whole machine. The charges of usage are
by UTC day too, so that both stand side by side.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from analytics.allocation.callers import Caller, stretches
from analytics.allocation.resources import Measure, Resource
from analytics.allocation.splitting import rounded
from analytics.ledger.charge import ATTRIBUTION
from analytics.notation import NS_PER_HOUR
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.allocation")
DAY_NS = 24 * NS_PER_HOUR
Words = tuple[str | None, ...]
_CALLER = tuple(entry.name for entry in fields(Caller))
_USES = pa.schema(
    [
        *((name, pa.string()) for name in _CALLER),
        ("resource", pa.string()),
        ("from_ns", pa.int64()),
        ("until_ns", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Use:
    """What one combination of attribution words did with a resource in a day."""

    words: Words
    """In the order of ATTRIBUTION."""
    measures: Mapping[Measure, Decimal]
    hours: int
    """A bit for each hour of the day in which a span started."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One resource in one UTC day, as far as the day has come."""

    resource: Resource
    start_ns: int
    """Midnight."""
    paid_until_ns: int
    """The midnight after, or now while the day goes on."""
    uses: tuple[Use, ...]

    @property
    def paid_ns(self) -> int:
        """For how long it was paid."""
        return sum(rate.within(self.start_ns, self.paid_until_ns) for rate in self.resource.rates)

    @property
    def cost_usd(self) -> Decimal:
        """Hours x rate, exactly; a stretch that is no whole decimal number of hours is rounded once, to 1e-15 USD."""
        parts = (rate.usd_per_ns * rate.within(self.start_ns, self.paid_until_ns) for rate in self.resource.rates)
        return rounded(sum(parts, Fraction(0)))

    @property
    def used(self) -> Decimal:
        """The measure of its split, over everybody."""
        return sum((use.measures[self.resource.split] for use in self.uses), Decimal(0))

    @property
    def capacity(self) -> Decimal | None:
        """What it could have done in the time it was paid for; None when nobody stated it."""
        per_hour = self.resource.capacity_per_hour
        return None if per_hour is None else rounded(Fraction(per_hour) * self.paid_ns / NS_PER_HOUR)

    @property
    def weight(self) -> Decimal:
        """What the cost is divided by: the capacity, or what was used where that is more."""
        return max(self.used, self.capacity or Decimal(0))


def buckets(store: Store, resources: Sequence[Resource], start_ns: int, until_ns: int, now_ns: int) -> Iterator[Bucket]:
    """Every resource on every UTC day of a window of whole days that has begun and in which it was paid for."""
    for day_ns in range(start_ns, min(until_ns, now_ns), DAY_NS):
        paid_until_ns = min(day_ns + DAY_NS, now_ns)
        uses = day_uses(store, resources, day_ns)
        found = (Bucket(one, day_ns, paid_until_ns, uses.get(one.name, ())) for one in resources)
        yield from (bucket for bucket in found if bucket.paid_ns)


def day_uses(
    store: Store, resources: Sequence[Resource], day_ns: int, trace_id: str | None = None
) -> Mapping[str, tuple[Use, ...]]:
    """Who used what on a day, by resource; of one request only, or of all."""
    if not resources:
        return {}
    asked = {"start_ns": day_ns, "until_ns": day_ns + DAY_NS, "trace_id": trace_id}
    callers = store.run(_QUERIES["resource_callers"], asked).to_pylist()
    uses = list(_uses(resources, callers, day_ns))
    if not uses:
        return {}
    tables = {"uses": pa.Table.from_pylist(uses, schema=_USES)}
    found: dict[str, list[Use]] = {}
    for row in store.run(_QUERIES["resource_usage"], asked, tables=tables).to_pylist():
        found.setdefault(row["resource"], []).append(_use(row))
    return {name: tuple(rows) for name, rows in found.items()}


def _uses(
    resources: Sequence[Resource], callers: Iterable[Mapping[str, str]], day_ns: int
) -> Iterator[dict[str, object]]:
    for row in callers:
        caller = Caller(**{name: row[name] or None for name in _CALLER})
        for one in stretches(resources, caller, day_ns, day_ns + DAY_NS):
            yield {**row, "resource": one.resource, "from_ns": one.from_ns, "until_ns": one.until_ns}


def _use(row: Mapping[str, Any]) -> Use:
    measures = {
        Measure.TOKENS: Decimal(row["tokens"]),
        Measure.OUTPUT_TOKENS: Decimal(row["output_tokens"]),
        Measure.DURATION: Decimal(row["duration_ns"]).scaleb(-9),
        Measure.REQUESTS: Decimal(row["requests"]),
        Measure.SPANS: Decimal(row["spans"]),
    }
    return Use(tuple(row[name] for name in ATTRIBUTION), measures, row["hours"])
