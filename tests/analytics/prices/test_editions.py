"""What was known at any recorded instant can be asked again, exactly."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.prices import Alias, Price, PriceBook, PriceKey, UnpricedReason, stated_prices
from analytics.prices.editions import Edition, EditionError, as_of, editions, load, record
from analytics.prices.lists import GenaiPrices, Lists, LitellmMap
from analytics.prices.price_file import filed, line_of
from analytics.prices.snapshot import book_of, snapshot_of
from analytics.prices.uplifts import Uplifts
from collector.dialects.usage_classes import UsageClass as Class
from collector.store import DuckDBStore, Query, Step

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOOK = PriceBook.load()
KEYS = [
    PriceKey("openai", "gpt-4o"),
    PriceKey("openai", "gpt-5.6-sol", "batch", "eu"),
    PriceKey("deepseek", "deepseek-v4-flash"),
    PriceKey("mistral", "mistral-small-latest", "batch"),
    PriceKey("vertex_ai", "gemini-3.7-flash", None, "europe-west4"),
    PriceKey("langchain", "claude-sonnet-4-5"),
    PriceKey("acme", "llama"),
    PriceKey("openai", "gpt-97"),
]


@pytest.fixture(scope="module")
def shared():
    with_everything = DuckDBStore(None)
    yield with_everything
    with_everything.close()


@pytest.fixture(scope="module")
def of_small_books():
    own = DuckDBStore(None)
    yield own
    own.close()


@pytest.fixture
def store():
    own = DuckDBStore(None)
    yield own
    own.close()


def contract(figure="7.50", **changes):
    row = {"provider": "openai", "model": "gpt-4o", "usd_per_million": {"output": figure}}
    return stated_prices([row | changes], "burnline.yaml", date(2026, 11, 21))


def count(store, table):
    return store.run(Query("count", f"select count(*) as n from {table}"))["n"][0].as_py()  # noqa: S608 - names above


def test_a_book_that_was_recorded_gives_the_same_answers(shared):
    book = BOOK.with_rows(
        (
            *contract(),
            *stated_prices([{"provider": "acme", "model": "llama", "usd_each": {"images": "0.01"}}], "y", date.min),
        )
    ).with_aliases([Alias("openai", "gpt-97", "o3", None, NOON)])
    edition = record(shared, book, NOON)
    again = load(shared, edition.edition_id)
    assert [again.resolve(key) for key in KEYS] == [book.resolve(key) for key in KEYS]
    assert list(again.rows_for(KEYS)) == list(book.rows_for(KEYS))
    assert snapshot_of(again).sha256 == edition.sha256 == snapshot_of(book).sha256


def test_a_snapshot_of_the_whole_shipped_book_is_the_book():
    assert snapshot_of(book_of(snapshot_of(BOOK))) == snapshot_of(BOOK)


def test_the_same_book_is_the_same_edition_and_writes_nothing(store):
    first = record(store, small(contract()), NOON)
    rows = count(store, "prices")
    assert record(store, small(contract()), NOON + HOUR) == first
    assert (count(store, "prices"), count(store, "price_editions")) == (rows, 1)


def test_the_day_of_an_import_does_not_make_another_edition(store):
    today, tomorrow = (
        small([replace(row, recorded_on=day) for row in contract()]) for day in (date(2026, 11, 21), date(2026, 11, 22))
    )
    assert record(store, today, NOON) == record(store, tomorrow, NOON + HOUR)


def test_only_what_changed_is_written(store):
    record(store, small(contract()), NOON)
    rows = count(store, "prices")
    record(store, small(contract("7.00")), NOON + HOUR)
    assert count(store, "prices") == rows + 1
    assert count(store, "prices where superseded_at is null") == rows


def test_any_recorded_instant_can_be_asked(store):
    recorded = [record(store, small(contract(figure)), NOON + HOUR * at) for at, figure in enumerate(("7", "6", "5"))]
    for at, figure in enumerate((7, 6, 5)):
        for moment in (NOON + HOUR * at, NOON + HOUR * at + HOUR / 2):
            found = as_of(store, moment)
            assert found == recorded[at]
            row = load(store, found.edition_id).resolve(KEYS[0]).prices.row(Class.OUTPUT, NOON, 1)
            assert row.price.unit_price_usd == Decimal(figure).scaleb(-6)


def test_a_book_that_comes_back_is_the_same_edition_recorded_again(store):
    first = record(store, small(contract("7")), NOON)
    record(store, small(contract("6")), NOON + HOUR)
    back = record(store, small(contract("7")), NOON + 2 * HOUR)
    assert (back.edition_id, back.recorded_at) == (first.edition_id, NOON + 2 * HOUR)
    assert [one.edition_id for one in editions(store)].count(first.edition_id) == 2
    assert load(store, first.edition_id).stated == small(contract("7")).stated
    assert as_of(store, NOON + 2 * HOUR) == back


def test_before_the_first_recording_nothing_is_known_and_it_says_when_it_begins(store):
    with pytest.raises(EditionError, match="no price book is recorded"):
        as_of(store, NOON)
    record(store, small(), NOON)
    with pytest.raises(EditionError, match=r"by 2026-11-21T11:00:00\+00:00: the first one is of 2026-11-21T12"):
        as_of(store, NOON - HOUR)


def test_an_unknown_edition_is_refused_with_those_there_are(store):
    edition = record(store, small(), NOON)
    with pytest.raises(EditionError, match=f"recorded are: {edition.edition_id} of 2026-11-21T12"):
        load(store, UUID(int=1))


def test_an_edition_that_was_tampered_with_is_not_used(store):
    edition = record(store, small(contract()), NOON)
    store.change([Step(Query("tamper", "update prices set unit_price_usd = 0.000001"), {})])
    with pytest.raises(EditionError, match="was changed after it was recorded"):
        load(store, edition.edition_id)


def test_a_clock_that_went_back_does_not_mix_what_was_known(store):
    record(store, small(contract("7")), NOON)
    later = record(store, small(contract("6")), NOON - HOUR)
    assert later.recorded_at == NOON + timedelta(microseconds=1)
    assert isinstance(later, Edition)


def test_an_unchanged_book_is_recorded_in_less_than_three_tenths_of_a_second(shared):
    record(shared, BOOK, NOON + HOUR)
    started = time.process_time()
    record(shared, BOOK, NOON + 2 * HOUR)
    assert time.process_time() - started < 0.3


def test_a_rule_that_is_taken_away_is_still_there_for_the_edition_that_had_it(store):
    book = small().with_aliases([Alias("acme", "best", "one")])
    first = record(store, book, NOON)
    second = record(store, small(), NOON + HOUR)
    best = PriceKey("acme", "best")
    assert load(store, first.edition_id).resolve(best) == book.resolve(best)
    assert load(store, second.edition_id).resolve(best).reason is UnpricedReason.UNKNOWN_MODEL


def small(rows=(), listed=()):
    """A book of a few lines, so that many can be recorded."""
    prices = listed or [listed_price("one", "0.00001"), listed_price("two", "0.00002")]
    file = filed("genai_prices.csv", "genai-prices 0", date(2026, 11, 21), map(line_of, prices))
    match = {"starts_with": "nothing"}
    provider = {"provider": "acme", "model_match": match, "provider_match": match, "fallback_providers": []}
    models = tuple(
        f'{{"provider": "acme", "model": "{model}", "match": {{"equals": "{model}"}}}}' for model in ("one", "two")
    )
    empty = filed("litellm.csv", "litellm 0", date(2026, 11, 21), ())
    return PriceBook(Lists(GenaiPrices(file, (provider,), models), LitellmMap(empty), uplifts=Uplifts())).with_rows(
        rows
    )


def listed_price(model, figure, **changes):
    named = {"source": "genai-prices 0", "source_ref": f"acme/{model}"}
    return Price("acme", model, Class.OUTPUT, Decimal(figure), **named | changes)


instants = st.none() | st.integers(0, 60 * 24 * 400).map(
    lambda m: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(minutes=m)
)
listed_prices = st.lists(
    st.builds(
        lambda model, figure, start, days, hours, above, region: listed_price(
            model,
            Decimal(figure).scaleb(-15),
            effective_from=start,
            weekdays=days,
            tod_start_s=hours,
            context_above=above,
            region=region,
        ),
        st.sampled_from(["one", "two"]),
        st.integers(0, 10**18),
        instants,
        st.none() | st.integers(1, 126),
        st.none() | st.integers(1, 86_399),
        st.none() | st.integers(0, 10**7),
        st.sampled_from([None, "eu"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=12)
@given(st.lists(listed_prices, min_size=1, max_size=4))
def test_whatever_is_recorded_in_turn_every_edition_gives_its_own_book_back(of_small_books, books):
    store = of_small_books
    recorded = [(record(store, book, NOON), book) for book in (small(listed=prices) for prices in books)]
    for edition, book in recorded:
        assert snapshot_of(load(store, edition.edition_id)).sha256 == snapshot_of(book).sha256
        again = load(store, edition.edition_id)
        for key in (PriceKey("acme", "one"), PriceKey("acme", "two", None, "eu")):
            assert again.resolve(key) == book.resolve(key)
