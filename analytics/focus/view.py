"""The rounded view: an XLSX for people. Its cells are doubles, so it says on every sheet that it is not the record.

Amounts are rounded half-even to six places, sums to cents. Text is written as text, whatever it looks like, and defused
as well, for those who copy it on. Memory stays constant; rows beyond what a sheet can hold are left out and counted.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import polars as pl
import xlsxwriter  # type: ignore[import-untyped] # it publishes no types

from analytics.focus.files import PARTIAL, Written, hashed
from analytics.focus.period import PeriodInfo
from analytics.focus.profiles import VIEW_FILE
from analytics.focus.rows import COSTS
from analytics.focus.text import defused
from analytics.focus.totals import Totals

SHEET_ROWS = 1_048_576
"""Rows an Excel sheet can hold."""
_SAFE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
_CENTS, _PLACES = Decimal("0.01"), Decimal("0.000001")
_SUMMARY = ("Cost centre", "Name", "Owner", "Account", "Purchase order", "Rows", *COSTS)
_CHARGES = (
    *("ChargePeriodStart", "x_Entry", "x_CorrectedMonth", "x_CostCenter", "x_CostCenterOwner", "x_GLAccount", "Team"),
    *("Feature", "ServiceName", "x_Model", "SkuMeter", "ConsumedQuantity", "ConsumedUnit", "ContractedUnitPrice"),
    *("PricingUnit", "BilledCost", "ListCost", "InvoiceId", "x_ChargeId"),
)
_UNPRICED = (
    *("starts_at", "entry", "provider", "model", "usage_class", "reason", "tenant", "team", "feature", "cost_center"),
    *("quantity", "lines", "charge_id"),
)
_NOTE = "ROUNDED VIEW for people. The exact figures are in the CSV and Parquet files that the manifest names."


class View:
    """The workbook of one export, filled while batches stream through."""

    def __init__(self, folder: Path, period: PeriodInfo, *, sheet_rows: int = SHEET_ROWS) -> None:
        self._path = folder / (VIEW_FILE + PARTIAL)
        self._parts = tempfile.mkdtemp(suffix=PARTIAL, dir=folder)
        self._book = xlsxwriter.Workbook(str(self._path), {**_SAFE, "tmpdir": self._parts})
        self._book.set_properties(
            {"title": f"Chargeback {period.month}", "created": period.instant.replace(tzinfo=None)}
        )
        self._period = period
        self._summary = _Sheet(self._book, "Summary", _SUMMARY, period, sheet_rows)
        self._charges = _Sheet(self._book, "Charges", _CHARGES, period, sheet_rows)
        self._unpriced = _Sheet(self._book, "Unpriced", _UNPRICED, period, sheet_rows)

    def add(self, rows: pl.DataFrame, said: pl.DataFrame, unpriced: pl.DataFrame) -> None:
        """Append a batch: the exported rows, what is said of them, and the charges without a price."""
        words = said.select(Team=pl.col("team"), Feature=pl.col("feature"))
        self._charges.append(rows.hstack(words).select(_CHARGES))
        self._unpriced.append(unpriced.select(_UNPRICED))

    def close(self, totals: Totals) -> Written:
        """Write the summary and finish the workbook."""
        keys = ("CostCenter", "CostCenterName", "CostCenterOwner", "GLAccount", "PurchaseOrder")
        for row in totals.by(keys):
            self._summary.row(
                [*(row[key] for key in keys), row["rows"], *(_rounded(row[cost], _CENTS) for cost in COSTS)]
            )
        whole = totals.whole
        self._summary.row(["Total", *[None] * 4, whole["rows"], *(_rounded(whole[cost], _CENTS) for cost in COSTS)])
        for sheet in (self._summary, self._charges, self._unpriced):
            sheet.finish()
        self._book.close()
        shutil.rmtree(self._parts)
        size, sha256 = hashed(self._path)
        return Written(VIEW_FILE, "RoundedView", "people", self._charges.written, size, sha256)


class _Sheet:
    """A sheet with its note, its header and as many rows as it can hold."""

    def __init__(
        self, book: xlsxwriter.Workbook, name: str, header: Sequence[str], period: PeriodInfo, limit: int
    ) -> None:
        self._sheet = book.add_worksheet(name)
        self._bold = book.add_format({"bold": True})
        money = book.add_format({"num_format": "#,##0.00####"})
        self._formats = {column: money for column, text in enumerate(header) if text in COSTS}
        self._sheet.set_column(0, len(header) - 1, 18)
        self._sheet.write_string(0, 0, f"{_NOTE} {period.month}, {period.status}.", self._bold)
        self._next = 2
        self._limit = limit - 1  # one row is kept for the sentence about those left out
        self._left_out = 0
        self.written = 0
        for column, text in enumerate(header):
            self._sheet.write_string(1, column, text, self._bold)
        self._sheet.freeze_panes(2, 0)

    def append(self, frame: pl.DataFrame) -> None:
        """Write as many rows as fit, and count the others."""
        fitting = max(0, self._limit - self._next)
        for values in _rows(frame.head(fitting)):
            self.row(values)
        self._left_out += max(0, len(frame) - fitting)

    def row(self, values: Sequence[object]) -> None:
        """Write one row."""
        for column, value in enumerate(values):
            if isinstance(value, str):
                self._sheet.write_string(self._next, column, defused(value) or "")
            elif isinstance(value, int | Decimal):
                self._sheet.write_number(self._next, column, value, self._formats.get(column))
        self._next += 1
        self.written += 1

    def finish(self) -> None:
        """Say how many rows there was no place for."""
        if self._left_out:
            text = f"{self._left_out} more rows do not fit into a sheet; the CSV and Parquet files have all of them."
            self._sheet.write_string(self._next, 0, text, self._bold)


def _rows(frame: pl.DataFrame) -> Iterator[Sequence[object]]:
    days = [
        pl.col(name).dt.strftime("%Y-%m-%d") for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)
    ]
    for values in frame.with_columns(days).iter_rows():
        yield [_rounded(value, _PLACES) if isinstance(value, Decimal) else value for value in values]


def _rounded(value: Decimal, place: Decimal) -> Decimal:
    return value.quantize(place, rounding=ROUND_HALF_EVEN) if abs(value) < Decimal("1e18") else value
