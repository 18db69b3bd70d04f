"""Rules about rows that one charge was split into, and about what a commitment costs and what it is used for."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from analytics.focus_check import json_forms
from analytics.focus_check.cells import cells_of, corrects, is_a, number_in
from analytics.focus_check.exact import shown, total
from analytics.focus_check.report import Finding, Findings
from analytics.focus_check.source import Batch

ORIGIN = (
    "InvoiceIssuerName",
    "InvoiceId",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ServiceName",
    "ResourceId",
    "AllocatedMethodId",
    "x_SharedCost",
)
"""What the rows of one split have in common: everything that they took over from the charge that was split."""
_Origin = tuple[str | None, ...]


@dataclass(slots=True)
class Shares:
    """The ratios of one split sum to exactly 1. Corrections come in pairs of back and forth, and are left out."""

    rule: str = "shares-sum-to-one"
    ratios: dict[_Origin, list[Decimal]] = field(default_factory=lambda: defaultdict(list))
    first_rows: dict[_Origin, int] = field(default_factory=dict)

    def see(self, batch: Batch, _: Findings) -> None:
        """Remember the ratios of a batch."""
        if not batch.has("AllocatedMethodDetails"):
            return
        cell = cells_of(batch.frame.columns)
        split = pl.col("AllocatedMethodDetails").is_not_null() & ~corrects(cell)
        rows = batch.frame.lazy().with_row_index("#", offset=batch.first_row).filter(split)
        origin = [cell(name).alias(f"key {name}") for name in ORIGIN]
        for *names, row, details in rows.select(*origin, "#", "AllocatedMethodDetails").collect().rows():
            if json_forms.split_details(details) is None:
                self.ratios[tuple(names)].append(json_forms.ratio(details))
                self.first_rows.setdefault(tuple(names), row)

    def end(self, name: str, findings: Findings) -> None:
        """Add the splits that do not sum to 1; to be called behind the last batch of the file of this name."""
        for origin, ratios in self.ratios.items():
            found = total(ratios)
            if found != 1:
                seen = f"{shown(found)} over {len(ratios)} rows"
                row = self.first_rows[origin]
                findings.add(Finding(self.rule, name, row, "AllocatedMethodDetails", seen, "ratios that sum to 1"))


@dataclass(slots=True)
class Commitments:
    """What is used and unused of a commitment is what was bought, where a file has all its purchases.

    It has where they recur with each period. A single purchase covers periods that other files are about.
    """

    rule: str = "commitment-amortised"
    used: dict[str, list[Decimal]] = field(default_factory=lambda: defaultdict(list))
    bought: dict[str, list[Decimal]] = field(default_factory=lambda: defaultdict(list))
    paid_once: set[str] = field(default_factory=set)

    def see(self, batch: Batch, _: Findings) -> None:
        """Remember purchases and usage of a batch."""
        if not batch.has("CommitmentDiscountId", "ChargeCategory", "ChargeFrequency", "EffectiveCost", "BilledCost"):
            return
        cell = cells_of(batch.frame.columns)
        amount = pl.when(is_a(cell, "Usage")).then("EffectiveCost").otherwise("BilledCost").alias("amount")
        rows = batch.frame.lazy().filter(is_a(cell, "Usage", "Purchase"), ~corrects(cell)).with_columns(amount)
        wanted = rows.drop_nulls("CommitmentDiscountId").filter(number_in(pl.col("amount")))
        for commitment, category, frequency, cost in (
            wanted.select("CommitmentDiscountId", "ChargeCategory", "ChargeFrequency", "amount").collect().rows()
        ):
            (self.used if category == "Usage" else self.bought)[commitment].append(Decimal(cost))
            if category == "Purchase" and frequency != "Recurring":
                self.paid_once.add(commitment)

    def end(self, name: str, findings: Findings) -> None:
        """Add the commitments that do not add up; to be called behind the last batch of the file of this name."""
        for commitment in sorted(self.bought.keys() - self.paid_once):
            used, bought = total(self.used[commitment]), total(self.bought[commitment])
            if used != bought:
                expected = f"{shown(bought)}, what was bought of {commitment}"
                findings.add(Finding(self.rule, name, None, "EffectiveCost", shown(used), expected))
