"""The section ``prices`` of the configuration: figures an operator states, before every list."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal

from analytics.prices.price import Price
from analytics.prices.stated import stated_prices


@dataclass(frozen=True, slots=True)
class Figures:
    """Prices by usage class; a class left out is not stated, which is not zero."""

    input_uncached: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None
    output: Decimal | None = None
    audio_in: Decimal | None = None
    audio_out: Decimal | None = None
    image_in: Decimal | None = None
    image_out: Decimal | None = None
    images: Decimal | None = None
    search_units: Decimal | None = None
    requests: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One model of one provider."""

    model: str
    """The model as telemetry reports it."""
    provider: str = "*"
    """The provider as telemetry reports it; * for any."""
    service_tier: str | None = None
    region: str | None = None
    effective_from: str | None = None
    """First day, as 2026-01-31, UTC."""
    effective_until: str | None = None
    """Day after the last."""
    usd_per_million: Figures = field(default_factory=Figures)
    """US dollars per million units."""
    usd_each: Figures = field(default_factory=Figures)
    """US dollars per unit."""


def stated(rows: Sequence[PriceRow], origin: str, recorded_on: date) -> tuple[Price, ...]:
    """The rows as prices; raises :class:`~analytics.prices.stated.StatedPriceError` naming the row."""
    return stated_prices([_entry(row) for row in rows], origin, recorded_on)


def _entry(row: PriceRow) -> dict[str, object]:
    given: dict[str, object] = {}
    for name, value in asdict(row).items():
        if name in {"effective_from", "effective_until"} and value is not None:
            given[name] = date.fromisoformat(value)
        elif isinstance(value, dict):
            figures = {usage_class: format(price, "f") for usage_class, price in value.items() if price is not None}
            given |= {name: figures} if figures else {}
        elif value is not None:
            given[name] = value
    return given
