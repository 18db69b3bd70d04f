"""A gap is booked once, under its cause, as charges of an open month that the ledger closes with."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from analytics.ledger.charge import CHARGES
from analytics.reconciliation.booking import book_adjustment, booked_under
from analytics.reconciliation.causes import Cause
from analytics.reconciliation.refusals import BookingRefused
from analytics.reconciliation.settings import ProjectOwner
from collector.store import Query
from tests.analytics.reconciliation.books import (
    LATER,
    SNAPSHOT,
    Billed,
    Used,
    bill,
    of_monday,
    rows,
    store_with,
)

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
ALL = tuple(Cause)
OWNER = ProjectOwner("proj_a", team="support", cost_center="CC-1001")


def with_a_gap(tmp_path):
    """A dollar in the ledger; on the bill 1.25 for it, and 0.30 given back."""
    store = store_with(Used())
    bill(store, tmp_path, Billed("1.25", quantity=500_000), Billed("-0.3", "goodwill", quantity=None))
    return store


IN_DECEMBER = datetime(2026, 12, 2, tzinfo=UTC)


def book(store, reconciliation, causes=ALL, period=NOVEMBER, *, owners=(), at=LATER):
    return book_adjustment(store, reconciliation, causes, period=period, at=at, owners=owners)


def test_booked_causes_become_charges_of_the_open_month(tmp_path):
    store = with_a_gap(tmp_path)
    booked = book(store, of_monday(store), {Cause.QUANTITY_DIFFERENCE}, owners=[OWNER])
    assert (booked.charges, booked.booked_now, booked.usd) == (1, 1, Decimal("0.25"))
    (charge,) = rows(store, "select * from adjustments")
    said = {
        name: charge[name] for name in ("entry", "seller", "model", "usage_class", "project", "reason_code", "status")
    }
    assert said == {
        "entry": "adjustment",
        "seller": "openai",
        "model": SNAPSHOT,
        "usage_class": "input_uncached",
        "project": "proj_a",
        "reason_code": "quantity_difference",
        "status": "priced",
    }
    assert (charge["period_start"], charge["starts_at"], charge["corrects_start"]) == (
        NOVEMBER,
        datetime(2026, 11, 2),  # noqa: DTZ001 - charges hold UTC without a zone
        None,
    )
    assert (charge["cost_usd"], charge["team"], charge["cost_center"]) == (Decimal("0.25"), "support", "CC-1001")
    assert charge["description"] == "Bill of openai, 2026-11-02: the bill has 500000 units, the ledger 400000"


def test_an_adjustment_has_the_columns_of_a_charge(tmp_path):
    store = with_a_gap(tmp_path)
    book(store, of_monday(store))
    found = store.run(Query("direct", "select * exclude (reconciliation_id, booked_at) from adjustments"))
    assert found.cast(CHARGES).num_rows == 2
    assert isinstance(found, pa.Table)


def test_without_an_owner_it_goes_to_nobody(tmp_path):
    store = with_a_gap(tmp_path)
    book(store, of_monday(store))
    assert {row["team"] for row in rows(store, "select team from adjustments")} == {None}


def test_what_is_booked_is_no_gap_any_more(tmp_path):
    store = with_a_gap(tmp_path)
    book(store, of_monday(store), {Cause.CREDITS})
    after = of_monday(store)
    assert (after.totals.booked_usd, after.totals.gap_usd) == (Decimal("-0.3"), Decimal("0.25"))
    book(store, after)
    agreed = of_monday(store)
    assert (agreed.totals.gap_usd, agreed.differences, agreed.totals.booked_usd) == (0, (), Decimal("-0.05"))


def test_booking_the_same_again_changes_nothing(tmp_path):
    store = with_a_gap(tmp_path)
    found = of_monday(store)
    book(store, found)
    again = book(store, found)
    assert (again.charges, again.booked_now) == (2, 0)
    assert rows(store, "select count(*) as n from adjustments") == [{"n": 2}]


def test_what_was_booked_from_a_reconciliation_can_be_asked_for(tmp_path):
    store = with_a_gap(tmp_path)
    found = of_monday(store)
    assert booked_under(store, found.reconciliation_id) is None
    booked = book(store, found)
    assert booked_under(store, found.reconciliation_id) == replace(booked, booked_now=0)


def test_the_causes_of_one_reconciliation_can_be_booked_one_after_the_other(tmp_path):
    store = with_a_gap(tmp_path)
    found = of_monday(store)
    book(store, found, {Cause.CREDITS})
    book(store, found, {Cause.QUANTITY_DIFFERENCE})
    assert of_monday(store).totals.gap_usd == 0


def test_two_people_who_reconcile_at_once_cannot_book_a_gap_twice(tmp_path):
    store = with_a_gap(tmp_path)
    old = of_monday(store)
    bill(store, tmp_path, Billed("1.26", quantity=500_000), at=LATER + timedelta(hours=1))
    book(store, of_monday(store))
    with pytest.raises(BookingRefused, match="was booked since this reconciliation was made"):
        book(store, old)
    assert rows(store, "select sum(cost_usd) as usd from adjustments") == [{"usd": Decimal("0.26")}]


def test_a_corrected_bill_leaves_the_difference_to_what_was_booked(tmp_path):
    store = with_a_gap(tmp_path)
    book(store, of_monday(store))
    bill(store, tmp_path, Billed("1", quantity=400_000), at=LATER + timedelta(hours=1))
    found = of_monday(store)
    assert (found.totals.gap_usd, found.totals.causes) == (
        Decimal("0.05"),
        {"quantity_difference": Decimal("-0.25"), "credits": Decimal("0.3")},
    )
    book(store, found)
    assert of_monday(store).totals.gap_usd == 0


def test_what_is_booked_in_a_later_month_says_which_one_it_corrects(tmp_path):
    store = with_a_gap(tmp_path)
    book(store, of_monday(store), period=DECEMBER, at=IN_DECEMBER)
    found = rows(store, "select distinct period_start, corrects_start from adjustments")
    assert found == [{"period_start": DECEMBER, "corrects_start": NOVEMBER}]


REFUSED = [
    ((), NOVEMBER, "no cause was named; name any of unpriced, "),
    ({Cause.TAX}, NOVEMBER, "nothing to book under tax: the causes with a gap are credits, quantity_difference"),
    (ALL, date(2026, 11, 2), "expected the first day of a month"),
    (ALL, date(2026, 10, 1), "2026-10, before usage of 2026-11"),
    (ALL, date(2026, 12, 1), "2026-12 has not begun: book into an open month, at the latest this one"),
    (ALL, date(2062, 11, 1), "2062-11 has not begun"),
]


@pytest.mark.parametrize(("causes", "period", "said"), REFUSED)
def test_what_cannot_be_booked_is_refused_and_changes_nothing(tmp_path, causes, period, said):
    store = with_a_gap(tmp_path)
    with pytest.raises(BookingRefused, match=said):
        book(store, of_monday(store), causes, period)
    assert rows(store, "select * from adjustments") == []


def test_a_closed_month_takes_no_adjustment(tmp_path):
    store = with_a_gap(tmp_path)
    row = {
        "period_start": NOVEMBER,
        "closed_at": 0,
        "closed_by": "finance",
        "note": None,
        "manifest": "{}",
        "sha256": "",
    }
    schema = pa.schema(
        [
            ("period_start", pa.date32()),
            ("closed_at", pa.timestamp("ns")),
            *((name, pa.string()) for name in ("closed_by", "note", "manifest", "sha256")),
        ]
    )
    store.append({"periods": pa.Table.from_pylist([row], schema=schema)})
    with pytest.raises(BookingRefused, match="2026-11 is closed and never changes: book into an open month"):
        book(store, of_monday(store))
    assert book(store, of_monday(store), period=DECEMBER, at=IN_DECEMBER).charges == 2
