"""Control totals of an export, summed exactly while batches stream through: what a receiver adds up again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from analytics.focus.price_words import MONEY
from analytics.focus.rows import COSTS

GRAIN = (
    "InvoiceId",
    "InvoiceIssuerName",
    "InvoiceDetailId",
    "CostCenter",
    "CostCenterName",
    "CostCenterOwner",
    "GLAccount",
    "PurchaseOrder",
    "ChargeCategory",
    "CorrectedMonth",
    "CorrectedInvoice",
    "entry",
)
"""What sums are kept by: everything else is a coarser sum of these."""
_AMOUNTS = {"BilledCost": "cost", "ContractedCost": "cost", "EffectiveCost": "cost", "ListCost": "list_cost"}
_SUMS = [pl.col(name).sum() for name in COSTS]
Row = dict[str, Any]


@dataclass(slots=True)
class Totals:
    """Sums over everything that was exported."""

    _parts: list[pl.DataFrame] = field(default_factory=list)

    def add(self, said: pl.DataFrame) -> None:
        """Count a batch."""
        amounts = [pl.col(made).sum().alias(name) for name, made in _AMOUNTS.items()]
        self._parts.append(said.group_by(GRAIN).agg(*amounts, pl.len().cast(pl.Int64).alias("rows")))

    def by(self, keys: Sequence[str]) -> list[Row]:
        """Rows and sums of each cost column for each combination of these, in their order."""
        sums = self._all().group_by(keys).agg(*_SUMS, pl.col("rows").sum())
        return sums.sort(keys, nulls_last=True).to_dicts()

    @property
    def whole(self) -> Row:
        """Rows and sums of everything."""
        return self._all().select(*_SUMS, pl.col("rows").sum()).to_dicts()[0]

    def _all(self) -> pl.DataFrame:
        schema = dict.fromkeys(GRAIN, pl.String()) | dict.fromkeys(COSTS, MONEY) | {"rows": pl.Int64()}
        return pl.concat([pl.DataFrame(schema=schema), *self._parts])


@dataclass(slots=True)
class Coverage:
    """How much of the usage has a price, in ledger lines and units."""

    _parts: list[pl.DataFrame] = field(default_factory=list)

    def add(self, batch: pl.DataFrame) -> None:
        """Count a batch of charges, priced or not."""
        used = batch.filter(pl.col("entry") == "usage")
        keys = ("status", "usage_class", "reason")
        sums = (pl.col("lines").sum(), pl.col("quantity").sum(), pl.len().cast(pl.Int64).alias("rows"))
        self._parts.append(used.group_by(keys).agg(*sums))

    def lines(self) -> dict[str, int]:
        """Ledger lines by status."""
        found = dict.fromkeys(("priced", "amortised", "unpriced"), 0)
        for part in self._parts:
            for row in part.iter_rows(named=True):
                found[row["status"]] += row["lines"]
        return found

    def ratio(self) -> Decimal | None:
        """Share of ledger lines with a price or a share of one; None when there are none."""
        lines = self.lines()
        total = sum(lines.values())
        return None if not total else (Decimal(total - lines["unpriced"]) / total).quantize(Decimal("1e-6"))

    def unpriced(self) -> list[Row]:
        """What has no price: units, lines and rows by usage class and reason."""
        if not self._parts:
            return []
        without = pl.concat(self._parts).filter(pl.col("status") == "unpriced").drop("status")
        keys = ("usage_class", "reason")
        return without.group_by(keys).sum().sort(keys, nulls_last=True).to_dicts()
