"""A month at a glance: what it comes to, by whom it is owed and to whom, with corrections to closed months set apart.

The same answer for an open month (as things stand now) and a closed one (from its books).
"""

from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analytics.ledger.charge import Entry
from analytics.ledger.charges import charge_cells
from analytics.ledger.figures import amounts, by_cost_center, by_entry, by_seller, total_amounts
from analytics.ledger.manifest import Amounts, CostCenterAmounts, EntryAmounts, InvoiceAmounts, Manifest, read_manifest
from analytics.ledger.months import month_text
from analytics.ledger.periods import Period, period, periods
from analytics.ledger.sums import sums_by
from analytics.ledger.terms import Terms
from analytics.notation import Instant
from analytics.request_shapes import Answer
from collector.store import Store

CORRECTIONS = frozenset({Entry.REVERSAL, Entry.RESTATEMENT})
NOT_CORRECTIONS = frozenset(Entry) - CORRECTIONS


class PeriodAnswer(Answer):
    """One billing month and how far it is."""

    period: str
    """2026-10, in UTC."""
    state: str
    """future, open, ended (can be closed), passed (had no usage when a later month was closed), closed"""
    lines: int
    """Ledger lines of usage in it, as the ledger is now."""
    closed_at: Instant | None
    """When it was signed off; null while it is not."""
    closed_by: str | None
    """Who signed it off."""
    note: str | None
    """What they said."""
    sha256: str | None
    """Of its manifest."""


class PeriodsAnswer(Answer):
    """Billing months."""

    periods: tuple[PeriodAnswer, ...]
    """The oldest first."""


class TeamAmounts(Amounts):
    """Sums of one team."""

    team: str | None
    """The team; null is unallocated."""
    cost_center: str | None
    """Who pays; null is unallocated."""


class PreviewAnswer(PeriodAnswer):
    """What a month comes to."""

    total: Amounts
    """Of everything."""
    own: Amounts
    """Without corrections to closed months."""
    corrections: Amounts
    """Reversals and restatements: of an open month what waits for it, of a closed one what it booked."""
    unpriced: Amounts
    """Usage and restatements without a price, which stand in no invoice; their costs are null."""
    by_entry: tuple[EntryAmounts, ...]
    """By kind of charge and corrected month."""
    by_seller: tuple[InvoiceAmounts, ...]
    """By invoice."""
    by_cost_center: tuple[CostCenterAmounts, ...]
    """By who pays."""
    by_team: tuple[TeamAmounts, ...]
    """By team and who pays for it."""
    unallocated_owner: str | None = None
    """Who answers for what nobody claimed."""
    manifest: Manifest | None
    """What was signed off; null while the month is not closed."""


def periods_answer(store: Store, now: datetime) -> PeriodsAnswer:
    """Every month that is known, and the current one."""
    return PeriodsAnswer(periods=tuple(PeriodAnswer(**_words(one)) for one in periods(store, now)))


def preview(store: Store, start: date, *, terms: Terms, now: datetime, rounded: bool = False) -> PreviewAnswer:
    """What a month comes to; ``rounded`` adds the rounding charges that closing an open month would book."""
    known = period(store, start, now)
    cells = charge_cells(store, start, terms=terms, rounded=rounded)
    return PreviewAnswer(
        **_words(known),
        total=total_amounts(cells),
        own=total_amounts(_only(cells, entry=NOT_CORRECTIONS)),
        corrections=total_amounts(_only(cells, entry=CORRECTIONS)),
        unpriced=total_amounts(_only(cells, entry={Entry.USAGE, Entry.RESTATEMENT}, status={"unpriced"})),
        by_entry=by_entry(cells),
        by_seller=by_seller(cells),
        by_cost_center=by_cost_center(cells),
        by_team=tuple(
            TeamAmounts(cost_center=cost_center, team=team, **amounts(sums))
            for (cost_center, team), sums in sums_by(cells, "cost_center", "team").items()
        ),
        manifest=read_manifest(known.signed.manifest) if known.signed else None,
    )


def _words(known: Period) -> dict[str, Any]:
    signed = known.signed
    return {
        "period": month_text(known.start),
        "state": known.state.value,
        "lines": known.lines,
        "closed_at": signed and signed.closed_at_ns,
        "closed_by": signed and signed.closed_by,
        "note": signed and signed.note,
        "sha256": signed and signed.sha256,
    }


def _only(cells: pa.Table, **wanted: AbstractSet[str]) -> pa.Table:
    """Rows whose values are among the wanted ones."""
    for name, values in wanted.items():
        cells = cells.filter(pc.is_in(cells[name], pa.array([str(value) for value in values])))
    return cells
