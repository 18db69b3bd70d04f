"""Books what a bill has more, or less, than the ledger: chosen causes of a reconciliation, as charges of an open month.

One charge for each difference and cause. A charge is named by reconciliation, cell and cause, so booking the same again
changes nothing; a reconciliation after which others have booked is refused, so that no gap is closed twice.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from analytics.ledger.charge import CHARGES, Entry
from analytics.ledger.months import month_of, month_text
from analytics.ledger.periods import sign_offs
from analytics.reconciliation.causes import Cause
from analytics.reconciliation.imports import nanoseconds
from analytics.reconciliation.refusals import BookingRefused
from analytics.reconciliation.settings import ProjectOwner
from analytics.reconciliation.shapes import Difference, GapPart, Reconciliation
from collector.store import Step, Store, queries_of

_QUERIES = queries_of("analytics.reconciliation")
_OWNER_WORDS = ("tenant", "team", "environment", "cost_center")
_SHAPE = CHARGES.append(pa.field("reconciliation_id", pa.string())).append(pa.field("booked_at", pa.timestamp("ns")))
_ID_DIGITS = 32


@dataclass(frozen=True, slots=True)
class BookedAdjustment:
    """What one booking came to."""

    period: date
    charges: int
    usd: Decimal
    booked_now: int  # of the charges; the others were booked by the same request before


def book_adjustment(
    store: Store,
    reconciliation: Reconciliation,
    causes: Collection[Cause],
    *,
    period: date,
    at: datetime,
    owners: Sequence[ProjectOwner] = (),
) -> BookedAdjustment:
    """Book these causes into an open month; raises :class:`BookingRefused` and changes nothing.

    They go to the owner of the project, or to nobody (unallocated).
    """
    _check(store, reconciliation, causes, period)
    if period > month_of(at.date()):
        raise BookingRefused(f"{month_text(period)} has not begun: book into an open month, at the latest this one")
    by_project = {owner.project: owner for owner in owners}
    charges = list(_charges(reconciliation, causes, period, by_project))
    if not charges:
        found = ", ".join(reconciliation.totals.causes) or "none"
        raise BookingRefused(f"nothing to book under {', '.join(sorted(causes))}: the causes with a gap are {found}")
    before = _booked(store, reconciliation.reconciliation_id).keys()
    _insert(store, reconciliation, charges, at)
    after = _booked(store, reconciliation.reconciliation_id).keys()
    wanted = {str(charge["charge_id"]) for charge in charges}
    if not wanted <= after:
        raise BookingRefused(
            f"another adjustment for {reconciliation.issuer} was booked since this reconciliation was made, so its "
            "gaps may be closed already: nothing was booked, reconcile again and book from that"
        )
    usd = sum((Decimal(str(charge["cost_usd"])) for charge in charges), Decimal(0))
    return BookedAdjustment(period, len(charges), usd, len(wanted - before))


def booked_under(store: Store, reconciliation_id: str) -> BookedAdjustment | None:
    """What was booked from a reconciliation, for whoever asks again after an answer was lost; None when nothing was."""
    found = _booked(store, reconciliation_id).values()
    if not found:
        return None
    usd = sum((row["cost_usd"] for row in found), Decimal(0))
    return BookedAdjustment(max(row["period_start"] for row in found), len(found), usd, 0)


def _check(store: Store, reconciliation: Reconciliation, causes: Collection[Cause], period: date) -> None:
    if not causes:
        raise BookingRefused(f"no cause was named; name any of {', '.join(Cause)}")
    if period != month_of(period):
        raise BookingRefused(f"the period is {period}; expected the first day of a month")
    last = month_of(reconciliation.until - timedelta(days=1))
    if period < last:
        raise BookingRefused(
            f"the period is {month_text(period)}, before usage of {month_text(last)}: name a later month"
        )
    if period in {one.period_start for one in sign_offs(store)}:
        raise BookingRefused(f"{month_text(period)} is closed and never changes: book into an open month")


def _charges(
    reconciliation: Reconciliation, causes: Collection[Cause], period: date, owners: Mapping[str, ProjectOwner]
) -> Iterator[dict[str, object]]:
    for difference in reconciliation.differences:
        for part in difference.parts:
            if part.cause in causes:
                owner = owners.get(difference.project or "")
                words = {word: getattr(owner, word) for word in _OWNER_WORDS} if owner else {}
                yield _charge(reconciliation, difference, part, period) | words


def _charge(reconciliation: Reconciliation, difference: Difference, part: GapPart, period: date) -> dict[str, object]:
    starts_at = datetime.combine(difference.day, time())
    month = month_of(difference.day)
    return {
        "charge_id": _charge_id(reconciliation, difference, part),
        "period_start": period,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(days=1),
        "entry": Entry.ADJUSTMENT.value,
        "corrects_start": None if month == period else month,
        "seller": reconciliation.issuer,
        "model": difference.model,
        "usage_class": difference.usage_class,
        "status": "priced",
        "project": difference.project,
        "cost_usd": part.usd,
        "lines": 0,
        "description": f"Bill of {reconciliation.issuer}, {difference.day}: {part.detail}",
        "reason_code": part.cause,
    }


def _charge_id(reconciliation: Reconciliation, difference: Difference, part: GapPart) -> str:
    cell = (difference.kind, difference.project, str(difference.day), difference.model, difference.usage_class)
    told = json.dumps([reconciliation.reconciliation_id, *cell, part.cause])
    return hashlib.sha256(told.encode()).hexdigest()[:_ID_DIGITS]


def _insert(
    store: Store, reconciliation: Reconciliation, charges: Sequence[Mapping[str, object]], at: datetime
) -> None:
    more = {"reconciliation_id": reconciliation.reconciliation_id, "booked_at": nanoseconds(at)}
    rows = [dict.fromkeys(_SHAPE.names) | dict(charge) | more for charge in charges]
    params = {
        "issuer": reconciliation.issuer,
        "start": reconciliation.start,
        "until": reconciliation.until,
        "reconciliation_id": reconciliation.reconciliation_id,
        "seen_usd": reconciliation.totals.booked_usd,
        "seen_rows": reconciliation.booked_rows,
    }
    incoming = pa.Table.from_pylist(rows, schema=_SHAPE)
    store.change([Step(_QUERIES["adjust"], params)], tables={"incoming": incoming})


def _booked(store: Store, reconciliation_id: str) -> Mapping[str, Mapping[str, Any]]:
    rows = store.run(_QUERIES["adjustments_of"], {"reconciliation_id": reconciliation_id}).to_pylist()
    return {row["charge_id"]: row for row in rows}
