"""Tariffs: the candidate prices of one distinct call, and what its lines are when none of them fits.

A call is what its span says about provider, models, service tier and region. The response's model decides; where no
list knows it, the model that was asked for. While a resource of one's own serves the call, it has no price: its lines
are amortised. A tariff is looked up once; instants, weekdays, times of day and context bands are the business of the
join that rates (``queries/derive_rate.sql``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

import pyarrow as pa

from analytics.derive.quantities import CLASSES
from analytics.derive.rates import UNIT_PRICE, Rate, RateStatus, rate
from analytics.prices import PriceBook, PriceKey, PriceRecord, UnpricedReason
from collector.dialects.usage_classes import UsageClass

PRICES = pa.schema(
    [
        ("key", pa.int32()),
        ("usage_class", pa.string()),
        ("rate_id", pa.uint64()),
        ("unit_price_usd", UNIT_PRICE),
        ("list_unit_price_usd", UNIT_PRICE),
        ("from_ns", pa.int64()),
        ("until_ns", pa.int64()),
        ("context_above", pa.int64()),
        ("context_until", pa.int64()),
        ("tod_start_s", pa.int32()),
        ("tod_end_s", pa.int32()),
        ("weekdays", pa.int32()),
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
_FIRST, _LAST = -(2**63), 2**63 - 1
"""Open ends: plain comparisons with the ends of the type join twice as fast as conditions that may be absent."""
_WHOLE_DAY, _WHOLE_WEEK = (0, 86_400), 0b1111111
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = dict[str, object]
Span = tuple[int, int]
"""Half-open, in unix nanoseconds."""


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


class Served(Protocol):
    """A stretch of time in which a resource of one's own serves a call."""

    @property
    def resource(self) -> str:
        """Its name."""
        ...

    @property
    def from_ns(self) -> int:
        """Included, unix nanoseconds."""
        ...

    @property
    def until_ns(self) -> int:
        """Excluded."""
        ...


@dataclass(frozen=True, slots=True)
class Tariff:
    """Rows for the join, without their ``key``, and the rates they point to."""

    prices: tuple[Row, ...]
    unpriced: tuple[Row, ...]
    rates: tuple[Rate, ...]
    per_request: bool
    """Whether the seller bills a fee for each request."""


def tariff(book: PriceBook, call: Call, served: Sequence[Served] = ()) -> Tariff:
    """Look a call up in a price book; ``served`` are stretches that do not overlap."""
    keys = call.keys()
    key = next((one for one in keys if book.resolve(one).prices), keys[0])
    said = call._asdict() | {"model": key.model}
    records = list(book.rows_for([key]))
    priced = {record.usage_class for record in records}
    rates = [_priced_rate(said, record) for record in records]
    gaps = list(_gaps(said, book.resolve(key).reason, priced))
    amortised = [(one, _amortised_rate(said, name, one)) for one in served for name in CLASSES]
    return Tariff(
        prices=(
            *(row for pair in zip(records, rates, strict=True) for row in _conditions(*pair, served)),
            *(_always(row) | {"from_ns": one.from_ns, "until_ns": one.until_ns} for one, row in amortised),
        ),
        unpriced=tuple(
            {"usage_class": gap["usage_class"], "rate_id": gap["rate_id"], "out_of_context_id": long["rate_id"]}
            for gap, long in gaps
        ),
        rates=(*rates, *(row for pair in gaps for row in pair), *(row for _, row in amortised)),
        per_request=UsageClass.REQUESTS in priced,
    )


def _priced_rate(said: Row, record: PriceRecord) -> Rate:
    return rate(
        **said,
        usage_class=str(record.usage_class),
        price_id=record.price_id,
        unit_price_usd=record.unit_price_usd,
        list_price_id=record.list_price_id,
        list_unit_price_usd=record.list_unit_price_usd,
        seller=record.seller,
        priced_model=record.priced_model,
        priced_tier=record.priced_tier,
        priced_region=record.priced_region,
        context_above=record.context_above,
        context_until=record.next_context_above,
        confidence=str(record.confidence),
        status=str(RateStatus.PRICED),
    )


def _amortised_rate(said: Row, usage_class: UsageClass, served: Served) -> Rate:
    price_id = AMORTISED_PRICE_ID.format(served.resource)
    return rate(**said, usage_class=str(usage_class), price_id=price_id, status=str(RateStatus.AMORTISED))


AMORTISED_PRICE_ID = "infrastructure/{}"
"""The price of a line that a resource of one's own served, by the name of the resource."""


def _gaps(said: Row, reason: UnpricedReason | None, priced: set[UsageClass]) -> Iterator[tuple[Rate, Rate]]:
    """Per class: what a line is when no price fits, and when one would but for the length of the prompt."""
    for name in CLASSES:
        why = reason or _gap(has_prices=name in priced)
        yield _unpriced_rate(said, name, why), _unpriced_rate(said, name, UnpricedReason.NO_PRICE_FOR_CONTEXT)


def _gap(*, has_prices: bool) -> UnpricedReason:
    return UnpricedReason.NO_PRICE_AT_INSTANT if has_prices else UnpricedReason.NO_PRICE_FOR_USAGE_CLASS


def _unpriced_rate(said: Row, usage_class: UsageClass, reason: UnpricedReason) -> Rate:
    return rate(**said, usage_class=str(usage_class), status=str(RateStatus.UNPRICED), reason=str(reason))


def _conditions(record: PriceRecord, row: Rate, served: Sequence[Served]) -> Iterator[Row]:
    """When a price holds: its own dates less the stretches in which a resource serves the call."""
    whole = _ns(record.effective_from, _FIRST), _ns(record.effective_until, _LAST)
    tod = record.tod_start_s, record.tod_end_s
    limits = {
        "context_above": _FIRST if record.context_above is None else record.context_above,
        "context_until": _LAST if record.next_context_above is None else record.next_context_above,
        "tod_start_s": _WHOLE_DAY[0] if tod[0] is None else tod[0],
        "tod_end_s": _WHOLE_DAY[1] if tod[1] is None else tod[1],
        "weekdays": _WHOLE_WEEK if record.weekdays is None else record.weekdays,
    }
    for from_ns, until_ns in _outside(whole, served):
        yield _always(row) | limits | {"from_ns": from_ns, "until_ns": until_ns}


def _always(row: Rate) -> Row:
    """A candidate that fits every line of its class."""
    return {
        "usage_class": row["usage_class"],
        "rate_id": row["rate_id"],
        "unit_price_usd": row["unit_price_usd"],
        "list_unit_price_usd": row["list_unit_price_usd"],
        "from_ns": _FIRST,
        "until_ns": _LAST,
        "context_above": _FIRST,
        "context_until": _LAST,
        "tod_start_s": _WHOLE_DAY[0],
        "tod_end_s": _WHOLE_DAY[1],
        "weekdays": _WHOLE_WEEK,
    }


def _outside(whole: Span, served: Sequence[Served]) -> Iterator[Span]:
    at = whole[0]
    for one in sorted(served, key=lambda stretch: stretch.from_ns):
        if at < min(one.from_ns, whole[1]):
            yield at, min(one.from_ns, whole[1])
        at = max(at, one.until_ns)
    if at < whole[1]:
        yield at, whole[1]


def _ns(at: datetime | None, without: int) -> int:
    return without if at is None else (at - _EPOCH) // timedelta(microseconds=1) * 1_000
