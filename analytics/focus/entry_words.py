"""What an export says of the kind of a charge: category, class, frequency, the split it comes from."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from analytics.focus.entries import BOOKED
from analytics.focus.services import invoice_id
from analytics.ledger.charge import Entry

KEYS = ("entry", "corrects_start", "seller", "shared_cost", "share", "description")
_TEXT = pl.String()
SCHEMA: Mapping[str, pl.DataType] = {
    "ChargeCategory": _TEXT,
    "ChargeClass": _TEXT,
    "ChargeFrequency": _TEXT,
    "InvoiceId": _TEXT,
    "CorrectedMonth": _TEXT,
    "CorrectedInvoice": _TEXT,
    "MethodDetails": _TEXT,
    "opening": _TEXT,
}


def entry_words(row: Mapping[str, Any], month: str) -> dict[str, object]:
    """The words for one combination of KEYS, in an export of a month."""
    booked = BOOKED[Entry(row["entry"])]
    corrected = None if row["corrects_start"] is None else f"{row['corrects_start']:%Y-%m}"
    about = f"Correction of {corrected}, " if corrected else ""
    return {
        "ChargeCategory": booked.category,
        "ChargeClass": booked.charge_class,
        "ChargeFrequency": booked.frequency,
        "InvoiceId": invoice_id(row["seller"], month),
        "CorrectedMonth": corrected,
        "CorrectedInvoice": None if corrected is None else invoice_id(row["seller"], corrected),
        "MethodDetails": None if row["share"] is None else method_details(row["share"]),
        "opening": about + booked.said,
    }


def method_details(share: str) -> str:
    """How a cost was split, as AllocatedMethodDetails; the ratio and the quantity are exact numbers.

    >>> method_details('{"AllocatedRatio":"0.000000000000001","UsageUnit":"Tokens","UsageQuantity":"1200"}')
    '{"Elements":[{"AllocatedRatio":0.000000000000001,"UsageUnit":"Tokens","UsageQuantity":1200}]}'
    """
    said = json.loads(share)
    numbers = {key: format(Decimal(said[key]), "f") for key in ("AllocatedRatio", "UsageQuantity") if key in said}
    unit = {"UsageUnit": json.dumps(said["UsageUnit"], ensure_ascii=False)} if "UsageUnit" in said else {}
    ordered = {key: (numbers | unit)[key] for key in ("AllocatedRatio", "UsageUnit", "UsageQuantity") if key in said}
    return '{"Elements":[{' + ",".join(f'"{key}":{text}' for key, text in ordered.items()) + "}]}"
