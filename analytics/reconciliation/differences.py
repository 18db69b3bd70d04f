"""The cells that differ, with everything a person needs to find out why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from analytics.reconciliation.causes import Cause
from analytics.reconciliation.ours import window
from analytics.reconciliation.shapes import Difference, GapPart, LedgerLine
from analytics.reconciliation.sums import Compared
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.reconciliation")
_LOOKED_UP = 200
"""Differences whose ledger lines are looked up; the rest are small beside them."""

LOOK: Mapping[Cause, str] = {
    Cause.UNPRICED: "burnline prices explain MODEL says what is missing; add the price and reprice",
    Cause.MISSING_DAY: "fetch the report of this day; if the ledger lacks it, look for a gap in the ingest",
    Cause.MISSING_SPANS: "services without instrumentation, sampling before export, or another project or model name",
    Cause.LATE: "import the report again once the day has settled",
    Cause.MISSING_IN_BILL: "another account or reseller bills it, or the spans name the wrong provider",
    Cause.ROUNDING: "nothing to do: the provider rounds its lines",
    Cause.QUANTITY_DIFFERENCE: "the traces below: retries, streams cut off, cached tokens counted otherwise",
    Cause.PRICE_DIFFERENCE: "burnline prices explain MODEL --at DAY, against its own price list",
    Cause.UNEXPLAINED: "the traces below, and the provider's usage report for the quantity",
    Cause.CREDITS: "the provider's invoice; book it when it is yours",
    Cause.TAX: "the provider's invoice; book it when it is part of your costs",
    Cause.OTHER: "the provider's invoice: fees, purchases, roundings",
}
"""Where to look first, by the largest cause of a difference."""


def differences(
    store: Store, compared: Sequence[Compared], days: tuple[date, date], per_cell: int
) -> tuple[Difference, ...]:
    """The cells that differ or have no price, largest gap first, with the largest ledger lines behind them."""
    found = sorted((one for one in compared if not one.agrees), key=_largest_first)
    behind = _lines_behind(store, found[:_LOOKED_UP], days, per_cell)
    return tuple(_difference(one, behind.get(number, ())) for number, one in enumerate(found))


def _largest_first(one: Compared) -> tuple[object, ...]:
    key = one.cell.key
    words = (key.project, key.model, key.usage_class, key.kind)
    return (-abs(one.gap_usd), key.day, *((word is not None, word or "") for word in words))


def _difference(one: Compared, lines: Sequence[LedgerLine]) -> Difference:
    cell, key = one.cell, one.cell.key
    parts = sorted(one.parts, key=lambda part: -abs(part.usd))
    return Difference(
        kind=key.kind,
        grain=key.grain,
        project=key.project,
        day=key.day,
        model=key.model,
        usage_class=key.usage_class,
        ours_usd=cell.ours_usd,
        theirs_usd=cell.theirs_usd,
        booked_usd=one.booked_usd,
        gap_usd=one.gap_usd,
        our_quantity=cell.our_quantity,
        their_quantity=cell.their_quantity,
        parts=tuple(GapPart(cause=part.cause, usd=part.usd, detail=part.detail) for part in parts),
        usage_types=tuple(sorted({line.usage_type for line in cell.theirs})),
        bill_lines=tuple(line.line_ref for line in cell.theirs),
        ledger_lines=sum(usage.lines for usage in cell.ours),
        unpriced_lines=sum(usage.lines for usage in cell.unpriced),
        lines=tuple(lines),
        look=LOOK[parts[0].cause if parts else Cause.UNPRICED],
    )


def _lines_behind(
    store: Store, found: Sequence[Compared], days: tuple[date, date], per_cell: int
) -> Mapping[int, Sequence[LedgerLine]]:
    wanted = [
        (number, usage.project, usage.day, usage.rate_id) for number, one in enumerate(found) for usage in one.cell.ours
    ]
    if not wanted:
        return {}
    params = {**window(*days), "per_cell": per_cell}
    columns = dict(zip(_BEHIND, zip(*wanted, strict=True), strict=True))
    table = pa.table({name: pa.array(columns[name], kind) for name, kind in _BEHIND.items()})
    lines: dict[int, list[LedgerLine]] = defaultdict(list)
    for batch in store.stream(_QUERIES["our_lines_behind"], params, tables={"behind": table}):
        for row in batch.to_pylist():
            lines[row["cell"]].append(_line(row))
    return lines


_BEHIND = {
    "cell": pa.int64(),
    "project": pa.string(),
    "day": pa.date32(),
    "rate_id": pa.uint64(),
}


def _line(row: Mapping[str, Any]) -> LedgerLine:
    return LedgerLine(
        trace_id=row["trace_id"].hex,
        span_id=f"{row['span_id']:016x}",
        started_at=row["started_at_ns"],
        usage_class=row["usage_class"],
        quantity=row["quantity"],
        cost_usd=row["cost_usd"],
    )
