"""Rating: usage x price = exact cost, class by class. The reference that set-based rating has to equal.

cost = quantity x unit price, in decimals, without rounding. The context band is chosen by the total of all
prompt tokens of the call, cached ones included. A class without a price gives an unpriced line, whose cost is
None, never zero.

>>> from datetime import UTC
>>> from analytics.prices import PriceBook, PriceKey
>>> book = PriceBook.load()
>>> usage = {UsageClass.INPUT_UNCACHED: 176, UsageClass.CACHE_READ: 1_024, UsageClass.OUTPUT: 80}
>>> lines = rate(usage, book.resolve(PriceKey("openai", "gpt-4o")), at=datetime(2026, 11, 1, tzinfo=UTC))
>>> sum(line.cost_usd for line in lines)  # 176 x 2.50 + 1024 x 1.25 + 80 x 10, per million
Decimal('0.002520000000000')
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal, Inexact, InvalidOperation, localcontext

from analytics.prices.book import ModelPrices, Resolution
from analytics.prices.keys import UnpricedReason
from collector.dialects.usage_classes import UsageClass

# the classes that count towards the context band
PROMPT_CLASSES = frozenset(
    {
        UsageClass.INPUT_UNCACHED,
        UsageClass.CACHE_READ,
        UsageClass.CACHE_WRITE_5M,
        UsageClass.CACHE_WRITE_1H,
        UsageClass.AUDIO_IN,
        UsageClass.AUDIO_CACHE_READ,
        UsageClass.IMAGE_IN,
    }
)
_COST_STEP = Decimal("1E-15")  # DECIMAL(38,15)
_EXACT = Context(prec=38, traps=[Inexact, InvalidOperation])


@dataclass(frozen=True, slots=True)
class Line:
    """One usage class of one call: what it cost and by which price, or why it has none."""

    usage_class: UsageClass
    quantity: int | Decimal
    unit_price_usd: Decimal | None
    cost_usd: Decimal | None
    price_id: str | None
    reason: UnpricedReason | None
    borrowed_from: UsageClass | None = None
    list_unit_price_usd: Decimal | None = None
    list_cost_usd: Decimal | None = None
    """None where no list knows the model."""


def rate(usage: Mapping[UsageClass, int | Decimal], resolution: Resolution, *, at: datetime) -> tuple[Line, ...]:
    """One line for each class in the usage, in the order of the classes."""
    total = prompt_tokens(usage)
    return tuple(
        _line(usage_class, usage[usage_class], resolution, at, total)
        for usage_class in UsageClass
        if usage_class in usage
    )


def prompt_tokens(usage: Mapping[UsageClass, int | Decimal]) -> int | Decimal:
    """Total prompt tokens of a call: what decides its context band.

    >>> prompt_tokens({UsageClass.CACHE_READ: 1_000, UsageClass.INPUT_UNCACHED: 24, UsageClass.OUTPUT: 80})
    1024
    """
    return sum(quantity for usage_class, quantity in usage.items() if usage_class in PROMPT_CLASSES)


def cost(quantity: int | Decimal, unit_price_usd: Decimal) -> Decimal:
    """Exact product at 15 decimals; ValueError if it cannot be written with them.

    >>> cost(3, Decimal("0.002"))
    Decimal('0.006000000000000')
    """
    with localcontext(_EXACT):
        try:
            return (quantity * unit_price_usd).quantize(_COST_STEP)
        except ArithmeticError as error:
            raise ValueError(
                f"{quantity} x {unit_price_usd} USD does not fit DECIMAL(38,15); expected a whole quantity, or one "
                "with so few decimals that the product has at most 15."
            ) from error


def _line(
    usage_class: UsageClass, quantity: int | Decimal, resolution: Resolution, at: datetime, total: int | Decimal
) -> Line:
    if quantity < 0:
        raise ValueError(f"usage of {usage_class} is {quantity}; expected none below zero")
    prices = resolution.prices
    if prices is None:
        return Line(usage_class, quantity, None, None, None, resolution.reason)
    row = prices.row(usage_class, at, total)
    if row is None:
        return Line(usage_class, quantity, None, None, None, _why_unpriced(prices, usage_class, at))
    price, listed = row.price, row.list_price
    return Line(
        usage_class,
        quantity,
        price.unit_price_usd,
        cost(quantity, price.unit_price_usd),
        price.price_id,
        None,
        row.borrowed_from,
        None if listed is None else listed.unit_price_usd,
        None if listed is None else cost(quantity, listed.unit_price_usd),
    )


def _why_unpriced(prices: ModelPrices, usage_class: UsageClass, at: datetime) -> UnpricedReason:
    of_class = [row for row in prices.rows if row.usage_class is usage_class]
    if not of_class:
        return UnpricedReason.NO_PRICE_FOR_USAGE_CLASS
    in_force = any(row.when.in_force(at) for row in of_class)
    return UnpricedReason.NO_PRICE_FOR_CONTEXT if in_force else UnpricedReason.NO_PRICE_AT_INSTANT
