"""Exact sums over a file, by what invoices, lines, cost centres and periods are told apart by."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, TypeVar

import polars as pl

from analytics.focus_check.cells import cells_of, number_in
from analytics.focus_check.exact import total
from analytics.focus_check.report import Findings
from analytics.focus_check.source import Batch

COSTS = ("BilledCost", "ContractedCost", "EffectiveCost", "ListCost")
COST_CENTER = "x_CostCenter"
"""Our column of the cost centre; null is unallocated."""

_Name = TypeVar("_Name", bound=Hashable)


class Group(NamedTuple):
    """Rows that are one to every rule about sums."""

    issuer: str | None
    invoice: str | None
    line: str | None
    period_start: str | None
    period_end: str | None
    cost_center: str | None


_COLUMNS = (
    "InvoiceIssuerName",
    "InvoiceId",
    "InvoiceDetailId",
    "BillingPeriodStart",
    "BillingPeriodEnd",
    COST_CENTER,
)


@dataclass(slots=True)
class Totals:
    """Sums of number columns over the batches of one file. What is no number is not summed: it is a finding already."""

    columns: tuple[str, ...] = COSTS
    rows: int = 0
    sums: dict[Group, list[Decimal]] = field(default_factory=dict)
    first_rows: dict[Group, int] = field(default_factory=dict)

    def see(self, batch: Batch, _: Findings) -> None:
        """Add a batch."""
        cell = cells_of(batch.frame.columns)
        numbers = [cell(name).filter(number_in(cell(name))).alias(name) for name in self.columns]
        keys = [cell(name).alias(f"key {name}") for name in _COLUMNS]
        first_row = pl.col("#").first()
        rows = batch.frame.lazy().with_row_index("#", offset=batch.first_row)
        groups = rows.group_by(keys, maintain_order=True).agg(first_row, *numbers).collect()
        for row in groups.rows():
            names, first, values = row[: len(keys)], row[len(keys)], row[len(keys) + 1 :]
            self._add(Group(*names), first, values)
        self.rows += batch.frame.height

    def _add(self, group: Group, row: int, values: Iterable[Iterable[str]]) -> None:
        added = [total(map(Decimal, texts)) for texts in values]
        before = self.sums.get(group, [Decimal(0)] * len(added))
        self.sums[group] = [total(pair) for pair in zip(before, added, strict=True)]
        self.first_rows.setdefault(group, row)

    def by(self, column: str, name: Callable[[Group], _Name]) -> Mapping[_Name, Decimal]:
        """Sums of one column by what ``name`` tells apart."""
        index = self.columns.index(column)
        parts: dict[_Name, list[Decimal]] = defaultdict(list)
        for group, sums in self.sums.items():
            parts[name(group)].append(sums[index])
        return {key: total(sums) for key, sums in parts.items()}

    def first(self, name: Callable[[Group], _Name]) -> Mapping[_Name, int]:
        """First row of what ``name`` tells apart."""
        rows: dict[_Name, int] = {}
        for group, row in self.first_rows.items():
            rows[name(group)] = min(row, rows.get(name(group), row))
        return rows
