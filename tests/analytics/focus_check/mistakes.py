"""One planted mistake for each rule: in the rows before the totals are made, or in the export behind them.

A mistake breaks its own rule and no other one; where a row has to change in two places for that, it does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.analytics.focus_check.sample import Row, Sample

Change = Callable[[Sample], object]


@dataclass(frozen=True, slots=True)
class Mistake:
    """How a rule is broken."""

    before: Change = lambda _: None
    """In the rows; lines of the invoice and manifest are made of what it leaves."""
    after: Change = lambda _: None
    """In the finished export."""


def cells(name: str, **values: str | None) -> Mistake:
    """Other values in one row."""
    return Mistake(before=lambda sample: sample.row(name).update(values))


def everywhere(**values: str | None) -> Mistake:
    """Other values in every row."""
    return Mistake(before=lambda sample: [row.update(values) for row in sample.rows])


def text(file: str, change: Callable[[str], str]) -> Mistake:
    """Another text of one file, which the manifest agrees to."""
    return Mistake(after=lambda sample: sample.texts.update({file: change}))


def header(change: Callable[[list[str]], object]) -> Mistake:
    """Other columns."""
    return Mistake(before=lambda sample: change(sample.header))


def detail(**values: str | None) -> Mistake:
    """Other values in the line of the invoice."""
    return Mistake(after=lambda sample: sample.details[0].update(values))


def without(row: Row, *names: str) -> None:
    """Make cells null."""
    row.update(dict.fromkeys(names))


def _no_invoice(sample: Sample) -> None:
    # Its cost is 0, so the sums of invoice and lines stay what they are.
    without(sample.row("free"), "InvoiceId", "InvoiceDetailId")


def _of_no_invoice_line(sample: Sample) -> None:
    without(sample.row("free"), "InvoiceId")
    sample.periods[0]["BillingPeriodStatus"] = "Open"


def _listed(sample: Sample, key: str, **values: object) -> None:
    sample.manifest[key][0].update(values)


def _open_invoice(sample: Sample) -> None:
    sample.details[0].update(InvoiceIssueStatus="Open", InvoiceIssueDate=None)


OWN_TESTS = frozenset({"column-type", "text-no-formula", "payable-amount", "manifest-sha256", "datasets-present"})
"""Rules whose mistake needs another kind of file, or something beside it."""

MISTAKES: Mapping[str, Mistake] = {
    "file-readable": text("billing_period.csv", lambda text: text + "one cell\n"),
    "columns-required": header(lambda names: names.remove("BillingAccountName")),
    "columns-known": header(lambda names: names.insert(0, "CostOfThings")),
    "columns-once": header(lambda names: names.insert(0, "Tags")),
    "columns-custom-last": header(lambda names: names.insert(0, names.pop())),
    "columns-custom-named": header(lambda names: names.append("x_lower_case")),
    "value-given": cells("input", ChargeFrequency=None),
    "value-allowed": cells("input", PricingCategory="standard"),
    "text-not-blank": cells("input", ChargeDescription="  "),
    "text-no-placeholder": cells("input", ChargeDescription="N/A"),
    "number-form": cells("input", ConsumedQuantity="12,500,000"),
    "number-exponent": cells("input", ConsumedQuantity="1.25E7"),
    "instant-form": cells("input", ChargePeriodStart="2026-10-04 00:00:00"),
    "unit-form": cells("input", PricingUnit="1,000,000 Tokens"),
    "unit-spelling": cells("input", PricingUnit="1000000 tokens"),
    "currency-known": everywhere(BillingCurrency="DEM"),
    "key-value-form": cells("input", Tags='{"team":["support"]}'),
    "json-form": cells("input", ContractApplied="[1]"),
    "json-keys-once": cells("input", Tags='{"team":"support","team":"sales"}'),
    "sku-details-keys": cells("input", SkuPriceDetails='{"TokenDirection":"Input"}'),
    "subcategory-of-category": cells("tax", ServiceSubcategory="Search"),
    "tax-has-no-price": cells("tax", PricingCategory="Other"),
    "priced-is-complete": cells("input", PricingCategory=None),
    "unit-with-quantity": cells("input", ConsumedUnit=None),
    "consumed-by-usage": cells("credit", ConsumedQuantity="1", ConsumedUnit="Tokens"),
    "usage-is-measured": cells("input", ConsumedQuantity=None, ConsumedUnit=None),
    "sku-chain": cells("credit", SkuMeter="Input Tokens"),
    "sku-has-meter": cells("free", SkuMeter=None),
    "sub-account-whole": cells("input", SubAccountName=None),
    "region-whole": cells("input", RegionName=None),
    "resource-whole": cells("input", ResourceName="Claude"),
    "commitment-whole": cells("used", CommitmentDiscountType=None),
    "commitment-status": cells("used", CommitmentDiscountStatus=None),
    "commitment-quantity": cells("used", CommitmentDiscountQuantity=None, CommitmentDiscountUnit=None),
    "commitment-priced": cells("used", PricingCategory="Standard"),
    "capacity-whole": cells("used", CapacityReservationStatus=None),
    "purchase-frequency": cells("bought", ChargeFrequency="Usage-Based"),
    "price-not-negative": cells("input", ListUnitPrice="-3.0", ListCost="-37.5", PricingCurrency="Credits"),
    "list-cost-exact": cells("input", ListCost="37.500000000000001"),
    "contracted-cost-exact": cells("output", ContractedCost="15.00001"),
    "pricing-currency-whole": cells("tax", PricingCurrencyEffectiveCost=None),
    "one-currency-one-price": cells("input", PricingCurrencyListUnitPrice="3.01"),
    "credit-cost-equal": cells("credit", EffectiveCost="-1.99", PricingCurrency="Credits"),
    "prepaid-has-no-effect": cells("bought", EffectiveCost="100.0", PricingCurrency="Credits"),
    "period-in-order": cells("input", ChargePeriodEnd="2026-10-04T00:00:00Z"),
    "charge-in-period": cells("input", ChargePeriodEnd="2026-11-02T00:00:00Z"),
    "correction-before-period": cells("correction", ChargePeriodEnd="2026-10-02T00:00:00Z"),
    "split-whole": cells("input", AllocatedResourceId="CC-1"),
    "split-details-form": cells("correction", AllocatedMethodId="even", AllocatedMethodDetails='{"Elements":[]}'),
    "invoice-of-line": Mistake(before=_of_no_invoice_line),
    "row-id-unique": cells("input", x_ChargeId="output"),
    "one-currency": cells("input", BillingCurrency="EUR"),
    "service-one-category": cells("input", ServiceSubcategory="AI Platforms"),
    "sku-price-one-sku": cells("input", SkuPriceId="aws/claude/output/us-east-1/standard"),
    "sku-one-meter": cells("correction", SkuMeter="Prompt Tokens"),
    "invoice-one-period": cells("input", BillingAccountId="acme-2"),
    "commitment-amortised": cells("used", EffectiveCost="59.99", PricingCurrency="Credits"),
    "shares-sum-to-one": cells(
        "share-1", AllocatedMethodDetails='{"Elements":[{"AllocatedRatio":0.7000000000000001}]}'
    ),
    "billing-period-once": Mistake(before=lambda sample: sample.periods.append(dict(sample.periods[0]))),
    "billing-period-known": Mistake(before=lambda sample: sample.periods[0].update(InvoiceIssuerName="OpenAI")),
    "closed-is-invoiced": Mistake(before=_no_invoice),
    "closed-is-issued": Mistake(after=_open_invoice),
    "invoice-line-once": Mistake(
        after=lambda sample: sample.details.append(
            sample.details[0] | {"BilledCost": "0", "InvoiceDetailDescription": ""}
        )
    ),
    "issued-has-date": detail(InvoiceIssueDate=None),
    "invoice-known": Mistake(after=lambda sample: sample.row("free").update(InvoiceDetailId="another line")),
    "invoice-sum": detail(BilledCost="218.51"),
    "manifest-readable": text("manifest.json", lambda text: text[:-1]),
    "manifest-files": Mistake(after=lambda sample: sample.manifest.update(files=[])),
    "manifest-rows": text("manifest.json", lambda text: text.replace('"rows": 12', '"rows": 13', 1)),
    "manifest-sums": Mistake(after=lambda sample: sample.manifest["sums"].update(ListCost="1")),
    "manifest-invoices": Mistake(after=lambda sample: _listed(sample, "invoices", invoice_id="aws-2026-11")),
    "manifest-cost-centers": Mistake(after=lambda sample: _listed(sample, "cost_centers", cost_center="CC-2")),
}
"""The mistake of each rule."""
