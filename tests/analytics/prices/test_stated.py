"""Prices an operator states come first, and a mistake in them is explained."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from analytics.prices import PriceBook, PriceKey, rate, stated_prices
from analytics.prices.layers import PriceOverlapError
from analytics.prices.stated import StatedPriceError
from collector.dialects.usage_classes import UsageClass as Class

NOVEMBER = datetime(2026, 11, 15, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
LLAMA = {
    "provider": "acme",
    "model": "Llama-3-70B",
    "usd_per_million": {"input_uncached": "0.60", "output": "0.80"},
    "usd_each": {"search_units": "0.002"},
}


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook.load()


def stated(*entries):
    return stated_prices(entries, "burnline.yaml", TODAY)


def cost(book, key, usage, at=NOVEMBER):
    return [line.cost_usd for line in rate(usage, book.resolve(key), at=at)]


def test_a_model_nobody_lists_gets_the_stated_price(book):
    mine = book.with_rows(stated(LLAMA))
    usage = {Class.INPUT_UNCACHED: 1_000, Class.OUTPUT: 100, Class.SEARCH_UNITS: 2}
    expected = [Decimal("0.0006"), Decimal("0.00008"), Decimal("0.004")]
    assert cost(mine, PriceKey("acme", "llama-3-70b"), usage) == expected
    assert book.resolve(PriceKey("acme", "llama-3-70b")).prices is None


def test_a_stated_price_serves_a_self_hosted_server_too(book):
    mine = book.with_rows(stated(LLAMA | {"provider": "*"}))
    assert cost(mine, PriceKey("vllm", "Llama-3-70B"), {Class.OUTPUT: 1_000_000}) == [Decimal("0.80")]


@pytest.mark.parametrize("provider", ["openai", "openai.chat", None])
def test_a_contract_price_comes_before_the_list_for_its_class_only(book, provider):
    contract = {"provider": "openai", "model": "gpt-4o", "usd_per_million": {"output": "7.50"}}
    mine = book.with_rows(stated(contract))
    usage = {Class.INPUT_UNCACHED: 1_000_000, Class.OUTPUT: 1_000_000}
    assert cost(mine, PriceKey(provider, "gpt-4o"), usage) == [Decimal("2.50"), Decimal("7.50")]


def test_a_contract_that_begins_one_day_leaves_the_list_price_before_it(book):
    contract = {"provider": "openai", "model": "gpt-4o", "effective_from": date(2026, 11, 1)}
    mine = book.with_rows(stated(contract | {"usd_per_million": {"output": "7.50"}}))
    usage, key = {Class.OUTPUT: 1_000_000}, PriceKey("openai", "gpt-4o")
    assert cost(mine, key, usage, at=datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)) == [10]
    assert cost(mine, key, usage, at=datetime(2026, 11, 1, tzinfo=UTC)) == [Decimal("7.50")]


def test_a_contract_for_a_region_holds_there_alone(book):
    contract = {"provider": "openai", "model": "gpt-4o", "region": "eu-west-1", "usd_per_million": {"output": "12"}}
    mine = book.with_rows(stated(contract))
    usage = {Class.OUTPUT: 1_000_000}
    assert cost(mine, PriceKey("openai", "gpt-4o", None, "eu-west-1"), usage) == [12]
    assert cost(mine, PriceKey("openai", "gpt-4o", None, "us-east-1"), usage) == [10]


def test_a_stated_zero_is_a_price(book):
    mine = book.with_rows(stated(LLAMA | {"usd_per_million": {"output": "0"}}))
    (line,) = rate({Class.OUTPUT: 5}, mine.resolve(PriceKey("acme", "llama-3-70b")), at=NOVEMBER)
    assert (line.cost_usd, line.reason) == (0, None)


def test_two_stated_prices_for_the_same_moment_are_refused_by_name(book):
    later = LLAMA | {"effective_from": date(2026, 11, 1)}
    with pytest.raises(PriceOverlapError, match=r"acme/Llama-3-70B/input_uncached/standard and .*/2026-11-01 both"):
        book.with_rows(stated(LLAMA, later))


def test_stated_prices_that_follow_each_other_are_accepted(book):
    earlier = LLAMA | {"effective_until": date(2026, 11, 1)}
    later = LLAMA | {"effective_from": date(2026, 11, 1)}
    assert len(book.with_rows(stated(earlier, later)).stated) == 6


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"usd_per_million": {"output": 0.8}}, r"prices\[0\]: usd_per_million\.output is 0\.8; expected text"),
        ({"usd_per_million": {"output": "cheap"}}, r"is 'cheap'; expected an amount"),
        ({"usd_per_million": {"output": "-1"}}, r"is '-1'; expected an amount from 0"),
        ({"usd_per_million": {"output": "0.0000000001"}}, r"at most 15 decimals"),
        ({"usd_per_million": {"outptu": "1"}}, r"unknown usage class 'outptu'; expected one of input_uncached"),
        ({"usd_per_million": None, "usd_each": None}, r"no price; write usd_per_million"),
        ({"modle": "x"}, r"unknown key 'modle'; expected one of"),
        ({"model": ""}, r"model is ''; expected a name"),
        ({"effective_from": "soon"}, r"effective_from is 'soon'; expected a UTC date"),
        ({"context_above": "many"}, r"context_above is 'many'; expected a whole number"),
    ],
)
def test_a_mistake_is_named_with_what_would_do(change, complaint):
    with pytest.raises(StatedPriceError, match=rf"burnline\.yaml: .*{complaint}"):
        stated(LLAMA | change)
