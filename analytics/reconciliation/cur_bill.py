"""Reads AWS Cost and Usage Report 2.0 rows, CSV or Parquet: those of Bedrock; the others are counted as left out.

The project is the account by default; ``line_item_iam_principal`` (who called) can be named instead.
"""

from collections.abc import Mapping
from decimal import Decimal

from analytics.reconciliation.bill import BillLine, LineKind
from analytics.reconciliation.columns import ReadLine, Row
from analytics.reconciliation.meters import UNITS
from analytics.reconciliation.usage_types import aws_meter

ISSUER = "aws"
COST_COLUMNS = ("line_item_unblended_cost", "line_item_net_unblended_cost", "line_item_blended_cost")
PROJECT_COLUMN = "line_item_usage_account_id"
IDENTITY = ("identity_line_item_id", "identity_time_interval")
PRODUCTS = "AmazonBedrock"
"""Product codes of Bedrock begin with this; its models of the marketplace are known by their usage types."""

KINDS: Mapping[str, LineKind] = {
    "Usage": LineKind.USAGE,
    "DiscountedUsage": LineKind.USAGE,
    "SavingsPlanCoveredUsage": LineKind.USAGE,
    "Credit": LineKind.CREDIT,
    "Refund": LineKind.CREDIT,
    "Discount": LineKind.CREDIT,
    "BundledDiscount": LineKind.CREDIT,
    "EdpDiscount": LineKind.CREDIT,
    "PrivateRateDiscount": LineKind.CREDIT,
    "SppDiscount": LineKind.CREDIT,
    "SavingsPlanNegation": LineKind.CREDIT,
    "Tax": LineKind.TAX,
    "Fee": LineKind.OTHER,
    "RIFee": LineKind.OTHER,
    "SavingsPlanRecurringFee": LineKind.OTHER,
    "SavingsPlanUpfrontFee": LineKind.OTHER,
    "FlatRateSubscription": LineKind.OTHER,
}
"""What a line_item_line_item_type is to us; one that is not here is other."""

_START, _END = "line_item_usage_start_date", "line_item_usage_end_date"
REQUIRED = (
    *("line_item_line_item_type", "line_item_usage_type", "line_item_product_code", "line_item_currency_code"),
    *(_START, _END),
)
WANTED = ("line_item_usage_amount", "pricing_unit", "line_item_line_item_description")


def read_line(row: Row, cost_column: str, project_column: str) -> ReadLine:
    """One row as a line."""
    usage_type = row.optional("line_item_usage_type") or ""
    meter, amount = aws_meter(usage_type), row.number(cost_column)
    kind = KINDS.get(row.text("line_item_line_item_type"), LineKind.OTHER)
    about_models = _about_models(row, usage_type, marketplace=meter.usage_class is not None)
    start = row.instant(_START, zone_told=False)
    usage = about_models and kind is LineKind.USAGE
    line = BillLine(
        issuer=ISSUER,
        project=row.optional(project_column),
        day=row.one_day(start, row.instant(_END, zone_told=False), _END) if usage else start.date(),
        model=meter.model,
        usage_class=meter.usage_class,
        usage_type=usage_type or row.optional("line_item_line_item_description") or "not told",
        kind=kind,
        amount_usd=amount.value,
        quantity=_quantity(row),
        currency=row.usd("line_item_currency_code"),
        file=row.file,
        place=row.place,
    )
    return ReadLine(line, amount.repaired, about_models)


def _about_models(row: Row, usage_type: str, *, marketplace: bool) -> bool:
    code = row.optional("line_item_product_code") or ""
    return code.startswith(PRODUCTS) or ("MP:" in usage_type and marketplace)


def _quantity(row: Row) -> Decimal | None:
    unit = UNITS.get((row.optional("pricing_unit") or "").lower())
    amount = row.optional_number("line_item_usage_amount")
    return None if unit is None or amount is None else amount * unit
