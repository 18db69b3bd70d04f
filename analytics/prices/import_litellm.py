"""Import of LiteLLM's bundled price map, read as JSON with decimals; LiteLLM itself is never imported.

What the map means, and what is made of it:

- A key is `model`, `seller/model` or `seller/region/model`; `litellm_provider` names the seller.
  Prices are USD for one unit.
- Nothing is dated, so every price is undated. Models are deleted from the map when they retire.
- Zero is written for free, for self-hosted and for unknown alike: an entry with nothing but zeros is left out.
- Off-peak hours cut the plain prices of an entry (`off_peak.py`); a factor for a region stays a factor (`uplifts.py`).
- A service tier counts when it has every plain input and output price of its own. Its other classes are known only
  where the map names them, and above a context threshold only where the map names that too.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from analytics.prices.amount import unit_price
from analytics.prices.bands import Band, bands, cut_at
from analytics.prices.left_out import LeftOut, Reason
from analytics.prices.litellm_fields import parsed, reason_left_out
from analytics.prices.off_peak import split
from analytics.prices.price import Confidence, Price
from analytics.prices.service_tiers import PLAIN, STANDARD, tier_of
from analytics.prices.uplifts import REGIONAL, Uplift
from collector.dialects.usage_classes import UsageClass

# `litellm_provider` -> seller, where the map splits one seller into several
SELLERS: Mapping[str, str] = {
    "azure_text": "azure",
    "bedrock_converse": "bedrock",
    "cohere_chat": "cohere",
    "fireworks_ai-embedding-models": "fireworks_ai",
    "text-completion-codestral": "codestral",
    "text-completion-inception": "inception",
    "text-completion-openai": "openai",
}
# modes whose `input_cost_per_query` is the price of one search
_SEARCH_MODES = frozenset({"rerank", "search", "vector_store"})
# sellers whose threshold is reached at the number itself, not above it
_THRESHOLD_INCLUDED = frozenset({"xai"})
# a field with a factor on all prices of an entry -> the region it holds in
UPLIFT_FIELDS: Mapping[str, str] = {
    "regional_processing_uplift_multiplier_eu": "eu",
    "regional_processing_uplift_multiplier_us": "us",
    "regional_endpoint_uplift_multiplier": REGIONAL,
}
# what a region looks like in a key of a seller that has them
_REGIONS: Mapping[str, re.Pattern[str]] = {
    "azure": re.compile(r"us|eu|apac|us-gov|global|global-standard"),
    "bedrock": re.compile(r"[a-z]{2}(-gov)?-[a-z]+-\d"),
}
_MAIN = (UsageClass.INPUT_UNCACHED, UsageClass.OUTPUT)

_TierPrices = dict[str, dict[UsageClass, tuple[Band, ...]]]


class Import(NamedTuple):
    """What an import yields: prices, factors for regions as lines of their file, and what was left out."""

    prices: list[Price]
    uplifts: list[str]
    left_out: list[LeftOut]


class Origin(NamedTuple):
    """Where and when an import was made."""

    source: str
    recorded_on: date


class Entry(NamedTuple):
    """Whom an entry of the map is about."""

    seller: str
    model: str
    region: str | None


def import_litellm(price_map: Mapping[str, Any], source: str, recorded_on: date) -> Import:
    """Read the whole map, parsed with `parse_float=Decimal`; `source` names it with its version."""
    result = Import([], [], [])
    taken: set[Entry] = set()
    # The longer key of a model is the map's own canonical one: "deepseek/deepseek-chat" before "deepseek-chat".
    for key in sorted(price_map, key=lambda key: ("/" not in key, key)):
        fields = price_map[key]
        entry = entry_of(key, fields)
        if entry is None:
            result.left_out.append(LeftOut(Reason.NOT_A_MODEL, "entry", key))
        elif entry in taken:
            result.left_out.append(LeftOut(Reason.DUPLICATE_ENTRY, "entry", key))
        else:
            taken.add(entry)
            found = list(_entry_prices(key, entry, fields, Origin(source, recorded_on), result.left_out))
            result.prices.extend(found)
            result.uplifts.extend(_uplifts(key, entry, fields, found, result.left_out))
    return result


def entry_of(key: str, fields: Mapping[str, Any]) -> Entry | None:
    """Seller, model in lower case, and region of an entry; None when it describes no model.

    >>> entry_of("azure/eu/gpt-4o", {"litellm_provider": "azure", "mode": "chat"})
    Entry(seller='azure', model='gpt-4o', region='eu')
    """
    provider, mode = fields.get("litellm_provider"), fields.get("mode")
    if not provider or not mode or key == "sample_spec":
        return None
    seller = SELLERS.get(provider, provider.partition("-")[0] if provider.startswith("vertex_ai-") else provider)
    head, _, rest = key.lower().partition("/")
    model = rest if rest and head.replace("-", "_") == seller.lower().replace("-", "_") else key.lower()
    first, _, after = model.partition("/")
    if after and seller in _REGIONS and _REGIONS[seller].fullmatch(first):
        return Entry(seller, after, first)
    return Entry(seller, model, None)


def _entry_prices(
    key: str, entry: Entry, fields: Mapping[str, Any], origin: Origin, left_out: list[LeftOut]
) -> Iterator[Price]:
    plain = list(_plain_prices(key, entry, fields, origin, left_out))
    if "off_peak_pricing" not in fields:
        yield from plain
    elif any(price.context_above is not None or price.tier != PLAIN for price in plain):
        left_out.append(LeftOut(Reason.WEEKDAY_WINDOW, "off_peak_pricing", key))
    else:
        yield from split(plain, fields["off_peak_pricing"])


def _uplifts(
    key: str, entry: Entry, fields: Mapping[str, Any], prices: list[Price], left_out: list[LeftOut]
) -> Iterator[str]:
    """Return the factors of an entry as lines; a price that a factor leaves without an exact product is noted."""
    for name, region in UPLIFT_FIELDS.items():
        factor = fields.get(name)
        if factor is None or not prices:
            continue
        uplift = Uplift(Decimal(factor), region)
        left_out.extend(
            LeftOut(Reason.FINER_THAN_15_DECIMALS, name, key) for price in prices if not uplift.applied([price])
        )
        yield f"{entry.seller},{entry.model},{region},{format(uplift.multiplier, 'f')},{key}"


def _plain_prices(
    key: str, entry: Entry, fields: Mapping[str, Any], origin: Origin, left_out: list[LeftOut]
) -> Iterator[Price]:
    for label, classes in _tier_prices(key, entry, fields, left_out).items():
        tier = tier_of(label)
        for usage_class in UsageClass:
            for band in classes.get(usage_class, ()):
                yield Price(
                    entry.seller,
                    entry.model,
                    usage_class,
                    band.price,
                    service_tier=tier.service_tier,
                    processing=tier.processing,
                    region=entry.region,
                    context_above=band.above,
                    context_until=band.until,
                    recorded_on=origin.recorded_on,
                    source=origin.source,
                    source_ref=key,
                    confidence=Confidence.UNDATED,
                )


def _tier_prices(key: str, entry: Entry, fields: Mapping[str, Any], left_out: list[LeftOut]) -> _TierPrices:
    """Prices by tier and class; everything in the entry that is not in them is noted in `left_out`."""
    left_out.extend(LeftOut(reason, name, key) for name in fields if (reason := reason_left_out(name)))
    figures = _figures(key, entry, fields, left_out)
    if figures and not any(any(prices.values()) for prices in figures.values()):
        left_out.append(LeftOut(Reason.ALL_ZERO, "entry", key))
        return {}
    found: _TierPrices = {}
    for (tier, usage_class), prices in figures.items():
        if banded := bands(prices):
            found.setdefault(tier, {})[usage_class] = banded
        else:
            left_out.append(LeftOut(Reason.BAND_WITHOUT_BASE, str(usage_class), key))
    if not found:
        left_out.append(LeftOut(Reason.NO_PRICE, "entry", key))
    return _complete_tiers(key, found, left_out)


def _figures(
    key: str, entry: Entry, fields: Mapping[str, Any], left_out: list[LeftOut]
) -> dict[tuple[str, UsageClass], dict[int | None, Decimal]]:
    """Unit prices by tier and class, then by the context threshold above which they hold."""
    result: dict[tuple[str, UsageClass], dict[int | None, Decimal]] = {}
    for name, figure, range_start in _named_figures(fields):
        field = parsed(name)
        if field is None:
            continue
        reason = _objection(name, field.usage_class, figure, fields)
        price = unit_price(figure)
        if reason is not None or price is None:
            left_out.append(LeftOut(reason or Reason.FINER_THAN_15_DECIMALS, name, key))
            continue
        above = field.above if field.above is not None else range_start
        if above is not None and entry.seller in _THRESHOLD_INCLUDED:
            above -= 1
        result.setdefault((field.service_tier, field.usage_class), {})[above] = price
    return result


def _named_figures(fields: Mapping[str, Any]) -> Iterator[tuple[str, Decimal, int | None]]:
    """Field, figure, and the prompt size above which a tier of `tiered_pricing` begins."""
    for name, figure in fields.items():
        if isinstance(figure, Decimal | int):
            yield name, Decimal(figure), None
    for tier in fields.get("tiered_pricing", ()):
        if "range" in tier:
            for name, figure in tier.items():
                if isinstance(figure, Decimal | int):
                    yield name, Decimal(figure), int(tier["range"][0]) or None


def _objection(name: str, usage_class: UsageClass, figure: Decimal, fields: Mapping[str, Any]) -> Reason | None:
    """Why a figure with a usage class still cannot be its price."""
    if usage_class is UsageClass.OUTPUT and _reasoning_differs(fields):
        return Reason.REASONING_PRICED_APART
    if usage_class in (UsageClass.CACHE_WRITE_5M, UsageClass.CACHE_WRITE_1H) and figure == 0:
        return Reason.ZERO_CACHE_WRITE
    if usage_class is UsageClass.SEARCH_UNITS and fields["mode"] not in _SEARCH_MODES:
        return Reason.NO_USAGE_CLASS
    if name == "output_cost_per_image" and "output_cost_per_image_token" in fields:
        return Reason.BILLED_BY_IMAGE_TOKEN
    return None


def _reasoning_differs(fields: Mapping[str, Any]) -> bool:
    return any(
        prices["output_cost_per_reasoning_token"] != prices.get("output_cost_per_token")
        for prices in (fields, *fields.get("tiered_pricing", ()))
        if "output_cost_per_reasoning_token" in prices
    )


def _complete_tiers(key: str, found: _TierPrices, left_out: list[LeftOut]) -> _TierPrices:
    """Return the tiers that have every paid input and output price, none of them reaching further than it is known."""
    standard = found.get(STANDARD, {})
    needed = {usage_class for usage_class in _MAIN if any(band.price for band in standard.get(usage_class, ()))}
    result: _TierPrices = {}
    for tier, classes in found.items():
        if tier != STANDARD and not needed <= classes.keys():
            left_out.append(LeftOut(Reason.INCOMPLETE_TIER, tier, key))
        else:
            result[tier] = {name: _known(name, banded, standard) for name, banded in classes.items()}
    return result


def _known(
    usage_class: UsageClass, banded: tuple[Band, ...], standard: Mapping[UsageClass, tuple[Band, ...]]
) -> tuple[Band, ...]:
    """Cut a tier's bands at the first threshold where the plain price changes and the tier says nothing."""
    own = {band.above for band in banded}
    unsaid = [band.above for band in standard.get(usage_class, ()) if band.above is not None and band.above not in own]
    return cut_at(banded, min(unsaid)) if unsaid else banded
