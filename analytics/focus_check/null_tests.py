"""When a column must be null and when it must not, as one table: it depends on the other columns of the row."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from analytics.focus_check.cells import Cells, cells_of, corrects, is_a
from analytics.focus_check.row_tests import RowTest

_PRICES = (
    "ContractedUnitPrice",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "SkuId",
    "SkuPriceId",
)
_OTHER_CURRENCY_PRICES = ("PricingCurrencyContractedUnitPrice", "PricingCurrencyListUnitPrice")
_SPLIT = ("AllocatedMethodDetails", "AllocatedResourceId", "AllocatedResourceName", "AllocatedTags")


@dataclass(frozen=True, slots=True)
class _Dependence:
    rule: str
    column: str
    is_null: bool
    """What the column must be: null, or given."""
    when: Callable[[Cells], pl.Expr]
    why: str

    def test(self, cell: Cells) -> RowTest:
        value = pl.col(self.column)
        breaks = self.when(cell) & (value.is_not_null() if self.is_null else value.is_null())
        return RowTest(self.rule, self.column, breaks, f"{'null' if self.is_null else 'a value'}, {self.why}")


def row_tests(known: Iterable[str], header: Iterable[str]) -> Iterator[RowTest]:
    """One row test for each line of the table whose column is known and in the file."""
    names = frozenset(known) & frozenset(header)
    return (each.test(cells_of(names)) for each in _DEPENDENCES if each.column in names)


def _is_tax(cell: Cells) -> pl.Expr:
    return is_a(cell, "Tax")


def _is_priced(cell: Cells) -> pl.Expr:
    return is_a(cell, "Usage", "Purchase") & ~corrects(cell)


def _is_priced_elsewhere(cell: Cells) -> pl.Expr:
    return _is_priced(cell) & cell("PricingCurrency").is_not_null()


def _is_unused(cell: Cells) -> pl.Expr:
    return cell("CommitmentDiscountStatus").eq_missing("Unused")


def _is_consumption(cell: Cells) -> pl.Expr:
    return is_a(cell, "Usage") & ~_is_unused(cell)


def _is_committed_usage(cell: Cells) -> pl.Expr:
    return is_a(cell, "Usage") & cell("CommitmentDiscountId").is_not_null()


def _is_reserved_usage(cell: Cells) -> pl.Expr:
    return is_a(cell, "Usage") & cell("CapacityReservationId").is_not_null()


def _has_committed_quantity(cell: Cells) -> pl.Expr:
    return is_a(cell, "Usage", "Purchase") & cell("CommitmentDiscountId").is_not_null()


def _without(rule: str, column: str, other: str) -> _Dependence:
    """Null where the other is null."""
    return _Dependence(rule, column, True, lambda cell: cell(other).is_null(), f"for {other} is null")


def _with(rule: str, column: str, other: str) -> _Dependence:
    """Given where the other is given."""
    return _Dependence(rule, column, False, lambda cell: cell(other).is_not_null(), f"for {other} is given")


def _as(rule: str, column: str, other: str) -> tuple[_Dependence, _Dependence]:
    """Given where the other is given, and nowhere else."""
    return _with(rule, column, other), _without(rule, column, other)


_DEPENDENCES = (
    *(
        _Dependence("tax-has-no-price", name, True, _is_tax, "for the row is Tax")
        for name in (*_PRICES, *_OTHER_CURRENCY_PRICES)
    ),
    *(
        _Dependence("priced-is-complete", name, False, _is_priced, "for the row is Usage or Purchase")
        for name in _PRICES
    ),
    *(
        _Dependence("priced-is-complete", name, False, _is_priced_elsewhere, "for the row has a PricingCurrency")
        for name in _OTHER_CURRENCY_PRICES
    ),
    *_as("unit-with-quantity", "ConsumedUnit", "ConsumedQuantity"),
    *_as("unit-with-quantity", "PricingUnit", "PricingQuantity"),
    *_as("unit-with-quantity", "CommitmentDiscountUnit", "CommitmentDiscountQuantity"),
    _Dependence(
        "consumed-by-usage", "ConsumedQuantity", True, lambda cell: ~_is_consumption(cell), "for nothing was used"
    ),
    _Dependence(
        "usage-is-measured",
        "ConsumedQuantity",
        False,
        lambda cell: _is_consumption(cell) & ~corrects(cell),
        "for the row is Usage",
    ),
    _without("sku-chain", "SkuMeter", "SkuId"),
    _without("sku-chain", "SkuPriceId", "SkuId"),
    _without("sku-chain", "SkuPriceDetails", "SkuPriceId"),
    _with("sku-has-meter", "SkuMeter", "SkuId"),
    *_as("pricing-currency-whole", "PricingCurrencyEffectiveCost", "PricingCurrency"),
    *_as("sub-account-whole", "SubAccountName", "SubAccountId"),
    *_as("sub-account-whole", "SubAccountType", "SubAccountId"),
    *_as("region-whole", "RegionName", "RegionId"),
    *_as("resource-whole", "ResourceType", "ResourceId"),
    _without("resource-whole", "ResourceName", "ResourceId"),
    *_as("commitment-whole", "CommitmentDiscountCategory", "CommitmentDiscountId"),
    *_as("commitment-whole", "CommitmentDiscountType", "CommitmentDiscountId"),
    _without("commitment-whole", "CommitmentDiscountName", "CommitmentDiscountId"),
    _without("commitment-whole", "CommitmentDiscountStatus", "CommitmentDiscountId"),
    _Dependence(
        "commitment-status", "CommitmentDiscountStatus", False, _is_committed_usage, "for Usage is used or unused"
    ),
    _Dependence(
        "commitment-quantity",
        "CommitmentDiscountQuantity",
        False,
        lambda cell: _has_committed_quantity(cell) & ~corrects(cell),
        "for the row is Usage or Purchase of a commitment",
    ),
    _Dependence(
        "commitment-quantity",
        "CommitmentDiscountQuantity",
        True,
        lambda cell: ~_has_committed_quantity(cell) | corrects(cell),
        "for the row is no Usage or Purchase of a commitment, or corrects",
    ),
    _without("capacity-whole", "CapacityReservationStatus", "CapacityReservationId"),
    _Dependence(
        "capacity-whole", "CapacityReservationStatus", False, _is_reserved_usage, "for Usage is used or unused"
    ),
    *(_without("split-whole", name, "AllocatedMethodId") for name in _SPLIT),
    _with("split-whole", "AllocatedMethodDetails", "AllocatedMethodId"),
    _without("split-whole", "AllocatedResourceName", "AllocatedResourceId"),
    _without("invoice-of-line", "InvoiceDetailId", "InvoiceId"),
)
