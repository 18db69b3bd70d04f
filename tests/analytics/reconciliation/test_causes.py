"""The cause of a gap: one test for each, with arithmetic a reader can redo.

The ledger's line, unless a test says otherwise, is 400,000 input tokens at $2.50 a million: one dollar.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from analytics.reconciliation.settings import ReconciliationSettings
from tests.analytics.reconciliation.books import (
    LATER,
    SNAPSHOT,
    Billed,
    Used,
    bill,
    of_monday,
    only,
    store_with,
    use,
)


def test_usage_without_a_price_takes_what_the_bill_asks_for_it(tmp_path):
    store = store_with(Used(price=None))
    bill(store, tmp_path, Billed("1"))
    difference, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("unpriced", 1)
    assert (difference.ours_usd, difference.unpriced_lines) == (None, 1)
    assert part.detail == "400000 units without a price: unknown_model"


def test_where_quantities_agree_usage_without_a_price_explains_the_whole_gap(tmp_path):
    store = store_with(Used(quantity=300_000), Used(quantity=100_000, price=None))
    bill(store, tmp_path, Billed("1.25", quantity=400_000))  # the ledger has 0.75
    _, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("unpriced", Decimal("0.5"))


def test_where_they_differ_it_explains_its_share_of_the_bill(tmp_path):
    store = store_with(Used(quantity=300_000), Used(quantity=100_000, price=None))
    bill(store, tmp_path, Billed("1.25", quantity=500_000))  # 2.50 a million, also for what we cannot price
    (difference,) = of_monday(store).differences
    assert {part.cause: part.usd for part in difference.parts} == {
        "unpriced": 100_000 * Decimal("0.0000025"),
        "quantity_difference": 100_000 * Decimal("0.0000025"),
    }


def test_unpriced_usage_no_bill_asks_for_is_shown_without_a_gap(tmp_path):
    store = store_with(Used(), Used(price=None, usage_class="output"))
    bill(store, tmp_path, Billed("1"))
    (difference,) = of_monday(store).differences
    assert (difference.usage_class, difference.gap_usd, difference.ours_usd, difference.parts) == (
        "output",
        0,
        None,
        (),
    )


def test_a_line_of_the_bill_we_never_saw_is_missing_spans(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed(), Billed("0.5", f"{SNAPSHOT}, output"))
    difference, part = only(of_monday(store))
    assert (difference.usage_class, part.cause, part.usd) == ("output", "missing_spans", Decimal("0.5"))


def test_usage_the_bill_does_not_have_is_missing_in_it(tmp_path):
    store = store_with(Used(), Used(usage_class="output"))
    bill(store, tmp_path, Billed())
    difference, part = only(of_monday(store))
    assert (difference.usage_class, difference.theirs_usd, part.cause, part.usd) == (
        "output",
        None,
        "missing_in_bill",
        -1,
    )


def test_spans_that_arrived_after_the_report_are_late(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1"), at=LATER)
    use(store, Used(quantity=40_000, arrived_at=LATER + timedelta(hours=1)))
    _, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("late", Decimal("-0.1"))


def test_a_report_imported_before_its_day_settled_is_late_itself(tmp_path):
    store = store_with(Used())
    soon = datetime(2026, 11, 3, 6, tzinfo=UTC)
    bill(store, tmp_path, Billed("0.75", quantity=300_000), at=soon)
    _, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("late", Decimal("-0.25"))
    _, part = only(of_monday(store, settings=ReconciliationSettings(settling_s=6 * 3_600)))
    assert part.cause == "quantity_difference"


def test_a_gap_within_the_bound_is_rounding_and_beyond_it_is_not(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1.00001"))
    assert only(of_monday(store))[1].cause == "rounding"
    bill(store, tmp_path, Billed("1.00002"), at=LATER + timedelta(hours=1))
    assert only(of_monday(store))[1].cause == "price_difference"


def test_another_quantity_at_our_price_is_a_difference_in_quantity(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1.25", quantity=500_000))
    _, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("quantity_difference", 100_000 * Decimal("0.0000025"))
    assert part.detail == "the bill has 500000 units, the ledger 400000"


def test_the_same_quantity_at_another_price_is_a_difference_in_price(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1.2"))
    _, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("price_difference", 400_000 * Decimal("0.0000005"))


def test_another_quantity_at_another_price_is_both(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1.5", quantity=500_000))  # 500,000 at 3.00 a million
    (difference,) = of_monday(store).differences
    assert {part.cause: part.usd for part in difference.parts} == {
        "quantity_difference": Decimal("0.25"),
        "price_difference": Decimal("0.25"),
    }


QUANTITY_NOT_TOLD = [
    ("1.0100025", "quantity_difference"),  # 404,001 tokens at our price; at ours, no round price
    ("1.3333333", "unexplained"),  # neither
    ("1.01", "unexplained"),  # 404,000 tokens at our price, and 400,000 at 2.525 a million
]


@pytest.mark.parametrize(("amount", "cause"), QUANTITY_NOT_TOLD)
def test_an_amount_alone_tells_only_what_it_can(tmp_path, amount, cause):
    store = store_with(Used())
    bill(store, tmp_path, Billed(amount, quantity=None))
    assert only(of_monday(store))[1].cause == cause


def test_a_price_shows_in_an_amount_alone(tmp_path):
    store = store_with(Used(quantity=400_003, price="0.000007"))  # 2.800021
    bill(store, tmp_path, Billed("3.200024", quantity=None))  # 400,003 at 8 a million
    _, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("price_difference", Decimal("0.400003"))


def test_credits_fees_and_tax_stand_for_themselves(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed(), Billed("-0.3", "goodwill", quantity=None))
    difference, part = only(of_monday(store))
    assert (difference.kind, part.cause, part.usd) == ("credit", "credits", Decimal("-0.3"))
