"""Layers: the prices of one model from several sources become one set without overlaps.

A price of a higher layer serves its own window; the layers below serve what is left of time, days, hours and prompt
sizes. A class keeps the figures of its layer: nothing is averaged, and nothing is taken from a neighbouring window.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from analytics.prices.price import Price, overlaps
from analytics.prices.service_tiers import Tier
from analytics.prices.windows import When, without
from collector.dialects.usage_classes import UsageClass

_CLASSES = tuple(UsageClass)
_BEGINNING = datetime.min.replace(tzinfo=UTC)


class PriceOverlapError(ValueError):
    """Two prices of one book hold for the same request; the message names both."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A price, and the part of its window in which it is the one that holds."""

    price: Price
    when: When


@dataclass(frozen=True, slots=True)
class ClassPrice:
    """A price as it serves a usage class: what is paid, and what the public list says. Its own, or borrowed."""

    usage_class: UsageClass
    price: Price  # what is paid: of the contract where there is one, else of the list
    when: When  # where it serves; within the windows of both prices
    list_price: Price | None = None  # None: no list knows the model
    borrowed_from: UsageClass | None = None
    seller: str = ""
    model: str = ""

    def applies(self, at: datetime, prompt_tokens: int | Decimal) -> bool:
        """Whether it serves an instant and a total of prompt tokens."""
        return self.when.in_force(at) and self.when.covers(prompt_tokens)


def layered(layers: Iterable[Sequence[Price]], tier: Tier) -> Mapping[UsageClass, tuple[Piece, ...]]:
    """Return the pieces of one tier by class, the highest layer first."""
    result: dict[UsageClass, tuple[Piece, ...]] = {}
    for layer in layers:
        for usage_class, prices in _by_class(layer, tier).items():
            higher = result.get(usage_class, ())
            result[usage_class] = (*higher, *below(higher, prices))
    return result


def below(higher: Sequence[Piece], prices: Iterable[Price]) -> tuple[Piece, ...]:
    """Return the pieces of prices that higher ones leave to them."""
    taken = [piece.when for piece in higher]
    return tuple(Piece(price, part) for price in prices for part in without([price.when], taken))


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


def in_order(found: Iterable[ClassPrice]) -> tuple[ClassPrice, ...]:
    """Return the prices as people read them: by class, then by date, day, hour and prompt size."""
    return tuple(sorted(found, key=_order))


def _order(found: ClassPrice) -> tuple[int, datetime, int, int, int]:
    when = found.when
    return (
        _CLASSES.index(found.usage_class),
        when.effective_from or _BEGINNING,
        when.weekdays or 0,
        when.tod_start_s or 0,
        -1 if when.context_above is None else when.context_above,
    )


def _by_class(layer: Sequence[Price], tier: Tier) -> dict[UsageClass, list[Price]]:
    result: dict[UsageClass, list[Price]] = {}
    for price in layer:
        if price.tier == tier:
            result.setdefault(price.usage_class, []).append(price)
    return result
