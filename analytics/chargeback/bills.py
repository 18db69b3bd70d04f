"""The office of bills: importing what a provider billed, comparing it with the ledger, booking the difference."""

import base64
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from analytics.chargeback.books import Books, Signature, moment
from analytics.chargeback.shapes import ImportedBill, Reconciled
from analytics.ledger.months import following, month_named, month_text
from analytics.notation import usd_text
from analytics.questions import BadParameter
from analytics.reconciliation.bill import BillKind
from analytics.reconciliation.booking import BookedAdjustment, book_adjustment, booked_under
from analytics.reconciliation.causes import Cause
from analytics.reconciliation.imports import import_bill
from analytics.reconciliation.reading import BillOptions, read_bill
from analytics.reconciliation.reconcile import reconcile
from analytics.reconciliation.refusals import BookingRefused
from analytics.reconciliation.shapes import Reconciliation
from analytics.runs.api import Noted, unnoted

_LONGEST_NAME_BYTES = 255
_STRICT = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class BillFile(BaseModel):
    """One file of a bill."""

    model_config = _STRICT

    name: str = Field(min_length=1, max_length=255)
    """Its name, without folders."""
    content: str
    """Its bytes in base64."""


class BillAsk(BaseModel):
    """A provider's bill."""

    model_config = _STRICT

    kind: BillKind
    """openai_costs, anthropic_cost, focus or cur"""
    files: tuple[BillFile, ...] = Field(min_length=1, max_length=1_000)
    """All its files or pages."""
    cost_column: str | None = None
    """focus, cur: which cost counts; nothing: BilledCost, or the unblended cost."""
    project_column: str | None = None
    """focus, cur: what the project is; nothing: the sub account, or the account."""
    accept_missing_days: bool = False
    """Take a range with holes; its days then count as missing."""


class ReconcileAsk(BaseModel):
    """What to compare."""

    model_config = _STRICT

    issuer: str = Field(min_length=1)
    """The seller, as the price book names it: openai, anthropic, aws ..."""
    month: str | None = None
    """A whole month, 2026-10; or start and until."""
    start: date | None = None
    """First day, UTC, included."""
    until: date | None = None
    """Day after the last."""

    def days(self) -> tuple[date, date]:
        """The days asked for, half-open; raises :class:`BadParameter`."""
        if self.month is not None:
            if self.start is not None or self.until is not None:
                raise BadParameter("month", self.month, "stand alone, or start and until without it")
            first = month_named(self.month)
            return first, following(first)
        if self.start is None or self.until is None or self.start >= self.until:
            raise BadParameter("start", f"{self.start} until {self.until}", "be a month, or a start before until")
        return self.start, self.until


class BookAsk(ReconcileAsk):
    """What of a difference to book, and where."""

    causes: tuple[Cause, ...] = Field(min_length=1)
    """Which causes of the gap."""
    period: str
    """The open month that takes the adjustments, 2026-11."""
    reconciliation_id: str
    """Of the comparison that was looked at: anything else is not booked."""
    by: Signature | None = None
    """Who books it; it stands in the journal."""


@dataclass(frozen=True, slots=True)
class Bills:
    """Answers about providers' bills of one store."""

    books: Books
    noted: Noted = unnoted

    def take(self, ask: BillAsk) -> ImportedBill:
        """Import a bill, whole or not at all."""
        options = BillOptions(ask.cost_column, ask.project_column, ask.accept_missing_days)
        with _on_disk(ask.files) as paths:
            bill = read_bill(ask.kind, paths, options)
        found = import_bill(self.books.store, bill, self.books.at)
        return ImportedBill(
            import_id=found.import_id,
            kind=found.kind,
            start=found.start,
            until=found.until,
            issuers=found.issuers,
            lines=found.lines,
            total_usd=found.amount_usd,
            repaired=found.repaired,
            left_out=found.left_out,
            new=not found.known_before,
            notes=bill.notes,
        )

    def reconcile(self, ask: ReconcileAsk) -> Reconciliation:
        """Compare the newest imported bill of each day with the ledger."""
        start, until = ask.days()
        return reconcile(self.books.store, ask.issuer, start, until, self.books.finance.reconciliation)

    def book(self, ask: BookAsk) -> Reconciled:
        """Book causes of the gap as adjustments of an open month; asked again, it says what was booked."""
        before = booked_under(self.books.store, ask.reconciliation_id)
        if before is not None:
            return _reconciled(before)
        found = self.reconcile(ask)
        if found.reconciliation_id != ask.reconciliation_id:
            raise BookingRefused(
                f"the comparison is {found.reconciliation_id} by now, not {ask.reconciliation_id}: the ledger, the "
                "bills or what was booked have changed; look at it again and book from that"
            )
        booked = book_adjustment(
            self.books.store,
            found,
            ask.causes,
            period=month_named(ask.period),
            at=moment(self.books.now()),
            owners=self.books.finance.reconciliation.owners,
        )
        month = month_text(booked.period)
        told = {"issuer": ask.issuer, "period": month, "usd": usd_text(booked.usd), "by": ask.by}
        self.noted("adjustment_booked", told)
        return _reconciled(booked)


def _reconciled(booked: BookedAdjustment) -> Reconciled:
    month = month_text(booked.period)
    return Reconciled(period=month, charges=booked.charges, booked_now=booked.booked_now, usd=booked.usd)


@contextmanager
def _on_disk(files: Sequence[BillFile]) -> Iterator[Sequence[Path]]:
    """Files that came in a body, on disk for as long as they are read."""
    with tempfile.TemporaryDirectory(prefix="burnline-bill-") as folder:
        paths: dict[str, Path] = {}
        for file in files:
            if not _is_plain(file.name):
                raise BadParameter("files.name", file.name, "be the name of a file: no folders, 255 bytes at most")
            if file.name in paths:
                raise BadParameter("files.name", file.name, "be the name of one file only")
            paths[file.name] = Path(folder) / file.name
            paths[file.name].write_bytes(_bytes(file))
        yield tuple(paths.values())


def _is_plain(name: str) -> bool:
    r"""Whether a file in a folder can have this name.

    >>> [_is_plain(name) for name in ("costs.json", "..", "a/b", "a\0b", "é" * 200)]
    [True, False, False, False, False]
    """
    fits = len(name.encode()) <= _LONGEST_NAME_BYTES
    return fits and name not in {".", ".."} and not {"/", "\\", "\0"} & set(name)


def _bytes(file: BillFile) -> bytes:
    try:
        return base64.b64decode(file.content, validate=True)
    except ValueError as error:  # binascii.Error is one, and what is no ASCII
        raise BadParameter("files.content", file.content[:20], f"be base64: {error}") from error
