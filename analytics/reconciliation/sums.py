"""Sums over compared cells: in all, by day, by model."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from analytics.reconciliation.causes import Part
from analytics.reconciliation.cells import Cell
from analytics.reconciliation.shapes import DayTotals, ModelTotals, Totals

_ZERO = Decimal(0)
_RATIO = Decimal("1e-9")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Compared:
    """A cell with what is left of its gap, by cause."""

    cell: Cell
    parts: tuple[Part, ...]
    booked_usd: Decimal  # adjustments booked for it before

    @property
    def gap_usd(self) -> Decimal:
        """The bill, less the ledger, less what was booked; the sum of its parts."""
        return self.cell.gap_usd - self.booked_usd

    @property
    def agrees(self) -> bool:
        """Whether there is nothing to say of it."""
        return not self.parts and not self.cell.unpriced


def totals(compared: Sequence[Compared]) -> Totals:
    """Sums over cells."""
    return Totals.model_validate(_sums(compared))


def by_day(compared: Sequence[Compared], days: tuple[date, date], told: frozenset[date]) -> tuple[DayTotals, ...]:
    """Sums of every day of the range, also where neither side has anything."""
    found: dict[date, list[Compared]] = defaultdict(list)
    for one in compared:
        found[one.cell.key.day].append(one)
    start, until = days
    every = [start + _DAY * number for number in range((until - start).days)]
    return tuple(DayTotals.model_validate({**_sums(found[day]), "day": day, "told": day in told}) for day in every)


def by_model(compared: Sequence[Compared]) -> tuple[ModelTotals, ...]:
    """Sums of every model, largest gap first."""
    found: dict[str | None, list[Compared]] = defaultdict(list)
    for one in compared:
        found[one.cell.key.model].append(one)
    rows = [ModelTotals.model_validate({**_sums(cells), "model": model}) for model, cells in found.items()]
    return tuple(sorted(rows, key=lambda row: (-abs(row.gap_usd), row.model or "")))


def _sums(compared: Sequence[Compared]) -> dict[str, object]:
    causes: dict[str, Decimal] = defaultdict(Decimal)
    for one in compared:
        for part in one.parts:
            causes[part.cause] += part.usd
    theirs = sum((one.cell.theirs_usd or _ZERO for one in compared), _ZERO)
    gap = sum((one.gap_usd for one in compared), _ZERO)
    return {
        "ours_usd": sum((one.cell.ours_usd or _ZERO for one in compared), _ZERO),
        "theirs_usd": theirs,
        "booked_usd": sum((one.booked_usd for one in compared), _ZERO),
        "gap_usd": gap,
        "gap_ratio": (gap / theirs).quantize(_RATIO, ROUND_HALF_EVEN) if theirs else None,
        "causes": {str(cause): usd for cause, usd in sorted(causes.items()) if usd},
    }
