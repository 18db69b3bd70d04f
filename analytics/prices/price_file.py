"""The committed price files: one price a line as CSV, so that a change of a list can be reviewed as a diff.

Lines that begin with `#` say where the prices come from and when. Empty cells are open conditions. Prices are plain
decimals for a single unit; instants are dates where they are midnight UTC; `weekdays` is a mask, bit 0 is Monday. The
file is in the order of the list it was made from, model by model.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from analytics.prices.price import Confidence, Discount, Price, Stated
from analytics.prices.service_tiers import Processing
from analytics.prices.windows import When, instant_of, instant_text
from collector.dialects.usage_classes import UsageClass

COLUMNS = (
    "provider",
    "model",
    "region",
    "service_tier",
    "processing",
    "usage_class",
    "unit_price_usd",
    "discount",
    "context_above",
    "context_until",
    "effective_from",
    "effective_until",
    "tod_start_s",
    "tod_end_s",
    "weekdays",
    "confidence",
    "last_seen_on",
    "source_ref",
)


class PriceFileError(ValueError):
    """A price file that cannot be read; the message names the file, the line and what was expected there."""


class Seller(NamedTuple):
    """What a list's prices are filed under: the seller's name in that list, the model, and the region or ""."""

    provider: str
    model: str
    region: str


@dataclass(frozen=True, slots=True)
class PriceFile:
    """A price file read as far as needed to find a model; its prices are parsed when asked for."""

    name: str
    source: str
    recorded_on: date
    lines: Mapping[Seller, list[str]] = field(repr=False)

    def prices(self, provider: str, model: str, region: str = "") -> tuple[Price, ...]:
        """All prices of one model at one seller, in an order of their own; () when the file does not know it."""
        found = self.lines.get(Seller(provider, model, region), ())
        return tuple(self._price(Seller(provider, model, region), rest) for rest in sorted(found))

    def all_prices(self) -> Iterator[Price]:
        """Every price of the file, in its order."""
        for seller in self.lines:
            yield from self.prices(*seller)

    def all_rows(self) -> Iterator[Stated]:
        """Every price and discount of the file, in its order."""
        return map(self._row, self.texts())

    def texts(self) -> Iterator[str]:
        """Every line of the file, in its order."""
        return (",".join((*seller, rest)) for seller, lines in self.lines.items() for rest in lines)

    def _price(self, seller: Seller, rest: str) -> Price:
        row = self._row(",".join((*seller, rest)))
        if not isinstance(row, Price):
            raise PriceFileError(f"{self.name}: {row.price_id} is a discount; a list holds prices")
        return row

    def _row(self, line: str) -> Stated:
        try:
            return row_of(line, self.source, self.recorded_on)
        except (ValueError, ArithmeticError, TypeError) as error:
            raise PriceFileError(
                f"{self.name}: cannot read the line {line!r} ({error}); expected the columns {', '.join(COLUMNS)}. "
                "Make the file again with `burnline prices import`."
            ) from error


def written(prices: Iterable[Stated], source: str, recorded_on: date, notes: Iterable[str] = ()) -> str:
    """Text of a price file."""
    header = [f"# source: {source}", f"# recorded_on: {recorded_on}", *(f"# {note}" for note in notes)]
    return "\n".join([*header, ",".join(COLUMNS), *map(line_of, prices)]) + "\n"


def read(path: Path) -> PriceFile:
    """Open a price file; only the first three columns are looked at here, so that a start of the server stays quick."""
    header: dict[str, str] = {}
    rows = iter(path.read_text(encoding="utf-8").splitlines())
    for row in rows:
        if not row.startswith("#"):
            break
        name, _, value = row[1:].partition(":")
        header[name.strip()] = value.strip()
    try:
        return filed(path.name, header["source"], date.fromisoformat(header["recorded_on"]), rows)
    except KeyError as missing:
        raise PriceFileError(f"{path}: no line `# {missing.args[0]}: ...` before the columns; expected one") from None


def filed(name: str, source: str, recorded_on: date, rows: Iterable[str]) -> PriceFile:
    """Return a price file of its lines."""
    lines: dict[Seller, list[str]] = {}
    for row in rows:
        if not row.startswith("#"):
            provider, model, region, rest = row.split(",", 3)
            lines.setdefault(Seller(provider, model, region), []).append(rest)
    return PriceFile(name, source, recorded_on, lines)


def line_of(row: Stated) -> str:
    """Return a price or a discount as a line of a price file; what was read back from it is equal."""
    when = row.when
    cells = (
        row.provider,
        row.model,
        row.region,
        row.service_tier,
        row.processing,
        row.usage_class,
        _amount(row.unit_price_usd) if isinstance(row, Price) else None,
        None if isinstance(row, Price) else _amount(row.ratio),
        when.context_above,
        when.context_until,
        _instant(when.effective_from),
        _instant(when.effective_until),
        when.tod_start_s,
        when.tod_end_s,
        when.weekdays,
        row.confidence if isinstance(row, Price) else Confidence.CONTRACT,
        row.last_seen_on if isinstance(row, Price) else None,
        row.source_ref,
    )
    text = ["" if cell is None else str(cell) for cell in cells]
    if any("," in cell or '"' in cell or "\n" in cell for cell in text):
        raise PriceFileError(f"cannot write {row}: a cell holds a comma, a quote or a line break")
    return ",".join(text)


def row_of(line: str, source: str, recorded_on: date) -> Stated:
    """Return the price, or the discount, of a line."""
    cells = dict(zip(COLUMNS, line.split(","), strict=True))
    if cells["discount"]:
        return _discount(cells, source, recorded_on)
    return Price(
        cells["provider"],
        cells["model"],
        UsageClass(cells["usage_class"]),
        Decimal(cells["unit_price_usd"]),
        service_tier=cells["service_tier"],
        processing=Processing(cells["processing"]),
        region=cells["region"] or None,
        context_above=_int(cells["context_above"]),
        context_until=_int(cells["context_until"]),
        effective_from=_at(cells["effective_from"]),
        effective_until=_at(cells["effective_until"]),
        tod_start_s=_int(cells["tod_start_s"]),
        tod_end_s=_int(cells["tod_end_s"]),
        weekdays=_int(cells["weekdays"]),
        recorded_on=recorded_on,
        source=source,
        source_ref=cells["source_ref"],
        confidence=Confidence(cells["confidence"]),
        last_seen_on=date.fromisoformat(cells["last_seen_on"]) if cells["last_seen_on"] else None,
    )


def in_book_order(rows: Iterable[Stated]) -> tuple[Stated, ...]:
    """Return rows in an order that does not depend on where they were read from."""
    return tuple(sorted(rows, key=lambda row: (line_of(row), row.source)))


def _discount(cells: Mapping[str, str], source: str, recorded_on: date) -> Discount:
    when = When(
        _at(cells["effective_from"]),
        _at(cells["effective_until"]),
        _int(cells["weekdays"]),
        _int(cells["tod_start_s"]),
        _int(cells["tod_end_s"]),
        _int(cells["context_above"]),
        _int(cells["context_until"]),
    )
    return Discount(
        cells["provider"],
        cells["model"],
        Decimal(cells["discount"]),
        when,
        usage_class=UsageClass(cells["usage_class"]) if cells["usage_class"] else None,
        service_tier=cells["service_tier"] or None,
        processing=Processing(cells["processing"]) if cells["processing"] else None,
        region=cells["region"] or None,
        source=source,
        source_ref=cells["source_ref"],
        recorded_on=recorded_on,
    )


def _amount(figure: Decimal) -> str:
    """Return the one text of an amount, without zeros at its end."""
    return format(figure.normalize(), "f")


def _instant(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _int(cell: str) -> int | None:
    return int(cell) if cell else None


def _at(cell: str) -> datetime | None:
    return instant_of(cell) if cell else None
