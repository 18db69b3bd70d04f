"""The section ``shared_costs``: bills nobody's calls explain, split over those they are for.

    usage   by what each member used of one measure in the same time
    even    the same for every member that used anything, or for every named member
    fixed   by stated shares that sum to exactly 1

The shares of a bill sum to the bill. When nobody used anything, the whole bill stays as one unallocated row, which
says who answers for it. A share among teams gets its cost centre from the attribution rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import pyarrow as pa

from analytics.allocation.months import month
from analytics.allocation.rules import AttributionRule, SpanFacts, allocate
from analytics.allocation.shared_settings import Among, Per, SharedCost, SplitBy
from analytics.allocation.shares import Origin, Part, Share, charge_table, shares_of
from analytics.allocation.splitting import USD_PLACES, from_units, in_units
from analytics.allocation.usage import Used, unit_of, used
from analytics.ledger.charge import ATTRIBUTION
from analytics.notation import NS_PER_HOUR
from collector.store import Store

_NOBODY = (None,) * len(ATTRIBUTION)
_ONE = Decimal(1)


def shared_charges(
    store: Store, costs: Sequence[SharedCost], period: date, *, rules: Sequence[AttributionRule] = ()
) -> pa.Table:
    """The shares of every shared cost of a billing month (its first day) as charges.

    Of an open month the split is provisional: it follows what was used so far.
    """
    found: list[Share] = []
    for cost in costs:
        origin = origin_of(cost, period)
        if origin is not None:
            usage = used(store, origin.start_ns, origin.until_ns, cost.measures)
            found += split_cost(cost, origin, usage, rules)
    return charge_table(found)


def origin_of(cost: SharedCost, period: date) -> Origin | None:
    """The bill of a month; None when the cost is not effective in it."""
    first, last = month(period)
    start_ns, until_ns = max(first, cost.from_ns), min(last, cost.until_ns)
    if start_ns >= until_ns:
        return None
    times = {
        Per.MONTH: 1,
        Per.DAY: (until_ns - start_ns) // (24 * NS_PER_HOUR),
        Per.HOUR: (until_ns - start_ns) // NS_PER_HOUR,
    }
    return Origin(
        name=cost.name,
        issuer=cost.issuer,
        period=period,
        start_ns=start_ns,
        until_ns=until_ns,
        amount_usd=from_units(in_units(cost.amount_usd, USD_PLACES) * times[cost.per], USD_PLACES),
        method=cost.method,
        unit=_UNITS.get(cost.split, unit_of(cost.by)),
        description=f"{cost.name}, split by {cost.method}",
    )


_UNITS: Mapping[SplitBy, str] = {SplitBy.EVEN: "Members", SplitBy.FIXED: "Shares"}


def split_cost(
    cost: SharedCost, origin: Origin, usage: Iterable[Used], rules: Sequence[AttributionRule] = ()
) -> tuple[Share, ...]:
    """Split one bill; one share per member, or one that nobody used."""
    parts = [
        Part(_words(cost.among, member, origin, rules), weight, note=_note(cost, member))
        for member, weight in _weights(cost, usage)
        if weight > 0
    ]
    nobody = Part(_NOBODY, _ONE, note=f"nobody used it, {cost.owner.name} answers for it")
    return shares_of(origin, parts or [nobody])


def _weights(cost: SharedCost, usage: Iterable[Used]) -> Iterable[tuple[str | None, Decimal]]:
    if cost.split is SplitBy.FIXED:
        return cost.shares.items()
    if cost.members:
        return dict.fromkeys(cost.members, _ONE).items()
    inside = list(_by_member(cost, usage))
    if cost.split is SplitBy.EVEN:
        named = {member for member, one in inside if member is not None and any(one.measures.values())}
        return dict.fromkeys(named, _ONE).items()
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    for member, one in inside:
        sums[member] += one.measures.get(cost.by, Decimal(0))
    return sums.items()


def _by_member(cost: SharedCost, usage: Iterable[Used]) -> Iterator[tuple[str | None, Used]]:
    place = ATTRIBUTION.index(cost.among)
    return ((one.words[place], one) for one in usage if cost.scope.holds(one))


def _words(
    among: Among, member: str | None, origin: Origin, rules: Sequence[AttributionRule]
) -> tuple[str | None, ...]:
    """The member, and what the rules say of it."""
    if member is None:
        return _NOBODY
    said = allocate(rules, {among: member}, SpanFacts(), origin.start_ns) | {str(among): member}
    return tuple(said[name] for name in ATTRIBUTION)


def _note(cost: SharedCost, member: str | None) -> str:
    return "" if member is not None else f"share of usage without a {cost.among}, {cost.owner.name} answers for it"
