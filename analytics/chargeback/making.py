"""Making exports: the files of a month, their check, its statements; bringing them elsewhere.

An export of a closed month is made from its books and comes out the same, byte for byte, whenever it is made. One of an
open month says that it is open and replaces the one before.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from analytics.chargeback.books import Books
from analytics.chargeback.export_shapes import Delivered, Exported, ExportedFile, RuleBroken
from analytics.chargeback.exports import ExportAsk
from analytics.delivery.deliver import deliver
from analytics.focus.booked import period_info
from analytics.focus.export import export
from analytics.focus.manifest import BadManifest, ExportManifest, read_manifest
from analytics.focus.profiles import MANIFEST_FILE, profile_named
from analytics.focus.settings import Chargeback
from analytics.focus.signed_words import signed_words
from analytics.focus_check.check import check
from analytics.focus_check.report import Report
from analytics.ledger.charge import CHARGES
from analytics.ledger.charges import charges
from analytics.ledger.months import month_named
from analytics.ledger.terms import Progress
from analytics.questions import BadParameter, NotFound
from analytics.statements.write import write_statements

STATEMENTS = "statements"
_BESIDE = "export-"
"""How folders begin in which charges lie while files are made of them."""


@dataclass(frozen=True, slots=True)
class Making:
    """Makes exports of one store."""

    books: Books
    data: Path
    exports: Path
    """The folder of all exports."""

    def make(self, month: str, ask: ExportAsk, folder: Path, progress: Progress) -> Exported:
        """Write, check and describe an export."""
        with tempfile.TemporaryDirectory(prefix=_BESIDE, dir=self._exports()) as beside:
            kept = Path(beside) / "charges.arrow"
            manifest = self._write(month, ask, folder, kept, progress)
            pages = self._state(month, folder, kept, manifest, progress)
        report = check(folder, profile_named(ask.profile), progress=lambda file, rows, _: progress(file, rows, 0))
        return exported(manifest, pages, folder.relative_to(self.data), report)

    def _exports(self) -> Path:
        self.exports.mkdir(exist_ok=True)
        for left in self.exports.glob(f"{_BESIDE}*"):  # of a process that was killed: one export is made at a time
            shutil.rmtree(left, ignore_errors=True)
        return self.exports

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


def delivered(terms: Chargeback, name: str, folder: Path, progress: Progress) -> Delivered:
    """Bring an export and its statements to the target of that name; what is there is not sent again."""
    try:
        target = terms.delivery(name)
    except ValueError as error:
        raise BadParameter("target", name, str(error)) from error
    files, pages = deliver(folder, target, progress), deliver(folder / STATEMENTS, target, progress)
    return Delivered(
        target=target.name,
        address=files.location,
        statements=pages.location,
        sent=(*files.sent, *(f"{STATEMENTS}/{name}" for name in pages.sent)),
        present=(*files.present, *(f"{STATEMENTS}/{name}" for name in pages.present)),
        sent_bytes=files.sent_bytes + pages.sent_bytes,
    )


def named_file(month: str, folder: Path, name: str) -> Path:
    """One file of an export, by the name its manifest has for it; raises :class:`NotFound`."""
    try:
        names = {file.name for file in read_manifest(folder).files}
        names |= {f"{STATEMENTS}/{file.name}" for file in read_manifest(folder / STATEMENTS).files}
        names |= {MANIFEST_FILE, f"{STATEMENTS}/{MANIFEST_FILE}"}
    except BadManifest as error:
        raise NotFound(f"{error}: export {month} first") from error
    if name not in names:
        raise NotFound(f"found no {name!r} in the export; there are {', '.join(sorted(names))}")
    return folder / name


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
