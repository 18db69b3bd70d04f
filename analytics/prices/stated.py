"""Stated prices: the rows an operator writes under `prices:` in `burnline.yaml`, or in a price file. They go first.

One entry prices one model; figures are quoted per million tokens or for one piece, as text, because a number with a
point would become a binary float on its way through YAML. A discount is a ratio off whatever the list says:

    prices:
      - provider: acme            # as telemetry reports it; "*" for any
        model: llama-3-70b
        effective_from: 2026-01-01T00:00:00Z
        usd_per_million: {input_uncached: "0.60", output: "0.80"}
        usd_each: {search_units: "0.002"}
      - provider: openai
        model: "*"
        discount: "0.12"          # 12 % off the list, all tiers and classes that the entry does not narrow down
        weekdays: mon-fri
        hours: 22:00-06:00        # UTC; may run over midnight, the day is that of each instant
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from analytics.prices.amount import figure, quoted
from analytics.prices.contracts import ANY
from analytics.prices.price import Confidence, Discount, Price, Stated
from analytics.prices.sellers import normalised
from analytics.prices.service_tiers import Processing, Tier, tier_of
from analytics.prices.windows import DAY_S, When, instant_of, utc_midnight, weekdays_of
from collector.dialects.usage_classes import UsageClass

UNITS: Mapping[str, int] = {"usd_per_million": 6, "usd_each": 0}
_WINDOW_KEYS = ("effective_from", "effective_until", "hours", "weekdays", "context_above", "context_until")
KEYS = frozenset(
    {"provider", "model", "service_tier", "processing", "region", "discount", "usage_classes", *_WINDOW_KEYS, *UNITS}
)


class StatedPriceError(ValueError):
    """A stated entry that cannot be used; the message names it, what was found and what is expected."""

    def __init__(self, where: str, key: str, found: str, expected: str) -> None:
        super().__init__(f"{where}: {found}; {expected}")
        self.key, self.found, self.expected = key, found, expected


class _Entry(NamedTuple):
    """One entry, and where it stands."""

    given: Mapping[str, Any]
    where: str
    origin: str
    recorded_on: date

    def wrong(self, key: str, expected: str) -> StatedPriceError:
        return StatedPriceError(self.where, key, f"{key} is {self.given.get(key)!r}", f"expected {expected}")

    def text(self, key: str) -> str:
        value = self.given.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "a name, as telemetry reports it")
        return value.strip()

    def figures(self, unit: str) -> Mapping[Any, Any]:
        value = self.given.get(unit)
        if value is not None and not isinstance(value, Mapping):
            raise self.wrong(unit, 'one figure per usage class, such as {output: "0.60"}')
        return value or {}

    def tokens(self, key: str) -> int | None:
        value = self.given.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise self.wrong(key, "a whole number of prompt tokens")
        return value

    def instant(self, key: str) -> datetime | None:
        value = self.given.get(key)
        if value is None:
            return None
        if type(value) is date:
            return utc_midnight(value)
        try:
            return instant_of(value.isoformat() if isinstance(value, datetime) else str(value))
        except ValueError:
            raise self.wrong(key, "a UTC date such as 2026-01-31, or an instant such as 2026-01-31T16:00:00Z") from None


def stated_prices(
    entries: Sequence[Mapping[str, Any]],
    origin: str,
    recorded_on: date,
    where: Callable[[int], str] | None = None,
) -> tuple[Stated, ...]:
    """Rows from the entries of a configuration; `origin` names the file for messages and as the source."""
    named = where or (lambda index: f"{origin}: prices[{index}]")
    return tuple(
        row for index, entry in enumerate(entries) for row in _rows(_Entry(entry, named(index), origin, recorded_on))
    )


def _rows(entry: _Entry) -> Iterator[Stated]:
    unknown = sorted(entry.given.keys() - KEYS)
    if unknown:
        expected = f"expected one of {', '.join(sorted(KEYS))}"
        raise StatedPriceError(entry.where, unknown[0], f"unknown key {unknown[0]!r}", expected)
    provider, model = entry.text("provider"), entry.text("model")
    for key in ("service_tier", "region"):
        if entry.given.get(key) is not None:
            entry.text(key)
    figures = [(unit, *item) for unit in UNITS for item in entry.figures(unit).items()]
    discount = entry.given.get("discount")
    if not figures and discount is None:
        told = "write usd_per_million or usd_each with one figure per usage class, or a discount"
        raise StatedPriceError(entry.where, "usd_per_million", "no price", told)
    if figures and discount is not None:
        raise entry.wrong("discount", "either a discount or figures: two entries say which of them goes where")
    for when in _windows(entry):
        if discount is not None:
            yield from _discounts(entry, provider, model, when)
        for unit, usage_class, amount in figures:
            yield _price(entry, (provider, model), when, _usage_class(entry, unit, usage_class), (unit, amount))


def _price(
    entry: _Entry, name: tuple[str, str], when: When, usage_class: UsageClass, said: tuple[str, object]
) -> Price:
    provider, model = name
    unit, amount = said
    if ANY in model:
        raise entry.wrong("model", "one model: a figure holds for no two of them. A discount may be for `*`")
    tier = _tier(entry) or Tier()
    return Price(
        normalised(provider),
        normalised(model),
        usage_class,
        _unit_price(entry, f"{unit}.{usage_class}", amount, UNITS[unit]),
        service_tier=tier.service_tier,
        processing=tier.processing,
        region=normalised(entry.given.get("region")) or None,
        context_above=when.context_above,
        context_until=when.context_until,
        effective_from=when.effective_from,
        effective_until=when.effective_until,
        tod_start_s=when.tod_start_s,
        tod_end_s=when.tod_end_s,
        weekdays=when.weekdays,
        recorded_on=entry.recorded_on,
        source=entry.origin,
        source_ref=f"{provider}/{model}",
        confidence=Confidence.CONTRACT,
    )


def _discounts(entry: _Entry, provider: str, model: str, when: When) -> Iterator[Discount]:
    tier, processing = _tier(entry), entry.given.get("processing")
    classes = entry.given.get("usage_classes") or (None,)
    if not isinstance(classes, Sequence) or isinstance(classes, str):
        raise entry.wrong("usage_classes", "a list of usage classes")
    for name in classes:
        yield Discount(
            normalised(provider),
            normalised(model),
            _ratio(entry),
            when,
            usage_class=None if name is None else _usage_class(entry, "usage_classes", name),
            service_tier=tier.service_tier if tier and entry.given.get("service_tier") else None,
            processing=tier.processing if tier and (entry.given.get("service_tier") or processing) else None,
            region=normalised(entry.given.get("region")) or None,
            source=entry.origin,
            source_ref=f"{provider}/{model}",
            recorded_on=entry.recorded_on,
        )


def _tier(entry: _Entry) -> Tier | None:
    """Return the tier an entry names; None when it names none."""
    said, processing = entry.given.get("service_tier"), entry.given.get("processing")
    if said is None and processing is None:
        return None
    if processing is not None and processing not in tuple(Processing):
        raise entry.wrong("processing", f"one of {', '.join(Processing)}")
    tier = tier_of(said)
    return tier if processing is None else Tier(tier.service_tier, Processing(processing))


def _windows(entry: _Entry) -> tuple[When, ...]:
    """Return the windows of an entry: hours that run over midnight are two."""
    start, until = entry.instant("effective_from"), entry.instant("effective_until")
    if start is not None and until is not None and start >= until:
        raise entry.wrong("effective_until", f"an instant after effective_from, {start.isoformat()}")
    above, upto = entry.tokens("context_above"), entry.tokens("context_until")
    if above is not None and upto is not None and above >= upto:
        raise entry.wrong("context_until", f"more prompt tokens than context_above, {above}")
    try:
        days = weekdays_of(entry.given.get("weekdays") or "")
    except (ValueError, AttributeError):
        raise entry.wrong("weekdays", "days such as mon-fri or sat+sun") from None
    return tuple(
        When(start, until, days, first or None, None if last == DAY_S else last, above, upto)
        for first, last in _hours(entry)
    )


def _hours(entry: _Entry) -> list[tuple[int, int]]:
    said = entry.given.get("hours")
    if not said:
        return [(0, DAY_S)]
    try:
        start, end = (_second(clock) for clock in said.split("-"))
    except (ValueError, AttributeError):
        raise entry.wrong("hours", "hours in UTC such as 22:00-06:00") from None
    edges = [start, end] if start < end else [start, DAY_S, DAY_S, end + DAY_S]
    if start == end:
        raise entry.wrong("hours", "an end that differs from the start; leave it out for the whole day")
    pieces = [pair for index, pair in enumerate(pairwise(edges)) if index % 2 == 0]
    return [(first % DAY_S, last - (DAY_S if first >= DAY_S else 0)) for first, last in pieces if first < last]


def _second(clock: str) -> int:
    hour, minute = (int(part) for part in clock.strip().split(":"))
    second = hour * 3600 + minute * 60
    if not 0 <= second <= DAY_S or not 0 <= minute < 60:  # noqa: PLR2004 - minutes of an hour
        raise ValueError(clock)
    return second


def _usage_class(entry: _Entry, key: str, name: object) -> UsageClass:
    try:
        return UsageClass(str(name))
    except ValueError:
        expected = f"expected one of {', '.join(UsageClass)}"
        raise StatedPriceError(entry.where, key, f"unknown usage class {name!r}", expected) from None


def _unit_price(entry: _Entry, key: str, said: object, per_exponent: int) -> Decimal:
    found = f"{key} is {said!r}"
    if not isinstance(said, str | int | Decimal) or isinstance(said, bool):
        raise StatedPriceError(entry.where, key, found, 'expected text such as "0.60", so that no digit is lost')
    read = figure(str(said))
    price = None if read is None else quoted(read, per_exponent)
    if price is None:
        expected = "expected an amount from 0 to below 10000 USD for one unit, with at most 15 decimals"
        raise StatedPriceError(entry.where, key, found, expected)
    return price


def _ratio(entry: _Entry) -> Decimal:
    said = entry.given["discount"]
    read = figure(str(said)) if isinstance(said, str | Decimal) else None
    ratio = None if read is None else quoted(read, 0)
    if ratio is None or not 0 < ratio <= 1:
        raise entry.wrong("discount", 'a ratio of the list price as text, above 0 and up to 1: "0.12" is 12 % off')
    return ratio
