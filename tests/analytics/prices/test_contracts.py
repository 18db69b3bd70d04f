"""A contract lies over the list: every resolved price says what is paid and what the list says, and both are right."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.prices import PriceBook, PriceKey, UnpricedReason, rate, stated_prices
from analytics.prices.check import PriceGapError
from analytics.prices.layers import PriceOverlapError
from analytics.prices.price import Discount
from analytics.prices.service_tiers import tier_of
from analytics.prices.stated_checks import InexactDiscountError
from collector.dialects.usage_classes import UsageClass as Class

BOOK = PriceBook.load()
TODAY = date(2026, 11, 21)
MILLION = 1_000_000
NOVEMBER = datetime(2026, 11, 15, 12, tzinfo=UTC)  # a Sunday
GPT_4O = PriceKey("openai", "gpt-4o")  # the list: 2.50 in, 1.25 cached, 10 out


def with_rows(*entries):
    return BOOK.with_rows(stated_prices(entries, "burnline.yaml", TODAY))


def contract(**changes):
    return {"provider": "openai", "model": "gpt-4o"} | changes


def both(book, usage_class, *, at=NOVEMBER, key=GPT_4O):
    """What a million units cost by contract and by list."""
    (line,) = rate({usage_class: MILLION}, book.resolve(key), at=at)
    return line.cost_usd, line.list_cost_usd


def test_an_absolute_price_and_the_list_price_are_both_told():
    book = with_rows(contract(usd_per_million={"output": "7.50"}))
    assert both(book, Class.OUTPUT) == (Decimal("7.50"), 10)
    assert both(book, Class.INPUT_UNCACHED) == (Decimal("2.50"), Decimal("2.50"))
    (record,) = [row for row in book.rows_for([GPT_4O]) if row.usage_class is Class.OUTPUT]
    assert (record.price_id, record.list_price_id) == (
        "burnline.yaml/openai/gpt-4o/output/standard",
        "genai-prices/openai/gpt-4o/output/standard",
    )
    assert (record.confidence, record.seller, record.priced_model, record.priced_tier) == (
        "contract",
        "openai",
        "gpt-4o",
        "standard",
    )


def test_a_model_no_list_knows_has_no_list_price():
    book = with_rows({"provider": "acme", "model": "llama", "usd_per_million": {"output": "0.80"}})
    assert both(book, Class.OUTPUT, key=PriceKey("acme", "llama")) == (Decimal("0.80"), None)
    assert [row.list_price_id for row in book.rows_for([PriceKey("acme", "llama")])] == [None]


def test_a_discount_is_a_ratio_of_whatever_the_list_says_in_every_tier():
    book = with_rows(contract(model="*", discount="0.12"))
    assert both(book, Class.OUTPUT) == (10 * Decimal("0.88"), 10)
    assert both(book, Class.OUTPUT, key=PriceKey("openai", "gpt-4o", "batch")) == (5 * Decimal("0.88"), 5)
    assert both(book, Class.OUTPUT, key=PriceKey("openai", "o3")) == (8 * Decimal("0.88"), 8)


def test_a_discount_on_a_price_that_changed_follows_it():
    book = with_rows(contract(model="gpt-5.6-sol", discount="0.5"))
    key = PriceKey("openai", "gpt-5.6-sol")
    assert both(book, Class.OUTPUT, key=key, at=datetime(2026, 8, 20, 23, 59, 59, tzinfo=UTC)) == (15, 30)
    assert both(book, Class.OUTPUT, key=key, at=datetime(2026, 8, 21, tzinfo=UTC)) == (10, 20)


def test_a_discount_on_a_model_no_list_knows_prices_nothing():
    book = with_rows({"provider": "acme", "model": "llama", "discount": "0.5"})
    assert book.resolve(PriceKey("acme", "llama")).reason is UnpricedReason.UNKNOWN_MODEL


def test_a_discount_for_nights_of_working_days_leaves_the_list_price_elsewhere():
    book = with_rows(contract(discount="0.1", hours="22:00-06:00", weekdays="mon-fri"))
    friday_night, saturday, friday_noon = (
        datetime(2026, 11, 13, 22, tzinfo=UTC),
        datetime(2026, 11, 14, tzinfo=UTC),
        datetime(2026, 11, 13, 12, tzinfo=UTC),
    )
    assert both(book, Class.OUTPUT, at=friday_night) == (9, 10)
    assert both(book, Class.OUTPUT, at=saturday) == (10, 10)
    assert both(book, Class.OUTPUT, at=friday_noon) == (10, 10)


def test_a_discount_for_batches_and_one_class_reaches_nothing_else():
    book = with_rows(contract(discount="0.5", processing="batch", usage_classes=["output"]))
    batch = PriceKey("openai", "gpt-4o", "batch")
    assert both(book, Class.OUTPUT, key=batch) == (Decimal("2.5"), 5)
    assert both(book, Class.INPUT_UNCACHED, key=batch) == (Decimal("1.25"), Decimal("1.25"))
    assert both(book, Class.OUTPUT) == (10, 10)


def test_a_class_without_a_price_of_its_own_borrows_contract_and_list_alike():
    book = with_rows({"provider": "moonshot", "model": "kimi-k2", "discount": "0.5"})
    key = PriceKey("moonshot", "kimi-k2")
    assert both(book, Class.CACHE_READ, key=key) == (Decimal("0.285"), Decimal("0.57"))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([contract(model="*", discount="0.1"), contract(discount="0.2")], 8),
        ([contract(provider="*", discount="0.1"), contract(discount="0.2")], 8),
        ([contract(discount="0.1"), contract(discount="0.2", usage_classes=["output"])], 8),
        ([contract(discount="0.1"), contract(discount="0.2", service_tier="standard")], 8),
        ([contract(discount="0.1"), contract(usd_per_million={"output": "7"})], 7),
    ],
)
def test_of_two_rows_the_more_specific_one_goes_first(rows, expected):
    assert both(with_rows(*rows), Class.OUTPUT)[0] == expected
    assert both(with_rows(*reversed(rows)), Class.OUTPUT)[0] == expected


def test_two_discounts_for_the_same_calls_are_refused_by_name():
    with pytest.raises(PriceOverlapError, match=r"gpt-4o-0\.1/all and .*gpt-4o-0\.2/all both price every class"):
        with_rows(contract(discount="0.1"), contract(discount="0.2"))


def test_two_names_of_one_seller_do_not_hide_an_overlap():
    with pytest.raises(PriceOverlapError):
        with_rows(
            {"provider": "bedrock", "model": "m", "usd_per_million": {"output": "1"}},
            {"provider": "aws.bedrock", "model": "m", "usd_per_million": {"output": "2"}},
        )


def test_a_hole_between_two_rows_that_no_list_fills_is_refused_with_both_named():
    def row(**dates):
        return {"provider": "acme", "model": "llama", "usd_per_million": {"output": "1"}} | dates

    with pytest.raises(PriceGapError, match=r"gap: .*standard and .*/2026-02-01 leave a hole: from 2026-01-01, until"):
        with_rows(row(effective_until="2026-01-01"), row(effective_from="2026-02-01"))


def test_a_hole_between_two_rows_over_a_list_has_the_list_price():
    book = with_rows(
        contract(discount="0.1", effective_until="2026-01-01"), contract(discount="0.1", effective_from="2026-02-01")
    )
    assert both(book, Class.OUTPUT, at=datetime(2026, 1, 15, tzinfo=UTC)) == (10, 10)


def test_a_discount_that_cannot_be_told_exactly_is_refused_before_it_prices_anything():
    with pytest.raises(InexactDiscountError, match=r"0\.00000000000001 off .* has more than 15 decimals"):
        with_rows(contract(discount="0.00000000000001"))


def test_a_contract_for_a_region_says_both_prices_there():
    book = with_rows(contract(model="gpt-5.6-sol", region="eu", discount="0.5"))
    eu, us = (PriceKey("openai", "gpt-5.6-sol", None, region) for region in ("eu", "us"))
    assert both(book, Class.OUTPUT, key=eu) == (11, 22)  # 10 % more than 20 in either region
    assert both(book, Class.OUTPUT, key=us) == (22, 22)


days = st.integers(0, 40).map(lambda day: datetime(2026, 8, 1, tzinfo=UTC) + timedelta(days=day))
stated_windows = st.fixed_dictionaries(
    {},
    optional={
        "effective_from": days,
        "hours": st.sampled_from(["00:00-06:00", "22:00-06:00", "09:00-17:30"]),
        "weekdays": st.sampled_from(["mon-fri", "sat+sun", "wed"]),
        "context_above": st.sampled_from([0, 271_999, 272_000]),
    },
)
stated_rows = st.builds(
    lambda window, model, said: {"provider": "openai", "model": model} | window | said,
    stated_windows,
    st.sampled_from(["gpt-5.6-sol", "*"]),
    st.sampled_from([{"discount": "0.25"}, {"discount": "0.1", "usage_classes": ["output"]}]),
)


def oracle(sources, usage_class, tier, at, prompt):
    """What is paid and what the list says, from the raw rows: the first that holds, in the order of precedence."""
    listed = next(
        (
            price.unit_price_usd
            for layer in sources.listed
            for price in layer
            if (price.usage_class, price.tier) == (usage_class, tier) and price.applies(at, prompt)
        ),
        None,
    )
    holding = [
        row
        for row in sources.stated
        if isinstance(row, Discount)
        and row.holds_for(usage_class, tier)
        and row.when.in_force(at)
        and row.when.covers(prompt)
    ]
    named = max(holding, key=lambda row: (row.model != "*", row.usage_class is not None), default=None)
    return (None if listed is None else listed * (1 - named.ratio) if named else listed), listed


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    st.lists(stated_rows, max_size=3),
    st.integers(0, 70 * 24 * 4).map(lambda q: datetime(2026, 7, 20, tzinfo=UTC) + timedelta(minutes=15 * q)),
    st.sampled_from([0, 1, 271_999, 272_000, 272_001]),
    st.sampled_from([None, "batch", "flex"]),
)
def test_laid_over_each_other_or_looked_up_row_by_row_the_prices_are_the_same(entries, at, prompt, tier):
    try:
        book = with_rows(*entries)
    except PriceOverlapError:
        return
    key = PriceKey("openai", "gpt-5.6-sol", tier)
    sources, found = book.sources(key, at), book.resolve(key).prices
    for usage_class in (Class.INPUT_UNCACHED, Class.CACHE_READ, Class.OUTPUT):
        rows = [row for row in found.rows if row.usage_class is usage_class and row.applies(at, prompt)]
        paid, listed = oracle(sources, usage_class, tier_of(tier), at, prompt)
        assert [row.price.unit_price_usd for row in rows] == ([] if paid is None else [paid])
        assert [row.list_price.unit_price_usd for row in rows] == ([] if listed is None else [listed])
