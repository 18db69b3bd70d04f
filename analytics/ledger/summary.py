"""The manifest of a month, made from its booked rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa

from analytics.ledger.booking import at_ns
from analytics.ledger.checks import Rows, unpriced_booked
from analytics.ledger.digests import charge_digest, digest_of_days, line_digests
from analytics.ledger.figures import by_cost_center, by_entry, by_seller, quantity_text, total_amounts
from analytics.ledger.manifest import (
    UNPRICED_NAMED,
    Digest,
    LineDigests,
    Manifest,
    Previous,
    RatedBy,
    Unpriced,
    UnpricedUsage,
)
from analytics.ledger.months import month_text
from analytics.ledger.periods import SignOff
from analytics.ledger.rounding import ROUNDING
from analytics.ledger.sums import total
from analytics.ledger.terms import Progress, program_version
from analytics.notation import instant_text
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.ledger")


@dataclass(frozen=True, slots=True)
class Said:
    """What the manifest has from who closes the month."""

    by: str
    at: datetime
    note: str | None
    words: Mapping[str, object]
    """What the month's files are written with."""


def summary(
    store: Store, period: date, cells: pa.Table, signed: Sequence[SignOff], *, said: Said, progress: Progress
) -> Manifest:
    """Say what was booked; ``cells`` are the sums of the booked charges."""
    return Manifest(
        period=month_text(period),
        closed_at=instant_text(at_ns(said.at)),
        closed_by=said.by,
        note=said.note,
        program_version=program_version(),
        lines=lines_digest(store, period, progress),
        charges=charges_digest(store, period, cells),
        total=total_amounts(cells),
        by_entry=by_entry(cells),
        by_seller=by_seller(cells),
        by_cost_center=by_cost_center(cells),
        unpriced=unpriced(unpriced_booked(store, period)),
        rated_by=rated_by(store, period),
        rounding=ROUNDING,
        words=dict(said.words) or None,
        previous=previous(signed),
    )


def lines_digest(store: Store, period: date, progress: Progress) -> LineDigests:
    """Digests of the booked lines."""
    rows = store.run(_QUERIES["booked_days"], {"period_start": period})["lines"].to_pylist()
    days = line_digests(store, period, progress)
    return LineDigests(rows=sum(rows), sha256=digest_of_days(days), days=days)


def charges_digest(store: Store, period: date, cells: pa.Table) -> Digest:
    """Digest of the booked charges."""
    return Digest(rows=total(cells).charges, sha256=charge_digest(store, period))


def unpriced(found: Rows) -> Unpriced:
    """What was booked without a price."""
    kinds = [UnpricedUsage(**{**row, "quantity": quantity_text(row["quantity"])}) for row in found[:UNPRICED_NAMED]]
    lines, quantity = sum(row["lines"] for row in found), sum(row["quantity"] for row in found)
    return Unpriced(lines=lines, quantity=quantity_text(Decimal(quantity)), kinds=tuple(kinds))


def rated_by(store: Store, period: date) -> tuple[RatedBy, ...]:
    """Runs of prices and rules behind the booked lines."""
    return tuple(RatedBy(**row) for row in store.run(_QUERIES["rated_by"], {"period_start": period}).to_pylist())


def previous(signed: Sequence[SignOff]) -> Previous | None:
    """The month closed last, with the hash of its manifest."""
    return Previous(period=month_text(signed[-1].period_start), sha256=signed[-1].sha256) if signed else None
