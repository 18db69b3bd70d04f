"""The shapes of a reconciliation, exactly as JSON shows them. The gap is always the bill less the ledger."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import PlainSerializer

from analytics.notation import Instant, Usd, usd_text
from analytics.request_shapes import Answer

Exact = Annotated[Decimal, PlainSerializer(usd_text, return_type=str)]
"""A quantity or ratio that is a decimal string in JSON."""


class LedgerLine(Answer):
    """One ledger line behind a difference."""

    trace_id: str
    """Open it with ``burnline trace``."""
    span_id: str
    """The span that used it."""
    started_at: Instant
    """When the span started."""
    usage_class: str
    """What was used."""
    quantity: Exact
    """How much of it."""
    cost_usd: Usd | None
    """Null when it has no price."""


class GapPart(Answer):
    """A share of a gap."""

    cause: str
    """Why both sides differ."""
    usd: Usd
    """The share; the shares of a gap sum to it exactly."""
    detail: str
    """What tells so."""


class Difference(Answer):
    """One cell in which both sides differ, or which has no price."""

    kind: str
    """usage, credit, tax or other"""
    grain: str
    """meter, model, class or project_day: how far the bill tells its lines apart"""
    project: str | None
    """Project, workspace or account; null is the default one, not told, or not taken part on this day."""
    day: date
    """UTC day."""
    model: str | None
    """The model, as the bill calls it."""
    usage_class: str | None
    """The usage class."""
    ours_usd: Usd | None
    """What the ledger holds; null when nothing, or nothing with a price."""
    theirs_usd: Usd | None
    """What the bill says; null when it has no such line."""
    booked_usd: Usd
    """Adjustments booked for it before."""
    gap_usd: Usd
    """The bill, less the ledger, less what was booked."""
    our_quantity: Exact | None
    """Units in the ledger; null where several meters are compared together."""
    their_quantity: Exact | None
    """Units on the bill; null where it does not tell them."""
    parts: tuple[GapPart, ...]
    """The gap by cause."""
    usage_types: tuple[str, ...]
    """The bill's own words."""
    bill_lines: tuple[str, ...]
    """Where they stand on the bill: file and place."""
    ledger_lines: int
    """Ledger lines of the cell."""
    unpriced_lines: int
    """Of these, lines without a price."""
    lines: tuple[LedgerLine, ...]
    """The largest of them."""
    look: str
    """Where to look first."""


class Totals(Answer):
    """Sums over cells."""

    ours_usd: Usd
    """Priced cost in the ledger."""
    theirs_usd: Usd
    """Billed."""
    booked_usd: Usd
    """Adjustments booked before."""
    gap_usd: Usd
    """The bill, less the ledger, less what was booked."""
    gap_ratio: Exact | None
    """Gap / bill, to nine places; null without a bill."""
    causes: dict[str, Usd]
    """The gap by cause; the causes sum to it exactly."""


class DayTotals(Totals):
    """Sums over a UTC day."""

    day: date
    """The day."""
    told: bool
    """Whether an imported bill tells of it."""


class ModelTotals(Totals):
    """Sums over a model."""

    model: str | None
    """The model; null for lines of the bill that name none."""


class BillRef(Answer):
    """A bill that counted for some days."""

    import_id: str
    """Hash of what its files hold."""
    kind: str
    """Form of the bill."""
    imported_at: Instant
    """When it was imported."""
    files: tuple[str, ...]
    """Names of its files."""
    repaired: int
    """Amounts of it that carried the noise of a binary fraction."""
    left_out: int
    """Rows of it that are not about models."""


class Reconciliation(Answer):
    """A seller's bill against the ledger, for a range of UTC days."""

    reconciliation_id: str
    """Hash of both sides: the same figures have the same one."""
    issuer: str
    """The seller."""
    start: date
    """First day, included."""
    until: date
    """Day after the last."""
    rounding_usd: Usd
    """The bound of rounding, for each line of the bill."""
    bills: tuple[BillRef, ...]
    """The bills that counted."""
    totals: Totals
    """Over all cells."""
    cells: int
    """Cells compared."""
    agreeing: int
    """Of these, cells without a gap and with a price."""
    days: tuple[DayTotals, ...]
    """By day."""
    models: tuple[ModelTotals, ...]
    """By model, largest gap first."""
    differences: tuple[Difference, ...]
    """Largest gap first."""
    booked_rows: int
    """Rows of adjustments booked before, for whoever books next."""
    notes: tuple[str, ...]
    """What a bill of this form does not hold."""
