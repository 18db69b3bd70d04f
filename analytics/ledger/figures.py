"""Sums of charges in the shapes that manifests and previews show."""

from decimal import Decimal
from typing import Any

import pyarrow as pa

from analytics.ledger.manifest import Amounts, CostCenterAmounts, EntryAmounts, InvoiceAmounts
from analytics.ledger.months import month_text
from analytics.ledger.sums import Sums, sums_by, total


def total_amounts(cells: pa.Table) -> Amounts:
    """Sums of everything."""
    return Amounts(**amounts(total(cells)))


def by_entry(cells: pa.Table) -> tuple[EntryAmounts, ...]:
    """Sums by kind of charge and, for corrections, by the month they are about."""
    return tuple(
        EntryAmounts(entry=entry, corrects=month and month_text(month), **amounts(sums))
        for (entry, month), sums in sums_by(cells, "entry", "corrects_start").items()
    )


def by_seller(cells: pa.Table) -> tuple[InvoiceAmounts, ...]:
    """Sums by invoice."""
    return tuple(InvoiceAmounts(seller=seller, **amounts(sums)) for (seller,), sums in sums_by(cells, "seller").items())


def by_cost_center(cells: pa.Table) -> tuple[CostCenterAmounts, ...]:
    """Sums by who pays."""
    return tuple(
        CostCenterAmounts(cost_center=name, **amounts(sums)) for (name,), sums in sums_by(cells, "cost_center").items()
    )


def amounts(sums: Sums) -> dict[str, Any]:
    """The fields of :class:`Amounts`."""
    return {
        "charges": sums.charges,
        "lines": sums.lines,
        "quantity": None if sums.quantity is None else quantity_text(sums.quantity),
        "list_cost_usd": sums.list_cost_usd,
        "cost_usd": sums.cost_usd,
    }


def quantity_text(quantity: Decimal) -> str:
    """A whole number of units.

    >>> quantity_text(Decimal("1E+3"))
    '1000'
    """
    return format(quantity, "f")
