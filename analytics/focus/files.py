"""The files of an export: written under another name, hashed on the way, renamed when everything is there."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.focus.profiles import Form
from analytics.focus.text import BYTE_ORDER_MARK, csv_bytes

PARTIAL = ".partial"
_UNIQUE = frozenset({"x_ChargeId", "charge_id"})
"""Columns without repeated values: a dictionary would only cost."""


@dataclass(frozen=True, slots=True)
class Written:
    """One finished file."""

    name: str
    dataset: str
    """CostAndUsage, BillingPeriod, InvoiceDetail, Unpriced or RoundedView."""
    form: str
    """machine, spreadsheet or people."""
    rows: int
    bytes: int
    sha256: str


class Output(Protocol):
    """A file that takes batches."""

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows."""

    def close(self) -> Written:
        """Finish it; the file still has its partial name."""


class Hashed(io.RawIOBase):
    """A file that is hashed while it is written."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._hash = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, block: object) -> int:
        """Append bytes."""
        view = memoryview(block)  # type: ignore[arg-type] # whatever holds bytes: pyarrow gives buffers
        self._hash.update(view)
        self.size += view.nbytes
        return self._file.write(view)

    def tell(self) -> int:
        """Bytes so far."""
        return self.size

    def close(self) -> None:
        """Close the file below."""
        self._file.close()
        super().close()

    @property
    def sha256(self) -> str:
        """Of everything written so far."""
        return self._hash.hexdigest()


class CsvFile:
    """CSV in one of the two forms."""

    def __init__(self, folder: Path, name: str, dataset: str, schema: Mapping[str, pl.DataType], form: Form) -> None:
        self._named = (name, dataset, str(form))
        self._form = form
        self._rows = 0
        self._file = Hashed(folder / (name + PARTIAL))
        if form is Form.SPREADSHEET:
            self._file.write(BYTE_ORDER_MARK)
        self._file.write(csv_bytes(pl.DataFrame(schema=dict(schema)), form, header=True))

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows."""
        self._file.write(csv_bytes(frame, self._form, header=False))
        self._rows += len(frame)

    def close(self) -> Written:
        """Finish it."""
        self._file.close()
        return Written(*self._named, self._rows, self._file.size, self._file.sha256)


class ParquetFile:
    """Parquet: decimal128, UTC timestamps, one row group per batch, the specification's version in its metadata."""

    def __init__(
        self, folder: Path, name: str, dataset: str, schema: Mapping[str, pl.DataType], metadata: Mapping[str, str]
    ) -> None:
        self._named = (name, dataset, "machine")
        self._rows = 0
        self._file = Hashed(folder / (name + PARTIAL))
        self._schema = pa.schema([_field(name, kind) for name, kind in schema.items()])
        self._metadata = dict(metadata)
        repeated = [name for name, kind in schema.items() if kind == pl.String and name not in _UNIQUE]
        self._writer = pq.ParquetWriter(
            self._file,
            self._schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=repeated,
            store_schema=False,
        )

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows as one row group."""
        table = frame.to_arrow().cast(self._schema)
        self._writer.write_table(table, row_group_size=max(1, len(frame)))
        self._rows += len(frame)

    def close(self) -> Written:
        """Finish it."""
        self._writer.add_key_value_metadata(self._metadata)
        self._writer.close()
        self._file.close()
        return Written(*self._named, self._rows, self._file.size, self._file.sha256)


def hashed(path: Path) -> tuple[int, str]:
    """Size and sha256 of a file."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _field(name: str, kind: pl.DataType) -> pa.Field:
    if isinstance(kind, pl.Decimal):
        return pa.field(name, pa.decimal128(kind.precision or 38, kind.scale))
    if isinstance(kind, pl.Datetime):
        return pa.field(name, pa.timestamp("us", tz="UTC" if kind.time_zone else None))
    return pa.field(name, pa.int64() if kind == pl.Int64 else pa.string())
