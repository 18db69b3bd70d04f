"""What an export says of the price terms of a charge: service, SKU, meter, units and unit prices.

    SkuId       seller / model / usage class                         anthropic/claude-sonnet-4-5/cache-read
    SkuPriceId  SkuId / region / tier / context band [/ hours]       .../us/standard/0-200k

Neither holds a price: they stay the same when the price changes. A row of a split cost is one share of a SKU of its
own. Adjustments and rounding have no SKU.

A contracted price that no list knows is also given as the list price, because the specification wants one for all
usage; ``x_ListPriceBasis`` says ``contract`` there. Amortised usage costs nothing by the token: its price is 0, its
pricing category ``Other``, and its cost stands in the rows of the shared cost that ``x_PriceId`` names.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

import polars as pl

from analytics.focus.meters import METERS, MILLION, SHARE, Meter
from analytics.focus.services import SHARED_SUBCATEGORY, SUBCATEGORY, Service, service_of, shared_service
from collector.dialects.usage_classes import UsageClass

MONEY = pl.Decimal(38, 15)
_PRICED_AT_TIMES = re.compile(r"/((?:mon|tue|wed|thu|fri|sat|sun)[a-z+-]*|[0-9]{4}-[0-9]{4}utc)(?=/|$)")
"""Days and hours in a price id: the price depends on when."""


class Terms(StrEnum):
    """By what a charge is priced."""

    USAGE = "usage"
    """Units of a usage class."""
    SHARE = "share"
    """A share of a cost that was split."""
    AMOUNT = "amount"
    """Nothing: it is an amount."""


KEYS = (
    "terms",
    "provider",
    "seller",
    "model",
    "usage_class",
    "service_tier",
    "region",
    "context_above",
    "context_until",
    "price_id",
    "unit_price_usd",
    "list_unit_price_usd",
    "status",
    "shared_cost",
    "method",
)
TEXT = pl.String()
SCHEMA: Mapping[str, pl.DataType] = {
    "ServiceName": TEXT,
    "ServiceSubcategory": TEXT,
    "ServiceProviderName": TEXT,
    "HostProviderName": TEXT,
    "InvoiceIssuerName": TEXT,
    "SubAccountType": TEXT,
    "SkuId": TEXT,
    "SkuMeter": TEXT,
    "SkuPriceId": TEXT,
    "SkuPriceDetails": TEXT,
    "ConsumedUnit": TEXT,
    "PricingUnit": TEXT,
    "PricingCategory": TEXT,
    "ListUnitPrice": MONEY,
    "ContractedUnitPrice": MONEY,
    "ListPriceBasis": TEXT,
    "per_million": pl.Boolean(),
    "subject": TEXT,
}
Row = Mapping[str, Any]


def price_words(row: Row, company: str) -> dict[str, object]:
    """The words for one combination of KEYS."""
    service = _service(row, company)
    words = _of_service(row, service)
    if row["terms"] == Terms.USAGE:
        return words | _of_usage(row, service)
    if row["terms"] == Terms.SHARE:
        return words | _of_share(row)
    return words | {"subject": row["shared_cost"] or " ".join(_said(service.name, row["model"]))}


def context_band(above: int | None, until: int | None) -> str | None:
    """The prompt sizes of a price, in tokens; None when it holds for all.

    >>> context_band(None, 200_000), context_band(200_000, None), context_band(128_500, 1_000_000)
    ('0-200k', '200k-up', '128500-1000k')
    """
    if above is None and until is None:
        return None
    return f"{_thousands(above or 0)}-{'up' if until is None else _thousands(until)}"


def _service(row: Row, company: str) -> Service:
    seller = row["seller"]
    if row["shared_cost"] is not None and row["usage_class"] is None:
        return shared_service(row["shared_cost"], seller, company)
    return service_of(seller, company)


def _of_service(row: Row, service: Service) -> dict[str, object]:
    shared = row["shared_cost"] is not None and row["usage_class"] is None
    return {
        "ServiceName": service.name,
        "ServiceSubcategory": SHARED_SUBCATEGORY if shared else SUBCATEGORY,
        "ServiceProviderName": service.provider,
        "HostProviderName": service.host_name,
        "InvoiceIssuerName": service.issuer_name,
        "SubAccountType": service.sub_account,
        "per_million": False,
    }


def _of_usage(row: Row, service: Service) -> dict[str, object]:
    meter = METERS[UsageClass(row["usage_class"])]
    band = context_band(row["context_above"], row["context_until"])
    hours = _PRICED_AT_TIMES.findall(row["price_id"] or "")
    sku = "/".join((row["seller"] or "internal", row["model"] or "any-model", row["usage_class"].replace("_", "-")))
    tier = row["service_tier"] or "standard"
    details = {"x_ModelId": row["model"], **meter.details, "x_ServiceTier": tier, "x_ContextBand": band}
    return {
        "SkuId": sku,
        "SkuMeter": meter.name,
        "SkuPriceId": "/".join((sku, row["region"] or "any-region", tier, band or "any-context", *hours)),
        "SkuPriceDetails": _json(details | {"x_Hours": " ".join(hours) or None}),
        "ConsumedUnit": meter.consumed_unit,
        "PricingUnit": meter.pricing_unit,
        "per_million": meter.per_million,
        "subject": f"{meter.name} of {row['model'] or 'a model that is not known'}, {service.name}",
        **_prices(row, meter, timed=bool(hours)),
    }


def _prices(row: Row, meter: Meter, *, timed: bool) -> dict[str, object]:
    if row["status"] == "amortised":
        nothing = Decimal(0)
        return {
            "PricingCategory": "Other",
            "ListUnitPrice": nothing,
            "ContractedUnitPrice": nothing,
            "ListPriceBasis": "amortised",
        }
    listed, paid = row["list_unit_price_usd"], row["unit_price_usd"]
    return {
        "PricingCategory": "Dynamic" if timed else "Standard",
        "ListUnitPrice": _priced(paid if listed is None else listed, meter),
        "ContractedUnitPrice": _priced(paid, meter),
        "ListPriceBasis": "contract" if listed is None else "list",
    }


def _priced(per_unit: Decimal | None, meter: Meter) -> Decimal | None:
    """The price of one PricingUnit, exactly."""
    return per_unit * MILLION if per_unit is not None and meter.per_million else per_unit


def _of_share(row: Row) -> dict[str, object]:
    sku = "/".join((row["seller"] or "internal", "shared", row["shared_cost"] or "any-cost"))
    return {
        "SkuId": sku,
        "SkuMeter": SHARE.name,
        "SkuPriceId": f"{sku}/{row['method']}",
        "ConsumedUnit": SHARE.consumed_unit,
        "PricingUnit": SHARE.pricing_unit,
        "PricingCategory": "Other",
        "ListPriceBasis": "share",
        "subject": row["shared_cost"],
    }


def _json(said: Mapping[str, object]) -> str:
    present = {key: value for key, value in said.items() if value is not None}
    return json.dumps(present, ensure_ascii=False, separators=(",", ":"))


def _said(*words: str | None) -> list[str]:
    return [word for word in words if word]


def _thousands(tokens: int) -> str:
    return f"{tokens // 1_000}k" if tokens and tokens % 1_000 == 0 else str(tokens)
