"""``/v1/chargeback``: billing months over HTTP: preview, close, export, verify, charges, bills, reconciliation.

What takes long is begun with POST, answered with 202 and the address of a job (``/v1/jobs``).
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import FileResponse, Response
from pydantic import AfterValidator

from analytics.answering import as_json, said_once
from analytics.chargeback.bills import BillAsk, Bills, BookAsk, ReconcileAsk
from analytics.chargeback.books import Books, ChargeParams, CloseAsk
from analytics.chargeback.export_shapes import Targets
from analytics.chargeback.exports import DeliverAsk, ExportAsk, Exports
from analytics.chargeback.job_api import BEGUN, begun
from analytics.chargeback.jobs import Jobs
from analytics.chargeback.shapes import ChargeDetail, ChargePage, ImportedBill, Reconciled
from analytics.focus.profiles import Form
from analytics.ledger.months import month_named
from analytics.ledger.preview import PeriodsAnswer, PreviewAnswer
from analytics.reconciliation.shapes import Reconciliation


def _known(month: str) -> str:
    month_named(month)
    return month


Month = Annotated[str, Path(description="a billing month in UTC, 2026-10"), AfterValidator(_known)]
"""What is no month is refused at once, not by the job."""


@dataclass(frozen=True, slots=True)
class Offices:
    """Who answers for what."""

    books: Books
    exports: Exports
    bills: Bills
    jobs: Jobs


def router(offices: Offices) -> APIRouter:
    """Everything about billing months."""
    routes = APIRouter(prefix="/v1/chargeback", dependencies=[Depends(said_once)], tags=["chargeback"])
    _add_periods(routes, offices.books)
    _add_charges(routes, offices.books)
    _add_work(routes, offices)
    _add_files(routes, offices.exports)
    _add_bills(routes, offices.bills)
    return routes


def _add_periods(routes: APIRouter, books: Books) -> None:
    @routes.get("/periods", response_model=PeriodsAnswer, summary="Billing months and how far they are")
    def list_periods() -> Response:
        """Every month from the first with usage to the current one."""
        return as_json(books.periods())

    @routes.get("/periods/{month}", response_model=PreviewAnswer, summary="What a month comes to")
    def show_period(
        month: Month,
        *,
        rounded: Annotated[bool, Query(description="with the cents that closing would round")] = False,
    ) -> Response:
        """Sums by cost centre, team, invoice and kind; corrections to closed months apart."""
        return as_json(books.preview(month, rounded=rounded))


def _add_charges(routes: APIRouter, books: Books) -> None:
    @routes.get("/periods/{month}/charges", response_model=ChargePage, summary="Charges of a month")
    def list_charges(month: Month, ask: Annotated[ChargeParams, Query()]) -> Response:
        """Charges in the order of their ids: of a closed month as booked, of an open one as things stand."""
        return as_json(books.charges(month, ask))

    @routes.get("/periods/{month}/charges/{charge_id}", response_model=ChargeDetail, summary="One charge, explained")
    def show_charge(month: Month, charge_id: Annotated[str, Path(description="32 hex digits")]) -> Response:
        """Answer one charge with the ledger lines behind it, each with its trace, price and run."""
        return as_json(books.charge(month, charge_id))


def _add_work(routes: APIRouter, offices: Offices) -> None:
    books, exports, jobs = offices.books, offices.exports, offices.jobs

    @routes.post("/periods/{month}/close", status_code=202, responses=BEGUN, summary="Close a month for good")
    def close(month: Month, ask: CloseAsk) -> Response:
        """Book the month, write its manifest, sign it off. A closed month answers with what was signed."""
        return begun(jobs.start("close", month, lambda progress: books.close(month, ask, progress)))

    @routes.post("/periods/{month}/verify", status_code=202, responses=BEGUN, summary="Verify a closed month")
    def verify(month: Month) -> Response:
        """Make everything its manifest says again from the books, and compare."""
        return begun(jobs.start("verify", month, lambda progress: books.verify(month, progress)))

    @routes.post("/periods/{month}/export", status_code=202, responses=BEGUN, summary="Export a month")
    def export(month: Month, ask: ExportAsk) -> Response:
        """Write the month in a FOCUS profile into the data directory, and hold every row to its rules."""
        about = f"{month} {ask.profile} {ask.form} {'+'.join(ask.formats)}"
        return begun(jobs.start("export", about, lambda progress: exports.make(month, ask, progress)))

    @routes.post("/periods/{month}/deliver", status_code=202, responses=BEGUN, summary="Deliver an export")
    def deliver(month: Month, ask: DeliverAsk) -> Response:
        """Bring an export that was made to a folder or bucket of the configuration; nothing is sent twice."""
        about = f"{month} {ask.profile} {ask.form} to {ask.target}"
        return begun(jobs.start("deliver", about, lambda progress: exports.deliver(month, ask, progress)))


def _add_files(routes: APIRouter, exports: Exports) -> None:
    @routes.get("/deliveries", response_model=Targets, summary="Where exports may be delivered to")
    def list_targets() -> Response:
        """Answer the folders and buckets of the configuration."""
        return as_json(exports.targets())

    @routes.get(
        "/exports/{month}/{profile}/{form}/{name:path}", summary="One file of an export", response_class=FileResponse
    )
    def fetch(month: Month, profile: str, form: Form, name: str) -> Response:
        """Answer a file by the name that the manifest of the export has for it."""
        return FileResponse(exports.file(month, profile, form, name), filename=name)


def _add_bills(routes: APIRouter, bills: Bills) -> None:
    @routes.post("/bills", response_model=ImportedBill, summary="Import a provider's bill")
    def take(ask: BillAsk) -> Response:
        """Keep it whole or not at all; the same bill again changes nothing."""
        return as_json(bills.take(ask))

    @routes.post("/reconciliations", response_model=Reconciliation, summary="A bill against the ledger")
    def reconcile(ask: ReconcileAsk) -> Response:
        """Compare by issuer, project, day, model and meter; every cent of the gap has a cause."""
        return as_json(bills.reconcile(ask))

    @routes.post("/adjustments", response_model=Reconciled, summary="Book a difference")
    def book(ask: BookAsk) -> Response:
        """Book causes of the gap as adjustments of an open month."""
        return as_json(bills.book(ask))
