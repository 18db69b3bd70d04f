"""What each usage class is called on a bill: the one table of meters and units.

A token is priced by the million, everything else by the piece. Whether a cached token is a meter of its own is not
settled in the specification: group on ``x_TokenCacheAction`` in SkuPriceDetails, never on the meter's text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from collector.dialects.usage_classes import UsageClass

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Meter:
    """How one usage class is measured."""

    name: str
    """SkuMeter."""
    consumed_unit: str = "Tokens"
    """ConsumedUnit."""
    direction: str | None = None
    """x_TokenDirection."""
    cache_action: str | None = None
    """x_TokenCacheAction."""
    cache_ttl: str | None = None
    """x_TokenCacheTtl."""
    modality: str | None = None
    """x_TokenModality; nothing: text."""

    @property
    def per_million(self) -> bool:
        """Whether one price is for a million."""
        return self.consumed_unit == "Tokens"

    @property
    def pricing_unit(self) -> str:
        """PricingUnit."""
        return f"{MILLION} {self.consumed_unit}" if self.per_million else self.consumed_unit

    @property
    def details(self) -> dict[str, str]:
        """What SkuPriceDetails say of it."""
        said = {
            "x_TokenDirection": self.direction,
            "x_TokenCacheAction": self.cache_action,
            "x_TokenCacheTtl": self.cache_ttl,
            "x_TokenModality": self.modality,
        }
        return {key: value for key, value in said.items() if value is not None}


_IN, _OUT = "Input", "Output"

METERS: Mapping[UsageClass, Meter] = MappingProxyType(
    {
        UsageClass.INPUT_UNCACHED: Meter("Input Tokens", direction=_IN, cache_action="Uncached"),
        UsageClass.CACHE_READ: Meter("Cache Read Input Tokens", direction=_IN, cache_action="Read"),
        UsageClass.CACHE_WRITE_5M: Meter(
            "Cache Write Input Tokens", direction=_IN, cache_action="Write", cache_ttl="5m"
        ),
        UsageClass.CACHE_WRITE_1H: Meter(
            "Cache Write 1h Input Tokens", direction=_IN, cache_action="Write", cache_ttl="1h"
        ),
        UsageClass.OUTPUT: Meter("Output Tokens", direction=_OUT),
        UsageClass.AUDIO_IN: Meter("Audio Input Tokens", direction=_IN, cache_action="Uncached", modality="Audio"),
        UsageClass.AUDIO_CACHE_READ: Meter(
            "Cache Read Audio Input Tokens", direction=_IN, cache_action="Read", modality="Audio"
        ),
        UsageClass.AUDIO_OUT: Meter("Audio Output Tokens", direction=_OUT, modality="Audio"),
        UsageClass.IMAGE_IN: Meter("Image Input Tokens", direction=_IN, cache_action="Uncached", modality="Image"),
        UsageClass.IMAGE_OUT: Meter("Image Output Tokens", direction=_OUT, modality="Image"),
        UsageClass.IMAGES: Meter("Images", "Images"),
        UsageClass.SEARCH_UNITS: Meter("Searches", "Searches"),
        UsageClass.REQUESTS: Meter("Requests", "Requests"),
    }
)
SHARE = Meter("Shares of a Cost", "Units")
"""What a row of a split cost is counted by: one share, whose price is its cost."""
