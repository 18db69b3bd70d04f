"""Row tests of charges: what values of one row say about each other, times and amounts that need no arithmetic."""

from collections.abc import Iterable, Iterator

import polars as pl

from analytics.focus.columns import service_subcategories
from analytics.focus_check.cells import Cells, cells_of, corrects, is_a, is_zero, number_in
from analytics.focus_check.row_tests import RowTest

_INSTANT_LENGTH = len("2026-10-04T00:00:00Z")
_UNIT_PRICES = (
    "ListUnitPrice",
    "ContractedUnitPrice",
    "PricingCurrencyListUnitPrice",
    "PricingCurrencyContractedUnitPrice",
)


def row_tests(header: Iterable[str]) -> Iterator[RowTest]:
    """The row tests of a file of charges with these columns."""
    cell = cells_of(header)
    yield from _services(cell)
    yield from _amounts(cell)
    yield from period_tests(header)
    yield from _times(cell)


def period_tests(header: Iterable[str]) -> Iterator[RowTest]:
    """The tests of the periods that any dataset has."""
    cell = cells_of(header)
    for start, end in (("BillingPeriodStart", "BillingPeriodEnd"), ("ChargePeriodStart", "ChargePeriodEnd")):
        # Instants of one form are in the order of their texts; those of another form are a finding of their own.
        breaks = _comparable(cell(start), cell(end)) & (cell(start) >= cell(end))
        yield RowTest("period-in-order", start, breaks, f"before {end}")


def _services(cell: Cells) -> Iterator[RowTest]:
    parents = dict(service_subcategories())
    subcategory = cell("ServiceSubcategory")
    parent = subcategory.replace_strict(parents, default=None, return_dtype=pl.String)
    breaks = parent.is_not_null() & (parent != cell("ServiceCategory"))
    yield RowTest("subcategory-of-category", "ServiceSubcategory", breaks, "a subcategory of the row's ServiceCategory")
    committed = is_a(cell, "Usage") & cell("CommitmentDiscountId").is_not_null()
    other = cell("PricingCategory").is_not_null() & (cell("PricingCategory") != "Committed")
    yield RowTest("commitment-priced", "PricingCategory", committed & other, "Committed")
    by_usage = is_a(cell, "Purchase") & cell("ChargeFrequency").eq_missing("Usage-Based")
    yield RowTest("purchase-frequency", "ChargeFrequency", by_usage, "One-Time or Recurring for a Purchase")


def _amounts(cell: Cells) -> Iterator[RowTest]:
    for name in _UNIT_PRICES:
        price = cell(name)
        negative = number_in(price) & price.str.starts_with("-") & ~is_zero(price)
        yield RowTest("price-not-negative", name, negative, "a price of 0 or more")
    cost = cell("EffectiveCost")
    prepaid = is_a(cell, "Purchase") & cell("CommitmentDiscountId").is_not_null()
    yield RowTest("prepaid-has-no-effect", "EffectiveCost", prepaid & number_in(cost) & ~is_zero(cost), "0")


def _times(cell: Cells) -> Iterator[RowTest]:
    start, end = cell("ChargePeriodStart"), cell("ChargePeriodEnd")
    opens, closes = cell("BillingPeriodStart"), cell("BillingPeriodEnd")
    comparable = _comparable(start, end, opens, closes)
    outside = (start < opens) | (end > closes)
    yield RowTest(
        "charge-in-period", "ChargePeriodStart", comparable & outside & ~corrects(cell), "in its BillingPeriod"
    )
    late = comparable & corrects(cell) & (end > opens)
    yield RowTest("correction-before-period", "ChargePeriodEnd", late, "at or before BillingPeriodStart")


def _comparable(*instants: pl.Expr) -> pl.Expr:
    return pl.all_horizontal(value.str.len_bytes() == _INSTANT_LENGTH for value in instants)
