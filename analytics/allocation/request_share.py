"""What one request takes of the resources it used.

A request's share needs the day of everybody, which takes about a second per million spans. So a server keeps what it
summed for a minute (:class:`Everybody`); a share is as old as that at most.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from analytics.allocation.buckets import DAY_NS, Bucket, Use, day_uses
from analytics.allocation.resources import Resource
from analytics.allocation.splitting import rounded
from analytics.notation import NS_PER_MINUTE
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.allocation")
_REMEMBERED_DAYS = 64


class Everybody:
    """Who used which resource on which day, remembered for a while."""

    def __init__(self, store: Store, resources: Sequence[Resource], *, remember_ns: int = NS_PER_MINUTE) -> None:
        """The resources are those of the configuration."""
        self.store = store
        self.resources = tuple(resources)
        self._remember_ns = remember_ns
        self._days: dict[int, tuple[int, Mapping[str, tuple[Use, ...]]]] = {}

    def on(self, day_ns: int, now_ns: int) -> Mapping[str, tuple[Use, ...]]:
        """Uses of a UTC day by resource, at most as old as what is remembered."""
        known = self._days.get(day_ns)
        if known is None or not 0 <= now_ns - known[0] < self._remember_ns:
            if len(self._days) >= _REMEMBERED_DAYS:
                self._days.clear()
            known = self._days[day_ns] = now_ns, day_uses(self.store, self.resources, day_ns)
        return known[1]


@dataclass(frozen=True, slots=True)
class RequestShare:
    """What one request takes of a resource."""

    resource: str
    share_usd: Decimal
    provisional: bool
    """The day is not over: what others use until then makes this share smaller, time that is paid makes it larger."""


def request_share(
    store: Store, resources: Sequence[Resource], trace_id: str, now_ns: int, *, everybody: Everybody | None = None
) -> tuple[RequestShare, ...]:
    """Share of every resource a request used, over all days it touched; rounded once per day, to 1e-15 USD.

    A request that used none costs a look at its own spans only.
    """
    all_uses = everybody or Everybody(store, resources)
    sums: dict[str, Decimal] = {}
    open_until: dict[str, int] = {}
    for day_ns in _days(store, trace_id):
        own = day_uses(store, resources, day_ns, trace_id)
        for resource in (one for one in resources if one.name in own):
            name, of_day = resource.name, all_uses.on(day_ns, now_ns)
            bucket = Bucket(resource, day_ns, min(day_ns + DAY_NS, now_ns), of_day.get(name, ()))
            sums[name] = sums.get(name, Decimal(0)) + _part(bucket, own[name])
            open_until[name] = max(open_until.get(name, 0), day_ns + DAY_NS)
    return tuple(RequestShare(name, share, now_ns < open_until[name]) for name, share in sums.items())


def _part(bucket: Bucket, own: Iterable[Use]) -> Decimal:
    mine = sum((use.measures[bucket.resource.split] for use in own), Decimal(0))
    weight = max(bucket.weight, mine)  # a request that came after everybody was summed is part of them
    return rounded(Fraction(bucket.cost_usd) * Fraction(mine) / Fraction(weight)) if weight else Decimal(0)


def _days(store: Store, trace_id: str) -> tuple[int, ...]:
    rows = store.run(_QUERIES["trace_days"], {"trace_id": trace_id}).to_pylist()
    return tuple(row["day_ns"] for row in rows)
