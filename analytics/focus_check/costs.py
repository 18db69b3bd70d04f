"""Costs against their prices, in exact decimals: what is wrong in the last digit is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from analytics.focus_check.cells import cells_of, corrects, is_a, number_in
from analytics.focus_check.exact import product, shown
from analytics.focus_check.report import Finding, Findings
from analytics.focus_check.source import Batch


@dataclass(frozen=True, slots=True)
class Product:
    """``cost`` is ``price`` x PricingQuantity wherever all three are given and the row corrects nothing."""

    rule: str
    price: str
    cost: str

    def see(self, batch: Batch, findings: Findings) -> None:
        """Add the rows of a batch where it is not."""
        columns = (self.price, "PricingQuantity", self.cost)
        if not batch.has(*columns):
            return
        cell = cells_of(batch.frame.columns)
        calculable = pl.all_horizontal(number_in(cell(name)) for name in columns) & ~corrects(cell)
        rows = batch.frame.lazy().with_row_index("#", offset=batch.first_row).filter(calculable)
        for finding in self._wrong(batch.source.name, rows.select("#", *columns).collect()):
            findings.add(finding)

    def _wrong(self, name: str, rows: pl.DataFrame) -> Iterator[Finding]:
        for row, price, quantity, cost in zip(*(rows[column].to_list() for column in rows.columns), strict=True):
            right = product(Decimal(price), Decimal(quantity))
            if right != Decimal(cost):
                expected = f"{price} x {quantity} = {shown(right)}"
                yield Finding(self.rule, name, row, self.cost, cost, expected)


PRODUCTS = (
    Product("list-cost-exact", "ListUnitPrice", "ListCost"),
    Product("contracted-cost-exact", "ContractedUnitPrice", "ContractedCost"),
)


@dataclass(frozen=True, slots=True)
class CreditCosts:
    """A Credit has the billed cost for every cost that no unit price makes."""

    rule: str = "credit-cost-equal"

    def see(self, batch: Batch, findings: Findings) -> None:
        """Add the credits of a batch where it is not."""
        for cost, price in (
            ("ListCost", "ListUnitPrice"),
            ("ContractedCost", "ContractedUnitPrice"),
            ("EffectiveCost", ""),
        ):
            if batch.has(cost, "BilledCost"):
                self._see(batch, findings, cost, price)

    def _see(self, batch: Batch, findings: Findings, cost: str, price: str) -> None:
        cell = cells_of(batch.frame.columns)
        comparable = number_in(pl.col(cost)) & number_in(pl.col("BilledCost"))
        rows = batch.frame.lazy().with_row_index("#", offset=batch.first_row)
        credits_ = rows.filter(is_a(cell, "Credit"), comparable, cell(price).is_null())
        for row, found, billed in credits_.select("#", cost, "BilledCost").collect().rows():
            if Decimal(found) != Decimal(billed):
                findings.add(Finding(self.rule, batch.source.name, row, cost, found, f"{billed}, the BilledCost"))


@dataclass(frozen=True, slots=True)
class SameCurrency:
    """What is priced in the currency of the bill has the same price, and the same cost, in both columns."""

    rule: str = "one-currency-one-price"

    def see(self, batch: Batch, findings: Findings) -> None:
        """Add the rows of a batch where they differ."""
        for column in ("ContractedUnitPrice", "EffectiveCost", "ListUnitPrice"):
            if batch.has(column, f"PricingCurrency{column}", "PricingCurrency", "BillingCurrency"):
                self._see(batch, findings, column)

    def _see(self, batch: Batch, findings: Findings, column: str) -> None:
        priced = f"PricingCurrency{column}"
        suspicious = (
            (pl.col("PricingCurrency") == pl.col("BillingCurrency"))
            & (pl.col(column) != pl.col(priced))
            & number_in(pl.col(column))
            & number_in(pl.col(priced))
        )
        rows = batch.frame.lazy().with_row_index("#", offset=batch.first_row).filter(suspicious)
        for row, billed, found in rows.select("#", column, priced).collect().rows():
            if Decimal(billed) != Decimal(found):
                findings.add(Finding(self.rule, batch.source.name, row, priced, found, f"{billed}, the {column}"))
