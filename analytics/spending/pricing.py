"""What a call that has not been made yet may cost at most, by the price book.

Input at the plain or cached price as expected, output at the most it may generate, the fee of a request where the
provider charges one. Anything without a price makes the whole estimate unpriced: a guess would not be a limit.

>>> from datetime import UTC
>>> call = Estimate(provider="openai", model="gpt-4o", input_tokens=1_000, max_output_tokens=100)
>>> book_pricer(PriceBook.load())(call, datetime(2026, 11, 1, tzinfo=UTC))  # 1000 x 2.50 + 100 x 10, per million
Decimal('0.003500000000000')
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from analytics.prices import PriceBook, PriceKey, rate
from analytics.spending.shapes import Candidate, Estimate
from collector.dialects.usage_classes import UsageClass

Pricer = Callable[[Estimate, datetime], Decimal | None]
"""Says what a call may cost at an instant; None when it has no price."""


def book_pricer(book: PriceBook) -> Pricer:
    """Price by a book."""

    def price(call: Estimate, at: datetime) -> Decimal | None:
        resolution = book.resolve(PriceKey(call.provider, call.model, call.service_tier, call.region))
        usage = _usage(call)
        fees = [] if resolution.prices is None else [row.usage_class for row in resolution.prices.rows]
        if UsageClass.REQUESTS in fees:
            usage[UsageClass.REQUESTS] = 1
        costs = [line.cost_usd for line in rate(usage, resolution, at=at)]
        if resolution.prices is None or None in costs:
            return None
        return sum((cost for cost in costs if cost is not None), Decimal(0))

    return price


def without_prices(_call: Estimate, _at: datetime) -> Decimal | None:
    """Price nothing: for a house without a price book."""
    return None


def of_candidate(call: Estimate, candidate: Candidate) -> Estimate:
    """The same call to another model."""
    named = {name: getattr(candidate, name) for name in Candidate.model_fields}
    return call.model_copy(update=named)


def _usage(call: Estimate) -> dict[UsageClass, int]:
    counted = {
        UsageClass.INPUT_UNCACHED: call.input_tokens - call.cache_read_tokens,
        UsageClass.CACHE_READ: call.cache_read_tokens,
        UsageClass.OUTPUT: call.max_output_tokens,
        UsageClass.SEARCH_UNITS: call.search_units,
    }
    return {usage_class: quantity for usage_class, quantity in counted.items() if quantity}
