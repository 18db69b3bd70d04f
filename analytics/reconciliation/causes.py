"""Why a bill and the ledger differ: the gap of a cell split by cause, summing to the gap exactly.

The gap is the bill less the ledger. Causes are tried in this order; each takes what it explains, the last one the rest.

| cause | when |
|---|---|
| unpriced | we have usage without a price: what the bill has above the priced part, up to its own price for it |
| missing_day | the day is in one side only: no bill tells of it, or we have nothing of this seller on it |
| missing_spans | the bill charges a cell of which we have nothing: spans never sent, or of another model or project |
| late | we have more, and spans arrived after the bill was imported, or the day was not settled when it was |
| missing_in_bill | we have usage of a cell that the bill does not have |
| rounding | the gap is within the stated bound per line of the bill |
| quantity_difference | the bill's quantity is another: the difference at our average price |
| price_difference | same quantity, another price: what is left then |
| unexplained | the bill tells no quantity, and its amount fits neither or both of the two above |
| credits, tax, other | lines of the bill that charge for no usage |
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from enum import StrEnum

from analytics.notation import usd_text
from analytics.reconciliation.amounts import PLACES
from analytics.reconciliation.bill import LineKind
from analytics.reconciliation.cells import Cell

_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)
_ZERO = Decimal(0)
_DAY = timedelta(days=1)
_PRICE_DIGITS = 6


class Cause(StrEnum):
    """Why two sides differ; the table above says when."""

    UNPRICED = "unpriced"
    MISSING_DAY = "missing_day"
    MISSING_SPANS = "missing_spans"
    LATE = "late"
    MISSING_IN_BILL = "missing_in_bill"
    ROUNDING = "rounding"
    QUANTITY_DIFFERENCE = "quantity_difference"
    PRICE_DIFFERENCE = "price_difference"
    UNEXPLAINED = "unexplained"
    CREDITS = "credits"
    TAX = "tax"
    OTHER = "other"


OF_KIND = {LineKind.CREDIT: Cause.CREDITS, LineKind.TAX: Cause.TAX, LineKind.OTHER: Cause.OTHER}
"""The cause of a line that charges for no usage."""


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a gap, its cause, and what tells so."""

    cause: Cause
    usd: Decimal
    detail: str


@dataclass(frozen=True, slots=True)
class Around:
    """What has to be known beside a cell to name its causes."""

    told: Mapping[date, datetime]  # days a bill tells of, and when that bill was imported
    our_days: frozenset[date]  # days on which we have any usage of the seller
    rounding_usd: Decimal  # per line of the bill
    settling: timedelta  # how long after its end a day may still grow in the provider's books


def split(cell: Cell, around: Around) -> tuple[Part, ...]:
    """Split the gap of a cell; the parts sum to it exactly, whatever the two sides are."""
    gap = cell.gap_usd
    if gap == 0:
        return ()
    with localcontext(_WIDE):
        return _split(cell, gap, around)


def _split(cell: Cell, gap: Decimal, around: Around) -> tuple[Part, ...]:
    if cell.key.kind is not LineKind.USAGE:
        return (Part(OF_KIND[cell.key.kind], gap, f"the bill has it as {cell.key.kind}"),)
    if not cell.theirs:
        return tuple(_not_billed(cell, gap, around))
    if not cell.ours:
        return (_not_seen(cell, gap, around),)
    return tuple(_both(cell, gap, around))


def _not_billed(cell: Cell, gap: Decimal, around: Around) -> Iterable[Part]:
    if cell.key.day not in around.told:
        yield Part(Cause.MISSING_DAY, gap, "no imported bill tells of this day")
        return
    late = _late(cell, gap, around)
    if late is not None:
        yield late
    rest = gap - (late.usd if late else _ZERO)
    if rest:
        yield Part(Cause.MISSING_IN_BILL, rest, "the bill tells of the day and has no such line")


def _not_seen(cell: Cell, gap: Decimal, around: Around) -> Part:
    if cell.key.day not in around.our_days:
        return Part(Cause.MISSING_DAY, gap, "the ledger has nothing of this seller on this day")
    return Part(Cause.MISSING_SPANS, gap, "the ledger has no usage for these lines of the bill")


def _both(cell: Cell, gap: Decimal, around: Around) -> Iterable[Part]:
    rest = gap
    if cell.unpriced and gap > 0:
        part = _unpriced(cell, gap)
        yield part
        rest -= part.usd
    if _within_rounding(cell, rest, around):
        yield from _rounding(rest, around)
        return
    late = _late(cell, rest, around)
    if late is not None:
        yield late
        rest -= late.usd
    if rest:
        yield from _quantity_and_price(cell, rest, around)


def _unpriced(cell: Cell, gap: Decimal) -> Part:
    """What the bill charges for usage we know and cannot price, as far as it tells."""
    quantity = sum((usage.quantity for usage in cell.unpriced), _ZERO)
    reasons = ", ".join(sorted({usage.reason or "no price" for usage in cell.unpriced}))
    billed, theirs = cell.their_quantity, cell.theirs_usd or _ZERO
    known = billed is not None and billed != cell.our_quantity and billed > 0
    share = _quotient(theirs * quantity, billed) if known and billed is not None else gap
    return Part(Cause.UNPRICED, min(gap, max(share, _ZERO)), f"{usd_text(quantity)} units without a price: {reasons}")


def _late(cell: Cell, rest: Decimal, around: Around) -> Part | None:
    if rest >= 0:
        return None
    imported_at = around.told[cell.key.day]
    ended_at = datetime.combine(cell.key.day, time(), UTC) + _DAY
    if ended_at + around.settling > imported_at:
        return Part(
            Cause.LATE, rest, f"the bill was imported {imported_at:%Y-%m-%dT%H:%MZ}, before the day was settled"
        )
    late_usd = sum((usage.late_usd for usage in cell.ours), _ZERO)
    taken = max(rest, -late_usd)
    return Part(Cause.LATE, taken, f"spans arrived after {imported_at:%Y-%m-%dT%H:%MZ}") if taken else None


def _within_rounding(cell: Cell, rest: Decimal, around: Around) -> bool:
    return abs(rest) <= around.rounding_usd * len(cell.theirs)


def _rounding(rest: Decimal, around: Around) -> Iterable[Part]:
    if rest:
        yield Part(Cause.ROUNDING, rest, f"within {usd_text(around.rounding_usd)} USD per line of the bill")


def _quantity_and_price(cell: Cell, rest: Decimal, around: Around) -> Iterable[Part]:
    billed, ours, cost = cell.their_quantity, cell.our_quantity, cell.ours_usd
    priced = sum((usage.quantity for usage in cell.ours if usage.cost_usd is not None), _ZERO)
    if billed is None or ours is None or cost is None or not priced:
        yield _told_by_amount(cell, rest)
        return
    units = billed - ours
    part = _quotient(cost * units, priced)
    if part:
        yield Part(
            Cause.QUANTITY_DIFFERENCE, part, f"the bill has {usd_text(billed)} units, the ledger {usd_text(ours)}"
        )
    left = rest - part
    if _within_rounding(cell, left, around):
        yield from _rounding(left, around)
    else:
        same = "the same quantity" if not units else "beyond the difference in quantity"
        yield Part(Cause.PRICE_DIFFERENCE, left, f"{same} at another price")


def _told_by_amount(cell: Cell, rest: Decimal) -> Part:
    """The bill tells no quantity: a whole number of our units speaks for the quantity, a round price for the price."""
    prices = {usage.unit_price_usd for usage in cell.ours if usage.unit_price_usd}
    ours, theirs = cell.our_quantity, cell.theirs_usd
    if len(prices) != 1 or not ours or theirs is None:
        return Part(Cause.UNEXPLAINED, rest, "the bill tells no quantity for several of our prices")
    price = prices.pop()
    units, new_price = _whole(rest, price), _round_price(theirs, ours)
    if units is not None and new_price is None:
        return Part(
            Cause.QUANTITY_DIFFERENCE, rest, f"the bill tells no quantity; the gap is exactly {usd_text(units)} units"
        )
    if units is None and new_price is not None:
        return Part(
            Cause.PRICE_DIFFERENCE,
            rest,
            f"the bill tells no quantity; ours at {usd_text(new_price)} USD gives its amount",
        )
    return Part(Cause.UNEXPLAINED, rest, "the bill tells no quantity; another quantity or another price would fit")


def _whole(amount: Decimal, price: Decimal | None) -> Decimal | None:
    if not price:
        return None
    units = _WIDE.divide(amount, price)
    return units.to_integral_value() if units == units.to_integral_value() else None


def _round_price(amount: Decimal, quantity: Decimal) -> Decimal | None:
    price = _WIDE.divide(amount, quantity).normalize()
    return price if len(price.as_tuple().digits) <= _PRICE_DIGITS else None


def _quotient(amount: Decimal, by: Decimal) -> Decimal:
    """A quotient to 15 decimals, half-even; the caller keeps the rest."""
    return _WIDE.divide(amount, by).quantize(PLACES, context=_WIDE)
