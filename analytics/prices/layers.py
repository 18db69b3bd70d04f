"""Layers: the prices of one model from several sources become one set without overlaps.

A class takes its prices from the highest layer that has any. Where these begin at a date, the next layer serves the
time before it. So a vendor's batch price noticed last month does not leave the year before without one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.prices.borrowing import borrowed
from analytics.prices.price import Price, clipped, overlaps
from analytics.prices.service_tiers import STANDARD
from collector.dialects.usage_classes import UsageClass


class PriceOverlapError(ValueError):
    """Two prices of one book hold for the same request; the message names both."""


@dataclass(frozen=True, slots=True)
class ClassPrice:
    """A price as it serves a usage class: its own, or borrowed from another class."""

    usage_class: UsageClass
    price: Price
    borrowed_from: UsageClass | None = None


def layered(layers: Sequence[Sequence[Price]], service_tier: str, seller: str | None) -> tuple[ClassPrice, ...]:
    """Prices of one service tier by class, highest layer first; empty when no layer knows the tier.

    A class that has a plain price but none in this tier stays unpriced: the source knows the class, not this price.
    """
    own = _own(layers, service_tier)
    plain = own if service_tier == STANDARD else _own(layers, STANDARD)
    found = [ClassPrice(usage_class, price) for usage_class, prices in own.items() for price in prices]
    for rule in borrowed(own.keys(), seller):
        if rule.usage_class not in plain:
            found += [
                ClassPrice(rule.usage_class, price, borrowed_from=rule.borrowed_from)
                for price in own[rule.borrowed_from]
            ]
    return tuple(sorted(found, key=_order))


def refuse_overlaps(prices: Sequence[Price]) -> None:
    """Raise PriceOverlapError if two prices of the same model hold at the same time for the same request."""
    by_model: dict[tuple[str, str, UsageClass], list[Price]] = {}
    for price in prices:
        others = by_model.setdefault((price.provider, price.model, price.usage_class), [])
        clash = next((other for other in others if overlaps(other, price)), None)
        if clash is not None:
            raise PriceOverlapError(
                f"{clash.price_id} and {price.price_id} both price {price.usage_class} of "
                f"{price.provider}/{price.model} at some moment "
                f"({clash} and {price}); give one of them an end date, or other conditions."
            )
        others.append(price)


def _own(layers: Iterable[Sequence[Price]], service_tier: str) -> Mapping[UsageClass, list[Price]]:
    result: dict[UsageClass, list[Price]] = {}
    for layer in layers:
        for usage_class, prices in _by_class(layer, service_tier).items():
            higher = result.get(usage_class, [])
            begin = _begin(higher)
            if not higher:
                result[usage_class] = prices
            elif begin is not None:
                earlier = (clipped(price, begin) for price in prices)
                result[usage_class] = higher + [price for price in earlier if price is not None]
    return result


def _by_class(layer: Sequence[Price], service_tier: str) -> dict[UsageClass, list[Price]]:
    result: dict[UsageClass, list[Price]] = {}
    for price in layer:
        if price.service_tier == service_tier:
            result.setdefault(price.usage_class, []).append(price)
    return result


def _begin(prices: Sequence[Price]) -> date | None:
    """Return the first day any of the prices holds; None when one has held for ever."""
    starts = [price.effective_from for price in prices]
    return None if None in starts else min((start for start in starts if start is not None), default=None)


def _order(found: ClassPrice) -> tuple[int, date, int, int]:
    price = found.price
    classes = list(UsageClass)
    return (
        classes.index(found.usage_class),
        price.effective_from or date.min,
        price.tod_start_s or 0,
        price.context_above or 0,
    )
