"""Stated prices: the rows an operator writes under `prices:` in `burnline.yaml`. They come before every list.

One entry prices one model; figures are quoted per million tokens or for one piece, as text, because a number with a
point would become a binary float on its way through YAML:

    prices:
      - provider: acme            # as telemetry reports it; "*" for any
        model: llama-3-70b
        effective_from: 2026-01-01
        usd_per_million: {input_uncached: "0.60", output: "0.80"}
        usd_each: {search_units: "0.002"}
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from analytics.prices.amount import exact
from analytics.prices.price import Confidence, Price
from analytics.prices.sellers import normalised
from analytics.prices.service_tiers import tier_of
from analytics.prices.windows import utc_midnight
from collector.dialects.usage_classes import UsageClass

_UNITS: Mapping[str, int] = {"usd_per_million": 6, "usd_each": 0}
_KEYS = frozenset(
    {"provider", "model", "service_tier", "region", "effective_from", "effective_until", "context_above"}
    | {"context_until", *_UNITS}
)


class StatedPriceError(ValueError):
    """An entry under `prices:` that cannot be used; the message names it, what was found and what is expected."""


def stated_prices(entries: Sequence[Mapping[str, Any]], origin: str, recorded_on: date) -> tuple[Price, ...]:
    """Prices from the entries of a configuration; `origin` names the file for messages and as the source."""
    return tuple(
        price
        for index, entry in enumerate(entries)
        for price in _prices(entry, f"{origin}: prices[{index}]", origin, recorded_on)
    )


def _prices(entry: Mapping[str, Any], where: str, origin: str, recorded_on: date) -> Iterator[Price]:
    unknown = sorted(entry.keys() - _KEYS)
    if unknown:
        raise StatedPriceError(f"{where}: unknown key {unknown[0]!r}; expected one of {', '.join(sorted(_KEYS))}")
    provider, model = (_text(entry, key, where) for key in ("provider", "model"))
    figures = [(unit, *item) for unit in _UNITS for item in (entry.get(unit) or {}).items()]
    if not figures:
        raise StatedPriceError(f"{where}: no price; write usd_per_million or usd_each with one figure per usage class")
    tier = tier_of(entry.get("service_tier"))
    for unit, usage_class, figure in figures:
        yield Price(
            normalised(provider),
            normalised(model),
            _usage_class(usage_class, where),
            _unit_price(figure, _UNITS[unit], f"{where}: {unit}.{usage_class}"),
            service_tier=tier.service_tier,
            processing=tier.processing,
            region=normalised(entry.get("region")) or None,
            context_above=_tokens(entry, "context_above", where),
            context_until=_tokens(entry, "context_until", where),
            effective_from=utc_midnight(_day(entry, "effective_from", where)),
            effective_until=utc_midnight(_day(entry, "effective_until", where)),
            recorded_on=recorded_on,
            source=origin,
            source_ref=f"{provider}/{model}",
            confidence=Confidence.CONTRACT,
        )


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise StatedPriceError(f"{where}: {key} is {value!r}; expected a name, as telemetry reports it")
    return value.strip()


def _usage_class(name: str, where: str) -> UsageClass:
    try:
        return UsageClass(name)
    except ValueError:
        raise StatedPriceError(
            f"{where}: unknown usage class {name!r}; expected one of {', '.join(UsageClass)}"
        ) from None


def _unit_price(figure: object, per_exponent: int, where: str) -> Decimal:
    if not isinstance(figure, str | int | Decimal) or isinstance(figure, bool):
        raise StatedPriceError(f'{where} is {figure!r}; expected text such as "0.60", so that no digit is lost')
    try:
        price = exact(Decimal(figure).scaleb(-per_exponent))
    except InvalidOperation:
        price = None
    if price is None:
        raise StatedPriceError(
            f"{where} is {figure!r}; expected an amount from 0 to below 10000 USD for one unit, "
            "with at most 15 decimals"
        )
    return price


def _tokens(entry: Mapping[str, Any], key: str, where: str) -> int | None:
    value = entry.get(key)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise StatedPriceError(f"{where}: {key} is {value!r}; expected a whole number of prompt tokens")
    return value


def _day(entry: Mapping[str, Any], key: str, where: str) -> date | None:
    value = entry.get(key)
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise StatedPriceError(f"{where}: {key} is {value!r}; expected a UTC date such as 2026-01-31") from None
