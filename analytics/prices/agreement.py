"""Agreement: when two lists speak of the same model at the same price.

LiteLLM's map is a photograph of one day without dates. What it says beyond genai-prices (a service tier, another class)
holds where both know the same plain input and output prices, because there the photograph shows the same thing. Before
a price changed, or after an alias moved, the map's other figures belong to another price or another model.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from analytics.prices.price import Price, within
from analytics.prices.service_tiers import PLAIN
from analytics.prices.windows import When, meet
from collector.dialects.usage_classes import UsageClass

_MAIN = (UsageClass.INPUT_UNCACHED, UsageClass.OUTPUT)


def windows_of_agreement(listed: Sequence[Price], mapped: Sequence[Price]) -> tuple[When, ...]:
    """Return the dates in which both lists know a same plain price of each main class, as far as both know any."""
    plain = [price for price in listed if _is_plain(price)]
    edges = sorted({at for price in plain for at in (price.effective_from, price.effective_until) if at is not None})
    spans = [When(start, until) for start, until in zip([None, *edges], [*edges, None], strict=True)]
    return _joined(span for span in spans if _agree([price for price in plain if meet(price.when, span)], mapped))


def clipped(prices: Iterable[Price], windows: Sequence[When]) -> tuple[Price, ...]:
    """Return what of some prices lies in the windows."""
    found = ((price, meet(price.when, window)) for price in prices for window in windows)
    return tuple(_part(price, when) for price, when in found if when is not None)


def _part(price: Price, when: When) -> Price:
    return price if price.when == when else replace(within(price, when), part_of=price.price_id)


def _agree(listed: Iterable[Price], mapped: Sequence[Price]) -> bool:
    known = list(listed)
    return all(
        not (left := _amounts(known, usage_class))
        or not (right := _amounts((price for price in mapped if _is_plain(price)), usage_class))
        or not left.isdisjoint(right)
        for usage_class in _MAIN
    )


def _is_plain(price: Price) -> bool:
    return price.usage_class in _MAIN and price.tier == PLAIN and price.context_above is None


def _amounts(prices: Iterable[Price], usage_class: UsageClass) -> set[Decimal]:
    return {price.unit_price_usd for price in prices if price.usage_class is usage_class}


def _joined(spans: Iterable[When]) -> tuple[When, ...]:
    result: list[When] = []
    end: datetime | None = None
    for span in spans:
        if result and end is not None and span.effective_from == end:
            result[-1] = When(result[-1].effective_from, span.effective_until)
        else:
            result.append(span)
        end = span.effective_until
    return tuple(result)
