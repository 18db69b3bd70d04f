"""Sums of charges by what a person asks of a month: who sells, who pays, why it is there.

Charges come by the million, their sums by the hundred. A cell is one combination of BY with the sums of its charges;
the store makes cells of what it holds, and the few charges from elsewhere are summed here.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from analytics.ledger.charge import CHARGES, QUANTITY, USD

BY = ("entry", "corrects_start", "seller", "cost_center", "team", "status")
_AMOUNTS = ("quantity", "list_cost_usd", "cost_usd", "lines")
_SUMS = [(name, "sum") for name in _AMOUNTS]
CELLS = pa.schema(
    [
        *(CHARGES.field(name).with_nullable(True) for name in BY),
        ("quantity", QUANTITY),
        ("list_cost_usd", USD),
        ("cost_usd", USD),
        ("lines", pa.int64()),
        ("charges", pa.int64()),
    ]
)
"""The columns of cells."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over charges; a cost is None when no charge has one."""

    charges: int = 0
    lines: int = 0
    quantity: Decimal | None = None
    list_cost_usd: Decimal | None = None
    cost_usd: Decimal | None = None

    def __add__(self, other: "Sums") -> "Sums":
        """Add what both have; None only where neither has any."""
        return Sums(
            self.charges + other.charges,
            self.lines + other.lines,
            _plus(self.quantity, other.quantity),
            _plus(self.list_cost_usd, other.list_cost_usd),
            _plus(self.cost_usd, other.cost_usd),
        )


def cells_of(charges: pa.Table) -> pa.Table:
    """One row per combination of BY, with the sums of its charges and their number."""
    ones = pa.repeat(pa.scalar(1, pa.int64()), charges.num_rows)
    return together(in_cells(charges.append_column("charges", ones)))


def in_cells(found: pa.Table) -> pa.Table:
    """The same rows with the columns of CELLS."""
    return found.select(CELLS.names).cast(CELLS)


def together(*cells: pa.Table) -> pa.Table:
    """Cells of what all of them are about."""
    found = pa.concat_tables(cells).group_by(list(BY)).aggregate([*_SUMS, ("charges", "sum")])
    return in_cells(found.rename_columns([name.removesuffix("_sum") for name in found.column_names]))


def sums_by(cells: pa.Table, *names: str) -> dict[tuple[Any, ...], Sums]:
    """Sums by some of BY, in the order of their values, absent ones last."""
    found: dict[tuple[Any, ...], Sums] = {}
    for row in cells.to_pylist():
        key = tuple(row[name] for name in names)
        found[key] = found.get(key, Sums()) + _sums(row)
    return dict(sorted(found.items(), key=lambda item: _absent_last(item[0])))


def total(cells: pa.Table) -> Sums:
    """Sums over everything."""
    return sums_by(cells).get((), Sums())


def _absent_last(key: tuple[Any, ...]) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, str(value)) for value in key)


def _sums(row: dict[str, Any]) -> Sums:
    return Sums(row["charges"], row["lines"], row["quantity"], row["list_cost_usd"], row["cost_usd"])


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other
