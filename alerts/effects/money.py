"""What a downgrade saved, exactly: the usage of the requests that were served lower, at the prices of the better tier.

Prices are those of the models that the better tier really used from seven days before the route stepped down, each at
the newest price anybody paid by the end of the day; so a price that changes on the third day of a downgrade counts from
that day on. Usage is taken as it is: that a better model writes longer answers shows in the measured cost beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from alerts.effects.figures import QUERIES, Concern
from alerts.effects.stretches import Stretch
from alerts.repricing import LONGEST_REQUEST, REMEMBERED, WORDS, Prices, Used, price_table, prices_of
from collector.store import Store, queries_of

_PRICES = queries_of("alerts")["tier_prices"]
_NS = 1_000_000_000
_DAY_NS = 86_400 * _NS


@dataclass(frozen=True, slots=True)
class Saved:
    """Money of the requests that were served lower."""

    requests: int = 0
    known: int = 0
    """Of which both costs are known; the others are in no sum."""
    cost_usd: Decimal = Decimal(0)
    instead_usd: Decimal = Decimal(0)
    """What the same usage would have cost at the better tier."""

    @property
    def saved_usd(self) -> Decimal | None:
        """The difference; None where it is known of none of them."""
        return None if self.requests and not self.known else self.instead_usd - self.cost_usd

    def __add__(self, other: "Saved") -> "Saved":
        """Both together."""
        return Saved(
            self.requests + other.requests,
            self.known + other.known,
            self.cost_usd + other.cost_usd,
            self.instead_usd + other.instead_usd,
        )


def saved(store: Store, concern: Concern, stretch: Stretch) -> Saved:
    """Sum over the days of a window."""
    return sum((_day(store, day, stretch) for day in _days(concern)), Saved())


def _day(store: Store, concern: Concern, stretch: Stretch) -> Saved:
    asked = concern.params | {
        "priced_alike": [str(tier) for tier in stretch.priced_alike],
        "lines_since": _minute(concern.start_ns) - LONGEST_REQUEST,
    }
    prices = price_table(_prices(store, concern, stretch))
    (row,) = store.run(QUERIES["effect_money"], asked, tables={"prices": prices}).to_pylist()
    return Saved(**row)


def _prices(store: Store, concern: Concern, stretch: Stretch) -> Prices:
    own = {"tenant": concern.tenant, "route": concern.route}
    asked = {
        "tier": str(stretch.instead_of),
        "since": _minute(stretch.down_since_ns) - REMEMBERED,
        "until": _minute(concern.until_ns) + timedelta(minutes=1),
    }
    rows = store.run(_PRICES, asked | {word: own.get(word) for word in WORDS}).to_pylist()
    return prices_of([Used(**row) for row in rows])


def _days(concern: Concern) -> Iterator[Concern]:
    start_ns = concern.start_ns
    while start_ns < concern.until_ns:
        until_ns = min(concern.until_ns, start_ns - start_ns % _DAY_NS + _DAY_NS)
        yield replace(concern, start_ns=start_ns, until_ns=until_ns)
        start_ns = until_ns


def _minute(at_ns: int) -> datetime:
    return datetime.fromtimestamp(at_ns // (60 * _NS) * 60, UTC).replace(tzinfo=None)
