"""A charge: what finance books. One row: a UTC day x price terms x attribution x purpose x kind of entry.

Ledger lines add up to charges, charges to exports, statements and reconciliations. A charge is named by what it is
about, never by its amount, so the same charge has the same name however often it is made.
"""

from enum import StrEnum

import pyarrow as pa

USD = pa.decimal128(38, 15)
UNIT_PRICE = pa.decimal128(19, 15)
QUANTITY = pa.decimal128(38, 0)


class Entry(StrEnum):
    """Why a charge stands in its period."""

    USAGE = "usage"  # usage of this period
    REVERSAL = "reversal"  # takes back what a closed period booked; quantity and costs are negative
    RESTATEMENT = "restatement"  # what that should have been
    SHARED = "shared"  # a share of a cost that is split
    UNUSED = "unused"  # paid capacity nobody used
    ADJUSTMENT = "adjustment"  # the provider's bill said otherwise
    ROUNDING = "rounding"  # from the exact sum to whole cents


ATTRIBUTION = ("tenant", "team", "feature", "route", "tier", "environment", "cost_center", "project")
"""Whom a charge is for; null is nobody said, shown as unallocated."""

CHARGES = pa.schema(
    [
        pa.field("charge_id", pa.string(), nullable=False),  # 32 hex digits: a hash of everything but the amounts
        pa.field("period_start", pa.date32(), nullable=False),  # first day of the billing month, UTC
        pa.field("starts_at", pa.timestamp("us"), nullable=False),  # UTC day of the usage, included
        pa.field("ends_at", pa.timestamp("us"), nullable=False),  # excluded
        pa.field("entry", pa.string(), nullable=False),  # Entry
        ("corrects_start", pa.date32()),  # reversal, restatement: first day of the closed month they are about
        ("provider", pa.string()),  # as telemetry reported it
        ("seller", pa.string()),  # who sells it, by the price book; the issuer of the invoice
        ("model", pa.string()),  # the priced model, else the reported one
        ("usage_class", pa.string()),
        ("service_tier", pa.string()),  # of the price
        ("region", pa.string()),  # of the price
        ("context_above", pa.int64()),
        ("context_until", pa.int64()),
        ("price_id", pa.string()),
        ("unit_price_usd", UNIT_PRICE),  # contracted: what is paid
        ("list_unit_price_usd", UNIT_PRICE),
        ("confidence", pa.string()),  # how far the start date of the price can be trusted
        pa.field("status", pa.string(), nullable=False),  # priced | unpriced | amortised
        ("reason", pa.string()),  # unpriced: why
        *((name, pa.string()) for name in ATTRIBUTION),
        ("purpose", pa.string()),
        ("quantity", QUANTITY),  # units of the usage class
        ("list_cost_usd", USD),
        ("cost_usd", USD),  # contracted; null when unpriced or amortised
        pa.field("lines", pa.int64(), nullable=False),  # ledger lines in it
        ("shared_cost", pa.string()),  # shared, unused: name of the cost that is split
        ("method", pa.string()),  # id of the split's method
        ("share", pa.string()),  # json: AllocatedRatio, UsageUnit, UsageQuantity
        ("description", pa.string()),
        ("reason_code", pa.string()),  # adjustment, rounding: why
    ]
)
"""The columns of a charge."""
