"""Tariffs: the candidate prices of one distinct call, and what its lines are when none of them fits.

A call is what its span says about provider, models, service tier and region. The response's model decides; where no
list knows it, the model that was asked for. A tariff is looked up once; dates, times of day and context bands are the
business of the join that rates (``queries/derive_rate.sql``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa

from analytics.derive.quantities import CLASSES
from analytics.derive.rates import UNIT_PRICE, Rate, RateStatus, rate
from analytics.prices import PriceBook, PriceKey, UnpricedReason
from analytics.prices.book import PriceRecord
from collector.dialects.usage_classes import UsageClass

PRICES = pa.schema(
    [
        ("key", pa.int32()),
        ("usage_class", pa.string()),
        ("rate_id", pa.uint64()),
        ("unit_price_usd", UNIT_PRICE),
        ("list_unit_price_usd", UNIT_PRICE),
        ("effective_from", pa.timestamp("us")),
        ("effective_until", pa.timestamp("us")),
        ("context_above", pa.int64()),
        ("context_until", pa.int64()),
        ("tod_start_s", pa.int32()),
        ("tod_end_s", pa.int32()),
    ]
)
UNPRICED = pa.schema(
    [
        ("key", pa.int32()),
        ("usage_class", pa.string()),
        ("rate_id", pa.uint64()),
        ("out_of_context_id", pa.uint64()),
    ]
)
Row = dict[str, object]


class Call(NamedTuple):
    """What a span reports that decides its prices. Absent is None."""

    provider: str | None
    response_model: str | None
    request_model: str | None
    service_tier: str | None
    region: str | None

    def keys(self) -> list[PriceKey]:
        """What to look up, in order; at least one."""
        names: list[str | None] = [name for name in (self.response_model, self.request_model) if name]
        return [PriceKey(self.provider, name, self.service_tier, self.region) for name in names or [None]]


@dataclass(frozen=True, slots=True)
class Tariff:
    """Rows for the join, without their ``key``, and the rates they point to."""

    prices: tuple[Row, ...]
    unpriced: tuple[Row, ...]
    rates: tuple[Rate, ...]
    per_request: bool
    """Whether the seller bills a fee for each request."""


def tariff(book: PriceBook, call: Call) -> Tariff:
    """Look a call up in a price book."""
    keys = call.keys()
    key = next((one for one in keys if book.resolve(one).prices), keys[0])
    said = call._asdict() | {"model": key.model}
    records = list(book.rows_for([key]))
    priced = {record.usage_class for record in records}
    rates = [_priced_rate(said, book, key, record) for record in records]
    gaps = list(_gaps(said, book.resolve(key).reason, priced))
    return Tariff(
        prices=tuple(_condition(record, row) for record, row in zip(records, rates, strict=True)),
        unpriced=tuple(
            {"usage_class": gap["usage_class"], "rate_id": gap["rate_id"], "out_of_context_id": long["rate_id"]}
            for gap, long in gaps
        ),
        rates=(*rates, *(row for pair in gaps for row in pair)),
        per_request=UsageClass.REQUESTS in priced,
    )


def _priced_rate(said: Row, book: PriceBook, key: PriceKey, record: PriceRecord) -> Rate:
    found = book.resolve(key).prices
    return rate(
        **said,
        usage_class=str(record.usage_class),
        price_id=record.price_id,
        unit_price_usd=record.unit_price_usd,
        list_price_id=record.price_id,
        list_unit_price_usd=record.unit_price_usd,
        seller=None if found is None else found.seller,
        priced_model=None if found is None else found.model,
        priced_tier=None if found is None else found.service_tier,
        context_above=record.context_above,
        context_until=record.next_context_above,
        status=str(RateStatus.PRICED),
    )


def _gaps(said: Row, reason: UnpricedReason | None, priced: set[UsageClass]) -> Iterator[tuple[Rate, Rate]]:
    """Per class: what a line is when no price fits, and when one would but for the length of the prompt."""
    for name in CLASSES:
        why = reason or _gap(has_prices=name in priced)
        yield _unpriced_rate(said, name, why), _unpriced_rate(said, name, UnpricedReason.NO_PRICE_FOR_CONTEXT)


def _gap(*, has_prices: bool) -> UnpricedReason:
    return UnpricedReason.NO_PRICE_AT_INSTANT if has_prices else UnpricedReason.NO_PRICE_FOR_USAGE_CLASS


def _unpriced_rate(said: Row, usage_class: UsageClass, reason: UnpricedReason) -> Rate:
    return rate(**said, usage_class=str(usage_class), status=str(RateStatus.UNPRICED), reason=str(reason))


def _condition(record: PriceRecord, row: Rate) -> Row:
    return {
        "usage_class": row["usage_class"],
        "rate_id": row["rate_id"],
        "unit_price_usd": row["unit_price_usd"],
        "list_unit_price_usd": row["list_unit_price_usd"],
        "effective_from": record.effective_from and record.effective_from.replace(tzinfo=None),
        "effective_until": record.effective_until and record.effective_until.replace(tzinfo=None),
        "context_above": record.context_above,
        "context_until": record.next_context_above,
        "tod_start_s": record.tod_start_s,
        "tod_end_s": record.tod_end_s,
    }
