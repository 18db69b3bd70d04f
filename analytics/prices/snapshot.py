"""Snapshots: everything a price book is made of, as text in parts, and the one hash of it.

Two books with the same hash give the same answers, whatever files or store they were made from. The day a list was
imported on is no part of it: the same prices read again tomorrow are the same book. What the program itself knows
(names of sellers, service tiers, what may be borrowed) is the program's and not the book's.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from analytics.prices.aliases import alias_of
from analytics.prices.book import PriceBook
from analytics.prices.lists import GenaiPrices, Lists, LitellmMap
from analytics.prices.price import Stated
from analytics.prices.price_file import PriceFile, filed, in_book_order, line_of, row_of
from analytics.prices.uplifts import Uplifts

CURATED, GENAI, LITELLM = "curated", "genai_prices", "litellm"
STATED = "stated/"
PROVIDERS, MODELS, UPLIFTS, ALIASES = "genai_prices_providers", "genai_prices_models", "uplifts", "aliases"


class Part(NamedTuple):
    """One part: its source and day of import, and its lines in their order."""

    source: str
    imported_on: date
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A book as text: prices, of which the order says nothing, and rules, of which it does."""

    prices: Mapping[str, Part]
    rules: Mapping[str, Part]

    @property
    def sha256(self) -> str:
        """The hash of everything but the days of import."""
        whole = sha256()
        for name, part in sorted(self.prices.items()):
            whole.update("\n".join([f"{name}\t{part.source}", *sorted(part.lines), ""]).encode())
        for name, part in sorted(self.rules.items()):
            whole.update("\n".join([f"{name}\t{part.source}", *part.lines, ""]).encode())
        return whole.hexdigest()

    @property
    def rows(self) -> int:
        """How many prices."""
        return sum(len(part.lines) for part in self.prices.values())


def edition_id(sha: str) -> UUID:
    """Return the id of a book with this hash."""
    return UUID(hex=sha[:32])


def snapshot_of(book: PriceBook) -> Snapshot:
    """Return everything the book is made of."""
    lists = book.lists
    genai, listed = lists.genai, {CURATED: lists.curated, GENAI: lists.genai.file, LITELLM: lists.litellm.file}
    prices = {name: Part(file.source, file.recorded_on, tuple(file.texts())) for name, file in listed.items()}
    providers = tuple(json.dumps(record, ensure_ascii=False) for record in genai.providers)
    day = genai.file.recorded_on
    rules = {
        PROVIDERS: Part(genai.file.source, day, providers),
        MODELS: Part(genai.file.source, day, genai.model_lines),
        UPLIFTS: Part(lists.uplifts.source, lists.litellm.file.recorded_on, lists.uplifts.lines()),
        ALIASES: Part("aliases", lists.curated.recorded_on, tuple(alias.line for alias in book.aliases)),
    }
    return Snapshot(prices | _stated_parts(book.stated), rules)


def book_of(snapshot: Snapshot) -> PriceBook:
    """Return the book of a snapshot; it gives the answers of the one the snapshot was taken of."""
    curated, listed, mapped = (_file(name, snapshot) for name in (CURATED, GENAI, LITELLM))
    rules = {name: part.lines for name, part in snapshot.rules.items()}
    genai = GenaiPrices(listed, tuple(map(json.loads, rules[PROVIDERS])), rules[MODELS])
    uplifts = Uplifts.of_lines(snapshot.rules[UPLIFTS].source, rules[UPLIFTS])
    stated = (
        row_of(line, part.source, part.imported_on)
        for name, part in snapshot.prices.items()
        if name.startswith(STATED)
        for line in part.lines
    )
    lists = Lists(genai, LitellmMap(mapped), curated, uplifts)
    return PriceBook(lists, in_book_order(stated), tuple(alias_of(line) for line in rules[ALIASES]))


def _stated_parts(rows: Iterable[Stated]) -> dict[str, Part]:
    by_source: dict[str, list[Stated]] = {}
    for row in rows:
        by_source.setdefault(row.source, []).append(row)
    return {
        f"{STATED}{source}": Part(source, found[0].recorded_on, tuple(map(line_of, found)))
        for source, found in by_source.items()
    }


def _file(name: str, snapshot: Snapshot) -> PriceFile:
    part = snapshot.prices.get(name, Part(name, date.min, ()))
    return filed(name, part.source, part.imported_on, part.lines)
