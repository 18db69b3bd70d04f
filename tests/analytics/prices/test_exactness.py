"""For any usage the cost is the hand arithmetic, to the last digit: at thresholds, at instants, on days, in regions."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.prices import Confidence, PriceBook, PriceKey, UnpricedReason, rate
from analytics.prices.rating import PROMPT_CLASSES
from collector.dialects.usage_classes import UsageClass as Class

BOOK = PriceBook.load()
NOVEMBER = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday


def lines(provider, model, usage, *, at=NOVEMBER, tier=None, region=None):
    return rate(usage, BOOK.resolve(PriceKey(provider, model, tier, region)), at=at)


def cost(*args, **conditions):
    found = lines(*args, **conditions)
    assert [line.reason for line in found if line.reason] == []
    return sum(line.cost_usd for line in found)


def per_million(*args, **conditions):
    """Price of a million generated tokens."""
    provider, model = args
    return cost(provider, model, {Class.OUTPUT: 1}, **conditions) * 1_000_000


@pytest.mark.parametrize(("prompt", "usd_per_million"), [(271_999, 4), (272_000, 4), (272_001, 8)])
def test_one_token_over_the_threshold_moves_all_of_them(prompt, usd_per_million):
    expected = Decimal(prompt * usd_per_million).scaleb(-6)
    assert cost("openai", "gpt-5.6-sol", {Class.INPUT_UNCACHED: prompt}) == expected


@pytest.mark.parametrize(("prompt", "usd_per_million"), [(199_999, "1.25"), (200_000, "2.5"), (200_001, "2.5")])
def test_the_threshold_of_x_ai_is_the_number_itself(prompt, usd_per_million):
    expected = (prompt * Decimal(usd_per_million)).scaleb(-6)
    assert cost("x_ai", "grok-4.20", {Class.INPUT_UNCACHED: prompt}) == expected


@pytest.mark.parametrize(
    ("at", "usd_per_million"), [("2026-09-09T15:59:59Z", "0.25"), ("2026-09-09T16:00:00Z", "0.50")]
)
def test_a_price_changes_at_an_instant_of_a_day(at, usd_per_million):
    (line,) = lines("zai", "glm-5.3-flash", {Class.OUTPUT: 1}, at=datetime.fromisoformat(at))
    assert line.cost_usd * 1_000_000 == Decimal(usd_per_million)


@pytest.mark.parametrize(
    ("at", "usd_per_million"),
    [
        ("2026-08-16T15:59:59Z", "0.87"),  # flat, until midnight in Beijing
        ("2026-08-16T16:00:00Z", "1.98"),
        ("2026-08-17T00:59:59Z", "1.98"),
        ("2026-08-17T01:00:00Z", "3.96"),  # Monday, peak
        ("2026-08-22T02:00:00Z", "3.96"),  # Saturday, the day before weekends became cheap
        ("2026-08-23T02:00:00Z", "1.98"),  # Sunday
        ("2026-08-24T02:00:00Z", "3.96"),  # Monday
        ("2026-11-20T09:59:59Z", "3.96"),  # Friday, last second of the peak
        ("2026-11-20T10:00:00Z", "1.98"),
        ("2026-11-21T02:00:00Z", "1.98"),  # Saturday
        ("2026-11-22T23:59:59Z", "1.98"),  # Sunday, last second
        ("2026-11-23T00:00:00Z", "1.98"),  # Monday, off-peak yet
        ("2026-11-23T01:00:00Z", "3.96"),
    ],
)
def test_deepseek_costs_half_at_night_and_at_weekends(at, usd_per_million):
    assert per_million("deepseek", "deepseek-v4-pro", at=datetime.fromisoformat(at)) == Decimal(usd_per_million)


@pytest.mark.parametrize(
    ("at", "usd_per_million"),
    [("2026-09-08T02:00:00Z", "1.32"), ("2026-09-09T23:59:59Z", "0.66"), ("2026-09-10T02:00:00Z", "1.2")],
)
def test_a_name_that_a_vendor_gave_to_another_model_costs_what_that_one_costs_since(at, usd_per_million):
    assert per_million("deepseek", "deepseek-v4-flash", at=datetime.fromisoformat(at)) == Decimal(usd_per_million)


@pytest.mark.parametrize(
    ("region", "factor"), [(None, "1"), ("eu", "1.1"), ("us", "1.1"), ("EU", "1.1"), ("us-east-1", "1")]
)
def test_processing_in_one_region_alone_costs_ten_percent_more_of_every_class_at_any_date(region, factor):
    usage = {Class.INPUT_UNCACHED: 7, Class.CACHE_READ: 11, Class.CACHE_WRITE_5M: 13, Class.OUTPUT: 17}
    for at in (NOVEMBER, datetime(2026, 8, 1, tzinfo=UTC)):
        plain = cost("openai", "gpt-5.6-sol", usage, at=at)
        assert cost("openai", "gpt-5.6-sol", usage, at=at, region=region) == plain * Decimal(factor)


@pytest.mark.parametrize(("region", "factor"), [("global", "1"), ("europe-west4", "1.1"), ("eu", "1.1")])
def test_an_endpoint_of_vertex_that_is_not_the_global_one_costs_ten_percent_more(region, factor):
    plain = per_million("vertex_ai", "gemini-3.7-flash")
    assert per_million("vertex_ai", "gemini-3.7-flash", region=region) == plain * Decimal(factor)
    assert per_million("google_ai_studio", "gemini-3.7-flash", region=region) == plain


def test_no_factor_of_a_region_leaves_a_price_that_cannot_be_kept():
    for provider, model, region in BOOK.lists.uplifts.factors:
        place = "europe-west4" if region == "regional" else region
        plain = BOOK.resolve(PriceKey(provider, model)).prices
        raised = BOOK.resolve(PriceKey(provider, model, None, place)).prices
        assert {row.usage_class for row in plain.rows} == {row.usage_class for row in raised.rows}


def test_batch_usage_of_the_week_before_the_lists_noticed_its_price_is_not_billed_at_the_full_rate():
    week_before = datetime(2026, 10, 7, tzinfo=UTC)
    assert per_million("openai", "gpt-4o", tier="batch", at=week_before) == 5
    (record,) = [
        row
        for row in BOOK.rows_for([PriceKey("openai", "gpt-4o", "batch")])
        if row.usage_class is Class.OUTPUT and row.effective_until is not None
    ]
    assert record.confidence is Confidence.BEFORE_SEEN


def test_before_the_plain_price_changed_a_batch_price_noticed_later_is_not_taken():
    (found,) = lines("openai", "gpt-5.6-sol", {Class.OUTPUT: 1}, tier="batch", at=datetime(2026, 8, 20, tzinfo=UTC))
    assert (found.cost_usd, found.reason) == (None, UnpricedReason.NO_PRICE_AT_INSTANT)


@pytest.mark.parametrize(
    ("provider", "model", "usage_class", "usd"),
    [
        ("openai", "gpt-4o", Class.INPUT_UNCACHED, "0.0000025"),
        ("openai", "gpt-4o", Class.CACHE_READ, "0.00000125"),
        ("anthropic", "claude-sonnet-4-5", Class.CACHE_WRITE_5M, "0.00000375"),
        ("anthropic", "claude-sonnet-4-5", Class.CACHE_WRITE_1H, "0.000006"),
        ("openai", "gpt-4o", Class.OUTPUT, "0.00001"),
        ("gcp.gemini", "gemini-2.5-flash", Class.AUDIO_IN, "0.000001"),
        ("gcp.gemini", "gemini-3-flash-preview", Class.AUDIO_CACHE_READ, "0.0000001"),
        ("cohere", "rerank-v3.5", Class.SEARCH_UNITS, "0.002"),
    ],
)
def test_one_unit_of_a_class_costs_its_price(provider, model, usage_class, usd):
    (line,) = lines(provider, model, {usage_class: 1})
    assert (line.cost_usd, line.list_cost_usd) == (Decimal(usd), Decimal(usd))


SELLERS = sorted((seller.provider, seller.model) for seller in BOOK.lists.genai.file.lines)
instants = st.integers(0, 3 * 366 * 86_400).map(lambda s: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=s))


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(SELLERS),
    st.sampled_from([None, "batch", "flex", "priority"]),
    instants,
    st.dictionaries(st.sampled_from(list(Class)), st.integers(0, 10**9), max_size=5),
)
def test_a_cost_is_the_fraction_that_quantity_times_price_is(seller, tier, at, usage):
    key = PriceKey(*seller, tier)
    prompt = sum(count for name, count in usage.items() if name in PROMPT_CLASSES)
    for line in rate(usage, BOOK.resolve(key), at=at):
        fitting = [
            row
            for row in (BOOK.resolve(key).prices.rows if BOOK.resolve(key).prices else ())
            if row.usage_class is line.usage_class and row.applies(at, prompt)
        ]
        if line.reason is not None:
            assert fitting == []
        else:
            (row,) = fitting
            assert Fraction(line.cost_usd) == line.quantity * Fraction(row.price.unit_price_usd)
            assert line.cost_usd.as_tuple().exponent == -15
