"""One price: a usage class of a model, its conditions, and where the figure comes from.

All conditions of a price are ANDed: dates x time of day x service tier x region x context band. Every
open end is None. A context band is decided by the request's total prompt tokens, cached ones included,
and is a cliff: above the threshold all tokens pay the higher price.

>>> price = Price("openai", "gpt-4o", UsageClass.OUTPUT, Decimal("0.00001"), source="genai-prices 0.2.3",
...               source_ref="openai/gpt-4o", recorded_on=date(2026, 11, 21))
>>> price.price_id
'genai-prices/openai/gpt-4o/output/standard'
>>> replace(price, context_above=200_000, effective_from=date(2026, 8, 21)).price_id
'genai-prices/openai/gpt-4o/output/standard/over-200000/2026-08-21'
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from collector.dialects.usage_classes import UsageClass

DAY_S = 86_400
_Edge = TypeVar("_Edge", date, int)


class Confidence(StrEnum):
    """How far the start date of a price can be trusted."""

    VENDOR_DATED = "vendor_dated"  # the vendor published the date
    FIRST_SEEN = "first_seen"  # the source noticed the price on this date; it may be older
    UNDATED = "undated"  # the source keeps no date; the price is taken for all time before a dated one
    CONTRACT = "contract"  # stated by the operator


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one unit of one usage class, with its conditions. Windows and days are half-open, in UTC."""

    provider: str
    model: str
    usage_class: UsageClass
    unit_price_usd: Decimal  # for a single token, image, search or request; at most 15 decimals
    service_tier: str = "standard"
    region: str | None = None
    context_above: int | None = None  # applies when total prompt tokens > this
    context_until: int | None = None  # and <= this
    effective_from: date | None = None
    effective_until: date | None = None
    tod_start_s: int | None = None  # seconds after 00:00 UTC
    tod_end_s: int | None = None
    recorded_on: date = date.min
    source: str = ""  # name and version, "genai-prices 0.2.3"
    source_ref: str = ""  # the entry within the source
    confidence: Confidence = Confidence.UNDATED

    @property
    def price_id(self) -> str:
        """Readable name of this price, unique in a book and the same after every import of the same source."""
        parts = [self.source.partition(" ")[0], self.source_ref, str(self.usage_class), self.service_tier]
        if self.region is not None:
            parts[1] += f"@{self.region}"
        if self.context_above is not None:
            parts.append(f"over-{self.context_above}")
        if self.effective_from is not None:
            parts.append(self.effective_from.isoformat())
        if self.tod_start_s is not None or self.tod_end_s is not None:
            parts.append(f"{_clock(self.tod_start_s or 0)}-{_clock(self.tod_end_s or DAY_S)}utc")
        return "/".join(parts)

    def applies(self, at: datetime, prompt_tokens: int | Decimal) -> bool:
        """Whether the price holds at an instant for a request with this many prompt tokens in total."""
        return self.in_force(at) and self.covers(prompt_tokens)

    def in_force(self, at: datetime) -> bool:
        """Whether the date and the time of day of an aware instant lie in this price's windows."""
        now = at.astimezone(UTC)
        second = now.hour * 3600 + now.minute * 60 + now.second
        return (
            (self.effective_from is None or self.effective_from <= now.date())
            and (self.effective_until is None or now.date() < self.effective_until)
            and (self.tod_start_s or 0) <= second < (self.tod_end_s or DAY_S)
        )

    def covers(self, prompt_tokens: int | Decimal) -> bool:
        """Whether a total of prompt tokens lies in this price's context band."""
        return (self.context_above is None or prompt_tokens > self.context_above) and (
            self.context_until is None or prompt_tokens <= self.context_until
        )


def overlaps(left: Price, right: Price) -> bool:
    """Whether some instant and prompt size satisfies the conditions of both prices.

    >>> day = Price("p", "m", UsageClass.OUTPUT, Decimal(1), tod_start_s=0, tod_end_s=3600)
    >>> overlaps(day, replace(day, tod_start_s=3600, tod_end_s=None)), overlaps(day, day)
    (False, True)
    """
    return (
        (left.usage_class, left.service_tier, left.region) == (right.usage_class, right.service_tier, right.region)
        and _meet(left.effective_from, left.effective_until, right.effective_from, right.effective_until)
        and _meet(left.tod_start_s, left.tod_end_s, right.tod_start_s, right.tod_end_s)
        and _meet(left.context_above, left.context_until, right.context_above, right.context_until)
    )


def clipped(price: Price, until: date) -> Price | None:
    """Return the part of a price that holds before a date, or None when there is none."""
    if price.effective_from is not None and price.effective_from >= until:
        return None
    if price.effective_until is not None and price.effective_until <= until:
        return price
    return replace(price, effective_until=until)


def utc_midnight(day: date | None) -> datetime | None:
    """Return the instant a date begins, in UTC; None stays open.

    >>> utc_midnight(date(2026, 8, 21)).isoformat()
    '2026-08-21T00:00:00+00:00'
    """
    return None if day is None else datetime.combine(day, time(), tzinfo=UTC)


def _meet(start: _Edge | None, until: _Edge | None, other_start: _Edge | None, other_until: _Edge | None) -> bool:
    return (until is None or other_start is None or other_start < until) and (
        other_until is None or start is None or start < other_until
    )


def _clock(second: int) -> str:
    return f"{second // 3600:02d}{second % 3600 // 60:02d}"
