"""What a model's own usage of a class would cost on another model, by the price book as it is: exactly, or not at all.

Every usage class is taken at the other model's price for requests of as many input tokens as the class has on average.
A usage class that the other model has no price for leaves the whole unknown: a guess would not be a saving.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal

from analytics.prices import PriceBook, PriceKey
from collector.dialects.usage_classes import UsageClass

_WIDE = Context(prec=60)
DAYS_A_MONTH = 30


@dataclass(frozen=True, slots=True)
class Used:
    """One usage class of a model in a class of traffic."""

    usage_class: UsageClass
    quantity: Decimal
    cost_usd: Decimal | None
    """As it was rated; None: a line has no price."""


@dataclass(frozen=True, slots=True)
class Seller:
    """A model as it is bought."""

    model: str
    provider: str | None
    service_tier: str | None = None
    region: str | None = None

    @property
    def key(self) -> PriceKey:
        """As the price book is asked."""
        return PriceKey(self.provider, self.model, self.service_tier, self.region)


def cost_on(book: PriceBook, seller: Seller, usage: Sequence[Used], prompt_tokens: int, at: datetime) -> Decimal | None:
    """What usage costs on a model; None where a part of it has no price there."""
    prices = book.resolve(seller.key).prices
    if prices is None:
        return None
    total = Decimal(0)
    for one in usage:
        row = prices.row(one.usage_class, at, prompt_tokens)
        if row is None:
            return None
        total = _WIDE.add(total, _WIDE.multiply(one.quantity, row.price.unit_price_usd))
    return total


def spent(usage: Sequence[Used]) -> Decimal | None:
    """What it did cost; None where a part has no price.

    >>> spent([Used(UsageClass.OUTPUT, Decimal(10), Decimal("0.1")), Used(UsageClass.CACHE_READ, Decimal(1), None)])
    """
    total = Decimal(0)
    for one in usage:
        if one.cost_usd is None:
            return None
        total = _WIDE.add(total, one.cost_usd)
    return total


def a_month(amount: Decimal, days: Decimal) -> Decimal:
    """The same pace for a month of thirty days, to the cent.

    >>> a_month(Decimal(7), Decimal(7))
    Decimal('30.00')
    """
    return _WIDE.divide(_WIDE.multiply(amount, Decimal(DAYS_A_MONTH)), days).quantize(Decimal("0.01"), context=_WIDE)
