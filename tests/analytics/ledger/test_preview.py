"""A month at a glance, and how far months are."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from analytics.ledger.charge import CHARGES
from analytics.ledger.charges import charge_cells
from analytics.ledger.errors import NoSuchPeriod
from analytics.ledger.months import month_named
from analytics.ledger.periods import State, period, periods
from analytics.ledger.preview import periods_answer, preview
from analytics.ledger.sums import BY, cells_of, sums_by
from tests.analytics.ledger.books import (
    NO_TERMS,
    NOVEMBER,
    OCTOBER,
    Used,
    arrive,
    become,
    charged,
    close_on_time,
    ledger,
)
from tests.analytics.ledger.test_charges import MIXED

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_months_are_known_from_the_first_usage_to_now_and_say_how_far_they_are():
    store = ledger(Used(on=date(2026, 8, 31)), Used(trace=2), Used(trace=3, on=date(2026, 12, 1)))
    close_on_time(store, date(2026, 8, 1))
    close_on_time(store, OCTOBER)
    assert [(one.start.month, one.state, one.lines) for one in periods(store, NOW)] == [
        (8, State.CLOSED, 1),
        (9, State.PASSED, 0),
        (10, State.CLOSED, 1),
        (11, State.OPEN, 0),
        (12, State.FUTURE, 1),
    ]


def test_an_empty_store_knows_the_current_month():
    assert [(one.start, one.state) for one in periods(ledger(), NOW)] == [(NOVEMBER, State.OPEN)]
    assert period(ledger(), OCTOBER, NOW).state is State.ENDED


@pytest.mark.parametrize(
    "text",
    ["2026-13", "2026-1", "October", "", "0000-01", "9999-12", "1969-12", "2026-10\n", "\uff12\uff10\uff12\uff16-10"],
)
def test_a_month_that_is_none_is_refused(text):
    with pytest.raises(NoSuchPeriod, match="write one such as 2026-10"):
        month_named(text)


def test_a_preview_sums_by_who_sells_who_pays_and_which_team():
    store = ledger(
        Used(quantity=400_000),
        Used(trace=2, team="search", quantity=800_000),
        Used(trace=3, seller="anthropic", cost_center=None, team=None, quantity=4_000),
    )
    answer = preview(store, OCTOBER, terms=NO_TERMS, now=NOW)
    assert (answer.state, answer.total.cost_usd) == ("ended", Decimal("3.01"))
    assert {one.seller: one.cost_usd for one in answer.by_seller} == {
        "anthropic": Decimal("0.01"),
        "openai": Decimal(3),
    }
    assert {one.cost_center: one.cost_usd for one in answer.by_cost_center} == {
        "CC-1": Decimal(3),
        None: Decimal("0.01"),
    }
    assert [(one.team, one.cost_usd) for one in answer.by_team] == [
        ("search", Decimal(2)),
        ("support", Decimal(1)),
        (None, Decimal("0.01")),
    ]


def test_corrections_are_told_apart_from_the_months_own_usage():
    line = Used(quantity=400_000)
    store = ledger(line)
    close_on_time(store, OCTOBER)
    become(store, line, line.costing("0.000005"))
    arrive(store, Used(trace=2, on=date(2026, 11, 2), quantity=4_000))
    waiting = preview(store, NOVEMBER, terms=NO_TERMS, now=NOW)
    assert (waiting.own.cost_usd, waiting.corrections.cost_usd) == (Decimal("0.01"), Decimal(1))
    close_on_time(store, NOVEMBER)
    booked = preview(store, NOVEMBER, terms=NO_TERMS, now=NOW)
    assert (booked.own.cost_usd, booked.corrections.cost_usd) == (Decimal("0.01"), Decimal(1))
    assert (waiting.manifest, booked.manifest.previous.period) == (None, "2026-10")


def test_unpriced_usage_has_no_cost_and_is_counted():
    answer = preview(ledger(Used(unit_price_usd=None, quantity=7)), OCTOBER, terms=NO_TERMS, now=NOW)
    assert (answer.unpriced.quantity, answer.unpriced.lines, answer.total.cost_usd) == ("7", 1, None)


def test_the_rounding_of_a_close_can_be_seen_before_it():
    store = ledger(Used(quantity=1_001))
    seen = preview(store, OCTOBER, terms=NO_TERMS, now=NOW, rounded=True)
    close_on_time(store, OCTOBER)
    assert preview(store, OCTOBER, terms=NO_TERMS, now=NOW).by_entry == seen.by_entry


@pytest.mark.parametrize("closed", [False, True])
def test_a_month_is_summed_as_its_charges_are_one_by_one(closed):
    store = ledger(*MIXED)
    close_on_time(store, OCTOBER, accept_unpriced=True)
    become(store, MIXED[4], MIXED[4].costing("0.9"))
    arrive(store, *(replace(line, trace=100 + i, on=date(2026, 11, 1 + i % 6)) for i, line in enumerate(MIXED)))
    if closed:
        close_on_time(store, NOVEMBER, accept_unpriced=True)
    one_by_one = cells_of(pa.Table.from_pylist(charged(store, NOVEMBER, rounded=True), CHARGES))
    summed = charge_cells(store, NOVEMBER, terms=NO_TERMS, rounded=True)
    assert {*summed["entry"].to_pylist()} == {"usage", "reversal", "restatement", "rounding"}
    assert sums_by(summed, *BY) == sums_by(one_by_one, *BY)


@pytest.mark.parametrize("closed", [(), (date(2026, 9, 1),), (date(2026, 9, 1), OCTOBER)])
def test_one_month_is_known_as_among_all_of_them(closed):
    store = ledger(Used(on=date(2026, 8, 31)), Used(trace=2), Used(trace=3, on=date(2026, 12, 1)))
    for month in (date(2026, 8, 1), *closed):
        close_on_time(store, month)
    assert [period(store, one.start, NOW) for one in periods(store, NOW)] == list(periods(store, NOW))


def test_answers_are_json_with_money_as_text():
    store = ledger(Used())
    signed = close_on_time(store, OCTOBER)
    told = periods_answer(store, NOW).model_dump(mode="json")["periods"][0]
    assert (told["period"], told["state"], told["sha256"]) == ("2026-10", "closed", signed.sha256)
    assert told["closed_at"] == "2026-11-03T00:00:00.000000Z"
    assert preview(store, OCTOBER, terms=NO_TERMS, now=NOW).model_dump(mode="json")["total"]["cost_usd"] == "0"
