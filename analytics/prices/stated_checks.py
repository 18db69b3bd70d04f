"""What is refused of stated rows before a book takes them: overlaps, and discounts that cannot be told exactly."""

from collections.abc import Sequence

from analytics.prices.contracts import ANY, inexact, specificity
from analytics.prices.layers import PriceOverlapError
from analytics.prices.lists import Lists
from analytics.prices.price import Discount, Price, Stated
from analytics.prices.readings import readings
from analytics.prices.sellers import listed_seller, normalised
from analytics.prices.windows import meet, words


class InexactDiscountError(ValueError):
    """A discount leaves a price with more than 15 decimals; the message names both."""


def refuse_stated_overlaps(rows: Sequence[Stated]) -> None:
    """Raise PriceOverlapError if two rows, of which none is more specific, speak of the same request."""
    by_model: dict[tuple[object, ...], list[Stated]] = {}
    for row in rows:
        others = by_model.setdefault((_seller(row.provider), row.model, row.region, specificity(row)), [])
        clash = next((other for other in others if _overlap(other, row)), None)
        if clash is not None:
            common = meet(clash.when, row.when)
            raise PriceOverlapError(
                f"{clash.price_id} and {row.price_id} both price {_class(row) or _class(clash) or 'every class'} of "
                f"{row.provider}/{row.model}: {words(common) if common else ''}. Give one of them an end date, or "
                "other conditions."
            )
        others.append(row)


def refuse_inexact(lists: Lists, rows: Sequence[Stated]) -> None:
    """Raise InexactDiscountError if a discount on a named model leaves more than 15 decimals of one of its prices."""
    for row in rows:
        if not isinstance(row, Discount) or row.model == ANY:
            continue
        provider = None if row.provider == ANY else row.provider
        for reading in readings(lists, provider, normalised(row.model), row.region).found:
            found = inexact((price for layer in lists.layers(*reading) for price in layer), row)
            if found is not None:
                listed, product = found
                raise InexactDiscountError(
                    f"{row.price_id}: {row.ratio:f} off {listed.unit_price_usd:f} ({listed.price_id}) is {product:f}, "
                    "which has more than 15 decimals; state the price itself, as the contract rounds it."
                )


def _overlap(left: Stated, right: Stated) -> bool:
    if meet(left.when, right.when) is None:
        return False
    if isinstance(left, Price) and isinstance(right, Price):
        return (left.usage_class, left.tier) == (right.usage_class, right.tier)
    return all(
        one is None or other is None or one == other
        for one, other in (
            (_class(left), _class(right)),
            (left.service_tier, right.service_tier),
            (left.processing, right.processing),
        )
    )


def _seller(provider: str) -> str:
    """Return one name for the names of a seller: rows for `bedrock` and for `aws` speak of the same calls."""
    known = listed_seller(provider)
    return provider if known is None else known.name


def _class(row: Stated) -> str | None:
    return None if row.usage_class is None else str(row.usage_class)
