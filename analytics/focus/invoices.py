"""The two datasets that 1.4 has beside Cost and Usage: the billing periods and the lines of the invoices.

One line of an invoice is one cost centre x charge category x corrected month. Lines are not left out when they are 0.
``InvoiceDetailId`` names the line in both datasets, and BilledCost sums to the same in both.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl

from analytics.focus.columns import Dataset, Kind, Version, columns
from analytics.focus.period import PeriodInfo
from analytics.focus.price_words import MONEY
from analytics.focus.rows import INSTANT
from analytics.focus.settings import Chargeback
from analytics.focus.totals import Totals

_LINE = (
    "InvoiceId",
    "InvoiceDetailId",
    "InvoiceIssuerName",
    "CostCenter",
    "CostCenterName",
    "PurchaseOrder",
    "ChargeCategory",
    "CorrectedMonth",
    "CorrectedInvoice",
)
_TYPES = {Kind.DECIMAL: MONEY, Kind.DATE_TIME: INSTANT}
Row = Mapping[str, Any]


def schema_of(dataset: Dataset) -> dict[str, pl.DataType]:
    """The type of each column of one of the two."""
    return {one.name: _TYPES.get(one.kind, pl.String()) for one in columns(dataset, Version.V1_4)}


def billing_periods(totals: Totals, period: PeriodInfo) -> pl.DataFrame:
    """One row per issuer."""
    rows = [
        {
            **_period(period),
            "BillingPeriodCreated": _midnight(period.start),
            "BillingPeriodLastUpdated": period.instant,
            "BillingPeriodStatus": period.status.title(),
            "InvoiceIssuerName": row["InvoiceIssuerName"],
        }
        for row in totals.by(["InvoiceIssuerName"])
    ]
    return _framed(rows, Dataset.BILLING_PERIOD)


def invoice_details(totals: Totals, period: PeriodInfo, terms: Chargeback) -> pl.DataFrame:
    """One row per line of each invoice."""
    return _framed([_detail(row, period, terms) for row in totals.by(_LINE)], Dataset.INVOICE_DETAIL)


def _detail(row: Row, period: PeriodInfo, terms: Chargeback) -> dict[str, object]:
    return {
        **_period(period),
        **{
            name: row[name]
            for name in ("BilledCost", "ChargeCategory", "InvoiceDetailId", "InvoiceId", "InvoiceIssuerName")
        },
        "BillingAccountId": terms.billing_account.id,
        "BillingCurrency": "USD",
        "InvoiceDetailCreated": period.instant,
        "InvoiceDetailLastUpdated": period.instant,
        "InvoiceDetailDescription": _description(row),
        "InvoiceDetailGrain": _grain(row),
        "InvoiceIssueDate": period.instant if period.closed else None,
        "InvoiceIssueStatus": "Issued" if period.closed else "Open",
        "PaymentCurrency": "USD",
        "PaymentCurrencyBilledCost": row["BilledCost"],
        "PaymentCurrencyInvoiceDetailId": row["InvoiceDetailId"],
        "PaymentDueDate": None,
        "PaymentTerms": terms.payment_terms,
        "PurchaseOrderNumber": row["PurchaseOrder"],
        "ReferenceInvoiceId": row["CorrectedInvoice"] or row["InvoiceId"],
    }


def _description(row: Row) -> str:
    about = f", correction of {row['CorrectedMonth']}" if row["CorrectedMonth"] else ""
    named = f" ({row['CostCenterName']})" if row["CostCenterName"] else ""
    return f"{row['ChargeCategory']} of cost centre {row['CostCenter']}{named}{about}"


def _grain(row: Row) -> str:
    said = {
        "x_CostCenter": row["CostCenter"],
        "x_ChargeCategory": row["ChargeCategory"],
        "x_CorrectedMonth": row["CorrectedMonth"],
    }
    present = {key: value for key, value in said.items() if value is not None}
    return json.dumps(present, ensure_ascii=False, separators=(",", ":"))


def _period(period: PeriodInfo) -> dict[str, object]:
    return {"BillingPeriodStart": _midnight(period.start), "BillingPeriodEnd": _midnight(period.until)}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _framed(rows: list[dict[str, object]], dataset: Dataset) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema_of(dataset))
