"""The office of exports: a month as files in the data directory, held to every rule of FOCUS.

    exports/2026-10/focus-1.4-machine/manifest.json ...
    exports/2026-10/focus-1.4-machine/statements/index.html ...

An export of a closed month is made from its books and comes out the same, byte for byte, whenever it is made. One of an
open month says that it is open and replaces the one before.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import pyarrow as pa
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from analytics.chargeback.books import Books
from analytics.chargeback.export_shapes import Delivered, Exported, ExportedFile, RuleBroken
from analytics.delivery.deliver import deliver
from analytics.focus.booked import period_info
from analytics.focus.export import export
from analytics.focus.manifest import BadManifest, ExportManifest, read_manifest
from analytics.focus.profiles import MANIFEST_FILE, PROFILES, Format, profile_named
from analytics.focus.signed_words import signed_words
from analytics.focus.text import Form
from analytics.focus_check.check import check
from analytics.focus_check.report import Report
from analytics.ledger.charge import CHARGES
from analytics.ledger.charges import charges
from analytics.ledger.months import month_named
from analytics.ledger.terms import Progress, unheard
from analytics.questions import BadParameter, NotFound
from analytics.statements.write import write_statements

FOLDER = "exports"
STATEMENTS = "statements"
NEWEST = "focus-1.4"
_BESIDE = "export-"
"""How folders begin in which charges lie while files are made of them."""


def _known(profile: str) -> str:
    if profile not in PROFILES:
        raise ValueError(f"be one of {', '.join(PROFILES)}")
    return profile


Profile = Annotated[str, AfterValidator(_known)]


def _in_order(formats: tuple[Format, ...]) -> tuple[Format, ...]:
    """Each once, in one order: what asks for the same files is the same work."""
    return tuple(one for one in Format if one in formats)


class ExportAsk(BaseModel):
    """How to export a month."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    profile: Profile = NEWEST
    """focus-1.4 or focus-1.2"""
    form: Form = Form.MACHINE
    """machine, or spreadsheet: cells that a spreadsheet would execute are defused."""
    formats: Annotated[tuple[Format, ...], Field(min_length=1, max_length=len(Format)), AfterValidator(_in_order)] = (
        Format.CSV,
        Format.PARQUET,
    )
    """csv, parquet, xlsx (a rounded view)"""


class DeliverAsk(BaseModel):
    """Which export to deliver, and where."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    target: str = Field(min_length=1, max_length=200)
    """Name of a delivery of the configuration."""
    profile: Profile = NEWEST
    """focus-1.4 or focus-1.2"""
    form: Form = Form.MACHINE
    """machine or spreadsheet"""


@dataclass(frozen=True, slots=True)
class Exports:
    """Makes exports of one store in one data directory."""

    books: Books
    data: Path

    def make(self, month: str, ask: ExportAsk, progress: Progress = unheard) -> Exported:
        """Write, check and describe an export."""
        folder = self.folder(month, ask.profile, ask.form)
        with tempfile.TemporaryDirectory(prefix=_BESIDE, dir=self._exports()) as beside:
            kept = Path(beside) / "charges.arrow"
            manifest = self._write(month, ask, folder, kept, progress)
            pages = self._state(month, folder, kept, manifest, progress)
        report = check(folder, profile_named(ask.profile), progress=lambda file, rows, _: progress(file, rows, 0))
        return exported(manifest, pages, folder.relative_to(self.data), report)

    def deliver(self, month: str, ask: DeliverAsk, progress: Progress = unheard) -> Delivered:
        """Bring an export and its statements to a target of the configuration; what is there is not sent again."""
        try:
            target = self.books.finance.chargeback.delivery(ask.target)
        except ValueError as error:
            raise BadParameter("target", ask.target, str(error)) from error
        folder = self.folder(month, ask.profile, ask.form)
        files, pages = deliver(folder, target, progress), deliver(folder / STATEMENTS, target, progress)
        return Delivered(
            target=target.name,
            address=files.location,
            statements=pages.location,
            sent=(*files.sent, *(f"{STATEMENTS}/{name}" for name in pages.sent)),
            present=(*files.present, *(f"{STATEMENTS}/{name}" for name in pages.present)),
            sent_bytes=files.sent_bytes + pages.sent_bytes,
        )

    def folder(self, month: str, profile: str, form: Form) -> Path:
        """Where an export lies; raises for what is no month or profile."""
        if profile not in PROFILES:
            raise NotFound(f"found no profile {profile!r}; there are {', '.join(PROFILES)}")
        return self.data / FOLDER / f"{month_named(month):%Y-%m}" / f"{profile}-{form}"

    def file(self, month: str, profile: str, form: Form, name: str) -> Path:
        """One file of an export, by the name its manifest has for it; raises :class:`NotFound`."""
        folder = self.folder(month, profile, form)
        try:
            names = {file.name for file in read_manifest(folder).files}
            names |= {f"{STATEMENTS}/{file.name}" for file in read_manifest(folder / STATEMENTS).files}
            names |= {MANIFEST_FILE, f"{STATEMENTS}/{MANIFEST_FILE}"}
        except BadManifest as error:
            raise NotFound(f"{error}: export {month} first") from error
        if name not in names:
            raise NotFound(f"found no {name!r} in the export; there are {', '.join(sorted(names))}")
        return folder / name

    def _exports(self) -> Path:
        folder = self.data / FOLDER
        folder.mkdir(exist_ok=True)
        for left in folder.glob(f"{_BESIDE}*"):  # of a process that was killed: one export is made at a time
            shutil.rmtree(left, ignore_errors=True)
        return folder

    def _write(self, month: str, ask: ExportAsk, folder: Path, kept: Path, progress: Progress) -> ExportManifest:
        """Write the files; the charges are kept, because those of an open month are others a moment later."""
        books, period = self.books, month_named(month)
        found = charges(books.store, period, terms=books.finance.terms(books.now()), rounded=True)
        return export(
            _keeping(found, kept),
            ask.profile,
            folder,
            terms=signed_words(books.store, period, books.finance.chargeback),
            period_info=period_info(books.store, period, books.at),
            formats=ask.formats,
            form=ask.form,
            progress=progress,
        )

    def _state(
        self, month: str, folder: Path, kept: Path, manifest: ExportManifest, progress: Progress
    ) -> tuple[Path, ...]:
        """Write a statement for each cost centre beside the export; those of an earlier one go."""
        books = self.books
        for page in (folder / STATEMENTS).glob("*.html"):
            page.unlink()
        written = write_statements(
            _kept(kept),
            folder / STATEMENTS,
            terms=signed_words(books.store, month_named(month), books.finance.chargeback),
            period_info=period_info(books.store, month_named(month), books.at),
            manifest=manifest,
            expected_rows=manifest.rows,
            progress=progress,
        )
        return tuple(written.folder / name for name in (*written.files, MANIFEST_FILE))


def _keeping(found: Iterable[pa.RecordBatch], kept: Path) -> Iterator[pa.RecordBatch]:
    """The same batches, written to a file on their way."""
    with pa.OSFile(str(kept), "wb") as file, pa.ipc.new_stream(file, CHARGES) as stream:
        for batch in found:
            stream.write_batch(batch)
            yield batch


def _kept(kept: Path) -> Iterator[pa.RecordBatch]:
    with pa.OSFile(str(kept), "rb") as file:
        yield from pa.ipc.open_stream(file)


def exported(manifest: ExportManifest, pages: Sequence[Path], folder: Path, report: Report) -> Exported:
    """Describe an export that lies in a folder, with its statements."""
    document = manifest.document
    files = [ExportedFile(name=file.name, bytes=file.bytes, sha256=file.sha256) for file in manifest.files]
    own = ExportedFile(name=MANIFEST_FILE, bytes=len(manifest.content), sha256=manifest.sha256)
    return Exported(
        period=manifest.month,
        profile=manifest.profile,
        form=document["form"],
        status=document["period"]["status"],
        folder=folder.as_posix(),
        rows=manifest.rows,
        billed_usd=manifest.sums["BilledCost"],
        unpriced_lines=sum(row["lines"] for row in document["unpriced"]),
        manifest_sha256=manifest.sha256,
        files=(*files, own, *(_page(page) for page in pages)),
        rules_checked=len(report.checked),
        broken=tuple(_broken(report)),
    )


def _page(page: Path) -> ExportedFile:
    content = page.read_bytes()
    return ExportedFile(name=f"{STATEMENTS}/{page.name}", bytes=len(content), sha256=sha256(content).hexdigest())


def _broken(report: Report) -> Iterator[RuleBroken]:
    for rule, times in report.counts.items():
        first = next(finding for finding in report.findings if finding.rule == rule)
        place = (first.file, first.row and f"row {first.row}", first.column)
        yield RuleBroken(
            rule=rule,
            times=times,
            where=", ".join(str(part) for part in place if part),
            found=first.found,
            expected=first.expected,
        )
