"""Spend is read at every look, exactly, without summing whole periods again."""

from decimal import Decimal

import pytest

from analytics.periods import Period
from analytics.spending.budget import SpendBudget
from analytics.spending.reading import SpendReader
from collector.store import DuckDBStore
from tests.analytics.stored import NOON, Line, S, Stored, put, store_with, table, take_back

MINUTE, HOUR = 60 * S, 3_600 * S
BUDGETS = (
    SpendBudget("day", Decimal(10), Period.DAY, zone="Asia/Kathmandu"),
    SpendBudget("year", Decimal(10), Period.YEAR, tenant="acme"),
)


@pytest.fixture
def asked(monkeypatch):
    """The windows that were asked for, as hours before noon."""
    found, real = [], DuckDBStore.run

    def run(store, query, params=None, **options):
        if query.name == "spend_buckets":
            found.append(params["start"])
        return real(store, query, params, **options)

    monkeypatch.setattr(DuckDBStore, "run", run)
    return found


def dollar(number: int, at: int, **options) -> Stored:
    return Stored(number=number, started_at=at, lines=(Line(quantity=1, unit_price_usd="1"),), **options)


def whole(reader: SpendReader, now: int) -> list[Decimal]:
    return [spent.whole.cost_usd for spent in reader.read(now).spent]


def test_old_spend_is_summed_once_and_young_spend_at_every_look(asked):
    store = store_with(*(dollar(n, NOON - n * HOUR) for n in range(8)))
    reader = SpendReader(store, BUDGETS)
    assert whole(reader, NOON + S) == [8, 8]
    first = len(asked)
    put(store, dollar(90, NOON + S))
    assert whole(reader, NOON + 2 * S) == [9, 9]
    assert len(asked) - first == 1


def test_what_grows_old_is_added_to_what_is_old(asked):
    store = store_with(*(dollar(n, NOON - n * HOUR) for n in range(5)))
    reader = SpendReader(store, BUDGETS)
    for hour in range(6):
        put(store, dollar(100 + hour, NOON + hour * HOUR))
        assert whole(reader, NOON + hour * HOUR + S) == [6 + hour, 6 + hour]
    assert asked.count(min(asked)) == 1  # the year from its start


def test_a_late_span_is_found_by_the_number_of_rows_and_summed_within_ten_seconds():
    store = store_with(dollar(1, NOON))
    reader = SpendReader(store, BUDGETS)
    reader.read(NOON + S)
    put(store, dollar(2, NOON - 5 * HOUR))
    late = reader.read(NOON + 2 * S)
    assert (late.exact, late.spent[0].whole.cost_usd) == (False, 1)
    again = reader.read(NOON + 12 * S)
    assert (again.exact, again.spent[0].whole.cost_usd) == (True, 2)


def test_what_derivation_takes_back_is_taken_back():
    store = store_with(gone := dollar(1, NOON - 5 * HOUR), dollar(2, NOON))
    reader = SpendReader(store, BUDGETS)
    assert whole(reader, NOON + S) == [2, 2]
    take_back(store, gone)
    assert whole(reader, NOON + 12 * S) == [1, 1]


def test_a_new_period_is_summed_from_its_start():
    midnight = NOON + 6 * HOUR + 15 * MINUTE  # in Kathmandu
    store = store_with(dollar(1, NOON), dollar(2, midnight - MINUTE), dollar(3, midnight))
    reader = SpendReader(store, BUDGETS)
    assert whole(reader, midnight - S) == [2, 3]  # a clock that is ahead: its minute is in the year, not in the day
    assert whole(reader, midnight + S) == [1, 3]


def test_windows_are_exact_from_the_step_they_begin_in():
    store = store_with(*(dollar(n, NOON - n * 10 * MINUTE) for n in range(24)))
    spent = SpendReader(store, BUDGETS).read(NOON + S).spent[0]
    young, old = spent.step_at(NOON - 25 * MINUTE), spent.step_at(NOON - 175 * MINUTE)
    assert ((NOON - young) // MINUTE, (NOON - old) // MINUTE) == (25, 180)
    rows = table(store, "select epoch_ns(minute_at) as at, cost_usd from cost_minutes").to_pylist()
    for begin in (young, old):
        assert spent.between(begin, NOON + S).cost_usd == sum(row["cost_usd"] for row in rows if row["at"] >= begin)


def test_without_a_budget_nothing_is_asked(asked):
    reading = SpendReader(store_with(dollar(1, NOON)), ()).read(NOON + HOUR)
    assert (reading.spent, reading.exact, asked) == ((), True, [])
