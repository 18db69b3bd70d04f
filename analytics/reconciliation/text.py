"""A reconciliation as plain text, for people: what does not agree, largest first, why, and where to look."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from analytics.notation import usd_text
from analytics.reconciliation.shapes import Difference, LedgerLine, Reconciliation

SHOWN = 20
"""Differences written out; the rest is counted and summed."""


def text(reconciliation: Reconciliation, shown: int = SHOWN) -> str:
    """Write it out, the ``shown`` largest differences one by one."""
    return "\n".join([*_head(reconciliation), *_differences(reconciliation.differences, shown)]) + "\n"


def _head(found: Reconciliation) -> Iterator[str]:
    sums = found.totals
    yield f"{found.issuer}, {found.start} to {found.until} (half-open, UTC)"
    for bill in found.bills:
        done = f"{bill.repaired} amounts repaired, {bill.left_out} rows left out"
        yield f"  bill {', '.join(bill.files)} ({bill.kind}): {done}"
    yield from (f"  note: {note}" for note in found.notes)
    ratio = "no bill" if sums.gap_ratio is None else f"{usd_text(sums.gap_ratio)} of the bill"
    yield f"  bill {_usd(sums.theirs_usd)}  ledger {_usd(sums.ours_usd)}  booked {_usd(sums.booked_usd)}"
    yield f"  gap {_usd(sums.gap_usd)} ({ratio}); {found.agreeing} of {found.cells} cells agree"
    largest = sorted(sums.causes.items(), key=lambda item: -abs(item[1]))
    yield from (f"    {cause:<20} {_usd(usd):>20}" for cause, usd in largest)
    untold = [str(day.day) for day in found.days if not day.told]
    if untold:
        yield f"  days no bill tells of: {', '.join(untold)}"


def _differences(found: Sequence[Difference], shown: int) -> Iterator[str]:
    for one in found[:shown]:
        yield ""
        yield from _difference(one)
    rest = found[shown:]
    if rest:
        gap = sum((one.gap_usd for one in rest), Decimal(0))
        yield f"\nand {len(rest)} smaller differences of {_usd(gap)} together"


def _difference(one: Difference) -> Iterator[str]:
    words = (one.project or "no project", str(one.day), one.model or "any model", one.usage_class or "any meter")
    yield f"{_usd(one.gap_usd)}  {', '.join(words)}{'' if one.kind == 'usage' else f' ({one.kind})'}"
    yield f"  bill {_usd(one.theirs_usd)}  ledger {_usd(one.ours_usd)}  booked {_usd(one.booked_usd)}"
    yield from (f"  {part.cause} {_usd(part.usd)}: {part.detail}" for part in one.parts)
    if one.unpriced_lines:
        yield f"  {one.unpriced_lines} of {one.ledger_lines} ledger lines have no price"
    yield from (f"  bill line {ref}" for ref in one.bill_lines[:_REFS])
    yield from (f"  {_line(line)}" for line in one.lines)
    yield f"  look at: {one.look}"


def _line(line: LedgerLine) -> str:
    used = f"{usd_text(line.quantity)} {line.usage_class}"
    return f"trace {line.trace_id} span {line.span_id}: {used}, {_usd(line.cost_usd)}"


def _usd(amount: Decimal | None) -> str:
    return "none" if amount is None else f"{usd_text(amount)} USD"


_REFS = 5
