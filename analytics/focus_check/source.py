"""Reading a FOCUS file as text, piece by piece: no type is inferred, no number becomes a float, memory stays bounded.

A CSV cell without anything in it is null; a quoted one is an empty text. A CSV that begins with a byte order mark is
for spreadsheets: there every cell is quoted, and an empty one is null. Of a Parquet file, decimals and whole numbers
become their digits and timestamps in UTC their instants, so that one set of rules serves both.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from analytics.focus.columns import Column, Dataset, Kind, Version, columns

_BATCH_ROWS = 65_536
_BLOCK_BYTES = 4 << 20
"""A CSV is parsed in blocks this large, which is three times as fast as in blocks of eight times the size."""
_MARK = b"\xef\xbb\xbf"
_INSTANT = "%Y-%m-%dT%H:%M:%S%.fZ"


class Unreadable(ValueError):
    """A file that is neither Parquet nor well-formed CSV; the message says where it breaks."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file, every cell a text or null. Of a column that is there twice it has the first."""

    source: "Source"
    first_row: int
    """Number of the first of these rows in the file, from 1."""
    frame: pl.DataFrame

    def has(self, *names: str) -> bool:
        """Whether all these columns are there."""
        return all(name in self.frame.columns for name in names)


@dataclass(frozen=True, slots=True)
class Source:
    """A file with the dataset it holds and the version it follows."""

    path: Path
    dataset: Dataset
    version: Version

    @property
    def name(self) -> str:
        """Name of the file, for findings."""
        return self.path.name

    @property
    def is_csv(self) -> bool:
        """Whether it is read as CSV; everything but ``.parquet`` is."""
        return self.path.suffix != ".parquet"

    @property
    def is_for_spreadsheets(self) -> bool:
        """Whether it is a CSV that begins with a byte order mark."""
        with _readable(), self.path.open("rb") as file:
            return self.is_csv and file.read(len(_MARK)) == _MARK

    @property
    def known(self) -> dict[str, Column]:
        """The columns of its dataset and version, by name."""
        return {each.name: each for each in columns(self.dataset, self.version)}

    def header(self) -> list[str]:
        """Names of its columns, in their order, with those that are there twice."""
        return [name for name, _ in self.types()]

    def types(self) -> list[tuple[str, str]]:
        """Its columns with the types that the file itself states; everything in a CSV is text."""
        with _readable():
            schema = pa.csv.open_csv(self.path).schema if self.is_csv else pa.parquet.read_schema(self.path)
            return [(field.name, "string" if self.is_csv else str(field.type)) for field in schema]

    def batches(self) -> Iterator[Batch]:
        """Its rows from the first to the last."""
        first_row = 1
        with _readable():
            for piece in _gathered(self._csv() if self.is_csv else self._parquet()):
                frame = self._text(piece)
                yield Batch(self, first_row, frame)
                first_row += frame.height

    def _csv(self) -> Iterator[pa.RecordBatch]:
        texts = {name: pa.string() for name in self.header()}
        yield from pa.csv.open_csv(
            self.path,
            read_options=pa.csv.ReadOptions(block_size=_BLOCK_BYTES),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True),
            convert_options=pa.csv.ConvertOptions(
                column_types=texts,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=self.is_for_spreadsheets,
            ),
        )

    def _parquet(self) -> Iterator[pa.RecordBatch]:
        yield from pa.parquet.ParquetFile(self.path).iter_batches(batch_size=_BATCH_ROWS)

    def _text(self, piece: pa.Table) -> pl.DataFrame:
        first: dict[str, int] = {}
        for index, name in enumerate(piece.schema.names):
            first.setdefault(name, index)
        return pl.DataFrame({name: _as_text(pl.from_arrow(piece.column(index))) for name, index in first.items()})


def fits(kind: Kind, stated: str) -> bool:
    """Whether a type that a Parquet file states can hold a kind of column exactly.

    >>> fits(Kind.DECIMAL, "decimal128(38, 15)"), fits(Kind.DECIMAL, "double"), fits(Kind.DATE_TIME, "timestamp[us]")
    (True, False, False)
    """
    is_text = stated in {"string", "large_string", "string_view"} or stated.startswith("dictionary<values=string")
    if kind is Kind.DECIMAL:
        return is_text or stated.startswith(("decimal", "int", "uint"))
    if kind is Kind.DATE_TIME:
        return is_text or (stated.startswith("timestamp[") and stated.endswith("tz=UTC]"))
    return is_text


def _gathered(pieces: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The pieces put together to as many rows as the rules are fast with."""
    waiting: list[pa.RecordBatch] = []
    for piece in pieces:
        waiting.append(piece)
        if sum(each.num_rows for each in waiting) >= _BATCH_ROWS:
            yield pa.Table.from_batches(waiting).combine_chunks()
            waiting = []
    if sum(each.num_rows for each in waiting):
        yield pa.Table.from_batches(waiting).combine_chunks()


def _as_text(column: pl.DataFrame | pl.Series) -> pl.Series:
    if not isinstance(column, pl.Series):
        raise TypeError(f"found {type(column).__name__}, expected a single column")
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.strftime(_INSTANT)
    if column.dtype.is_nested():
        return pl.Series([None if value is None else str(value) for value in column], dtype=pl.String)
    return column.cast(pl.String)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(str(error)) from error
