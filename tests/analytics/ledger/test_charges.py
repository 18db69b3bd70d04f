"""Charges: what they are made of, their names and their order."""

from datetime import date
from decimal import Decimal
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger.charge import CHARGES
from analytics.ledger.charges import dearest_charges
from analytics.ledger.errors import NoSuchCharge
from analytics.ledger.explain import lines_of
from analytics.ledger.identity import KEY, charge_id, field_text
from analytics.ledger.rounding import cents
from collector.store import DuckDBStore, Query, StoreSettings
from tests.analytics.ledger.books import (
    NO_TERMS,
    NOVEMBER,
    OCTOBER,
    Used,
    arrive,
    become,
    bytes_of,
    charged,
    close_on_time,
    ledger,
)

MIXED = [
    Used(
        trace=i,
        on=date(2026, 10, 1 + i % 6),
        second=i,
        quantity=i,
        unit_price_usd=[None, "0.0000025", "0.00001", "0.000000000000001"][i % 4],
        list_unit_price_usd=None if i % 3 else "0.00002",
        team=[None, "a\tb", "c\\d", "e\nf", "ü"][i % 5],
        cost_center=[None, "CC-1"][i % 2],
        purpose=["answer", "judge"][i // 2 % 2],
        usage_class=["input_uncached", "output"][i // 3 % 2],
        failed=i % 7 == 0,
    )
    for i in range(1, 50)
]


def test_lines_of_the_same_day_terms_owner_and_purpose_are_one_charge():
    store = ledger(
        Used(), Used(trace=2, quantity=5), Used(trace=3, purpose="judge"), Used(trace=4, on=date(2026, 10, 6))
    )
    rows = charged(store, OCTOBER)
    assert sorted((str(row["starts_at"])[:10], row["purpose"], row["quantity"], row["lines"]) for row in rows) == [
        ("2026-10-05", "answer", 1_005, 2),
        ("2026-10-05", "judge", 1_000, 1),
        ("2026-10-06", "answer", 1_000, 1),
    ]


def test_list_and_contracted_costs_stand_side_by_side():
    (row,) = charged(ledger(Used(unit_price_usd="0.000002", list_unit_price_usd="0.0000025")), OCTOBER)
    assert (row["list_cost_usd"], row["cost_usd"]) == (Decimal("0.0025"), Decimal("0.002"))


def test_every_charge_is_named_by_its_key_in_sql_as_in_python():
    rows = charged(ledger(*MIXED), OCTOBER, rounded=True)
    assert [row["charge_id"] for row in rows] == [charge_id(row) for row in rows]
    assert len({row["charge_id"] for row in rows}) == len(rows) > 30


def test_no_amount_is_in_the_key():
    assert not {"quantity", "list_cost_usd", "cost_usd", "lines", "share"} & set(KEY)
    assert set(KEY) < set(CHARGES.names)


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=("Cs",))))
def test_a_word_is_written_in_sql_as_in_python(empty, word):
    found = empty.run(Query("asked", "select field_text($word) as text"), {"word": word})
    assert found["text"].to_pylist() == [field_text(word)]


@pytest.fixture(scope="module")
def empty():
    return DuckDBStore(None)


def test_charges_come_in_the_order_of_their_ids():
    ids = [row["charge_id"] for row in charged(ledger(*MIXED), OCTOBER)]
    assert ids == sorted(ids)


def test_order_of_arrival_and_number_of_threads_change_no_byte():
    shuffled = MIXED.copy()
    Random(7).shuffle(shuffled)
    many = DuckDBStore(None, StoreSettings(threads=4))
    for line in shuffled:
        arrive(many, line)
    one = ledger(*MIXED)
    assert bytes_of(one, OCTOBER) == bytes_of(many, OCTOBER)
    said = [close_on_time(store, OCTOBER, accept_unpriced=True).sha256 for store in (one, many)]
    assert bytes_of(one, OCTOBER) == bytes_of(many, OCTOBER)
    assert said[0] == said[1]


def test_a_closed_month_has_the_bytes_its_preview_had():
    store = ledger(*MIXED)
    before = pa.Table.from_pylist(charged(store, OCTOBER, rounded=True), CHARGES)
    close_on_time(store, OCTOBER, accept_unpriced=True)
    assert pa.Table.from_pylist(charged(store, OCTOBER), CHARGES) == before


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("words", [{}, {"cost_center": ""}, {"status": "priced", "team": "a\tb"}])
def test_the_dearest_charges_are_those_of_all_that_cost_most(closed, words):
    store = ledger(*MIXED)
    if closed:
        close_on_time(store, OCTOBER, accept_unpriced=True)
    told = [row for row in charged(store, OCTOBER) if all((row[name] or "") == word for name, word in words.items())]
    told.sort(key=lambda row: (row["cost_usd"] is None, -(row["cost_usd"] or 0), row["charge_id"]))
    found = dearest_charges(store, OCTOBER, terms=NO_TERMS, words=words, limit=5)
    assert found.to_pylist() == told[:5] != []


def explained(store, charge, period):
    """The lines behind a charge as rows."""
    batches = lines_of(store, charge["charge_id"], period, terms=NO_TERMS)
    return [row for batch in batches for row in batch.to_pylist()]


@pytest.mark.parametrize("closed", [False, True])
def test_every_charge_is_explained_line_by_line(closed):
    few = MIXED[:12]
    store = ledger(*few)
    if closed:
        close_on_time(store, OCTOBER, accept_unpriced=True)
        become(store, MIXED[4], MIXED[4].costing("0.9"))
    lines = 0
    for row in charged(store, OCTOBER):
        behind = explained(store, row, OCTOBER)
        lines += len(behind)
        if row["entry"] == "usage":
            assert sum(line["quantity"] for line in behind) == row["quantity"]
            costs = [line["cost_usd"] for line in behind]
            assert (None if None in costs else sum(costs)) == row["cost_usd"]
        else:
            assert behind == []
    assert lines == len(few)


def test_the_lines_of_a_correction_are_the_lines_taken_back():
    line = Used()
    store = ledger(line, Used(trace=2))
    close_on_time(store, OCTOBER)
    become(store, line, line.costing("0.01"))
    for book in (lambda: None, lambda: close_on_time(store, NOVEMBER)):
        book()
        back = next(row for row in charged(store, NOVEMBER) if row["entry"] == "reversal")
        (found,) = explained(store, back, NOVEMBER)
        assert (found["trace_id"], found["quantity"], found["unit_price_usd"]) == (
            f"{1:032x}",
            -1_000,
            Decimal("0.0000025"),
        )


def test_a_charge_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(NoSuchCharge, match="2026-10 has no charge 'ffff'"):
        lines_of(ledger(Used()), "ffff", OCTOBER, terms=NO_TERMS)


AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=15)


@given(st.dictionaries(st.one_of(st.none(), st.text(max_size=3)), AMOUNTS, max_size=8))
def test_cents_sum_to_the_rounded_total_and_are_never_a_cent_away(exact):
    split = cents(exact)
    total = sum(exact.values(), Decimal(0))
    assert sum(split.values(), Decimal(0)) == total.quantize(Decimal("0.01"), "ROUND_HALF_EVEN")
    assert all(abs(split[name] - amount) <= Decimal("0.01") for name, amount in exact.items())
    assert all(amount == amount.quantize(Decimal("0.01")) for amount in split.values())


def test_half_a_cent_goes_to_the_even_side():
    assert cents({"a": Decimal("0.005")}) == {"a": Decimal("0.00")}
    assert cents({"a": Decimal("0.015")}) == {"a": Decimal("0.02")}
