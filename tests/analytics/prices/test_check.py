"""Overlaps and gaps are found, with both rows named; the shipped book has none."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from analytics.prices import Price, PriceBook
from analytics.prices.check import Kind, check_book, check_prices
from analytics.prices.windows import words
from collector.dialects.usage_classes import UsageClass as Class

JANUARY, MARCH = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
H = 3600


def price(figure=1, **changes):
    return Price("acme", "m", Class.OUTPUT, Decimal(figure), source="x", source_ref="acme/m", **changes)


def found(*prices):
    return [(finding.kind, words(finding.when)) for finding in check_prices(prices)]


def test_the_shipped_book_has_no_overlap_and_no_gap():
    assert [finding.text for finding in check_book(PriceBook.load())] == []


@pytest.mark.parametrize(
    ("rows", "window"),
    [
        ([{}, {"effective_from": JANUARY}], "from 2026-01-01"),
        ([{"context_until": 10}, {"context_above": 9}], "over 9 prompt tokens, up to 10 prompt tokens"),
        ([{"tod_end_s": 9 * H}, {"tod_start_s": 8 * H}], "08:00-09:00 UTC"),
        ([{"weekdays": 0b0011111}, {"weekdays": 0b1110000}], "fri"),
    ],
)
def test_two_prices_that_hold_at_once_are_an_overlap(rows, window):
    assert (Kind.OVERLAP, window) in found(*(price(**row) for row in rows))


@pytest.mark.parametrize(
    ("rows", "window"),
    [
        ([{"effective_until": JANUARY}, {"effective_from": MARCH}], "from 2026-01-01, until 2026-03-01"),
        ([{"context_until": 10}, {"context_above": 20}], "over 10 prompt tokens, up to 20 prompt tokens"),
        ([{"tod_end_s": 8 * H}, {"tod_start_s": 9 * H}], "08:00-09:00 UTC"),
        ([{"weekdays": 0b0011111}, {"weekdays": 0b1000000}], "sat"),
    ],
)
def test_what_lies_between_two_prices_and_in_none_is_a_gap(rows, window):
    assert found(*(price(**row) for row in rows)) == [(Kind.GAP, window)]


def test_a_finding_names_both_rows_the_window_and_what_to_do():
    (finding,) = check_prices([price(effective_until=JANUARY), price(effective_from=MARCH)])
    assert finding.text == (
        "gap: acme/m/output/standard: x/acme/m/output/standard and x/acme/m/output/standard/2026-03-01 leave a hole: "
        "from 2026-01-01, until 2026-03-01; move the end of the first, or the start of the second, or add a row"
    )


def test_prices_of_two_classes_tiers_or_regions_do_not_meet():
    rows = [price(), price(region="eu"), price(service_tier="flex"), price(processing="batch")]
    assert found(*rows) == []


def test_what_nobody_priced_before_the_first_date_or_above_the_last_threshold_is_no_gap():
    assert found(price(effective_from=JANUARY, context_until=10)) == []
