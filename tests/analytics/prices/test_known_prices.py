"""Prices a reader can redo by hand from the vendors' price pages."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from analytics.prices import PriceBook, PriceKey, UnpricedReason, rate
from collector.dialects.usage_classes import UsageClass as Class

MILLION = Decimal(1_000_000)
NOVEMBER = datetime(2026, 11, 15, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook.load()


def cost(book, provider, model, usage, *, at=NOVEMBER, tier=None):
    lines = rate(usage, book.resolve(PriceKey(provider, model, tier)), at=at)
    assert [line.reason for line in lines if line.reason] == []
    return sum(line.cost_usd for line in lines)


def test_gpt_4o_bills_uncached_cached_and_generated_tokens_at_three_prices(book):
    usage = {Class.INPUT_UNCACHED: 176, Class.CACHE_READ: 1_024, Class.OUTPUT: 80}
    expected = (176 * Decimal("2.50") + 1_024 * Decimal("1.25") + 80 * 10) / MILLION
    assert cost(book, "openai", "gpt-4o-2024-08-06", usage) == expected


def test_claude_bills_cache_reads_and_both_kinds_of_cache_writes_apart(book):
    usage = {Class.CACHE_READ: 7, Class.CACHE_WRITE_5M: 11, Class.CACHE_WRITE_1H: 13}
    expected = (7 * Decimal("0.30") + 11 * Decimal("3.75") + 13 * 6) / MILLION
    assert cost(book, "anthropic", "claude-sonnet-4-5-20250929", usage) == expected


def test_an_embedding_bills_its_input_and_nothing_else(book):
    usage = {Class.INPUT_UNCACHED: 1_000, Class.OUTPUT: 0}
    assert cost(book, "openai", "text-embedding-3-small", usage) == 1_000 * Decimal("0.02") / MILLION


def test_a_prompt_of_200_000_tokens_pays_the_lower_price_and_one_more_token_moves_them_all(book):
    # 150,000 of the tokens are cached: the total decides, not the uncached part
    def usage(uncached):
        return {Class.INPUT_UNCACHED: uncached, Class.CACHE_READ: 150_000, Class.OUTPUT: 10}

    lower = (50_000 * Decimal("1.25") + 150_000 * Decimal("0.125") + 10 * 10) / MILLION
    upper = (50_001 * Decimal("2.50") + 150_000 * Decimal("0.25") + 10 * 15) / MILLION
    assert cost(book, "gcp.gemini", "gemini-2.5-pro", usage(50_000)) == lower
    assert cost(book, "gcp.gemini", "gemini-2.5-pro", usage(50_001)) == upper


def test_a_rerank_bills_searches_and_no_tokens(book):
    usage = {Class.SEARCH_UNITS: 3, Class.INPUT_UNCACHED: 900}
    assert cost(book, "cohere", "rerank-v3.5", usage) == 3 * Decimal("0.002")


@pytest.mark.parametrize(
    ("model", "input_per_million", "output_per_million"),
    [("claude-opus-4-1-20250805", 15, 75), ("claude-sonnet-4-20250514", 3, 15)],
)
def test_retired_models_keep_their_prices(book, model, input_per_million, output_per_million):
    usage = {Class.INPUT_UNCACHED: 1_000, Class.OUTPUT: 100}
    expected = (1_000 * input_per_million + 100 * output_per_million) / MILLION
    assert cost(book, "anthropic", model, usage) == expected


@pytest.mark.parametrize(
    ("clock", "per_million"),
    [("00:29:59", "0.135"), ("00:30:00", "0.27"), ("16:29:59", "0.27"), ("16:30:00", "0.135"), ("23:59:59", "0.135")],
)
def test_deepseek_is_cheaper_outside_its_day(book, clock, per_million):
    at = datetime.fromisoformat(f"2026-03-01T{clock}+00:00")
    expected = 1_000 * Decimal(per_million) / MILLION
    assert cost(book, "deepseek", "deepseek-chat", {Class.INPUT_UNCACHED: 1_000}, at=at) == expected


def test_the_time_of_day_is_that_of_utc_wherever_the_clock_hangs(book):
    in_beijing = datetime.fromisoformat("2026-03-01T08:30:00+08:00")
    usage = {Class.OUTPUT: 1_000}
    assert cost(book, "deepseek", "deepseek-chat", usage, at=in_beijing) == 1_000 * Decimal("1.10") / MILLION


@pytest.mark.parametrize(("day", "per_million"), [("2026-08-20", 30), ("2026-08-21", 20)])
def test_a_price_that_fell_holds_from_midnight_utc_of_its_day(book, day, per_million):
    at = datetime.fromisoformat(f"{day}T23:59:59+00:00")
    assert cost(book, "openai", "gpt-5.6-sol", {Class.OUTPUT: 1_000}, at=at) == 1_000 * per_million / MILLION


def test_a_daily_window_listed_after_a_dated_price_begins_with_that_price(book):
    at_peak = datetime(2026, 8, 16, 2, tzinfo=UTC), datetime(2026, 8, 17, 2, tzinfo=UTC)
    before, after = (cost(book, "deepseek", "deepseek-v4-pro", {Class.OUTPUT: 1_000}, at=at) for at in at_peak)
    assert (before, after) == (1_000 * Decimal("0.87") / MILLION, 1_000 * Decimal("3.96") / MILLION)


def test_batch_costs_half_also_before_the_day_a_list_noticed_it(book):
    usage = {Class.INPUT_UNCACHED: 1_000, Class.OUTPUT: 100}
    expected = (1_000 * Decimal("1.25") + 100 * 5) / MILLION
    for at in (datetime(2026, 10, 1, tzinfo=UTC), NOVEMBER):
        assert cost(book, "openai", "gpt-4o", usage, at=at, tier="batch") == expected


def test_the_second_list_knows_tiers_the_first_does_not(book):
    usage = {Class.INPUT_UNCACHED: 1_000, Class.OUTPUT: 100}
    expected = (1_000 * Decimal("2.25") + 100 * 18) / MILLION
    assert cost(book, "gcp.vertex_ai", "gemini-2.5-pro", usage, tier="priority") == expected


def test_a_tier_price_known_only_up_to_a_threshold_does_not_price_a_longer_prompt(book):
    resolution = book.resolve(PriceKey("gcp.gemini", "gemini-2.5-pro", "flex"))
    (short,) = rate({Class.INPUT_UNCACHED: 200_000}, resolution, at=NOVEMBER)
    (long,) = rate({Class.INPUT_UNCACHED: 200_001}, resolution, at=NOVEMBER)
    assert short.cost_usd == 200_000 * Decimal("0.625") / MILLION
    assert (long.cost_usd, long.reason) == (None, UnpricedReason.NO_PRICE_FOR_CONTEXT)
