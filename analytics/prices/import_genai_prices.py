"""Import of the genai-prices list: its models become dated, banded, tiered prices, and matching rules as data.

What the list means, and what is made of it:

- Prices are USD per 10**n units (`PRICE_KEYS`).
- A model has one price or several with conditions, of which the last true one wins. They become disjoint slots.
  Its dates are mostly the days on which a change was noticed, so they count as first seen, not as vendor dates.
- A condition has a date or a daily window, never both. A window listed after a dated price belongs to that
  price, so it begins on that date here.
- Tiers by prompt size are a cliff: above the start all tokens pay the tier's price.
- A variant (batch, flex, priority, fast) replaces some prices while it is true; the others stay as they are, because
  vendors publish only what differs.
- The date of a variant is the day it was noticed. Before it the list knows nothing about that service tier, and usage
  in it was billed nevertheless. So the variant reaches back to the last change of the plain price beside it, marked
  `before_seen`; further back its figure would belong to another plain price, and the usage stays unpriced.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from analytics.prices.amount import unit_price
from analytics.prices.bands import Band, bands
from analytics.prices.left_out import LeftOut, Reason
from analytics.prices.price import Confidence, Price
from analytics.prices.service_tiers import PLAIN, STANDARD, tier_of
from analytics.prices.slots import Condition, Slot, joined, slots
from analytics.prices.windows import utc_midnight
from collector.dialects.usage_classes import UsageClass

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

# price key -> usage class, and the power of ten of units the figure is quoted for
PRICE_KEYS: Mapping[str, tuple[UsageClass, int]] = {
    "input_mtok": (UsageClass.INPUT_UNCACHED, 6),
    "cache_read_mtok": (UsageClass.CACHE_READ, 6),
    "cache_write_mtok": (UsageClass.CACHE_WRITE_5M, 6),  # the list's plain cache write is the default, short one
    "cache_write_1h_mtok": (UsageClass.CACHE_WRITE_1H, 6),
    "output_mtok": (UsageClass.OUTPUT, 6),
    "input_audio_mtok": (UsageClass.AUDIO_IN, 6),
    "cache_audio_read_mtok": (UsageClass.AUDIO_CACHE_READ, 6),
    "output_audio_mtok": (UsageClass.AUDIO_OUT, 6),
    "input_image_mtok": (UsageClass.IMAGE_IN, 6),
    "output_image_mtok": (UsageClass.IMAGE_OUT, 6),
    "web_searches_kcount": (UsageClass.SEARCH_UNITS, 3),
    "requests_kcount": (UsageClass.REQUESTS, 3),
}
# price keys for which there is no usage class
LEFT_OUT_KEYS = frozenset(
    {
        "audio_hours",
        "cache_image_read_mtok",
        "input_annotated_document_kpages",
        "input_audio_hours",
        "input_document_kpages",
        "input_mchars",
        "input_text_messages_kcount",
        "input_video_mtok",
        "output_citation_mtok",
        "output_reasoning_mtok",
        "output_video_mtok",
        "storage_searches_kcount",
    }
)
# what selects a variant -> service tier
VARIANT_TIERS: Mapping[tuple[str, str], str] = {
    ("processing", "batch"): "batch",
    ("service_tier", "flex"): "flex",
    ("service_tier", "priority"): "priority",
    ("service_tier", "fast"): "fast",
    ("speed", "fast"): "fast",
}
_PLAIN_VARIANT = ("service_tier", "default")  # the plain price under the name a response gives it

_ClassPrices = dict[UsageClass, tuple[Band, ...]]


class Import(NamedTuple):
    """What an import yields: prices, rules as JSON-ready records, and what was left out."""

    prices: list[Price]
    providers: list[dict[str, Any]]
    models: list[dict[str, Any]]
    left_out: list[LeftOut]


def import_genai_prices(providers: Sequence["Provider"], source: str, recorded_on: date) -> Import:
    """Read the whole list; `source` names it with its version."""
    result = Import([], [], [], [])
    for provider in providers:
        result.providers.append(_provider_record(provider))
        for model in provider.models:
            result.models.append({"provider": provider.id, "model": model.id, "match": _clause(model.match)})
            found = list(_model_prices(provider.id, model, source, recorded_on, result.left_out))
            if not found:
                result.left_out.append(LeftOut(Reason.NO_PRICE, "model", f"{provider.id}/{model.id}"))
            result.prices.extend(found)
    return result


def _model_prices(
    provider: str, model: "ModelInfo", source: str, recorded_on: date, left_out: list[LeftOut]
) -> Iterator[Price]:
    entry = f"{provider}/{model.id}"
    tiers = dict(_tier_slots(model, entry, left_out))
    for label, found in tiers.items():
        tier = tier_of(label)
        for usage_class in UsageClass:
            plain = [] if tier == PLAIN else _joined(tiers[STANDARD], usage_class)
            for slot, confidence in _with_before_seen(_joined(found, usage_class), plain):
                for band in slot.value:
                    yield Price(
                        provider,
                        model.id,
                        usage_class,
                        band.price,
                        service_tier=tier.service_tier,
                        processing=tier.processing,
                        context_above=band.above,
                        context_until=band.until,
                        effective_from=utc_midnight(slot.effective_from),
                        effective_until=utc_midnight(slot.effective_until),
                        tod_start_s=slot.tod_start_s,
                        tod_end_s=slot.tod_end_s,
                        recorded_on=recorded_on,
                        source=source,
                        source_ref=entry,
                        confidence=confidence,
                    )


def _joined(found: Sequence[Slot[_ClassPrices]], usage_class: UsageClass) -> list[Slot[tuple[Band, ...]]]:
    of_class = (_of_class(slot, usage_class) for slot in found)
    return joined([slot for slot in of_class if slot.value])


def _with_before_seen(
    found: Sequence[Slot[tuple[Band, ...]]], plain: Sequence[Slot[tuple[Band, ...]]]
) -> Iterator[tuple[Slot[tuple[Band, ...]], Confidence]]:
    """Return slots with their confidence, and before the first day of a tier what it is taken for before that day."""
    starts = [slot.effective_from for slot in found]
    seen_on = None if None in starts else min((start for start in starts if start is not None), default=None)
    if seen_on is not None and plain:
        changes = [slot.effective_from for slot in plain if slot.effective_from and slot.effective_from <= seen_on]
        known_from = max(changes, default=None)
        for slot in found:
            if slot.effective_from == seen_on != known_from:
                yield replace(slot, effective_from=known_from, effective_until=seen_on), Confidence.BEFORE_SEEN
    for slot in found:
        yield slot, Confidence.UNDATED if slot.effective_from is None else Confidence.FIRST_SEEN


def _tier_slots(
    model: "ModelInfo", entry: str, left_out: list[LeftOut]
) -> Iterator[tuple[str, list[Slot[_ClassPrices]]]]:
    """Every service tier of a model, each with its prices by class in disjoint slots of time."""
    listed = model.prices if isinstance(model.prices, list) else [model]
    conditions = _dated([getattr(item, "constraint", None) for item in listed])
    prices = [_class_prices(item.prices, entry, left_out) for item in listed]
    yield STANDARD, [_with_value(slot, _last(prices, slot.value)) for slot in slots(conditions)]
    for tier, variants in _variants(model, entry, left_out).items():
        own = [_class_prices(variant.prices, entry, left_out) for variant in variants]
        both = slots(conditions + _dated([variant.constraint for variant in variants]))
        yield (
            tier,
            [
                _with_value(slot, _overridden(prices, own, slot.value))
                for slot in both
                if slot.value and slot.value[-1] >= len(prices)
            ],
        )


def _last(prices: Sequence[_ClassPrices], true: Sequence[int]) -> _ClassPrices:
    return prices[true[-1]] if true else {}


def _overridden(prices: Sequence[_ClassPrices], own: Sequence[_ClassPrices], true: Sequence[int]) -> _ClassPrices:
    """Return the last true plain price, with the first true variant's own prices over it, class by class."""
    result = dict(_last(prices, [index for index in true if index < len(prices)]))
    for index in reversed([index - len(prices) for index in true if index >= len(prices)]):
        result |= own[index]
    return result


def _variants(model: "ModelInfo", entry: str, left_out: list[LeftOut]) -> dict[str, list[Any]]:
    result: dict[str, list[Any]] = {}
    for variant in model.price_variants or ():
        when = next(iter(variant.when.items()))
        tier = VARIANT_TIERS.get(when) if len(variant.when) == 1 else None
        if tier is not None:
            result.setdefault(tier, []).append(variant)
        elif when != _PLAIN_VARIANT:
            left_out.append(LeftOut(Reason.CONDITION_NOT_MODELLED, "=".join(when), entry))
    return result


def _class_prices(listed: Any, entry: str, left_out: list[LeftOut]) -> _ClassPrices:  # noqa: ANN401 - a model price sets its attributes dynamically
    figures = {key: value for key, value in vars(listed).items() if value is not None}
    result: _ClassPrices = {}
    for key, value in figures.items():
        if key not in PRICE_KEYS:
            reason = Reason.NO_USAGE_CLASS if key in LEFT_OUT_KEYS else Reason.UNKNOWN_FIELD
            left_out.append(LeftOut(reason, key, entry))
        elif key == "output_mtok" and figures.get("output_reasoning_mtok", value) != value:
            left_out.append(LeftOut(Reason.REASONING_PRICED_APART, key, entry))
        elif found := _bands(value, PRICE_KEYS[key][1]):
            result[PRICE_KEYS[key][0]] = found
        else:
            left_out.append(LeftOut(Reason.FINER_THAN_15_DECIMALS, key, entry))
    return result


def _bands(value: Any, per_exponent: int) -> tuple[Band, ...]:  # noqa: ANN401 - a Decimal or the list's own tiered prices
    figures: dict[int | None, Decimal] = (
        {None: value}
        if isinstance(value, Decimal)
        else {None: value.base} | {tier.start: tier.price for tier in value.tiers}
    )
    found = {above: unit_price(figure, per_exponent) for above, figure in figures.items()}
    exact = {above: price for above, price in found.items() if price is not None}
    return bands(exact) if len(exact) == len(found) else ()


def _dated(constraints: Sequence[Any]) -> list[Condition]:
    """Conditions in the list's order; a daily window begins on the newest date listed before it."""
    result: list[Condition] = []
    latest: date | None = None
    for constraint in constraints:
        if hasattr(constraint, "start_date"):
            latest = constraint.start_date
            result.append(Condition(latest))
        elif hasattr(constraint, "start_time"):
            result.append(Condition(latest, _second(constraint.start_time), _second(constraint.end_time)))
        else:
            result.append(Condition())
    return result


def _second(clock: time) -> int:
    if clock.utcoffset():
        raise ValueError(f"daily window at {clock}: expected UTC; convert it before importing")
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _with_value(slot: Slot[Any], value: _ClassPrices) -> Slot[_ClassPrices]:
    return Slot(slot.effective_from, slot.effective_until, slot.tod_start_s, slot.tod_end_s, value)


def _of_class(slot: Slot[_ClassPrices], usage_class: UsageClass) -> Slot[tuple[Band, ...]]:
    found = slot.value.get(usage_class, ())
    return Slot(slot.effective_from, slot.effective_until, slot.tod_start_s, slot.tod_end_s, found)


def _provider_record(provider: "Provider") -> dict[str, Any]:
    return {
        "provider": provider.id,
        "model_match": _clause(provider.model_match),
        "provider_match": _clause(provider.provider_match),
        "fallback_providers": list(provider.fallback_model_providers or ()),
        "pricing_urls": list(provider.pricing_urls or ()),
    }


def _clause(clause: Any) -> Any:  # noqa: ANN401 - a tree of the list's clauses becomes a tree of plain JSON
    """Return a matching rule as plain data: {"equals": text}, {"or": [...]} and so on; None stays None."""
    if clause is None:
        return None
    ((name, value),) = vars(clause).items()
    return {name.rstrip("_"): [_clause(item) for item in value] if isinstance(value, list) else value}
