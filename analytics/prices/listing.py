"""Listing prices: what holds at an instant for the models of a book, as a table of 120 characters or as plain data."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from analytics.prices.book import PriceBook
from analytics.prices.keys import PriceKey
from analytics.prices.layers import ClassPrice
from analytics.prices.windows import words
from collector.dialects.usage_classes import UsageClass

_EACH = frozenset({UsageClass.IMAGES, UsageClass.SEARCH_UNITS, UsageClass.REQUESTS})
_WIDTHS = (16, 30, 15, 11, 11, 4, 12, 13)
_HEADS = ("provider", "model", "class", "USD", "list USD", "per", "confidence", "window")


@dataclass(frozen=True, slots=True)
class Listed:
    """One price that holds at an instant."""

    provider: str
    row: ClassPrice

    @property
    def document(self) -> dict[str, object]:
        """The price as plain data; amounts are text, for a single unit."""
        price, listed = self.row.price, self.row.list_price
        return {
            "provider": self.provider,
            "model": self.row.model,
            "tier": price.tier.label,
            "region": price.region,
            "usage_class": str(self.row.usage_class),
            "unit_price_usd": f"{price.unit_price_usd:f}",
            "price_id": price.price_id,
            "list_unit_price_usd": None if listed is None else f"{listed.unit_price_usd:f}",
            "list_price_id": None if listed is None else listed.price_id,
            "when": words(self.row.when),
            "confidence": str(price.confidence),
            "source": price.source,
            "borrowed_from": None if self.row.borrowed_from is None else str(self.row.borrowed_from),
        }


def names(book: PriceBook, provider: str, model: str) -> list[tuple[str, str]]:
    """Return provider and model of everything in a book whose names contain the words given, exact names first."""
    files = (book.lists.curated, book.lists.genai.file, book.lists.litellm.file)
    listed = [(seller.provider, seller.model) for file in files for seller in file.lines]
    stated = [(row.provider, row.model) for row in book.stated if row.model != "*"]
    aliases = [(alias.provider, alias.alias) for alias in book.aliases]
    wanted = (name for name in (*stated, *listed, *aliases) if provider.lower() in name[0].lower())
    found = dict.fromkeys(name for name in wanted if model.lower() in name[1].lower())
    return sorted(found, key=lambda name: (name[1].lower() != model.lower(), name))


def prices_at(
    book: PriceBook, wanted: Iterable[tuple[str, str]], at: datetime, tier: str | None, region: str | None
) -> Iterator[Listed]:
    """Return the prices of some models that hold at an instant, in every context band."""
    for provider, model in wanted:
        key = PriceKey(None if provider == "*" else provider, model, tier, region)
        found = book.resolve(key).prices
        for row in found.in_force(at).rows if found else ():
            yield Listed(provider, row)


def table(found: Sequence[Listed]) -> str:
    """Return prices as a table; USD are per million units of tokens, per one of what is billed by the piece."""
    return "\n".join([_line(_HEADS), *(_line(_cells(one)) for one in found)])


def _cells(one: Listed) -> tuple[str, ...]:
    row = one.row
    each = row.usage_class in _EACH
    listed = row.list_price
    return (
        one.provider,
        row.model,
        str(row.usage_class),
        _amount(row.price.unit_price_usd, each=each),
        "none" if listed is None else _amount(listed.unit_price_usd, each=each),
        "1" if each else "1M",
        str(row.price.confidence),
        _band(row),
    )


def _band(row: ClassPrice) -> str:
    when = row.when
    parts = [f">{when.context_above}"] if when.context_above is not None else []
    parts += [f"<={when.context_until}"] if when.context_until is not None else []
    parts += [] if when.whole_week else ["hours"]
    return " ".join(parts)


def _amount(unit_price: Decimal, *, each: bool) -> str:
    figure = unit_price if each else unit_price.scaleb(6)
    return format(figure.normalize(), "f")


def _line(cells: Sequence[str]) -> str:
    return " ".join(_fitted(cell, width) for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()


def _fitted(cell: str, width: int) -> str:
    """Return a cell in its width, cut in the middle where it is longer, because names differ at both ends.

    >>> _fitted("claude-sonnet-4-5-20250929", 12)
    'claude~50929'
    """
    if len(cell) <= width:
        return cell.ljust(width)
    head = width // 2
    return f"{cell[:head]}~{cell[head + 1 - width :]}"
