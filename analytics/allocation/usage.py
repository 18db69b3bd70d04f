"""What was used in a window, summed in the store by whom it was for and by what answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from analytics.ledger.charge import ATTRIBUTION
from collector.dialects.usage_classes import UsageClass
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.allocation")
Words = tuple[str | None, ...]


class UsageMeasure(StrEnum):
    """By what usage is told: a sum, or the quantity of one usage class."""

    COST_USD = "cost_usd"
    TOKENS = "tokens"
    """Of all classes that are counted in tokens."""
    REQUESTS = "requests"
    CALLS = "calls"
    """Spans that were billed for something."""
    DURATION = "duration"
    """Seconds that requests took."""
    INPUT_UNCACHED = "input_uncached"
    CACHE_READ = "cache_read"
    CACHE_WRITE_5M = "cache_write_5m"
    CACHE_WRITE_1H = "cache_write_1h"
    OUTPUT = "output"
    AUDIO_IN = "audio_in"
    AUDIO_CACHE_READ = "audio_cache_read"
    AUDIO_OUT = "audio_out"
    IMAGE_IN = "image_in"
    IMAGE_OUT = "image_out"
    IMAGES = "images"
    SEARCH_UNITS = "search_units"


NOT_TOKENS = frozenset({UsageClass.IMAGES, UsageClass.SEARCH_UNITS, UsageClass.REQUESTS})
OF_REQUESTS = frozenset({UsageMeasure.REQUESTS, UsageMeasure.DURATION})
"""Measures of whole requests, which have no single provider or model."""
UNITS: Mapping[UsageMeasure, str] = {
    UsageMeasure.COST_USD: "USD",
    UsageMeasure.REQUESTS: "Requests",
    UsageMeasure.CALLS: "Calls",
    UsageMeasure.DURATION: "Seconds",
    UsageMeasure.IMAGES: "Images",
    UsageMeasure.SEARCH_UNITS: "Searches",
}


def unit_of(measure: UsageMeasure) -> str:
    """What a measure counts, as an export names it.

    >>> unit_of(UsageMeasure.OUTPUT), unit_of(UsageMeasure.COST_USD)
    ('Tokens', 'USD')
    """
    return UNITS.get(measure, "Tokens")


@dataclass(frozen=True, slots=True)
class Used:
    """One group of usage."""

    words: Words
    """In the order of ATTRIBUTION."""
    provider: str | None
    model: str | None
    measures: Mapping[UsageMeasure, Decimal]


def used(store: Store, start_ns: int, until_ns: int, measures: Iterable[UsageMeasure]) -> tuple[Used, ...]:
    """Usage in a window of whole minutes, with at least these measures."""
    window = {"start_ns": start_ns, "until_ns": until_ns}
    wanted = set(measures)
    found: list[Used] = []
    if wanted - OF_REQUESTS - {UsageMeasure.CALLS}:
        found += _of_lines(store.run(_QUERIES["usage_lines"], window).to_pylist())
    if wanted & OF_REQUESTS:
        found += _of_requests(store.run(_QUERIES["usage_requests"], window).to_pylist())
    if UsageMeasure.CALLS in wanted:
        found += _of_calls(store.run(_QUERIES["usage_calls"], window).to_pylist())
    return tuple(found)


def _of_lines(rows: Iterable[Mapping[str, Any]]) -> Iterable[Used]:
    for row in rows:
        usage_class, quantity = UsageClass(row["usage_class"]), Decimal(row["quantity"])
        measures = {UsageMeasure.COST_USD: Decimal(row["cost_usd"])}
        if usage_class not in NOT_TOKENS:
            measures[UsageMeasure.TOKENS] = quantity
        if usage_class is not UsageClass.REQUESTS:
            measures[UsageMeasure(usage_class)] = quantity
        yield Used(_words(row), row["provider"], row["model"], measures)


def _of_requests(rows: Iterable[Mapping[str, Any]]) -> Iterable[Used]:
    for row in rows:
        duration_s = Decimal(row["duration_ns"]).scaleb(-9)
        measures = {UsageMeasure.REQUESTS: Decimal(row["requests"]), UsageMeasure.DURATION: duration_s}
        yield Used(_words(row), None, None, measures)


def _of_calls(rows: Iterable[Mapping[str, Any]]) -> Iterable[Used]:
    for row in rows:
        yield Used(_words(row), row["provider"], row["model"], {UsageMeasure.CALLS: Decimal(row["calls"])})


def _words(row: Mapping[str, Any]) -> Words:
    return tuple(row[name] for name in ATTRIBUTION)
