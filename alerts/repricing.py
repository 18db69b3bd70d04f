"""The same requests at the prices of another tier: their ledger lines' tokens, bought from the models it really used.

    price of a class at a tier   the newest price of each model that the tier used for this purpose in the last seven
                                 days, weighted by how much it used it; with one model that model's price, exactly
    cost of a line there         its quantity x that price
    lines of other purposes      embedding, rerank, judge ...: at the tier's price if it has one, else at their own

The number of tokens is taken to be the same; that a better model writes longer answers shows in the share that tries.
Prices are asked for once a minute, costs at every look.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from analytics.slo.arithmetic import Counts
from analytics.slo.ceilings import ceilings
from analytics.slo.objective import Objective
from collector.store import Store, queries_of
from instrumentation.downgrade import Tier

_QUERIES = queries_of("alerts")
REMEMBERED = timedelta(days=7)
_FRESH = timedelta(seconds=60)
_DIGITS = 15
LONGEST_REQUEST = timedelta(hours=1)
"""Lines of a request that ended in the window start at most this long before it."""
WORDS = ("tenant", "team", "feature", "route", "environment")
_MORE = ("cost_center", "project")
ANSWER = "answer"
Words = Mapping[str, str | None]
Prices = Mapping[tuple[str, str], Decimal]
"""Unit price by purpose and usage class."""
_PRICES = pa.schema(
    [("purpose", pa.string()), ("usage_class", pa.string()), ("unit_price_usd", pa.decimal128(38, _DIGITS))]
)


@dataclass(frozen=True, slots=True)
class Used:
    """How much a model was used for one class, and what it costs now; no price: nobody knows one."""

    purpose: str
    usage_class: str
    quantity: Decimal
    unit_price_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a tier's requests used of one class."""

    tier: str | None
    purpose: str
    usage_class: str
    quantity: Decimal
    cost_usd: Decimal


@dataclass(slots=True)
class Repricing:
    """Asks the store; remembers the prices of a tier for a minute."""

    store: Store
    _prices: dict[tuple[Tier, tuple[str | None, ...]], tuple[datetime, Prices]] = field(default_factory=dict)

    def prices(self, words: Words, tier: Tier, at: datetime) -> Prices:
        """What the tier pays for its tokens, for these requests; empty where it served none in seven days."""
        key = tier, tuple(words.get(word) for word in WORDS)
        known = self._prices.get(key)
        if known is None or not known[0] <= at < known[0] + _FRESH:
            asked = {"tier": tier, "since": _minute(at - REMEMBERED), "until": _minute(at + timedelta(minutes=1))}
            rows = self.store.run(_QUERIES["tier_prices"], asked | _named(words, WORDS)).to_pylist()
            known = self._prices[key] = at, prices_of([Used(**row) for row in rows])
        return known[1]

    def ceiling_counts(
        self, objective: Objective, words: Words, tier: Tier, window: tuple[datetime, datetime]
    ) -> Counts:
        """How a cost objective would judge the requests that ended in a window, at the prices of the tier."""
        since, until = window
        ceiling_usd = self._ceiling_usd(objective, until)
        prices = {} if ceiling_usd is None else self.prices(words, tier, until)
        if not prices:
            return Counts()
        asked = _named(words, WORDS) | {"tier": tier, "ceiling_usd": ceiling_usd}
        asked |= {"since": _naive(since), "until": _naive(until), "lines_since": _naive(since - LONGEST_REQUEST)}
        (row,) = self.store.run(
            _QUERIES["requests_at_prices"], asked, tables={"prices": price_table(prices)}
        ).to_pylist()
        return Counts(row["total"], row["good"])

    def _ceiling_usd(self, objective: Objective, at: datetime) -> Decimal | None:
        """Its own ceiling, or the one recorded for the day where it follows the days before."""
        if not objective.relative:
            return objective.ceiling_usd
        recorded = ceilings(self.store, [objective], at).get(objective.objective_id, {})
        found: Decimal | None = recorded.get("ceiling_usd")
        return found

    def usage(self, words: Words, start: datetime, until: datetime) -> tuple[Usage, ...]:
        """What the requests of whole minutes used, tier by tier."""
        asked = {"since": _minute(start), "until": _minute(until + timedelta(seconds=60, microseconds=-1))}
        rows = self.store.run(_QUERIES["usage_by_tier"], asked | _named(words, (*WORDS, *_MORE))).to_pylist()
        return tuple(Usage(**row) for row in rows)


def prices_of(used: Sequence[Used]) -> Prices:
    """The mean price of each class; a class with a model of unknown price has none.

    >>> half = [Used("answer", "output", Decimal(1), Decimal(price)) for price in ("0.1", "0.3")]
    >>> prices_of(half)[("answer", "output")].normalize()
    Decimal('0.2')
    """
    groups: dict[tuple[str, str], list[Used]] = {}
    for one in used:
        groups.setdefault((one.purpose, one.usage_class), []).append(one)
    return {key: _mean(group) for key, group in groups.items() if all(u.unit_price_usd is not None for u in group)}


def repriced(usage: Sequence[Usage], tier: Tier, prices: Prices) -> Fraction | None:
    """What this would have cost at the tier; None where a class of an answer has no price there.

    >>> used = Usage("economy", "answer", "output", Decimal(1000), Decimal("0.4"))
    >>> repriced([used], Tier.PREMIUM, {("answer", "output"): Decimal("0.01")})
    Fraction(10, 1)
    """
    total = Fraction(0)
    for one in usage:
        price = prices.get((one.purpose, one.usage_class))
        if one.tier == tier or (price is None and one.purpose != ANSWER):
            total += Fraction(one.cost_usd)
        elif price is None:
            return None
        else:
            total += Fraction(one.quantity) * Fraction(price)
    return total


def _mean(group: Sequence[Used]) -> Decimal:
    """Exact where all models have one price, else to the fifteenth decimal."""
    spent = sum((Fraction(one.quantity) * Fraction(one.unit_price_usd or 0) for one in group), Fraction(0))
    mean = spent / Fraction(sum(one.quantity for one in group))
    scaled = mean * 10**_DIGITS
    whole = Decimal(scaled.numerator) / Decimal(scaled.denominator)
    return whole.to_integral_value(ROUND_HALF_EVEN).scaleb(-_DIGITS)


def price_table(prices: Prices) -> pa.Table:
    """Prices as a table that a query can name."""
    rows: list[dict[str, Any]] = [
        {"purpose": purpose, "usage_class": usage_class, "unit_price_usd": price}
        for (purpose, usage_class), price in prices.items()
    ]
    return pa.Table.from_pylist(rows, schema=_PRICES)


def _named(words: Words, names: Sequence[str]) -> dict[str, object]:
    return {name: words.get(name) for name in names}


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _minute(at: datetime) -> datetime:
    return _naive(at).replace(second=0, microsecond=0)
