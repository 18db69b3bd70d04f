"""An export: charges of a month as a folder of files that finance can book.

    cost_and_usage.csv / .parquet      one row per charge with a cost
    billing_period, invoice_detail     the same, for profiles that have them
    unpriced.csv                       usage without a price: a cost of 0 would be a lie, so it is in no FOCUS file
    rounded_view.xlsx                  for people, when asked for
    manifest.json                      control totals and hashes, written last

The same charges give the same bytes, whatever batches they come in and whenever they are exported.
"""

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa

from analytics.focus.batches import batches_of
from analytics.focus.columns import Dataset
from analytics.focus.files import PARTIAL, CsvFile, Output, ParquetFile, Written
from analytics.focus.invoices import billing_periods, invoice_details, schema_of
from analytics.focus.manifest import DECIMALS, BadManifest, ExportManifest, manifest_of, read_manifest, write_manifest
from analytics.focus.period import PeriodInfo
from analytics.focus.profiles import FILES, MANIFEST_FILE, UNPRICED_FILE, Form, Format, Profile, profile_named
from analytics.focus.rows import schema, select
from analytics.focus.settings import Chargeback
from analytics.focus.totals import Coverage, Totals
from analytics.focus.view import View
from analytics.focus.wording import wording
from analytics.ledger.charge import ATTRIBUTION

Progress = Callable[[str, int, int], None]
"""Stage, rows done, rows expected (0: not known)."""
BOTH = (Format.CSV, Format.PARQUET)
UNPRICED = (
    *("charge_id", "starts_at", "ends_at", "entry", "corrects_start", "provider", "seller", "model", "usage_class"),
    *("service_tier", "region", "reason", *ATTRIBUTION, "purpose", "quantity", "lines"),
)
"""Columns of ``unpriced.csv``, under the ledger's names."""
_UNPRICED_TYPES = {
    **dict.fromkeys(UNPRICED, pl.String()),
    **dict.fromkeys(("starts_at", "ends_at"), pl.Datetime("us")),
    "corrects_start": pl.Date(),
    "quantity": pl.Int128(),
    "lines": pl.Int64(),
}


def export(
    charges: Iterable[pa.RecordBatch],
    profile: str,
    folder: Path,
    *,
    terms: Chargeback,
    period_info: PeriodInfo,
    formats: Sequence[Format] = BOTH,
    form: Form = Form.MACHINE,
    expected_rows: int = 0,
    progress: Progress | None = None,
) -> ExportManifest:
    """Write the charges of a month, ordered by charge_id, into a folder; nothing else in the folder is touched.

    Raises :class:`~analytics.focus.batches.BadCharges`; the folder then has no manifest and no partial files.
    """
    chosen = profile_named(profile)
    folder.mkdir(parents=True, exist_ok=True)
    earlier = _earlier(folder)
    (folder / MANIFEST_FILE).unlink(missing_ok=True)
    try:
        making = _Making(chosen, folder, terms, period_info, formats=frozenset(formats), form=form)
        for batch in batches_of(charges, period_info.start):
            making.add(batch)
            if progress is not None:
                progress("rows", making.seen, max(expected_rows, making.seen))
        files = making.finish()
        for file in files:
            (folder / (file.name + PARTIAL)).replace(folder / file.name)
    finally:
        for left in folder.glob("*" + PARTIAL):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    for name in earlier - {file.name for file in files}:
        (folder / name).unlink(missing_ok=True)
    manifest = manifest_of(chosen, period_info, form=form, totals=making.totals, coverage=making.coverage, files=files)
    write_manifest(folder, manifest)
    return manifest


class _Making:
    """An export in the making: outputs, words and totals."""

    def __init__(
        self,
        profile: Profile,
        folder: Path,
        terms: Chargeback,
        period: PeriodInfo,
        *,
        formats: frozenset[Format],
        form: Form,
    ) -> None:
        self._profile, self._folder, self._terms, self._period = profile, folder, terms, period
        self._formats, self._form = formats, form
        self._wording = wording(terms, period)
        self._columns = select(profile.version)
        self._rows = self._outputs(Dataset.COST_AND_USAGE, schema(profile.version))
        self._unpriced = CsvFile(folder, UNPRICED_FILE, "Unpriced", _UNPRICED_TYPES, form)
        self._view = View(folder, period) if Format.XLSX in formats else None
        self.totals, self.coverage = Totals(), Coverage()
        self.seen = 0

    def add(self, batch: pl.DataFrame) -> None:
        """Write one batch of charges."""
        unpriced = batch.filter(pl.col("status") == "unpriced")
        said = self._wording.said(batch.filter(pl.col("status") != "unpriced"))
        rows = said.lazy().select(self._columns).collect()
        for output in self._rows:  # one after the other: two threads that share a frame of polars can wait for ever
            output.write(rows)
        self._unpriced.write(unpriced.select(pl.col(name).cast(kind) for name, kind in _UNPRICED_TYPES.items()))
        if self._view is not None:
            self._view.add(rows, said, unpriced)
        self.totals.add(said)
        self.coverage.add(batch)
        self.seen += len(batch)

    def finish(self) -> tuple[Written, ...]:
        """Write what is made of the totals, and close every file."""
        written = [output.close() for output in self._rows]
        for dataset in self._profile.datasets:
            if dataset is not Dataset.COST_AND_USAGE:
                written += self._whole(dataset)
        written.append(self._unpriced.close())
        if self._view is not None:
            written.append(self._view.close(self.totals))
        return tuple(written)

    def _whole(self, dataset: Dataset) -> list[Written]:
        if dataset is Dataset.BILLING_PERIOD:
            frame = billing_periods(self.totals, self._period)
        else:
            frame = invoice_details(self.totals, self._period, self._terms)
        outputs = self._outputs(dataset, schema_of(dataset))
        for output in outputs:
            output.write(frame)
        return [output.close() for output in outputs]

    def _outputs(self, dataset: Dataset, types: dict[str, pl.DataType]) -> list[Output]:
        name, outputs = FILES[dataset], list[Output]()
        if Format.CSV in self._formats:
            outputs.append(CsvFile(self._folder, f"{name}.csv", str(dataset), types, self._form))
        if Format.PARQUET in self._formats:
            about = {"focus.version": str(self._profile.version), "focus.dataset": str(dataset)}
            decimals = {f"burnline.decimals.{kind}": text for kind, text in DECIMALS.items()}
            outputs.append(ParquetFile(self._folder, f"{name}.parquet", str(dataset), types, about | decimals))
        return outputs


def _earlier(folder: Path) -> set[str]:
    """Files of an export that this one replaces."""
    try:
        return {file.name for file in read_manifest(folder).files}
    except BadManifest:
        return set()
