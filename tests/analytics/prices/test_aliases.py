"""A name that meant another model at another time has that model's prices then."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from analytics.prices import Alias, PriceBook, PriceKey, UnpricedReason, rate, stated_prices
from analytics.prices.aliases import AliasError, alias_of, read_aliases
from analytics.prices.lists import DATA
from analytics.prices.windows import meet
from collector.dialects.usage_classes import UsageClass as Class

BOOK = PriceBook.load()
MOVED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 1, tzinfo=UTC)
EARLIER = datetime(2026, 1, 1, tzinfo=UTC)


def per_million(book, model, at, provider="openai", tier=None):
    (line,) = rate({Class.OUTPUT: 1}, book.resolve(PriceKey(provider, model, tier)), at=at)
    return line.cost_usd and line.cost_usd * 1_000_000


def our_best(**changes):
    """`our-best` was gpt-4o (10 USD out) and is o3 (8 USD out)."""
    return (
        Alias("openai", "our-best", "gpt-4o", None, MOVED, **changes),
        Alias("openai", "our-best", "o3", MOVED, None, **changes),
    )


def test_usage_of_last_year_has_the_price_of_last_years_model():
    book = BOOK.with_aliases(our_best())
    assert [per_million(book, "our-best", at) for at in (EARLIER, LATER)] == [10, 8]
    assert BOOK.resolve(PriceKey("openai", "our-best")).reason is UnpricedReason.UNKNOWN_MODEL


def test_the_alias_moves_at_its_instant():
    book = BOOK.with_aliases(our_best())
    assert per_million(book, "our-best", datetime(2026, 3, 1, 9, 29, 59, tzinfo=UTC)) == 10
    assert per_million(book, "our-best", MOVED) == 8


def test_a_record_names_the_model_that_it_was_priced_as():
    rows = BOOK.with_aliases(our_best()).rows_for([PriceKey("openai", "our-best")])
    assert {(row.priced_model, row.effective_until) for row in rows if row.usage_class is Class.OUTPUT} >= {
        ("gpt-4o", MOVED),
        ("o3", None),
    }


def test_outside_of_its_dates_a_name_is_looked_up_as_it_is():
    book = BOOK.with_aliases([Alias("openai", "gpt-4o", "o3", MOVED, None)])
    assert [per_million(book, "gpt-4o", at) for at in (EARLIER, LATER)] == [10, 8]


def test_a_contract_on_the_alias_lies_over_the_target_of_the_time():
    rows = stated_prices([{"provider": "openai", "model": "our-best", "discount": "0.5"}], "y", LATER.date())
    book = BOOK.with_aliases(our_best()).with_rows(rows)
    assert [per_million(book, "our-best", at) for at in (EARLIER, LATER)] == [5, 4]


def test_an_alias_holds_for_its_provider_alone_and_goes_before_one_for_any():
    book = BOOK.with_aliases([Alias("*", "our-best", "o3"), Alias("openai", "our-best", "gpt-4o")])
    assert per_million(book, "our-best", LATER) == 10
    assert per_million(book, "our-best", LATER, provider="azure") == 8


def test_an_operators_alias_goes_before_the_shipped_one():
    mine = Alias("deepseek", "deepseek-v4-flash", "deepseek-v3.2-exp", LATER, None)
    book = BOOK.with_aliases([mine])
    assert per_million(book, "deepseek-v4-flash", LATER, provider="deepseek") == Decimal("0.41")


@pytest.mark.parametrize(
    ("aliases", "complaint"),
    [
        ([Alias("p", "a", "b"), Alias("p", "a", "c", MOVED)], r"p/a -> b .* and p/a -> c .* overlap; end the first"),
        ([Alias("p", "a", "a")], "means itself"),
        ([Alias("p", "a", "b", MOVED, MOVED)], "ends before it begins"),
    ],
)
def test_an_alias_that_means_two_things_at_once_or_nothing_is_refused(aliases, complaint):
    with pytest.raises(AliasError, match=complaint):
        BOOK.with_aliases(aliases)


def test_an_alias_reads_back_as_it_was_written():
    for alias in read_aliases(DATA / "aliases.csv"):
        assert alias_of(alias.line) == alias


@pytest.mark.parametrize("line", ["p,a,b", "p,a,b,soon,,contract,x", "p,a,b,,,surely,x"])
def test_a_broken_line_of_aliases_is_refused(line):
    with pytest.raises(AliasError, match="cannot read the alias"):
        alias_of(line)


def test_every_shipped_alias_has_a_source_and_leads_to_prices():
    for alias in BOOK.aliases:
        assert alias.source.startswith("https://")
        assert alias.effective_from or alias.effective_until
        assert BOOK.resolve(PriceKey(alias.provider, alias.target)).prices is not None


def test_a_shipped_alias_says_the_same_as_the_list_that_dates_the_change_itself():
    # genai-prices dates the plain prices of the moving names of Mistral; the snapshots have the same ones.
    compared = 0
    for alias in BOOK.aliases:
        listed = BOOK.lists.genai.prices(alias.provider, alias.alias) or ()
        target = {
            (p.usage_class, p.tier): p.unit_price_usd for p in BOOK.lists.genai.prices("mistral", alias.target) or ()
        }
        for price in listed:
            if meet(price.when, alias.when) and (price.usage_class, price.tier) in target:
                assert target[price.usage_class, price.tier] == price.unit_price_usd, (alias.alias, price.price_id)
                compared += 1
    assert compared >= 12
