"""Compares what a seller billed with what the ledger holds: matched cells, the gap by cause, what stands behind it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Context, Decimal, localcontext

from analytics.reconciliation.bill import NOTES, BillKind, BillLine
from analytics.reconciliation.booked import Booked, booked_before
from analytics.reconciliation.causes import Around, Cause, Part, split
from analytics.reconciliation.cells import Cell, CellKey, matched
from analytics.reconciliation.differences import differences
from analytics.reconciliation.imports import ToldDay, imports, nanoseconds, told_days, told_lines
from analytics.reconciliation.models import shared_names
from analytics.reconciliation.ours import our_usage, seller_rates
from analytics.reconciliation.refusals import NoBill
from analytics.reconciliation.settings import ReconciliationSettings
from analytics.reconciliation.shapes import BillRef, Reconciliation
from analytics.reconciliation.sums import Compared, by_day, by_model, totals
from collector.store import Store

_ID_DIGITS = 32
_WIDE = Context(prec=60)
SHOWN_LINES = 5
"""Ledger lines shown behind a difference."""


def reconcile(
    store: Store,
    issuer: str,
    start: date,
    until: date,
    settings: ReconciliationSettings | None = None,
    *,
    import_ids: Sequence[str] | None = None,
) -> Reconciliation:
    """Compare the newest imported bill of each day, or only the imports named, with the ledger.

    Raises :class:`~analytics.reconciliation.refusals.NoBill` when no bill tells of any of the days.
    """
    chosen = settings or ReconciliationSettings()
    told = told_days(store, issuer, start, until, import_ids)
    if not told:
        raise NoBill(
            f"no imported bill of {issuer} tells of a day in {start} to {until} (half-open): import one, "
            f"or ask for what is there: {_there(store)}"
        )
    with localcontext(_WIDE):
        return _compared(store, issuer, (start, until), told, chosen)


def _compared(
    store: Store, issuer: str, days: tuple[date, date], told: Sequence[ToldDay], settings: ReconciliationSettings
) -> Reconciliation:
    cells, around = _matched(store, issuer, days, told, settings)
    booked = booked_before(store, issuer, *days)
    compared = _with_booked(cells, booked, around)
    bills = _bills(store, told)
    return Reconciliation(
        reconciliation_id=_identity(issuer, days, bills, booked, compared),
        issuer=issuer,
        start=days[0],
        until=days[1],
        rounding_usd=settings.rounding_usd,
        bills=bills,
        totals=totals(compared),
        cells=len(compared),
        agreeing=sum(one.agrees for one in compared),
        days=by_day(compared, days, frozenset(around.told)),
        models=by_model(compared),
        differences=differences(store, compared, days, SHOWN_LINES),
        booked_rows=booked.rows,
        notes=tuple(sorted({note for bill in bills for note in NOTES[BillKind(bill.kind)]})),
    )


def _matched(
    store: Store, issuer: str, days: tuple[date, date], told: Sequence[ToldDay], settings: ReconciliationSettings
) -> tuple[list[Cell], Around]:
    lines = [_named(line, settings.model_names) for line in told_lines(store, issuer, told)]
    rates = seller_rates(store, issuer)
    names = shared_names(
        (line.model for line in lines if line.model is not None), (rate.names for rate in rates.values())
    )
    ours = our_usage(store, days, rates, names.ours, told)
    around = Around(
        told={day.day: day.imported_at for day in told},
        our_days=frozenset(usage.day for usage in ours),
        rounding_usd=settings.rounding_usd,
        settling=settings.settling,
    )
    return matched(ours, [_named(line, names.theirs) for line in lines]), around


def _named(line: BillLine, names: Mapping[str, str]) -> BillLine:
    return line if line.model is None else replace(line, model=names.get(line.model, line.model))


def _with_booked(cells: Sequence[Cell], booked: Booked, around: Around) -> list[Compared]:
    """What was booked before takes its causes off; booked for a cell that is no more, it is a cell of its own."""
    left = dict(booked.by_cell)
    found = [_less(cell, split(cell, around), left.pop(cell.key, {})) for cell in cells]
    return found + [_less(Cell(key), (), by_cause) for key, by_cause in left.items()]


def _less(cell: Cell, parts: Sequence[Part], booked: Mapping[Cause, Decimal]) -> Compared:
    sums = {part.cause: part for part in parts}
    for cause, usd in booked.items():
        before = sums.get(cause) or Part(cause, Decimal(0), "booked, and no longer found")
        sums[cause] = replace(before, usd=before.usd - usd)
    left = tuple(part for part in sums.values() if part.usd)
    return Compared(cell, left, sum(booked.values(), Decimal(0)))


def _bills(store: Store, told: Sequence[ToldDay]) -> tuple[BillRef, ...]:
    counted = {day.import_id for day in told}
    return tuple(
        BillRef(
            import_id=bill.import_id,
            kind=bill.kind,
            imported_at=nanoseconds(bill.imported_at),
            files=bill.files,
            repaired=bill.repaired,
            left_out=bill.left_out,
        )
        for bill in imports(store)
        if bill.import_id in counted
    )


def _there(store: Store) -> str:
    found = [f"{', '.join(bill.issuers)} {bill.start} to {bill.until}" for bill in imports(store)]
    return "; ".join(found) or "nothing was imported yet"


def _identity(
    issuer: str, days: tuple[date, date], bills: Sequence[BillRef], booked: Booked, compared: Sequence[Compared]
) -> str:
    sides = sorted([str(_words(one.cell.key)), str(one.cell.ours_usd), str(one.cell.theirs_usd)] for one in compared)
    before = [booked.rows, str(booked.usd)]
    told = [issuer, *map(str, days), sorted(bill.import_id for bill in bills), before, sides]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:_ID_DIGITS]


def _words(key: CellKey) -> tuple[str, ...]:
    return tuple(str(word) for word in (key.kind, key.grain, key.project, key.day, key.model, key.usage_class))
