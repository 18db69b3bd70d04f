"""Asking before spending: who is told yes, what counts, and for how long."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from uuid import UUID

import pytest

from analytics.periods import Period
from analytics.questions import BadParameter, NotFound
from analytics.spending.budget import SpendBudget
from analytics.spending.events import recent
from analytics.spending.shapes import ReservationAsk, SettleAsk
from analytics.spending.spending import Conflict, Spending
from collector.store import DuckDBStore, StoreUnavailable
from tests.analytics.stored import NOON, Line, S, Stored, put, store_with

DAILY = SpendBudget("daily", Decimal(10), Period.DAY)
ACME = SpendBudget("acme", Decimal(4), Period.DAY, tenant="acme")


def spending(*budgets: SpendBudget, stored: tuple[Stored, ...] = (), **options) -> Spending:
    return Spending(store_with(*stored), budgets or (DAILY,), **options)


def ask(amount: str = "1", **words) -> ReservationAsk:
    return ReservationAsk(amount_usd=amount, **words)


def counted(house: Spending, now: int, row: int = 0) -> list[str]:
    """What is spent, held and settled on a budget."""
    position = house.positions(now)[row]
    amounts = (position.sums.cost_usd, position.reserved.held_usd, position.reserved.settled_usd)
    return [f"{amount.normalize():f}" for amount in amounts]


def billed(number: int, dollars: int, *, at: int = NOON, **options) -> Stored:
    return Stored(number=number, started_at=at, lines=(Line(quantity=dollars, unit_price_usd="1"),), **options)


def test_what_is_granted_is_held_and_what_does_not_fit_is_refused():
    house = spending()
    yes, no = house.reserve(ask("6"), NOON), house.reserve(ask("5"), NOON)
    assert (yes.granted, yes.status, yes.budgets[0].remaining_usd, yes.level) == (True, "reserved", 4, "half")
    assert (no.granted, no.status, no.refused_by, no.budgets[0].remaining_usd) == (False, "refused", ("daily",), 4)
    assert no.reservation_id is None
    assert house.reserve(ask("4"), NOON).granted  # to the last cent


def test_what_the_ledger_has_counts_as_well():
    house = spending(stored=(billed(1, 8),))
    assert house.reserve(ask("2.01"), NOON + S).granted is False
    assert house.reserve(ask("2"), NOON + S).granted is True


def test_every_budget_that_covers_the_words_has_to_hold_it_and_only_these():
    house = spending(DAILY, ACME)
    refused = house.reserve(ask("5", tenant="acme"), NOON)
    assert (refused.granted, refused.refused_by) == (False, ("acme",))
    assert counted(house, NOON) == ["0", "0", "0"]  # refused by one, held by none
    assert house.reserve(ask("5", tenant="globex"), NOON).granted
    assert [room.name for room in house.reserve(ask("1", tenant="acme"), NOON).budgets] == ["daily", "acme"]


def test_money_nobody_limits_may_be_spent():
    assert spending(ACME).reserve(ask("1000", tenant="globex"), NOON).granted


def test_threads_that_ask_together_do_not_pass_the_limit_together():
    house, together = spending(DAILY, ACME), Barrier(8)

    def take(_: int) -> int:
        together.wait()
        return sum(bool(house.reserve(ask("0.07", tenant="acme"), NOON).granted) for _ in range(10))

    with ThreadPoolExecutor(8) as threads:
        granted = sum(threads.map(take, range(8)))
    assert granted == 57  # 57 x 0.07 = 3.99 of 4
    assert counted(house, NOON, row=1) == ["0", "3.99", "0"]
    assert len(recent(house.store, NOON)) == 57


def test_a_hold_that_expires_counts_no_more():
    house = spending()
    house.reserve(ask("10", ttl_s=30), NOON)
    assert house.reserve(ask("1"), NOON + 30 * S - 1).granted is False
    assert house.reserve(ask("1"), NOON + 30 * S).granted is True


def test_what_is_released_counts_no_more_and_releasing_twice_is_the_same():
    house = spending()
    held = house.reserve(ask("10"), NOON).reservation_id
    assert [house.release(held, NOON + S).state for _ in range(2)] == ["released", "released"]
    assert house.reserve(ask("10"), NOON + S).granted


def test_settling_frees_what_was_reserved_too_much():
    house = spending()
    held = house.reserve(ask("10"), NOON).reservation_id
    state = house.settle(held, SettleAsk(actual_usd="3"), NOON + S)
    assert (state.state, state.actual_usd, state.counted_usd, state.overrun_usd) == ("settled", 3, 3, 0)
    assert house.reserve(ask("7"), NOON + S).granted


def test_what_cost_more_than_reserved_counts_in_full_even_over_the_limit():
    house = spending()
    held = house.reserve(ask("1"), NOON).reservation_id
    assert house.settle(held, SettleAsk(actual_usd="12"), NOON + S).overrun_usd == 11
    refused = house.reserve(ask("0.01"), NOON + S)
    assert (refused.granted, refused.budgets[0].remaining_usd) == (False, -2)


def test_there_is_no_hole_between_settling_and_the_ledger_and_no_double_count_after():
    house = spending()
    held = house.reserve(ask("5"), NOON).reservation_id
    assert counted(house, NOON) == ["0", "5", "0"]
    house.settle(held, SettleAsk(actual_usd="3", trace_id=f"{1:032x}"), NOON + S)
    assert counted(house, NOON + 2 * S) == ["0", "0", "3"]
    put(house.store, billed(1, 3))
    assert counted(house, NOON + 3 * S) == ["3", "0", "0"]


def test_a_trace_that_comes_in_parts_is_taken_off_part_by_part():
    house = spending()
    for amount in ("2", "3"):
        held = house.reserve(ask(amount), NOON).reservation_id
        house.settle(held, SettleAsk(actual_usd=amount, trace_id=f"{1:032x}"), NOON + S)
    put(house.store, billed(1, 2, complete=False))
    assert counted(house, NOON + 2 * S) == ["2", "0", "3"]
    put(house.store, billed(1, 3, complete=False))
    assert counted(house, NOON + 3 * S) == ["5", "0", "0"]


def test_of_a_trace_alone_what_was_reserved_counts_until_its_request_is_complete():
    house = spending()
    held = house.reserve(ask("5"), NOON).reservation_id
    house.settle(held, SettleAsk(trace_id=f"{1:032x}"), NOON + S)
    put(house.store, billed(1, 2))
    assert counted(house, NOON + 2 * S) == ["2", "0", "3"]
    assert counted(house, NOON + 11 * S) == ["2", "0", "0"]  # complete, and its other spans had ten seconds to come


def test_earlier_calls_of_the_same_trace_are_not_taken_for_this_one():
    house = spending(stored=(billed(1, 4, at=NOON - 60 * S, complete=False),))
    held = house.reserve(ask("3"), NOON).reservation_id
    house.settle(held, SettleAsk(actual_usd="3", trace_id=f"{1:032x}"), NOON + S)
    assert counted(house, NOON + 2 * S) == ["4", "0", "3"]


def test_a_settled_cost_that_never_comes_counts_for_ten_minutes():
    house = spending()
    held = house.reserve(ask("5"), NOON).reservation_id
    house.settle(held, SettleAsk(actual_usd="4", trace_id="f" * 32), NOON)
    assert counted(house, NOON + 600 * S - 1) == ["0", "0", "4"]
    assert counted(house, NOON + 600 * S) == ["0", "0", "0"]
    assert house.show(held, NOON + 600 * S).state == "unseen"


def test_a_request_without_a_price_does_not_free_what_its_caller_knows_it_cost():
    house = spending()
    held = house.reserve(ask("5"), NOON).reservation_id
    house.settle(held, SettleAsk(actual_usd="4", trace_id=f"{1:032x}"), NOON)
    put(house.store, Stored(lines=(Line(unit_price_usd=None),)))
    assert counted(house, NOON + 60 * S) == ["0", "0", "4"]


def test_a_call_that_took_longer_than_its_hold_is_settled_all_the_same():
    house = spending()
    held = house.reserve(ask("5", ttl_s=10), NOON).reservation_id
    assert house.show(held, NOON + 11 * S).state == "expired"
    house.settle(held, SettleAsk(actual_usd="4"), NOON + 12 * S)
    assert counted(house, NOON + 12 * S) == ["0", "0", "4"]


def test_asking_again_under_the_same_key_is_asking_once():
    house = spending()
    first, again = (house.reserve(ask("6", request_key="call-1"), NOON) for _ in range(2))
    assert first.reservation_id == again.reservation_id
    assert counted(house, NOON) == ["0", "6", "0"]
    house.release(first.reservation_id, NOON)
    assert house.reserve(ask("6", request_key="call-1"), NOON).reservation_id != first.reservation_id


def test_threads_that_ask_under_one_key_get_one_reservation():
    house = spending()
    with ThreadPoolExecutor(8) as threads:
        found = threads.map(lambda _: house.reserve(ask("6", request_key="call-1"), NOON).reservation_id, range(32))
    assert len(set(found)) == 1
    assert len(recent(house.store, NOON)) == 1


def test_a_key_does_not_stand_for_two_things():
    house = spending()
    house.reserve(ask("6", request_key="call-1"), NOON)
    with pytest.raises(Conflict, match="call-1"):
        house.reserve(ask("5", request_key="call-1"), NOON)


def test_what_is_settled_is_settled():
    house = spending()
    held = house.reserve(ask("6"), NOON).reservation_id
    for _ in range(2):
        house.settle(held, SettleAsk(actual_usd="5"), NOON + S)
    with pytest.raises(Conflict, match="settled before, for 5"):
        house.settle(held, SettleAsk(actual_usd="4"), NOON + S)
    with pytest.raises(Conflict, match="cannot be released"):
        house.release(held, NOON + S)


def test_settling_needs_a_cost_or_a_trace():
    house = spending()
    held = house.reserve(ask("6"), NOON).reservation_id
    with pytest.raises(BadParameter, match="trace_id"):
        house.settle(held, SettleAsk(), NOON)
    traced = house.reserve(ask("1", trace_id="1" * 32), NOON).reservation_id
    assert house.settle(traced, SettleAsk(), NOON).trace_id == "1" * 32


def test_a_reservation_nobody_knows_is_not_found():
    with pytest.raises(NotFound, match="it never was"):
        spending().release(UUID(int=7), NOON)


def test_reservations_survive_a_restart(tmp_path):
    store = DuckDBStore(tmp_path)
    before = Spending(store, [DAILY])
    held = before.reserve(ask("3", request_key="k"), NOON).reservation_id
    settled = before.reserve(ask("2"), NOON).reservation_id
    released = before.reserve(ask("1"), NOON).reservation_id
    before.settle(settled, SettleAsk(actual_usd="2.5", trace_id="1" * 32), NOON + S)
    before.release(released, NOON + S)
    store.close()
    store = DuckDBStore(tmp_path)
    after = Spending(store, [DAILY])
    assert counted(after, NOON + 2 * S) == ["0", "3", "2.5"]
    assert after.reserve(ask("3", request_key="k"), NOON + 2 * S).reservation_id == held
    assert after.reserve(ask("4.51"), NOON + 2 * S).granted is False
    store.close()


def test_a_new_period_starts_empty_but_for_what_is_still_reserved():
    house = spending(stored=(billed(1, 9),))
    midnight = NOON + 12 * 3600 * S
    house.reserve(ask("1", ttl_s=60), midnight - S)
    assert house.reserve(ask("9.5"), midnight + S).granted is False
    assert house.reserve(ask("9"), midnight + S).granted is True


def test_a_grant_that_cannot_be_written_is_taken_back(monkeypatch):
    house = spending()
    house.refresh(NOON)

    def full(*_args, **_options):
        raise StoreUnavailable("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(DuckDBStore, "change", full)
        with pytest.raises(StoreUnavailable):
            house.reserve(ask("6"), NOON)
    assert counted(house, NOON) == ["0", "0", "0"]
    held = house.reserve(ask("6"), NOON).reservation_id
    with monkeypatch.context() as broken:
        broken.setattr(DuckDBStore, "change", full)
        with pytest.raises(StoreUnavailable):
            house.settle(held, SettleAsk(actual_usd="1"), NOON)
    assert counted(house, NOON) == ["0", "6", "0"]
