"""The committed price files: one price a line as CSV, so that a change of a list can be reviewed as a diff.

Lines that begin with `#` say where the prices come from and when. Empty cells are open conditions. Prices are
plain decimals for a single unit. The file is in the order of the list it was made from, model by model.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from analytics.prices.price import Confidence, Price
from collector.dialects.usage_classes import UsageClass

COLUMNS = (
    "provider",
    "model",
    "region",
    "service_tier",
    "usage_class",
    "unit_price_usd",
    "context_above",
    "context_until",
    "effective_from",
    "effective_until",
    "tod_start_s",
    "tod_end_s",
    "confidence",
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
        """All prices of one model at one seller, () when the file does not know it."""
        found = self.lines.get(Seller(provider, model, region), ())
        return tuple(self._price(Seller(provider, model, region), rest) for rest in found)

    def all_prices(self) -> Iterator[Price]:
        """Every price of the file, in its order."""
        for seller in self.lines:
            yield from self.prices(*seller)

    def _price(self, seller: Seller, rest: str) -> Price:
        try:
            return _parsed(seller, rest.split(","), self.source, self.recorded_on)
        except (ValueError, ArithmeticError, TypeError) as error:
            line = ",".join((*seller, rest))
            raise PriceFileError(
                f"{self.name}: cannot read the line {line!r} ({error}); expected the columns {', '.join(COLUMNS)}. "
                "Make the file again with `burnline prices import`."
            ) from error


def written(prices: Iterable[Price], source: str, recorded_on: date, notes: Iterable[str] = ()) -> str:
    """Text of a price file."""
    header = [f"# source: {source}", f"# recorded_on: {recorded_on}", *(f"# {note}" for note in notes)]
    return "\n".join([*header, ",".join(COLUMNS), *map(_line, prices)]) + "\n"


def read(path: Path) -> PriceFile:
    """Open a price file; only the first three columns are looked at here, so that a start of the server stays quick."""
    header: dict[str, str] = {}
    lines: dict[Seller, list[str]] = {}
    rows = iter(path.read_text(encoding="utf-8").splitlines())
    for row in rows:
        if not row.startswith("#"):
            break
        name, _, value = row[1:].partition(":")
        header[name.strip()] = value.strip()
    for row in rows:
        provider, model, region, rest = row.split(",", 3)
        lines.setdefault(Seller(provider, model, region), []).append(rest)
    try:
        return PriceFile(path.name, header["source"], date.fromisoformat(header["recorded_on"]), lines)
    except KeyError as missing:
        raise PriceFileError(f"{path}: no line `# {missing.args[0]}: ...` before the columns; expected one") from None


def _line(price: Price) -> str:
    cells = (
        price.provider,
        price.model,
        price.region,
        price.service_tier,
        price.usage_class,
        format(price.unit_price_usd, "f"),
        price.context_above,
        price.context_until,
        price.effective_from,
        price.effective_until,
        price.tod_start_s,
        price.tod_end_s,
        price.confidence,
        price.source_ref,
    )
    text = ["" if cell is None else str(cell) for cell in cells]
    if any("," in cell or '"' in cell or "\n" in cell for cell in text):
        raise PriceFileError(f"cannot write {price}: a cell holds a comma, a quote or a line break")
    return ",".join(text)


def _parsed(seller: Seller, cells: list[str], source: str, recorded_on: date) -> Price:
    tier, usage_class, unit_price, above, until, start_on, until_on, start_s, end_s, confidence, ref = cells
    return Price(
        seller.provider,
        seller.model,
        UsageClass(usage_class),
        Decimal(unit_price),
        service_tier=tier,
        region=seller.region or None,
        context_above=_int(above),
        context_until=_int(until),
        effective_from=_date(start_on),
        effective_until=_date(until_on),
        tod_start_s=_int(start_s),
        tod_end_s=_int(end_s),
        recorded_on=recorded_on,
        source=source,
        source_ref=ref,
        confidence=Confidence(confidence),
    )


def _int(cell: str) -> int | None:
    return int(cell) if cell else None


def _date(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None
