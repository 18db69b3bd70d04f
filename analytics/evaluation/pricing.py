"""What answers and judges cost: their usage at the price book's prices, exactly, or None where it has none."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

import numpy as np

from analytics.derive.quantities import TOKEN_NAMES, disjoint
from analytics.evaluation.answers import Answer
from analytics.prices import PriceBook, PriceKey, rate
from collector.dialects.usage_classes import UsageClass


def answer_price(book: PriceBook) -> Callable[[Answer, datetime], Decimal | None]:
    """Price answers; None where the usage or the model is not told, or has no price."""

    def priced(answer: Answer, at: datetime) -> Decimal | None:
        if not answer.usage or answer.model is None:
            return None
        return cost_usd(book, PriceKey(answer.provider, answer.model), answer.usage, at)

    return priced


def cost_usd(book: PriceBook, key: PriceKey, usage: Mapping[str, int], at: datetime) -> Decimal | None:
    """Cost of a usage; None unless every class of it has a price.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 1, tzinfo=UTC)
    >>> usage = {"input_tokens": 1_000, "output_tokens": 100}  # 1,000 x 2.50 + 100 x 10, per million
    >>> cost_usd(PriceBook.load(), PriceKey("openai", "gpt-4o"), usage, at)
    Decimal('0.003500000000000')
    """
    lines = rate(_classes(usage), book.resolve(key), at=at)
    costs = [line.cost_usd for line in lines if line.cost_usd is not None]
    return sum(costs, Decimal(0)) if lines and len(costs) == len(lines) else None


def _classes(usage: Mapping[str, int]) -> dict[UsageClass, int]:
    bills = {name: np.array([usage.get(name, 0)], dtype=np.int64) for name in TOKEN_NAMES}
    found = {name: int(counts[0]) for name, counts in disjoint(bills).items()}
    found[UsageClass.SEARCH_UNITS] = usage.get("search_units", 0)
    return {name: quantity for name, quantity in found.items() if quantity}
