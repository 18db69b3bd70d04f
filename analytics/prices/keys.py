"""What is asked of a price book, and what it answers: keys, records, reasons."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from analytics.prices.price import Confidence
from collector.dialects.usage_classes import UsageClass


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
    `context_above` < total prompt tokens <= `next_context_above`, `tod_start_s` <= second of the UTC day <
    `tod_end_s`, and the bit of the UTC weekday in `weekdays` (bit 0 is Monday). At most one record of a class fits.
    """

    provider: str | None
    model: str | None
    service_tier: str | None
    region: str | None
    usage_class: UsageClass
    unit_price_usd: Decimal
    """What is paid: contracted, or the list's where there is no contract."""
    price_id: str
    effective_from: datetime | None
    effective_until: datetime | None
    context_above: int | None
    next_context_above: int | None
    tod_start_s: int | None
    tod_end_s: int | None
    borrowed_from: UsageClass | None
    weekdays: int | None
    list_unit_price_usd: Decimal | None
    """None where no list knows the model."""
    list_price_id: str | None
    seller: str
    priced_model: str
    priced_tier: str
    priced_region: str | None
    confidence: Confidence
