"""Reads FOCUS 1.x Cost and Usage rows, CSV or Parquet: the rows about models; the others are counted as left out."""

from collections.abc import Mapping
from decimal import Decimal

from analytics.reconciliation.bill import BillLine, LineKind
from analytics.reconciliation.columns import ReadLine, Row
from analytics.reconciliation.issuers import issuer_named
from analytics.reconciliation.meters import UNITS
from analytics.reconciliation.usage_types import Meter, aws_meter, focus_meter

COST_COLUMNS = ("BilledCost", "EffectiveCost")
PROJECT_COLUMN = "SubAccountId"
IDENTITY = ("x_ChargeId",)
KINDS: Mapping[str, LineKind] = {
    "Usage": LineKind.USAGE,
    "Purchase": LineKind.OTHER,
    "Tax": LineKind.TAX,
    "Credit": LineKind.CREDIT,
    "Adjustment": LineKind.OTHER,
}
"""What a ChargeCategory is to us."""

REQUIRED = ("InvoiceIssuerName", "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "BillingCurrency")
WANTED = (
    *("ServiceCategory", "ServiceSubcategory", "ServiceName", "SkuId", "SkuMeter", "SkuPriceDetails"),
    *("ChargeDescription", "ConsumedQuantity", "ConsumedUnit", "x_UsageType", "x_UsageClass", "x_Model"),
)
_ABOUT_MODELS = {"ServiceSubcategory": "Generative AI", "ServiceCategory": "AI and Machine Learning"}


def read_line(row: Row, cost_column: str, project_column: str) -> ReadLine:
    """One row as a line."""
    category = row.text("ChargeCategory")
    if category not in KINDS:
        raise row.refuse("ChargeCategory", f"one of {', '.join(KINDS)}")
    start, until = (row.instant(name, zone_told=True) for name in ("ChargePeriodStart", "ChargePeriodEnd"))
    usage = category == "Usage" and _about_models(row)
    amount, meter = row.number(cost_column), _meter(row)
    line = BillLine(
        issuer=issuer_named(row.text("InvoiceIssuerName")),
        project=row.optional(project_column),
        day=row.one_day(start, until, "ChargePeriodEnd") if usage else start.date(),
        model=meter.model,
        usage_class=meter.usage_class,
        usage_type=_usage_type(row),
        kind=KINDS[category],
        amount_usd=amount.value,
        quantity=_quantity(row),
        currency=row.usd("BillingCurrency"),
        file=row.file,
        place=row.place,
    )
    return ReadLine(line, amount.repaired, _about_models(row))


def _about_models(row: Row) -> bool:
    """Rows say so in their category; a file without categories is taken as a whole."""
    told = {column: row.optional(column) for column in _ABOUT_MODELS if column in row.values}
    return not told or any(value == _ABOUT_MODELS[column] for column, value in told.items())


def _meter(row: Row) -> Meter:
    details = dict(row.details("SkuPriceDetails"))
    stated = {"UsageClass": row.optional("x_UsageClass"), "ModelId": row.optional("x_Model")}
    found = focus_meter(row.optional("SkuMeter"), details | {k: v for k, v in stated.items() if v is not None})
    usage_type = row.optional("x_UsageType")
    if usage_type is None:
        return found
    told = aws_meter(usage_type)
    return Meter(found.model or told.model, found.usage_class or told.usage_class)


def _usage_type(row: Row) -> str:
    told = (row.optional(name) for name in ("x_UsageType", "SkuMeter", "SkuId", "ChargeDescription", "ServiceName"))
    return next((word for word in told if word is not None), "not told")


def _quantity(row: Row) -> Decimal | None:
    unit = UNITS.get((row.optional("ConsumedUnit") or "").lower())
    consumed = row.optional_number("ConsumedQuantity")
    return None if unit is None or consumed is None else consumed * unit
