"""The price book: which prices hold for a call, given what its span says about provider, model, tier and region.

Sources by precedence: rows the operator states, laid over the list (`with_rows`); then the lists: curated prices, a
price of exactly this region, genai-prices, LiteLLM's map. A name that meant another model at another time has that
model's prices then (`with_aliases`). A model none of them knows is unpriced, with a reason; it never costs zero.

>>> from datetime import UTC
>>> book = PriceBook.load()
>>> found = book.find("openai", "gpt-4o-2024-08-06", at=datetime(2026, 11, 1, tzinfo=UTC))
>>> {row.usage_class.value: format(row.price.unit_price_usd, "f") for row in found.rows}["cache_read"]
'0.00000125'
>>> book.resolve(PriceKey("openai", "gpt-97")).reason
<UnpricedReason.UNKNOWN_MODEL: 'unknown_model'>
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from analytics.prices.aliases import Alias, meaning, read_aliases, refuse_ambiguous
from analytics.prices.check import refuse_gaps
from analytics.prices.contracts import ANY, contracted
from analytics.prices.keys import PriceKey, PriceRecord, UnpricedReason
from analytics.prices.layers import ClassPrice, in_order, layered
from analytics.prices.lists import DATA, Lists
from analytics.prices.price import Price, Stated
from analytics.prices.price_file import in_book_order
from analytics.prices.readings import Reading, Readings, readings
from analytics.prices.sellers import normalised
from analytics.prices.service_tiers import PLAIN, tier_of
from analytics.prices.stated_checks import refuse_inexact, refuse_stated_overlaps
from analytics.prices.windows import ALWAYS, When, meet, without
from collector.dialects.usage_classes import UsageClass

_NAME_AT_MOST = 512  # characters; the longest listed name has about a hundred, and names come from outside
_RESOLVED_AT_MOST = 20_000  # distinct keys remembered; names come from outside, so their number has a limit


@dataclass(frozen=True, slots=True)
class ModelPrices:
    """All prices of one model at one seller in one service tier; those of a class never overlap."""

    seller: str
    model: str
    service_tier: str
    rows: tuple[ClassPrice, ...]

    def row(self, usage_class: UsageClass, at: datetime, prompt_tokens: int | Decimal) -> ClassPrice | None:
        """Return the one price of a class at an instant for a request of this many prompt tokens."""
        of_class = (row for row in self.rows if row.usage_class is usage_class)
        return next((row for row in of_class if row.applies(at, prompt_tokens)), None)

    def in_force(self, at: datetime) -> "ModelPrices":
        """Return the same prices without those that do not hold at an instant."""
        return replace(self, rows=tuple(row for row in self.rows if row.when.in_force(at)))


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer for a key: prices, or the reason why there are none."""

    prices: ModelPrices | None
    reason: UnpricedReason | None


@dataclass(frozen=True)
class PriceBook:
    """All known prices. A book never changes; what has been resolved once is remembered."""

    lists: Lists
    stated: tuple[Stated, ...] = ()
    aliases: tuple[Alias, ...] = ()
    _resolved: dict[PriceKey, Resolution] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def load(cls, folder: Path = DATA) -> "PriceBook":
        """Open the committed price data."""
        return cls(Lists.load(folder), (), read_aliases(folder / "aliases.csv"))

    def with_rows(self, rows: Iterable[Stated]) -> "PriceBook":
        """Return a book in which these are laid over all lists.

        Rows that overlap, holes between rows that no list fills, and discounts that cannot be told exactly are refused
        with both rows named.
        """
        stated = in_book_order((*self.stated, *rows))
        refuse_stated_overlaps(stated)
        refuse_inexact(self.lists, stated)
        book = PriceBook(self.lists, stated, self.aliases)
        refuse_gaps(book, stated)
        return book

    def with_aliases(self, aliases: Iterable[Alias]) -> "PriceBook":
        """Return a book in which these names mean something else in their dates; they go before known aliases."""
        given = tuple(aliases)
        refuse_ambiguous(given)
        return PriceBook(self.lists, self.stated, (*given, *self.aliases))

    def find(
        self,
        provider: str | None,
        model: str | None,
        *,
        service_tier: str | None = None,
        region: str | None = None,
        at: datetime,
    ) -> ModelPrices | None:
        """Return the prices in force at an aware instant, or None when the call is unpriced."""
        found = self.resolve(PriceKey(provider, model, service_tier, region)).prices
        in_force = None if found is None else found.in_force(at)
        return in_force if in_force is not None and in_force.rows else None

    def resolve(self, key: PriceKey) -> Resolution:
        """Return the prices of a key over all time, or why it has none."""
        known = self._resolved.get(key)
        if known is None:
            if len(self._resolved) >= _RESOLVED_AT_MOST:
                self._resolved.clear()
            known = self._resolved[key] = self._look_up(key)
        return known

    def rows_for(self, keys: Iterable[PriceKey]) -> Iterator[PriceRecord]:
        """Return all candidate prices of each distinct key as plain columns; an unpriced key yields nothing."""
        for key in dict.fromkeys(keys):
            found = self.resolve(key).prices
            if found is not None:
                yield from (_record(key, found, row) for row in found.rows)

    def sources(self, key: PriceKey, at: datetime) -> "Sources":
        """Return everything the book knows about a key at an aware instant, before layers are laid over each other."""
        model = normalised(key.model)
        own = self._sources(key, model, frozenset({model}))
        for alias in self._meant(key, model, own.reading):
            if alias.when.in_force(at):
                return self._sources(_of_provider(key, alias), alias.target, frozenset({model, alias.target}), alias)
        return own

    def _look_up(self, key: PriceKey) -> Resolution:
        model = normalised(key.model)
        if not model:
            return Resolution(None, UnpricedReason.NO_MODEL)
        if len(model) > _NAME_AT_MOST:
            return Resolution(None, UnpricedReason.UNKNOWN_MODEL)
        own = self._sources(key, model, frozenset({model}))
        rows, taken = list[ClassPrice](), list[When]()
        for alias in self._meant(key, model, own.reading):
            names = frozenset({model, alias.target})
            target = _priced(self._sources(_of_provider(key, alias), alias.target, names), key)
            rows += _clipped(target, without([alias.when], taken))
            taken.append(alias.when)
        mine = _priced(own, key)
        rows += _clipped(mine, without([ALWAYS], taken)) if taken else mine
        if not rows:
            return Resolution(None, own.reason)
        found = in_order(rows) if taken else tuple(rows)
        return Resolution(ModelPrices(own.seller, own.model, tier_of(key.service_tier).label, found), None)

    def _meant(self, key: PriceKey, model: str, reading: Reading | None) -> tuple[Alias, ...]:
        return meaning(self.aliases, _names(key, reading), {model} | ({reading.model} if reading else set()))

    def _sources(self, key: PriceKey, model: str, stated_as: frozenset[str], alias: Alias | None = None) -> "Sources":
        """Who sells a model of this name, and which layers of prices there are for it, whatever it meant when."""
        read = readings(self.lists, key.provider, model, key.region)
        sold = ((reading, layers) for reading in read.found if any(layers := self.lists.layers(*reading)))
        nothing: tuple[Reading | None, tuple[tuple[Price, ...], ...]] = (None, ())
        reading, listed = next(sold, nothing)
        stated = self._stated_for(key, reading, stated_as)
        seller, name = (reading.seller.name, reading.model) if reading else (normalised(key.provider), model)
        known = any(listed) or any(isinstance(row, Price) for row in stated)
        reason = UnpricedReason.NO_PRICE_FOR_SERVICE_TIER if known else _reason(read)
        return Sources(alias, reading, seller, name, stated, listed, reason)

    def _stated_for(self, key: PriceKey, reading: Reading | None, models: frozenset[str]) -> tuple[Stated, ...]:
        """Return the operator's rows for this provider, model and region; the more specific ones go first later."""
        names = _names(key, reading) | {ANY}
        known = models | {ANY} | ({reading.model} if reading else set())
        region = normalised(key.region)
        return tuple(
            row
            for row in self.stated
            if normalised(row.provider) in names
            and normalised(row.model) in known
            and (row.region is None or row.region == region)
        )


@dataclass(frozen=True, slots=True)
class Sources:
    """What is known about a key: who sells it under which name, stated rows, and list prices, highest layer first."""

    alias: Alias | None
    """By which the name was understood."""
    reading: Reading | None
    """How provider, model and region were understood; None where no list knows them."""
    seller: str
    model: str
    stated: tuple[Stated, ...]
    listed: tuple[tuple[Price, ...], ...]
    reason: UnpricedReason
    """Why a key has no price if none of these serves its tier."""


def _priced(sources: Sources, key: PriceKey) -> tuple[ClassPrice, ...]:
    """Lay the layers over each other in the tier of a key."""
    tier = tier_of(key.service_tier)
    own = layered(sources.listed, tier)
    plain = frozenset(own) if tier == PLAIN else frozenset(layered(sources.listed, PLAIN))
    seller = sources.reading.seller.genai if sources.reading else None
    rows = contracted(own, sources.stated, tier, seller, plain)
    return tuple(replace(row, seller=sources.seller, model=sources.model) for row in rows)


def _of_provider(key: PriceKey, alias: Alias) -> PriceKey:
    return key if alias.provider == ANY else key._replace(provider=alias.provider)


def _clipped(rows: Sequence[ClassPrice], windows: Iterable[When]) -> list[ClassPrice]:
    cut = ((row, meet(row.when, window)) for window in windows for row in rows)
    return [replace(row, when=when) for row, when in cut if when is not None]


def _names(key: PriceKey, reading: Reading | None) -> set[str]:
    """Return the names of the seller, as reported and as known."""
    reported = normalised(key.provider)
    if reading is None:
        return {reported}
    seller = reading.seller
    return {reported, seller.name, *seller.also_called, *seller.litellm} | ({seller.genai} if seller.genai else set())


def _reason(read: Readings) -> UnpricedReason:
    if read.self_hosted:
        return UnpricedReason.SELF_HOSTED
    return UnpricedReason.AMBIGUOUS_PROVIDER if read.ambiguous else UnpricedReason.UNKNOWN_MODEL


def _record(key: PriceKey, found: ModelPrices, row: ClassPrice) -> PriceRecord:
    price, when, listed = row.price, row.when, row.list_price
    return PriceRecord(
        *key,
        row.usage_class,
        price.unit_price_usd,
        price.price_id,
        when.effective_from,
        when.effective_until,
        when.context_above,
        when.context_until,
        when.tod_start_s,
        when.tod_end_s,
        row.borrowed_from,
        when.weekdays,
        None if listed is None else listed.unit_price_usd,
        None if listed is None else listed.price_id,
        row.seller,
        row.model,
        found.service_tier,
        price.region if listed is None else listed.region or price.region,
        price.confidence,
    )
