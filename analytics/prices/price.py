"""One price: a usage class of a model, its conditions, and where the figure comes from.

All conditions of a price are ANDed: window (instants x weekdays x time of day x context band) x service tier x
processing x region. Every open end is None. A context band is decided by the request's total prompt tokens, cached ones
included, and is a cliff: above the threshold all tokens pay the higher price.

>>> price = Price("openai", "gpt-4o", UsageClass.OUTPUT, Decimal("0.00001"), source="genai-prices 0.2.3",
...               source_ref="openai/gpt-4o", recorded_on=date(2026, 11, 21))
>>> price.price_id
'genai-prices/openai/gpt-4o/output/standard'
>>> replace(price, context_above=200_000, effective_from=date(2026, 8, 21)).price_id
'genai-prices/openai/gpt-4o/output/standard/over-200000/2026-08-21'
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from analytics.prices.service_tiers import STANDARD, Processing, Tier
from analytics.prices.windows import (
    DAY_S,
    WEEK,
    When,
    clock,
    instant_text,
    meet,
    utc_midnight,
    weekday_words,
)
from collector.dialects.usage_classes import UsageClass


class Confidence(StrEnum):
    """How far the window of a price can be trusted."""

    CONTRACT = "contract"  # stated by the operator
    VENDOR_DATED = "vendor_dated"  # the vendor published the date
    FIRST_SEEN = "first_seen"  # the source noticed the price on this date; it may be older
    BEFORE_SEEN = "before_seen"  # usage from before a price was noticed, taken at it because nothing else was known
    UNDATED = "undated"  # the source keeps no date; the price is taken for all time before a dated one


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one unit of one usage class, with its conditions. Windows are half-open, in UTC."""

    provider: str
    model: str
    usage_class: UsageClass
    unit_price_usd: Decimal  # for a single token, image, search or request; at most 15 decimals
    service_tier: str = STANDARD
    processing: Processing = Processing.REALTIME
    region: str | None = None
    context_above: int | None = None  # applies when total prompt tokens > this
    context_until: int | None = None  # and <= this
    effective_from: datetime | None = None  # a plain date is taken for its first instant
    effective_until: datetime | None = None
    tod_start_s: int | None = None  # seconds after 00:00 UTC
    tod_end_s: int | None = None
    weekdays: int | None = None  # mask, bit 0 is Monday
    recorded_on: date = field(default=date.min, compare=False)
    source: str = ""  # name and version, "genai-prices 0.2.3"
    source_ref: str = ""  # the entry within the source
    confidence: Confidence = Confidence.UNDATED
    last_seen_on: date | None = None  # the last import whose source still listed the model; None: it does
    part_of: str | None = field(default=None, compare=False)  # id of the listed price of which this is a part

    def __post_init__(self) -> None:
        """Bring one meaning to one form: dates are instants, and a whole day or week is open."""
        for name in ("effective_from", "effective_until"):
            at = getattr(self, name)
            if isinstance(at, date) and not isinstance(at, datetime):
                object.__setattr__(self, name, utc_midnight(at))
        if self.tod_start_s == 0:
            object.__setattr__(self, "tod_start_s", None)
        if self.tod_end_s == DAY_S:
            object.__setattr__(self, "tod_end_s", None)
        if self.weekdays == WEEK:
            object.__setattr__(self, "weekdays", None)

    @property
    def when(self) -> When:
        """The window."""
        return When(
            self.effective_from,
            self.effective_until,
            self.weekdays,
            self.tod_start_s,
            self.tod_end_s,
            self.context_above,
            self.context_until,
        )

    @property
    def tier(self) -> Tier:
        """Service tier and processing."""
        return Tier(self.service_tier, self.processing)

    @property
    def price_id(self) -> str:
        """Readable name of this price, unique in a book and the same after every import of the same source."""
        if self.part_of is not None:
            return self.part_of if self.region is None else f"{self.part_of}@{self.region}"
        entry = self.source_ref if self.region is None else f"{self.source_ref}@{self.region}"
        named = [self.source.partition(" ")[0], entry, str(self.usage_class), self.tier.label]
        return "/".join([*named, *_window_words(self.when)])

    def applies(self, at: datetime, prompt_tokens: int | Decimal) -> bool:
        """Whether the price holds at an instant for a request with this many prompt tokens in total."""
        return self.in_force(at) and self.covers(prompt_tokens)

    def in_force(self, at: datetime) -> bool:
        """Whether an aware instant lies in this price's dates, days and hours."""
        return self.when.in_force(at)

    def covers(self, prompt_tokens: int | Decimal) -> bool:
        """Whether a total of prompt tokens lies in this price's context band."""
        return self.when.covers(prompt_tokens)


@dataclass(frozen=True, slots=True)
class Discount:
    """A ratio off the list price, stated by the operator; it holds for every tier and class it does not name."""

    provider: str
    model: str
    ratio: Decimal  # 0.12 leaves 88 % of the list price
    when: When
    usage_class: UsageClass | None = None
    service_tier: str | None = None
    processing: Processing | None = None
    region: str | None = None
    source: str = ""
    source_ref: str = ""
    recorded_on: date = field(default=date.min, compare=False)

    @property
    def price_id(self) -> str:
        """Readable name; the prices made from it carry it too."""
        words = [self.source.partition(" ")[0], self.entry, str(self.usage_class or "all")]
        words += [word for word in (self.service_tier, self.processing) if word]
        return "/".join([*words, *_window_words(self.when)])

    @property
    def entry(self) -> str:
        """The entry within the source, with ratio and region."""
        named = f"{self.source_ref}-{self.ratio:f}"
        return named if self.region is None else f"{named}@{self.region}"

    def holds_for(self, usage_class: UsageClass, tier: Tier) -> bool:
        """Whether a class in a tier is discounted, at some time."""
        return (
            self.usage_class in (None, usage_class)
            and self.service_tier in (None, tier.service_tier)
            and self.processing in (None, tier.processing)
        )


Stated = Price | Discount


def overlaps(left: Price, right: Price) -> bool:
    """Whether some instant and prompt size satisfies the conditions of both prices.

    >>> day = Price("p", "m", UsageClass.OUTPUT, Decimal(1), tod_start_s=0, tod_end_s=3600)
    >>> overlaps(day, replace(day, tod_start_s=3600, tod_end_s=None)), overlaps(day, day)
    (False, True)
    """
    same = (left.usage_class, left.tier, left.region) == (right.usage_class, right.tier, right.region)
    return same and meet(left.when, right.when) is not None


def within(price: Price, when: When) -> Price:
    """Return the same price in another window.

    >>> within(Price("p", "m", UsageClass.OUTPUT, Decimal(1)), When(context_until=9)).context_until
    9
    """
    return replace(
        price,
        effective_from=when.effective_from,
        effective_until=when.effective_until,
        weekdays=when.weekdays,
        tod_start_s=when.tod_start_s,
        tod_end_s=when.tod_end_s,
        context_above=when.context_above,
        context_until=when.context_until,
    )


def _window_words(when: When) -> list[str]:
    words = []
    if when.context_above is not None:
        words.append(f"over-{when.context_above}")
    if when.effective_from is not None:
        words.append(instant_text(when.effective_from).replace(":", ""))
    if when.weekdays is not None:
        words.append(weekday_words(when.weekdays))
    if when.tod_start_s is not None or when.tod_end_s is not None:
        start, end = clock(when.tod_start_s or 0), clock(when.tod_end_s or DAY_S)
        words.append(f"{start}-{end}utc".replace(":", ""))
    return words
