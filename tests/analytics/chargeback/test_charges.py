"""Charges of a month, by the words they have, in pages or the dearest first."""

from datetime import UTC, datetime

import pytest

from analytics.chargeback.books import Books, ChargeParams
from analytics.chargeback.finance import Finance
from collector.store import DuckDBStore
from tests.analytics.stored import Line, S, Stored, put

NINTH = int(datetime(2026, 10, 9, 12, tzinfo=UTC).timestamp()) * S
DECEMBER = int(datetime(2026, 12, 2, tzinfo=UTC).timestamp()) * S


@pytest.fixture
def books():
    store = DuckDBStore(None)
    dear, cheap = Line("output", 30_000, "0.00001"), Line("input_uncached", 100, "0.000001")
    put(
        store,
        Stored(1, NINTH, lines=(cheap,), cost_center="CC-1"),
        Stored(2, NINTH, lines=(dear,), cost_center="CC-1", team="docs"),
        Stored(3, NINTH, lines=(Line(unit_price_usd=None),)),
    )
    yield Books(store, Finance(), lambda: DECEMBER)
    store.close()


def teams(books, **asked):
    return [row.team for row in books.charges("2026-10", ChargeParams(**asked)).charges]


def test_a_word_narrows_and_the_empty_word_asks_for_charges_without_it(books):
    assert sorted(teams(books)) == ["docs", "support", "support"]
    assert teams(books, team="docs") == ["docs"]
    assert [row.status for row in books.charges("2026-10", ChargeParams(cost_center="")).charges] == ["unpriced"]
    assert teams(books, cost_center="CC-1", status="unpriced") == []


def test_the_dearest_come_first_where_that_is_asked_for(books):
    assert teams(books, sort="cost", cost_center="CC-1") == ["docs", "support"]
    assert teams(books, sort="cost", limit=1) == ["docs"]


def test_pages_by_id_go_on_within_what_was_asked(books):
    first = books.charges("2026-10", ChargeParams(cost_center="CC-1", limit=1))
    second = books.charges("2026-10", ChargeParams(cost_center="CC-1", limit=1, cursor=first.next))
    assert {row.charges[0].team for row in (first, second)} == {"docs", "support"}
    assert second.next is None
