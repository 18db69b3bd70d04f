"""Checking prices: no two of one SKU hold at once, and no hole lies between them.

A SKU is a usage class of a model of a provider in a tier and a region. Its prices are boxes (`windows.py`); an overlap
is a box that two share, a gap a box between the first and the last of them in time, prompt size or week that none
fills. What nobody prices before its first date or above its last threshold is no gap: nobody claims to know it. Prices
that lie over others (curated, stated) are checked for gaps together with what they lie over.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from analytics.prices.keys import PriceKey
from analytics.prices.layers import ClassPrice
from analytics.prices.price import Price, Stated
from analytics.prices.service_tiers import STANDARD, Processing, Tier
from analytics.prices.windows import When, meet, without, words
from collector.dialects.usage_classes import UsageClass

if TYPE_CHECKING:
    from analytics.prices.book import PriceBook

_ANY = "*"


class PriceGapError(ValueError):
    """Between two prices of one SKU lies a hole; the message names both."""


class Kind(StrEnum):
    """What is wrong between two rows."""

    OVERLAP = "overlap"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Finding:
    """Two rows, and the window in which both or none of them holds."""

    kind: Kind
    sku: str
    first: str
    second: str
    when: When

    @property
    def text(self) -> str:
        """The finding as a sentence with its remedy."""
        if self.kind is Kind.OVERLAP:
            told, remedy = "both hold", "end one of them where the other begins, or give them other conditions"
        else:
            told, remedy = "leave a hole", "move the end of the first, or the start of the second, or add a row"
        return f"{self.kind}: {self.sku}: {self.first} and {self.second} {told}: {words(self.when)}; {remedy}"


class Sku(NamedTuple):
    """What prices have to fit without overlap and hole."""

    provider: str
    model: str
    region: str | None
    tier: Tier
    usage_class: UsageClass

    @property
    def text(self) -> str:
        """Readable name."""
        place = f"@{self.region}" if self.region else ""
        return f"{self.provider}/{self.model}{place}/{self.usage_class}/{self.tier.label}"


class _Box(NamedTuple):
    price_id: str
    when: When


def check_prices(prices: Iterable[Price], *, gaps: bool = True) -> list[Finding]:
    """Return what is wrong within each SKU of some prices."""
    by_sku: dict[Sku, list[_Box]] = {}
    for price in prices:
        sku = Sku(price.provider, price.model, price.region, price.tier, price.usage_class)
        by_sku.setdefault(sku, []).append(_Box(price.price_id, price.when))
    found = (finding for sku, boxes in by_sku.items() for finding in _of_sku(sku.text, boxes))
    return [finding for finding in found if gaps or finding.kind is Kind.OVERLAP]


def check_resolved(book: "PriceBook", keys: Iterable[PriceKey]) -> list[Finding]:
    """Return what is wrong within what some keys resolve to, all layers together."""
    found: list[Finding] = []
    for key in dict.fromkeys(keys):
        prices = book.resolve(key).prices
        by_class: dict[UsageClass, list[ClassPrice]] = {}
        for row in prices.rows if prices else ():
            by_class.setdefault(row.usage_class, []).append(row)
        for name, rows in by_class.items():
            sku = "/".join(word for word in (key.provider, key.model, key.region, str(name), key.service_tier) if word)
            found += _of_sku(sku, [_Box(row.price.price_id, row.when) for row in rows])
    return found


def check_book(book: "PriceBook") -> list[Finding]:
    """Return what is wrong within every list of a book, and in what lies over the lists."""
    lists = book.lists
    curated = list(lists.curated.all_prices())
    found = [
        *check_prices(lists.genai.file.all_prices()),
        *check_prices(lists.litellm.file.all_prices()),
        *check_prices(curated, gaps=False),
    ]
    aliases = (key_of(alias.provider, alias.alias) for alias in book.aliases)
    return found + check_resolved(book, [*map(_key_of, curated), *stated_keys(book.stated), *aliases])


def refuse_gaps(book: "PriceBook", rows: Iterable[Stated]) -> None:
    """Raise PriceGapError if what some stated rows speak of has a hole that no list fills."""
    for finding in check_resolved(book, stated_keys(rows)):
        if finding.kind is Kind.GAP:
            raise PriceGapError(finding.text)


def stated_keys(rows: Iterable[Stated]) -> list[PriceKey]:
    """Return what to ask a book for the models that stated rows name."""
    return [_key_of(row) for row in rows if row.model != _ANY]


def key_of(provider: str, model: str, tier: str | None = None, region: str | None = None) -> PriceKey:
    """Return what to ask a book for a model; * is any provider."""
    return PriceKey(None if provider == _ANY else provider, model, tier, region)


def _key_of(row: Stated) -> PriceKey:
    label = Tier(row.service_tier or STANDARD, row.processing or Processing.REALTIME).label
    return key_of(row.provider, row.model, label, row.region)


def holes(boxes: Sequence[When]) -> tuple[When, ...]:
    """Return what lies between the outermost edges of some windows and in none of them.

    >>> holes([When(context_until=10), When(context_above=20)])[0].context_until
    20
    """
    return without([_hull(boxes)], boxes) if boxes else ()


def _of_sku(sku: str, boxes: Sequence[_Box]) -> Iterator[Finding]:
    for left, right in combinations(boxes, 2):
        common = meet(left.when, right.when)
        if common is not None:
            yield Finding(Kind.OVERLAP, sku, left.price_id, right.price_id, common)
    for hole in holes([box.when for box in boxes]):
        first, second = _beside(boxes, hole)
        yield Finding(Kind.GAP, sku, first.price_id, second.price_id, hole)


def _hull(boxes: Sequence[When]) -> When:
    starts = [box.effective_from for box in boxes]
    ends = [box.effective_until for box in boxes]
    lows = [box.context_above for box in boxes]
    highs = [box.context_until for box in boxes]
    return When(
        None if None in starts else min(at for at in starts if at is not None),
        None if None in ends else max(at for at in ends if at is not None),
        context_above=None if None in lows else min(at for at in lows if at is not None),
        context_until=None if None in highs else max(at for at in highs if at is not None),
    )


def _beside(boxes: Sequence[_Box], hole: When) -> tuple[_Box, _Box]:
    """Return the row before a hole and the one after it, in time, else in prompt size, else in the week."""
    edges = (
        ("effective_until", "effective_from"),
        ("context_until", "context_above"),
        ("tod_end_s", "tod_start_s"),
    )
    for end, start in edges:
        before = [box for box in boxes if getattr(hole, start) and getattr(box.when, end) == getattr(hole, start)]
        after = [box for box in boxes if getattr(hole, end) and getattr(box.when, start) == getattr(hole, end)]
        if before and after:
            return before[0], after[0]
    return boxes[0], boxes[-1]
