"""Every column of a row, and the arithmetic between them."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.focus import entry_words, people_words, price_words
from analytics.focus.batches import batches_of
from analytics.focus.columns import Dataset, Version, columns
from analytics.focus.entries import BOOKED
from analytics.focus.meters import METERS
from analytics.focus.rows import COLUMNS, made_columns, schema, select
from analytics.focus.services import SERVICES
from analytics.focus.wording import wording
from analytics.ledger.charge import CHARGES, Entry
from analytics.prices.sellers import SELLERS
from collector.dialects.usage_classes import UsageClass
from tests.analytics.focus.charged import CLOSED, OCTOBER, TERMS, amount, batches, charge, correction, share

Row = dict[str, object]


def rows(*charges: Row, version: Version = Version.V1_4) -> list[Row]:
    said = wording(TERMS, CLOSED).said(next(batches_of(batches(charges), OCTOBER)))
    return said.lazy().select(select(version)).collect().to_dicts()


def row(one: Row, version: Version = Version.V1_4) -> Row:
    return rows(one, version=version)[0]


@pytest.mark.parametrize("version", Version)
def test_every_column_of_a_version_is_made_once_and_ours_stand_behind(version: Version):
    made = [one.name for one in made_columns(version)]
    known = [one.name for one in columns(Dataset.COST_AND_USAGE, version)]
    assert made[: len(known)] == known
    assert all(name.startswith("x_") for name in made[len(known) :])
    assert len(made) == len(set(made))


def test_the_table_has_no_column_that_no_version_knows():
    known = {one.name for version in Version for one in columns(Dataset.COST_AND_USAGE, version)}
    assert {one.name for one in COLUMNS} == known


def test_every_usage_class_entry_and_seller_has_its_words():
    assert set(METERS) == set(UsageClass)
    assert set(BOOKED) == set(Entry)
    assert set(SERVICES) == {seller.name for seller in SELLERS}


def test_words_are_made_from_columns_that_charges_have():
    keys = {*price_words.KEYS, *people_words.KEYS, *entry_words.KEYS} - {"terms"}
    assert keys <= set(CHARGES.names)


def test_a_million_tokens_are_one_pricing_unit():
    found = row(charge(units=50_000_000, unit_price="0.0000002"))
    assert (found["PricingQuantity"], found["PricingUnit"]) == (Decimal(50), "1000000 Tokens")
    assert (found["ListUnitPrice"], found["ListCost"]) == (Decimal("0.2"), Decimal(10))
    assert (found["ConsumedQuantity"], found["ConsumedUnit"]) == (Decimal(50_000_000), "Tokens")


def test_searches_are_priced_by_the_piece():
    found = row(charge(usage_class="search_units", units=3, unit_price="0.002"))
    assert (found["PricingQuantity"], found["PricingUnit"], found["ListUnitPrice"]) == (3, "Searches", Decimal("0.002"))


@given(
    units=st.integers(-(10**15), 10**15),
    paid=st.decimals(0, 9_999, places=15, allow_nan=False),
    listed=st.decimals(0, 9_999, places=15, allow_nan=False),
    usage_class=st.sampled_from(UsageClass),
)
def test_cost_is_price_times_quantity_to_the_last_digit(units: int, paid: Decimal, listed: Decimal, usage_class: str):
    with_costs = {"list_unit_price_usd": listed, "list_cost_usd": listed * units, "cost_usd": paid * units}
    found = row(charge(units=units, unit_price=format(paid, "f"), usage_class=str(usage_class), **with_costs))
    assert found["ListCost"] == found["ListUnitPrice"] * found["PricingQuantity"] == listed * units
    assert found["ContractedCost"] == found["ContractedUnitPrice"] * found["PricingQuantity"] == paid * units
    assert found["BilledCost"] == found["EffectiveCost"] == paid * units


def test_a_price_that_changes_leaves_the_sku_price_id_as_it_is():
    before, after = rows(charge(unit_price="0.000003"), charge(unit_price="0.000002"))
    assert before["SkuPriceId"] == after["SkuPriceId"]
    assert before["ListUnitPrice"] != after["ListUnitPrice"]


def test_the_sku_of_a_cached_read_says_region_tier_and_band():
    band = {"region": "us", "context_above": 0, "context_until": 200_000}
    found = row(charge(seller="anthropic", model="claude-sonnet-4-5", usage_class="cache_read", **band))
    assert found["SkuPriceId"] == "anthropic/claude-sonnet-4-5/cache-read/us/standard/0-200k"
    assert found["SkuPriceDetails"] == (
        '{"x_ModelId":"claude-sonnet-4-5","x_TokenDirection":"Input","x_TokenCacheAction":"Read",'
        '"x_ServiceTier":"standard","x_ContextBand":"0-200k"}'
    )
    assert found["SubAccountType"] == "Workspace"


@pytest.mark.parametrize("hours", ["0030-1630utc", "mon-fri", "sat+sun/0900-1000utc"])
def test_a_price_by_hours_or_weekdays_is_dynamic_and_a_sku_price_of_its_own(hours: str):
    found = row(charge(price_id=f"genai-prices/deepseek/deepseek-chat/output/standard/{hours}"))
    assert found["PricingCategory"] == "Dynamic"
    assert found["SkuPriceId"].endswith(f"any-context/{hours}")


def test_a_dated_price_is_not_dynamic():
    dated = "genai-prices/openai/gpt-4o/output/standard/over-200000/2026-08-21T000000.000000Z"
    assert row(charge(price_id=dated))["PricingCategory"] == "Standard"


def test_a_contract_without_a_list_price_says_so():
    found = row(charge(list_unit_price_usd=None, list_cost_usd=None))
    assert (found["ListUnitPrice"], found["ListCost"]) == (found["ContractedUnitPrice"], found["BilledCost"])
    assert found["x_ListPriceBasis"] == "contract"


def test_an_unknown_seller_keeps_its_own_name():
    found = row(charge(seller="acme-ai"))
    named = ("ServiceName", "ServiceProviderName", "HostProviderName", "InvoiceIssuerName")
    assert {found[name] for name in named} == {"acme-ai"}


def test_bedrock_is_sold_hosted_and_billed_by_aws():
    found = row(charge(seller="aws"), Version.V1_2)
    assert (found["ServiceName"], found["ProviderName"], found["InvoiceIssuerName"]) == ("Amazon Bedrock", "AWS", "AWS")


def test_what_nobody_bills_is_the_companys_own():
    found = row(
        charge(seller=None, provider="vllm", unit_price=None, status="amortised", price_id="infrastructure/gpu")
    )
    assert (found["InvoiceIssuerName"], found["InvoiceId"]) == ("Acme", "internal-2026-10")
    assert (found["BilledCost"], found["PricingCategory"], found["x_PriceId"]) == (0, "Other", "infrastructure/gpu")


def test_a_correction_stands_on_the_invoice_of_the_later_period():
    found = row(correction("reversal", -1_000_000, "-3"))
    assert (found["ChargeClass"], found["InvoiceId"]) == ("Correction", "openai-2026-10")
    assert found["InvoiceDetailId"] == "openai-2026-10/CC-1/Usage/2026-09"
    assert (found["PricingQuantity"], found["BilledCost"], found["ListUnitPrice"]) == (-1, -3, 3)
    assert f"{found['ChargePeriodStart']:%Y-%m-%d}" == "2026-09-30"


def test_a_share_says_how_it_was_split_and_for_whom():
    found = row(share("6.00", "0.6"))
    assert found["AllocatedMethodDetails"] == (
        '{"Elements":[{"AllocatedRatio":0.6,"UsageUnit":"Tokens","UsageQuantity":1200}]}'
    )
    assert found["AllocatedResourceId"] == "cost_center=CC-1;tenant=acme;team=support"
    assert (found["PricingQuantity"], found["ListUnitPrice"], found["AllocatedTags"]) == (1, 6, found["Tags"])


def test_a_credit_that_is_split_has_a_negative_quantity_and_no_negative_price():
    found = row(share("-6.00", "0.6"))
    assert (found["PricingQuantity"], found["ListUnitPrice"], found["BilledCost"]) == (-1, 6, -6)


def test_version_1_2_carries_the_split_in_columns_of_ours():
    found = row(share("6.00", "0.6"), Version.V1_2)
    assert found["x_AllocatedMethodId"] == "usage/tokens/team"
    assert "AllocatedMethodId" not in found


@pytest.mark.parametrize("entry", ["unused", "adjustment", "rounding"])
def test_what_is_only_an_amount_is_an_adjustment_without_a_price(entry: str):
    found = row(amount(entry, "0.01"))
    assert (found["ChargeCategory"], found["BilledCost"]) == ("Adjustment", Decimal("0.01"))
    assert {found[name] for name in ("SkuId", "PricingQuantity", "ListUnitPrice", "ConsumedUnit")} == {None}


def test_tags_are_the_words_that_were_said():
    assert row(charge(team=None))["Tags"] == (
        '{"cost_center":"CC-1","feature":"assistant","purpose":"answer","tenant":"acme"}'
    )


def test_what_nobody_claimed_is_unallocated_and_has_an_owner():
    found = row(charge(cost_center=None))
    assert (found["x_CostCenter"], found["x_CostCenterOwner"]) == ("unallocated", "platform")
    assert '"cost_center":"unallocated"' in found["Tags"]


def test_a_cost_center_is_booked_where_the_configuration_says():
    found = row(charge())
    booked = ("x_CostCenterName", "x_CostCenterOwner", "x_GLAccount", "x_PurchaseOrder")
    assert tuple(found[name] for name in booked) == ("Support", "Ada", "6400", "PO-77")


def test_blank_words_are_absent():
    assert row(charge(project=" ", team=""))["SubAccountId"] is None


def test_every_column_has_the_type_of_its_kind():
    types = schema(Version.V1_4)
    assert types["BilledCost"] == pl.Decimal(38, 15)
    assert types["PricingQuantity"] == pl.Decimal(38, 6)
    assert types["ChargePeriodStart"] == pl.Datetime("us", "UTC")
    assert not any(kind.is_float() for kind in types.values())
