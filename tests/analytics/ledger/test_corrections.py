"""What is learnt about a closed month: it stays as it is, and the next month takes back and states anew."""

from datetime import datetime
from decimal import Decimal

from tests.analytics.ledger.books import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    Used,
    arrive,
    become,
    bytes_of,
    charged,
    close_on_time,
    cost,
    leave,
    ledger,
)


def test_a_price_found_later_takes_back_the_unpriced_line_and_states_it_anew():
    line = Used(unit_price_usd=None, quantity=100)
    store = ledger(line)
    close_on_time(store, OCTOBER, accept_unpriced=True)
    become(store, line, line.costing("0.01"))
    rows = charged(store, NOVEMBER)
    assert [(row["entry"], row["quantity"], row["cost_usd"]) for row in sorted(rows, key=lambda row: row["entry"])] == [
        ("restatement", 100, Decimal(1)),
        ("reversal", -100, None),
    ]


def test_late_usage_leaves_a_closed_month_alone_and_waits_for_the_next():
    store = ledger(Used())
    close_on_time(store, OCTOBER)
    before = bytes_of(store, OCTOBER)
    arrive(store, Used(trace=9, quantity=400))
    assert bytes_of(store, OCTOBER) == before
    (late,) = charged(store, NOVEMBER)
    assert (late["entry"], late["corrects_start"], late["cost_usd"]) == ("restatement", OCTOBER, Decimal("0.001"))
    assert (late["starts_at"], late["period_start"]) == (datetime(2026, 10, 5), NOVEMBER)  # noqa: DTZ001 - UTC by definition


def test_a_correction_is_booked_once():
    line = Used()
    store = ledger(line)
    close_on_time(store, OCTOBER)
    become(store, line, line.costing("0.000005"))
    close_on_time(store, NOVEMBER)
    exact = [row for row in charged(store, NOVEMBER) if row["entry"] != "rounding"]
    assert cost(exact, entry="reversal") == Decimal("-0.0025")
    assert cost(exact, entry="restatement") == Decimal("0.005")
    assert charged(store, DECEMBER) == []


def test_a_correction_can_be_corrected():
    line, dearer = Used(), Used().costing("0.000005")
    store = ledger(line)
    close_on_time(store, OCTOBER)
    become(store, line, dearer)
    close_on_time(store, NOVEMBER)
    become(store, dearer, line)
    rows = charged(store, DECEMBER)
    assert (cost(rows, entry="reversal"), cost(rows, entry="restatement")) == (Decimal("-0.005"), Decimal("0.0025"))
    assert {row["corrects_start"] for row in rows} == {OCTOBER}


def test_usage_that_turns_out_not_to_exist_is_taken_back():
    store = ledger(Used(), Used(trace=2, quantity=4))
    close_on_time(store, OCTOBER)
    leave(store, Used(trace=2, quantity=4))
    (row,) = charged(store, NOVEMBER)
    assert (row["entry"], row["quantity"], row["cost_usd"]) == ("reversal", -4, Decimal("-0.00001"))


def test_another_run_that_finds_the_same_price_corrects_nothing():
    line = Used()
    store = ledger(line)
    close_on_time(store, OCTOBER)
    become(store, line, line.costing(line.unit_price_usd))
    assert charged(store, NOVEMBER) == []
