"""The price book: which prices hold for a call, given what its span says about provider, model, tier and region.

Sources by precedence: rows the operator states (`with_rows`), then a price of exactly this region, then genai-prices,
then LiteLLM's map. A model none of them knows is unpriced, with a reason; it never costs zero.

>>> from datetime import UTC
>>> book = PriceBook.load()
>>> found = book.find("openai", "gpt-4o-2024-08-06", at=datetime(2026, 11, 1, tzinfo=UTC))
>>> {row.usage_class.value: format(row.price.unit_price_usd, "f") for row in found.rows}["cache_read"]
'0.00000125'
>>> book.resolve(PriceKey("openai", "gpt-97")).reason
<UnpricedReason.UNKNOWN_MODEL: 'unknown_model'>
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from analytics.prices.layers import ClassPrice, layered, refuse_overlaps
from analytics.prices.lists import DATA, Lists
from analytics.prices.price import Price, utc_midnight
from analytics.prices.readings import Reading, Readings, readings
from analytics.prices.sellers import normalised
from analytics.prices.service_tiers import service_tier
from collector.dialects.usage_classes import UsageClass

ANY_PROVIDER = "*"
_NAME_AT_MOST = 512  # characters; the longest listed name has about a hundred, and names come from outside
_RESOLVED_AT_MOST = 20_000  # distinct keys remembered; names come from outside, so their number has a limit


class UnpricedReason(StrEnum):
    """Why a call, or one line of it, has no price. Unpriced is not zero."""

    NO_MODEL = "no_model"  # the span names no model
    UNKNOWN_MODEL = "unknown_model"  # no source lists the model at this seller
    AMBIGUOUS_PROVIDER = "ambiguous_provider"  # nobody says who sells it, and several do
    SELF_HOSTED = "self_hosted"  # runs on own machines; a vendor's price would be somebody else's
    NO_PRICE_FOR_SERVICE_TIER = "no_price_for_service_tier"  # the model is known, this tier of it is not
    NO_PRICE_FOR_USAGE_CLASS = "no_price_for_usage_class"  # the model is known, this class of it is not
    NO_PRICE_AT_INSTANT = "no_price_at_instant"  # the class has prices, none of them held then
    NO_PRICE_FOR_CONTEXT = "no_price_for_context"  # the class has prices, none of them for a prompt this long


class PriceKey(NamedTuple):
    """What a span says that decides its prices, as reported. Absent is None."""

    provider: str | None
    model: str | None
    service_tier: str | None = None
    region: str | None = None


class PriceRecord(NamedTuple):
    """One candidate price of a key as plain columns for a join; None is an open condition.

    A line takes the record with the key and class, `effective_from` <= start of the span < `effective_until`,
    `context_above` < total prompt tokens <= `next_context_above`, and `tod_start_s` <= second of the UTC day <
    `tod_end_s`. At most one record of a class fits.
    """

    provider: str | None
    model: str | None
    service_tier: str | None
    region: str | None
    usage_class: UsageClass
    unit_price_usd: Decimal
    price_id: str
    effective_from: datetime | None
    effective_until: datetime | None
    context_above: int | None
    next_context_above: int | None
    tod_start_s: int | None
    tod_end_s: int | None
    borrowed_from: UsageClass | None


@dataclass(frozen=True, slots=True)
class ModelPrices:
    """All prices of one model at one seller in one service tier; those of a class never overlap."""

    seller: str
    model: str
    service_tier: str
    rows: tuple[ClassPrice, ...]

    def row(self, usage_class: UsageClass, at: datetime, prompt_tokens: int | Decimal) -> ClassPrice | None:
        """Return the one price of a class at an instant for a request of this many prompt tokens."""
        of_class = (row for row in self.rows if row.usage_class is usage_class)
        return next((row for row in of_class if row.price.applies(at, prompt_tokens)), None)

    def in_force(self, at: datetime) -> "ModelPrices":
        """Return the same prices without those that do not hold at an instant."""
        return replace(self, rows=tuple(row for row in self.rows if row.price.in_force(at)))


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer for a key: prices, or the reason why there are none."""

    prices: ModelPrices | None
    reason: UnpricedReason | None


@dataclass(frozen=True)
class PriceBook:
    """All known prices. A book never changes; what has been resolved once is remembered."""

    lists: Lists
    stated: tuple[Price, ...] = ()
    _resolved: dict[PriceKey, Resolution] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def load(cls, folder: Path = DATA) -> "PriceBook":
        """Open the committed price data."""
        return cls(Lists.load(folder))

    def with_rows(self, rows: Iterable[Price]) -> "PriceBook":
        """Return a book in which these prices come before all others; overlapping ones are refused."""
        stated = (*self.stated, *rows)
        refuse_overlaps(stated)
        return PriceBook(self.lists, stated)

    def find(
        self,
        provider: str | None,
        model: str | None,
        *,
        service_tier: str | None = None,
        region: str | None = None,
        at: datetime,
    ) -> ModelPrices | None:
        """Return the prices in force at an aware instant, or None when the call is unpriced."""
        found = self.resolve(PriceKey(provider, model, service_tier, region)).prices
        in_force = None if found is None else found.in_force(at)
        return in_force if in_force is not None and in_force.rows else None

    def resolve(self, key: PriceKey) -> Resolution:
        """Return the prices of a key over all time, or why it has none."""
        known = self._resolved.get(key)
        if known is None:
            if len(self._resolved) >= _RESOLVED_AT_MOST:
                self._resolved.clear()
            known = self._resolved[key] = self._look_up(key)
        return known

    def rows_for(self, keys: Iterable[PriceKey]) -> Iterator[PriceRecord]:
        """Return all candidate prices of each distinct key as plain columns; an unpriced key yields nothing."""
        for key in dict.fromkeys(keys):
            found = self.resolve(key).prices
            if found is not None:
                yield from (_record(key, row) for row in found.rows)

    def _look_up(self, key: PriceKey) -> Resolution:
        model = normalised(key.model)
        if not model:
            return Resolution(None, UnpricedReason.NO_MODEL)
        if len(model) > _NAME_AT_MOST:
            return Resolution(None, UnpricedReason.UNKNOWN_MODEL)
        read = readings(self.lists, key.provider, model, key.region)
        sold = ((reading, layers) for reading in read.found if any(layers := self.lists.layers(*reading)))
        reading, listed = next(sold, (None, ()))
        layers = (self._stated_for(key, reading), *listed)
        if not any(layers):
            return Resolution(None, _reason(read))
        tier = service_tier(key.service_tier)
        rows = layered(layers, tier, reading.seller.genai if reading else None)
        if not rows:
            return Resolution(None, UnpricedReason.NO_PRICE_FOR_SERVICE_TIER)
        return Resolution(_model_prices(key, reading, tier, rows), None)

    def _stated_for(self, key: PriceKey, reading: Reading | None) -> tuple[Price, ...]:
        """Return the operator's rows for this provider and model, those of its region if there are any."""
        names = {normalised(key.provider), ANY_PROVIDER} | _seller_names(reading)
        models = {normalised(key.model)} | ({reading.model} if reading else set())
        rows = [row for row in self.stated if normalised(row.provider) in names and normalised(row.model) in models]
        own_region = [row for row in rows if row.region is not None and row.region == normalised(key.region)]
        return tuple(own_region or [row for row in rows if row.region is None])


def _seller_names(reading: Reading | None) -> set[str]:
    if reading is None:
        return set()
    seller = reading.seller
    return {seller.name, *seller.also_called, *seller.litellm} | ({seller.genai} if seller.genai else set())


def _reason(read: Readings) -> UnpricedReason:
    if read.self_hosted:
        return UnpricedReason.SELF_HOSTED
    return UnpricedReason.AMBIGUOUS_PROVIDER if read.ambiguous else UnpricedReason.UNKNOWN_MODEL


def _model_prices(key: PriceKey, reading: Reading | None, tier: str, rows: tuple[ClassPrice, ...]) -> ModelPrices:
    if reading is None:
        return ModelPrices(normalised(key.provider), normalised(key.model), tier, rows)
    return ModelPrices(reading.seller.name, reading.model, tier, rows)


def _record(key: PriceKey, row: ClassPrice) -> PriceRecord:
    price = row.price
    return PriceRecord(
        *key,
        row.usage_class,
        price.unit_price_usd,
        price.price_id,
        utc_midnight(price.effective_from),
        utc_midnight(price.effective_until),
        price.context_above,
        price.context_until,
        price.tod_start_s,
        price.tod_end_s,
        row.borrowed_from,
    )
