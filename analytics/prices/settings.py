"""The sections ``prices`` and ``price_aliases`` of the configuration: what an operator states, before every list."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal

from analytics.prices.aliases import Alias, refuse_ambiguous
from analytics.prices.price import Confidence, Stated
from analytics.prices.sellers import normalised
from analytics.prices.service_tiers import Processing
from analytics.prices.stated import UNITS, stated_prices
from analytics.prices.windows import instant_of
from collector.dialects.usage_classes import UsageClass


@dataclass(frozen=True, slots=True)
class Figures:
    """Prices by usage class; a class left out is not stated, which is not zero."""

    input_uncached: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None
    output: Decimal | None = None
    audio_in: Decimal | None = None
    audio_cache_read: Decimal | None = None
    audio_out: Decimal | None = None
    image_in: Decimal | None = None
    image_out: Decimal | None = None
    images: Decimal | None = None
    search_units: Decimal | None = None
    requests: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One model of one provider: its figures, or a discount on the list."""

    model: str
    """The model as telemetry reports it; * with a discount: every model."""
    provider: str = "*"
    """The provider as telemetry reports it; * for any."""
    service_tier: str | None = None
    """As telemetry reports it; left out: standard for figures, any for a discount."""
    processing: Processing | None = None
    region: str | None = None
    effective_from: str | None = None
    """First day, as 2026-01-31, UTC, or an instant, as 2026-01-31T16:00:00Z."""
    effective_until: str | None = None
    """Day after the last, or the instant of the end."""
    hours: str | None = None
    """Hours of the day in UTC, as 22:00-06:00."""
    weekdays: str | None = None
    """Days of the week in UTC, as mon-fri or sat+sun."""
    context_above: int | None = None
    """Holds for more prompt tokens than this."""
    context_until: int | None = None
    """Holds up to this many prompt tokens."""
    usd_per_million: Figures = field(default_factory=Figures)
    """US dollars per million units."""
    usd_each: Figures = field(default_factory=Figures)
    """US dollars per unit."""
    discount: Decimal | None = None
    """Ratio off the list price, as 0.12 for 12 %."""
    usage_classes: tuple[UsageClass, ...] = ()
    """Classes a discount is for; left out: all."""

    def __post_init__(self) -> None:
        """Refuse what no price can be made of, so that a check of the configuration names the line."""
        stated_prices([_entry(self)], "prices", date.min, lambda _: "this row")


@dataclass(frozen=True, slots=True)
class PriceAlias:
    """A name of a model that stood for another model for some time."""

    alias: str
    """The name as telemetry reports it."""
    target: str
    """The model whose prices it has."""
    provider: str = "*"
    """The provider as telemetry reports it; * for any."""
    effective_from: str | None = None
    """First day or instant, UTC; left out: since ever."""
    effective_until: str | None = None
    """Day after the last, or the instant of the end; left out: until further notice."""
    source: str = ""
    """Who says so."""

    def __post_init__(self) -> None:
        """Refuse dates that cannot be read and an alias of itself."""
        refuse_ambiguous([_alias(self)])


def stated(rows: Sequence[PriceRow], origin: str, recorded_on: date) -> tuple[Stated, ...]:
    """The rows as prices; raises :class:`~analytics.prices.stated.StatedPriceError` naming the row."""
    return stated_prices([_entry(row) for row in rows], origin, recorded_on)


def stated_aliases(rows: Sequence[PriceAlias]) -> tuple[Alias, ...]:
    """The aliases; :meth:`~analytics.prices.book.PriceBook.with_aliases` refuses those that overlap."""
    return tuple(_alias(row) for row in rows)


def _entry(row: PriceRow) -> dict[str, object]:
    given: dict[str, object] = {}
    for name, value in asdict(row).items():
        if name in UNITS:
            figures = {usage_class: format(price, "f") for usage_class, price in value.items() if price is not None}
            given |= {name: figures} if figures else {}
        elif isinstance(value, Decimal):
            given[name] = format(value, "f")
        elif value not in (None, ()):
            given[name] = value
    return given


def _alias(row: PriceAlias) -> Alias:
    return Alias(
        normalised(row.provider),
        normalised(row.alias),
        normalised(row.target),
        _instant("effective_from", row.effective_from),
        _instant("effective_until", row.effective_until),
        Confidence.CONTRACT,
        row.source.replace(",", " "),
    )


def _instant(name: str, value: str | None) -> datetime | None:
    try:
        return None if value is None else instant_of(value)
    except ValueError:
        raise ValueError(f"{name} is {value!r}; expected a UTC date or instant, as 2026-01-31") from None
