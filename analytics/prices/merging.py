"""Merging an import with the lists before it: nothing that was known is forgotten.

- A model that a source no longer lists keeps its prices, marked with the last import that listed it. Retired models are
  deleted from public lists, and last year's usage still has to be priced.
- genai-prices keeps its own history: what it says of a model replaces what it said before.
- LiteLLM's map has no dates and overwrites. A figure that differs from the one before begins on the day of the import,
  `first_seen`, and the one before ends there; so a change of the map never reprices usage from before it was noticed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from analytics.prices.price import Confidence, Price
from analytics.prices.price_file import PriceFile, Seller

_Model = tuple[str, str, str | None]


def with_retired(previous: PriceFile | None, fresh: Sequence[Price]) -> list[Price]:
    """Return fresh prices, then those of models that only the previous list has."""
    return [*fresh, *_retired(previous, {_model(price) for price in fresh})]


def with_history(previous: PriceFile | None, fresh: Sequence[Price], at: date) -> list[Price]:
    """Return an undated list's fresh prices with the figures they replace, then the retired models."""
    if previous is None:
        return list(fresh)
    by_model: dict[_Model, list[Price]] = {}
    for price in fresh:
        by_model.setdefault(_model(price), []).append(price)
    moment = datetime.combine(at, time(), tzinfo=UTC)
    result: list[Price] = []
    for (provider, model, region), prices in by_model.items():
        known = previous.prices(provider, model, region or "")
        result += _continued(known, prices, moment) if known else prices
    return [*result, *_retired(previous, set(by_model))]


def _retired(previous: PriceFile | None, listed: set[_Model]) -> Iterator[Price]:
    for seller in () if previous is None else previous.lines:
        if previous is not None and _of(seller) not in listed:
            for price in previous.prices(*seller):
                yield replace(price, last_seen_on=price.last_seen_on or previous.recorded_on)


def _continued(known: Sequence[Price], fresh: Sequence[Price], at: datetime) -> Iterator[Price]:
    """Return the history of one model: what stays, what begins, what ends."""
    current = {_figure(price): price for price in known if price.effective_until is None}
    priced = {(price.usage_class, price.tier) for price in current.values()}
    still = set[object]()
    for price in fresh:
        figure = _figure(price)
        still.add(figure)
        if figure in current:
            yield replace(current[figure], last_seen_on=None, source_ref=price.source_ref)
        elif (price.usage_class, price.tier) in priced:
            yield replace(price, effective_from=at, confidence=Confidence.FIRST_SEEN)
        else:
            yield price
    replaced = {figure[:2] for figure in map(_figure, fresh)}
    for price in known:
        figure = _figure(price)
        if price.effective_until is not None or (figure not in still and figure[:2] not in replaced):
            yield price
        elif figure not in still and (price.effective_from is None or price.effective_from < at):
            yield replace(price, effective_until=at)


def _figure(price: Price) -> tuple[object, ...]:
    """Return what makes two prices of a model the same but for their dates."""
    undated = replace(price.when, effective_from=None, effective_until=None)
    return (price.usage_class, price.tier, price.unit_price_usd, undated)


def _model(price: Price) -> _Model:
    return (price.provider, price.model, price.region)


def _of(seller: Seller) -> _Model:
    return (seller.provider, seller.model, seller.region or None)
