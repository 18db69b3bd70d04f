"""From a charge to a row of Cost and Usage: the one table of columns and how each is made.

``COLUMNS`` says for every column of every version which expression over a batch makes it, and in words how; ``CUSTOM``
the same for our own columns, which stand behind them. A batch is a frame of charges with all their
words (:mod:`analytics.focus.wording`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from analytics.focus.columns import Dataset, Kind, Version, columns
from analytics.focus.price_words import MONEY, Terms
from analytics.focus.services import CATEGORY

QUANTITY = pl.Decimal(38, 6)
INSTANT = pl.Datetime("us", "UTC")
COSTS = ("BilledCost", "ContractedCost", "EffectiveCost", "ListCost")
_ONE = pl.lit(1).cast(QUANTITY)


@dataclass(frozen=True, slots=True)
class Made:
    """One column: the expression that makes it, and how in words."""

    name: str
    value: pl.Expr
    how: str


def _word(name: str, how: str, of: str | None = None) -> Made:
    return Made(name, pl.col(of or name), how)


def _never(name: str, how: str = "null: nothing we book has one") -> Made:
    return Made(name, pl.lit(None), how)


_SPLIT = pl.col("MethodDetails").is_not_null()
_SHARE = pl.col("terms") == Terms.SHARE
_QUANTITY = pl.when(_SHARE).then(pl.when(pl.col("cost") < 0).then(-_ONE).otherwise(_ONE)).otherwise(
    pl.when("per_million").then(pl.col("quantity_millionths")).otherwise(pl.col("quantity").cast(QUANTITY))
)  # fmt: skip
_PRICED = pl.col("terms") != Terms.AMOUNT


def _only(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(value)


def _unit_price(name: str, cost: str) -> pl.Expr:
    return pl.when(_SHARE).then(pl.col(cost).abs()).otherwise(pl.col(name))


_METHOD = _only(_SPLIT, pl.col("method"))
_RECEIVER_ID = _only(_SPLIT, pl.col("ReceiverId"))
_RECEIVER_NAME = _only(_SPLIT, pl.col("ReceiverName"))
_RECEIVER_TAGS = _only(_SPLIT & pl.col("ReceiverId").is_not_null(), pl.col("Tags"))

_DESCRIPTION = pl.concat_str("opening", pl.coalesce("description", "subject", "entry"))
_SUB_ACCOUNT_TYPE = _only(pl.col("project").is_not_null(), pl.col("SubAccountType"))

COLUMNS: tuple[Made, ...] = (
    _word("AllocatedMethodDetails", "split costs: ratio, unit and quantity of the share", "MethodDetails"),
    Made("AllocatedMethodId", _METHOD, "split costs: the method, such as usage/tokens/team"),
    Made("AllocatedResourceId", _RECEIVER_ID, "split costs: the words of the receiver; null: nobody's share"),
    Made("AllocatedResourceName", _RECEIVER_NAME, "split costs: the same, for people"),
    Made("AllocatedTags", _RECEIVER_TAGS, "split costs: the receiver's tags, as Tags"),
    _never("AvailabilityZone"),
    _word("BilledCost", "contracted cost of the charge; 0 when amortised", "cost"),
    _word("BillingAccountId", "chargeback.billing_account.id"),
    _word("BillingAccountName", "chargeback.billing_account.name"),
    _word("BillingAccountType", "chargeback.billing_account.type"),
    Made("BillingCurrency", pl.lit("USD"), "USD"),
    _word("BillingPeriodEnd", "first day of the next month, UTC"),
    _word("BillingPeriodStart", "first day of the month, UTC"),
    _never("CapacityReservationId"),
    _never("CapacityReservationStatus"),
    _word("ChargeCategory", "by entry"),
    _word("ChargeClass", "Correction for what is about a closed month"),
    Made("ChargeDescription", _DESCRIPTION, "the entry in words"),
    _word("ChargeFrequency", "by entry"),
    Made("ChargePeriodEnd", pl.col("ends_at").dt.replace_time_zone("UTC"), "end of the usage's day"),
    Made("ChargePeriodStart", pl.col("starts_at").dt.replace_time_zone("UTC"), "start of the usage's day"),
    _never("CommitmentDiscountCategory"),
    _never("CommitmentDiscountId"),
    _never("CommitmentDiscountName"),
    _never("CommitmentDiscountQuantity"),
    _never("CommitmentDiscountStatus", "null; there because the official validator of 1.2 asks for it"),
    _never("CommitmentDiscountType"),
    _never("CommitmentDiscountUnit"),
    _never("CommitmentProgramEligibilityDetails"),
    Made("ConsumedQuantity", _only(_PRICED, pl.when(_SHARE).then(_ONE).otherwise(pl.col("quantity").cast(QUANTITY))),
         "units of the usage class; 1 for a share"),
    _word("ConsumedUnit", "by usage class (meters)"),
    _never("ContractApplied"),
    _word("ContractedCost", "as BilledCost", "cost"),
    Made("ContractedUnitPrice", _unit_price("ContractedUnitPrice", "cost"), "what is paid for one PricingUnit"),
    _word("EffectiveCost", "as BilledCost: nothing is prepaid", "cost"),
    _word("HostProviderName", "by seller (services)"),
    _word("InvoiceDetailId", "invoice / cost centre / category [/ corrected month]"),
    _word("InvoiceId", "seller-month, of the month it is booked in"),
    _word("InvoiceIssuerName", "by seller (services)"),
    _word("ListCost", "list cost; the contracted one where no list knows the price", "list_cost"),
    Made("ListUnitPrice", _unit_price("ListUnitPrice", "list_cost"), "the list's price of one; see x_ListPriceBasis"),
    _word("PricingCategory", "Standard; Dynamic by hour or weekday; Other for shares and amortised usage"),
    Made("PricingCurrency", pl.lit("USD"), "USD"),
    Made("PricingCurrencyContractedUnitPrice", _unit_price("ContractedUnitPrice", "cost"), "as ContractedUnitPrice"),
    _word("PricingCurrencyEffectiveCost", "as EffectiveCost", "cost"),
    Made("PricingCurrencyListUnitPrice", _unit_price("ListUnitPrice", "list_cost"), "as ListUnitPrice"),
    Made("PricingQuantity", _only(_PRICED, _QUANTITY), "tokens / 1,000,000, pieces otherwise; 1 for a share"),
    _word("PricingUnit", "by usage class (meters)"),
    _word("ProviderName", "by seller (services)", "ServiceProviderName"),
    _word("PublisherName", "by seller (services)", "ServiceProviderName"),
    _word("RegionId", "region of the price", "region"),
    _word("RegionName", "as RegionId: providers bill by the code", "region"),
    _never("ResourceId", "null: a model is nothing that is provisioned"),
    _never("ResourceName", "null: a model is nothing that is provisioned"),
    _never("ResourceType", "null: a model is nothing that is provisioned"),
    Made("ServiceCategory", pl.lit(CATEGORY), CATEGORY),
    _word("ServiceName", "by seller (services)"),
    _word("ServiceProviderName", "by seller (services)"),
    _word("ServiceSubcategory", "Generative AI; Other (AI and Machine Learning) for shared costs"),
    _word("SkuId", "seller/model/usage class"),
    _word("SkuMeter", "by usage class (meters)"),
    _word("SkuPriceDetails", "model, direction and cache action of the tokens, tier, context band"),
    _word("SkuPriceId", "SkuId/region/tier/context band; no price in it"),
    _word("SubAccountId", "the provider's project or workspace", "project"),
    _word("SubAccountName", "as SubAccountId: telemetry knows no other name", "project"),
    Made("SubAccountType", _SUB_ACCOUNT_TYPE, "Project or Workspace, by seller"),
    _word("Tags", "the words that were said; cost_center always"),
)  # fmt: skip
"""Every column of Cost and Usage in any version."""

CUSTOM: tuple[Made, ...] = (
    _word("x_ChargeId", "name of the charge: a hash of what it is about, never of an amount", "charge_id"),
    _word("x_Entry", "usage, reversal, restatement, shared, unused, adjustment, rounding", "entry"),
    _word("x_CorrectedMonth", "the closed month a correction is about", "CorrectedMonth"),
    _word("x_Provider", "provider as telemetry reported it", "provider"),
    _word("x_Seller", "seller in the price book", "seller"),
    _word("x_Model", "priced model, else as reported", "model"),
    _word("x_UsageClass", "usage class of the ledger", "usage_class"),
    _word("x_ServiceTier", "service tier of the price", "service_tier"),
    _word("x_PriceId", "row of the price book; infrastructure/NAME for amortised usage", "price_id"),
    _word("x_PriceConfidence", "how far the dates of the price can be trusted", "confidence"),
    _word("x_PriceStatus", "priced or amortised", "status"),
    _word("x_ListPriceBasis", "list; contract: no list knows it; amortised; share", "ListPriceBasis"),
    _word("x_LedgerLines", "ledger lines in the row", "lines"),
    _word("x_Purpose", "what the usage was for", "purpose"),
    _word("x_CostCenter", "the cost centre, or unallocated", "CostCenter"),
    _word("x_CostCenterName", "chargeback.cost_centers", "CostCenterName"),
    _word("x_CostCenterOwner", "chargeback.cost_centers; unallocated_owner", "CostCenterOwner"),
    _word("x_GLAccount", "chargeback.cost_centers", "GLAccount"),
    _word("x_PurchaseOrder", "chargeback.cost_centers", "PurchaseOrder"),
    _word("x_SharedCost", "name of the cost that is split", "shared_cost"),
    _word("x_ReasonCode", "adjustments and rounding: why", "reason_code"),
)  # fmt: skip
"""Our own columns, in every version."""

_SPLIT_COLUMNS = tuple(made for made in COLUMNS if made.name.startswith("Allocated"))
EARLIER: tuple[Made, ...] = tuple(Made(f"x_{made.name}", made.value, made.how) for made in _SPLIT_COLUMNS)
"""What 1.2 does not know yet."""


def made_columns(version: Version) -> tuple[Made, ...]:
    """The columns of Cost and Usage of a version, in their order, with ours behind them."""
    made = {one.name: one for one in COLUMNS}
    own = (*CUSTOM, *EARLIER) if version is Version.V1_2 else CUSTOM
    return (*(made[one.name] for one in columns(Dataset.COST_AND_USAGE, version)), *own)


def schema(version: Version) -> dict[str, pl.DataType]:
    """The type of each column of a version."""
    kinds = {one.name: one.kind for one in columns(Dataset.COST_AND_USAGE, version)}
    types = {one.name: _type(one.name, kinds.get(one.name, Kind.STRING)) for one in made_columns(version)}
    return types | {"x_LedgerLines": pl.Int64()}


def _type(name: str, kind: Kind) -> pl.DataType:
    if kind is Kind.DECIMAL:
        return QUANTITY if name.endswith("Quantity") else MONEY
    return INSTANT if kind is Kind.DATE_TIME else pl.String()


def select(version: Version) -> Sequence[pl.Expr]:
    """The expressions that make the columns of a version from a batch."""
    types = schema(version)
    return [one.value.cast(types[one.name]).alias(one.name) for one in made_columns(version)]
