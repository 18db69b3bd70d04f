"""A small export that breaks no rule, made by hand: every kind of row that the rules tell apart, once.

A mistake is planted in it before or after the totals are made, so that a planted row breaks its own rule and no sum.
"""

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from analytics.focus.columns import Dataset, Version, columns
from analytics.focus.profiles import PROFILES, Profile

Row = dict[str, str | None]
COSTS = ("BilledCost", "ContractedCost", "EffectiveCost", "ListCost")
CUSTOM = ("x_ChargeId", "x_CostCenter", "x_SharedCost")
OCTOBER = {"BillingPeriodStart": "2026-10-01T00:00:00Z", "BillingPeriodEnd": "2026-11-01T00:00:00Z"}
ISSUER = {
    "InvoiceIssuerName": "AWS",
    "ServiceProviderName": "AWS",
    "HostProviderName": "AWS",
    "ProviderName": "AWS",
    "PublisherName": "AWS",
}


@dataclass
class Sample:
    """An export, before it is written."""

    profile: Profile
    rows: list[Row]
    periods: list[Row]
    header: list[str]
    details: list[Row] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, Callable[[str], str]] = field(default_factory=dict)
    """Changes of a file's text, by its name, behind the manifest's back."""

    def row(self, name: str) -> Row:
        """The row of this charge."""
        return next(row for row in self.rows if row["x_ChargeId"] == name)


def clean(version: Version = Version.V1_4) -> Sample:
    """The export without a mistake."""
    names = [column.name for column in columns(Dataset.COST_AND_USAGE, version)]
    period = OCTOBER | {
        "InvoiceIssuerName": "AWS",
        "BillingPeriodCreated": "2026-10-01T00:00:00Z",
        "BillingPeriodLastUpdated": "2026-11-03T09:00:00Z",
        "BillingPeriodStatus": "Closed",
    }
    return Sample(PROFILES[f"focus-{version}"], _rows(), [period], [*names, *CUSTOM])


def totalled(sample: Sample) -> Sample:
    """The same with the lines of its invoice, and a manifest, that add up to its rows."""
    lines: dict[str, Decimal] = defaultdict(Decimal)
    for row in sample.rows:
        lines[row["InvoiceDetailId"] or ""] += _number(row["BilledCost"])
    sample.details = [_line(name, cost) for name, cost in lines.items() if name]
    sample.manifest = {
        "sums": _sums(sample.rows),
        "invoices": [
            {"invoice_id": "aws-2026-10", "issuer": "AWS", "rows": len(sample.rows), "sums": _sums(sample.rows)}
        ],
        "cost_centers": [
            {"cost_center": name, "sums": _sums([row for row in sample.rows if row["x_CostCenter"] == name])}
            for name in {row["x_CostCenter"] for row in sample.rows}
        ],
    }
    return sample


def written(sample: Sample, folder: Path) -> Path:
    """The folder with the files, and with the manifest if there is one."""
    sheets = {"cost_and_usage.csv": (sample.header, sample.rows)}
    if sample.profile.version is Version.V1_4:
        for dataset, name, rows in (
            (Dataset.BILLING_PERIOD, "billing_period.csv", sample.periods),
            (Dataset.INVOICE_DETAIL, "invoice_detail.csv", sample.details),
        ):
            sheets[name] = ([column.name for column in columns(dataset, Version.V1_4)], rows)
    listed = [_write(sample, folder / name, header, rows) for name, (header, rows) in sheets.items()]
    sample.manifest = {"files": listed} | sample.manifest
    manifest = sample.texts.get("manifest.json", str)(json.dumps(sample.manifest))
    (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    return folder


def _write(sample: Sample, path: Path, header: list[str], rows: list[Row]) -> dict[str, object]:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[row.get(name) for name in header] for row in rows])
    path.write_text(sample.texts.get(path.name, str)(path.read_text(encoding="utf-8")), encoding="utf-8")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"name": path.name, "dataset": path.stem, "form": "machine", "rows": len(rows), "sha256": sha256}


def _sums(rows: list[Row]) -> dict[str, str]:
    return {name: f"{sum((_number(row[name]) for row in rows), Decimal(0)):f}" for name in COSTS}


def _number(text: str | None) -> Decimal:
    try:
        return Decimal(text or "0")
    except ArithmeticError:
        return Decimal(0)


def _line(name: str, cost: Decimal) -> Row:
    return OCTOBER | {
        "BilledCost": f"{cost:f}",
        "BillingAccountId": "acme",
        "BillingCurrency": "USD",
        "ChargeCategory": "Usage",
        "InvoiceDetailCreated": "2026-11-03T09:00:00Z",
        "InvoiceDetailDescription": "Charges of October",
        "InvoiceDetailGrain": '{"x_CostCenter":"CC-1"}',
        "InvoiceDetailId": name,
        "InvoiceDetailLastUpdated": "2026-11-03T09:00:00Z",
        "InvoiceId": "aws-2026-10",
        "InvoiceIssueDate": "2026-11-03T09:00:00Z",
        "InvoiceIssueStatus": "Issued",
        "InvoiceIssuerName": "AWS",
        "PaymentCurrency": "USD",
        "PaymentCurrencyBilledCost": f"{cost:f}",
        "PaymentCurrencyInvoiceDetailId": name,
        "PaymentDueDate": None,
        "PaymentTerms": "Net 30",
        "PurchaseOrderNumber": None,
        "ReferenceInvoiceId": "aws-2026-10",
    }


def _rows() -> list[Row]:
    return [
        _usage("input", quantity="12.5", price="3.0", cost="37.5"),
        _usage("output", quantity="1.000001", price="15.0", cost="15.000015", meter="Output Tokens"),
        _usage("free", quantity="0.5", price="0.0", cost="0.0", sku="free", meter="Cache Read Input Tokens"),
        _charge("correction", **_correction()),
        _charge("tax", **_costs("1.25"), ChargeCategory="Tax", ChargeFrequency="One-Time", ServiceName="Tax Office"),
        _charge("credit", **_costs("-2.0"), ChargeCategory="Credit", ChargeFrequency="One-Time"),
        _charge("rounding", **_costs("-0.000015"), ChargeCategory="Adjustment", ChargeFrequency="One-Time"),
        _commitment("bought", "Purchase", billed="100.0", effective="0.0"),
        _commitment("used", "Usage", billed="0.0", effective="60.0", CommitmentDiscountStatus="Used"),
        _commitment("unused", "Usage", billed="0.0", effective="40.0", CommitmentDiscountStatus="Unused"),
        _share("share-1", "0.7", "7.0"),
        _share("share-2", "0.3", "3.0"),
    ]


def _charge(name: str, **values: str | None) -> Row:
    row: Row = {
        **OCTOBER,
        **ISSUER,
        "BillingAccountId": "acme",
        "BillingAccountName": "Acme",
        "BillingAccountType": "Organization",
        "BillingCurrency": "USD",
        "ChargeDescription": f"The {name} of October",
        "ChargePeriodStart": "2026-10-04T00:00:00Z",
        "ChargePeriodEnd": "2026-10-05T00:00:00Z",
        "InvoiceId": "aws-2026-10",
        "InvoiceDetailId": "aws-2026-10/CC-1",
        "ServiceCategory": "AI and Machine Learning",
        "ServiceName": "Amazon Bedrock",
        "ServiceSubcategory": "Generative AI",
        "Tags": '{"team":"support","cost_center":"CC-1"}',
        "x_ChargeId": name,
        "x_CostCenter": "CC-1",
    }
    row |= values
    return row | {
        "PricingCurrency": "USD",
        "PricingCurrencyContractedUnitPrice": row.get("ContractedUnitPrice"),
        "PricingCurrencyEffectiveCost": row["EffectiveCost"],
        "PricingCurrencyListUnitPrice": row.get("ListUnitPrice"),
    }


def _costs(cost: str) -> Row:
    return dict.fromkeys(COSTS, cost)


def _usage(
    name: str, *, quantity: str, price: str, cost: str, meter: str = "Input Tokens", sku: str = "", **more: str | None
) -> Row:
    sku = f"aws/claude/{sku or name}"
    return _charge(
        name,
        **_costs(cost)
        | {
            "ChargeCategory": "Usage",
            "ChargeFrequency": "Usage-Based",
            "ConsumedQuantity": f"{Decimal(quantity) * 1_000_000:f}",
            "ConsumedUnit": "Tokens",
            "ContractedUnitPrice": price,
            "ListUnitPrice": price,
            "PricingCategory": "Standard",
            "PricingQuantity": quantity,
            "PricingUnit": "1000000 Tokens",
            "RegionId": "us-east-1",
            "RegionName": "US East",
            "SkuId": sku,
            "SkuMeter": meter,
            "SkuPriceDetails": '{"x_ModelId":"claude","x_TokenDirection":"Input"}',
            "SkuPriceId": f"{sku}/us-east-1/standard",
            "SubAccountId": "p-1",
            "SubAccountName": "Support",
            "SubAccountType": "Project",
        }
        | more,
    )


def _correction() -> Row:
    usage = _usage("correction", quantity="-1.0", price="3.0", cost="-2.5", sku="input")
    about = {"ChargePeriodStart": "2026-09-30T00:00:00Z", "ChargePeriodEnd": "2026-10-01T00:00:00Z"}
    return {key: value for key, value in usage.items() if key != "x_ChargeId"} | about | {"ChargeClass": "Correction"}


def _commitment(name: str, category: str, *, billed: str, effective: str, **more: str | None) -> Row:
    is_used = more.get("CommitmentDiscountStatus") == "Used"
    usage = _usage(name, quantity="1.0", price="100.0", cost="100.0", sku="hours", meter="Model Units")
    return usage | {
        "BilledCost": billed,
        "EffectiveCost": effective,
        "PricingCurrencyEffectiveCost": effective,
        "ChargeCategory": category,
        "ChargeFrequency": "Recurring" if category == "Purchase" else "Usage-Based",
        "CapacityReservationId": "res-1" if category == "Usage" else None,
        "CapacityReservationStatus": more.get("CommitmentDiscountStatus"),
        "CommitmentDiscountCategory": "Usage",
        "CommitmentDiscountId": "pt-1",
        "CommitmentDiscountName": "Provisioned throughput",
        "CommitmentDiscountQuantity": "744.0",
        "CommitmentDiscountType": "Provisioned",
        "CommitmentDiscountUnit": "Hours",
        "ConsumedQuantity": "446.4" if is_used else None,
        "ConsumedUnit": "Hours" if is_used else None,
        "PricingCategory": "Committed" if category == "Usage" else "Standard",
        "PricingUnit": "Months",
        "ResourceId": "pt-1",
        "ResourceName": "Throughput of October",
        "ResourceType": "Provisioned throughput",
    } | more  # fmt: skip


def _share(name: str, ratio: str, cost: str) -> Row:
    details = {"Elements": [{"AllocatedRatio": float(ratio), "UsageUnit": "Tokens", "UsageQuantity": 10}]}
    share = _usage(name, quantity="1.0", price=cost, cost=cost, sku="shared", meter="Shares of a Cost")
    return share | {
        "AllocatedMethodDetails": json.dumps(details),
        "AllocatedMethodId": "usage/tokens",
        "AllocatedResourceId": name,
        "AllocatedResourceName": f"Receiver of {name}",
        "AllocatedTags": '{"team":"support"}',
        "ConsumedQuantity": "1.0",
        "ConsumedUnit": "Units",
        "PricingUnit": "Units",
        "ServiceName": "Shared Cost: vector database",
        "ServiceSubcategory": "Other (AI and Machine Learning)",
        "x_SharedCost": "vector database",
    }  # fmt: skip
