"""Strict reading of bills that come as rows: CSV as text only, Parquet in its own types; nothing is inferred."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.reconciliation.amounts import Amount, read_amount
from analytics.reconciliation.bill import BillLine
from analytics.reconciliation.instants import in_utc
from analytics.reconciliation.refusals import Unreadable, WrongBuckets, WrongCurrency

if TYPE_CHECKING:
    import polars as pl

_AGAIN = "Export the file again and import it as it came."
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file; the first row of data is row 1."""

    file: str
    position: int
    values: Mapping[str, object]

    @property
    def place(self) -> str:
        """Where it stands in its file."""
        return f"row {self.position}"

    def refuse(self, column: str, expected: str, remedy: str = _AGAIN) -> Unreadable:
        """What to raise when a cell is not what it should be."""
        found = "nothing" if self.values.get(column) is None else repr(self.values[column])
        return Unreadable(f"{self.file} {self.place}, {column}", found=found, expected=expected, remedy=remedy)

    def text(self, column: str) -> str:
        """A text that has to be there."""
        found = self.optional(column)
        if found is None:
            raise self.refuse(column, "a text")
        return found

    def optional(self, column: str) -> str | None:
        """A text, or None where the cell is empty or there is no such column."""
        found = self.values.get(column)
        return None if found is None or found == "" else str(found)

    def number(self, column: str) -> Amount:
        """A number that has to be there; of a binary column, its shortest print."""
        found = self.values.get(column)
        binary = isinstance(found, float)
        amount = None if found is None else read_amount(repr(found) if binary else str(found), binary=binary)
        if amount is None:
            raise self.refuse(column, "a decimal number such as 12.34, without separators")
        return amount

    def optional_number(self, column: str) -> Decimal | None:
        """A number, or None where the cell is empty or there is no such column."""
        return None if self.optional(column) is None else self.number(column).value

    def usd(self, column: str) -> str:
        """The currency, which has to be US dollars."""
        found = self.text(column)
        if found.upper() != "USD":
            place, remedy = (
                f"{self.file} {self.place}, {column}",
                "Import bills in US dollars, one currency per import.",
            )
            raise WrongCurrency(place, found=found, expected="USD", remedy=remedy)
        return "USD"

    def instant(self, column: str, *, zone_told: bool) -> datetime:
        """An instant; a text has to name its zone where the form of the file demands it."""
        found = self.values.get(column)
        try:
            moment = datetime.fromisoformat(found) if isinstance(found, str) else found
            told = in_utc(moment) if isinstance(moment, datetime) else None
            zone_missing = isinstance(moment, datetime) and moment.tzinfo is None and isinstance(found, str)
        except ValueError as error:
            raise self.refuse(column, "an instant such as 2026-10-01T00:00:00Z") from error
        if told is None or (zone_missing and zone_told):
            raise self.refuse(column, "an instant with its zone, such as 2026-10-01T00:00:00Z")
        return told

    def details(self, column: str) -> Mapping[str, object]:
        """A JSON object, empty where the cell is; Parquet may hold it as a structure."""
        found = self.values.get(column)
        if found is None or found == "":
            return {}
        try:
            told = _whole(json.loads(found, parse_float=Decimal)) if isinstance(found, str) else found
        except (ValueError, RecursionError) as error:
            raise self.refuse(column, 'a JSON object such as {"x_ModelId":"gpt-4o"}') from error
        if not isinstance(told, dict):
            raise self.refuse(column, 'a JSON object such as {"x_ModelId":"gpt-4o"}')
        return told

    def one_day(self, start: datetime, until: datetime, column: str) -> date:
        """The UTC day that holds the whole charge; usage over several days cannot be matched by day."""
        if not start < until <= datetime.combine(start.date(), time(), UTC) + _DAY:
            raise WrongBuckets(
                f"{self.file} {self.place}, {column}",
                found=f"{start:%Y-%m-%dT%H:%M:%SZ} to {until:%Y-%m-%dT%H:%M:%SZ}",
                expected="a charge within one UTC day",
                remedy="Export with daily or hourly granularity.",
            )
        return start.date()


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A row as a line of the bill."""

    line: BillLine
    repaired: bool  # its amount carried the noise of a binary fraction
    about_models: bool


def distinct(found: Iterable[Row], identity: Sequence[str]) -> Iterator[Row]:
    """Pass rows on; refuse one whose identity was there before: two files overlap."""
    seen: dict[tuple[str, ...], Row] = {}
    for row in found:
        words = tuple(word for column in identity if (word := row.optional(column)) is not None)
        twin = seen.setdefault(words, row) if len(words) == len(identity) else row
        if twin is not row:
            raise WrongBuckets(
                f"{row.file} {row.place}, {identity[0]}",
                found=f"{words[0]}, which {twin.file} {twin.place} has as well",
                expected="each charge once",
                remedy="Leave out the file that overlaps.",
            )
        yield row


def rows(path: Path, required: Sequence[str], wanted: Sequence[str]) -> Iterator[Row]:
    """The rows of a CSV (gzip or not) or Parquet file, of the wanted columns that are there."""
    table = _read(path)
    missing = [name for name in required if name not in table.columns]
    if missing:
        raise Unreadable(
            path.name,
            found=f"no column {', '.join(missing)} (there are {', '.join(table.columns[:8])} ...)",
            expected=f"the columns {', '.join(required)}",
            remedy="Choose these columns in the export.",
        )
    kept = table.select([name for name in dict.fromkeys((*required, *wanted)) if name in table.columns])
    for number, values in enumerate(kept.iter_rows(named=True), start=1):
        yield Row(path.name, number, values)


def _read(path: Path) -> "pl.DataFrame":
    import polars as pl  # noqa: PLC0415 - a fifth of a second, which only a bill in rows needs

    try:
        if path.name.endswith(".parquet"):
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        first = str(error).splitlines()[0]
        expected, remedy = "a CSV file with a header, or a Parquet file ending in .parquet", _AGAIN
        raise Unreadable(path.name, found=f"no table ({first})", expected=expected, remedy=remedy) from error


def _whole(value: object) -> object:
    """Return a value of a JSON cell; UnicodeEncodeError, which is a ValueError, for half a character in it."""
    json.dumps(value, ensure_ascii=False, default=str).encode()
    return value
