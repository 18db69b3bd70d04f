"""Closing a month: what it refuses, what it writes, and that nothing changes what it wrote."""

import json
import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from analytics.ledger import booking
from analytics.ledger.booking import Booking
from analytics.ledger.charge import CHARGES
from analytics.ledger.closing import close
from analytics.ledger.errors import (
    BadCharges,
    DerivationBehind,
    EarlierOpen,
    HasUnpriced,
    LaterClosed,
    NoSuchPeriod,
    NotEnded,
    TakenOver,
)
from analytics.ledger.manifest import text_sha256
from analytics.ledger.periods import sign_offs
from analytics.ledger.terms import Terms
from analytics.ledger.verify import verify
from collector.store import StoreUnavailable
from tests.analytics.ledger.books import (
    DECEMBER,
    NO_TERMS,
    NOVEMBER,
    OCTOBER,
    Used,
    amounts,
    arrive,
    asked,
    charged,
    close_on_time,
    cost,
    ledger,
    told,
)

IN_NOVEMBER = date(2026, 11, 7)


def test_a_month_is_closed_with_its_sums_to_the_last_digit():
    store = ledger(Used(quantity=1_001), Used(trace=2, quantity=2, team=None, cost_center=None))
    manifest = json.loads(close_on_time(store, OCTOBER, note="as discussed").manifest)
    usage = next(one for one in manifest["by_entry"] if one["entry"] == "usage")
    assert (usage["cost_usd"], usage["lines"], usage["charges"], usage["quantity"]) == ("0.0025075", 2, 2, "1003")
    assert (manifest["closed_by"], manifest["note"]) == ("finance@acme.example", "as discussed")
    assert manifest["rounding"]["mode"] == "half-even"


def test_a_month_that_goes_on_cannot_be_closed():
    store = ledger(Used())
    with pytest.raises(NotEnded, match=r"2026-10 ends at 2026-11-01T00:00:00Z"):
        close(store, OCTOBER, by="me", at=datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC), terms=NO_TERMS)


def test_only_months_can_be_closed():
    with pytest.raises(NoSuchPeriod, match="first day of its month"):
        close_on_time(ledger(), date(2026, 10, 2))


def test_months_are_closed_in_their_order():
    store = ledger(Used(), Used(trace=2, on=IN_NOVEMBER))
    with pytest.raises(EarlierOpen, match="2026-10 has usage and is open"):
        close_on_time(store, NOVEMBER)
    close_on_time(store, OCTOBER)
    close_on_time(store, NOVEMBER)


def test_a_month_before_a_closed_one_stays_as_it_is_and_its_late_usage_is_a_correction():
    store = ledger(Used())
    close_on_time(store, OCTOBER)
    arrive(store, Used(trace=2, on=date(2026, 9, 30), quantity=4))
    with pytest.raises(LaterClosed, match="2026-10 is closed, so 2026-09"):
        close_on_time(store, date(2026, 9, 1))
    rows = charged(store, NOVEMBER)
    assert [(row["entry"], row["corrects_start"], row["cost_usd"]) for row in rows] == [
        ("restatement", date(2026, 9, 1), Decimal("0.00001"))
    ]
    assert charged(store, date(2026, 9, 1)) == []


def test_closing_twice_is_answered_with_what_was_signed():
    store = ledger(Used())
    first = close_on_time(store, OCTOBER)
    arrive(store, Used(trace=2))
    assert close_on_time(store, OCTOBER, note="again") == first


BATCH_SEVEN = """insert into batches (batch_seq, batch_id, signal, received_at, received, stored, duplicate, rejected)
    values (7, uuid(), 'traces', timestamp_ns '2026-10-31 10:00:00', 1, 1, 0, 0)"""


def test_a_month_is_not_closed_before_everything_that_arrived_is_in_the_ledger():
    store = ledger(Used())
    told(store, BATCH_SEVEN)
    with pytest.raises(DerivationBehind, match="1 batches from number 7 on"):
        close_on_time(store, OCTOBER)
    told(store, "update progress set derived_seq = 7")
    assert verify(store, close_on_time(store, OCTOBER).period_start).sound


def test_unpriced_usage_needs_an_explicit_word_and_is_named():
    store = ledger(Used(), Used(trace=2, model="mystery-1", unit_price_usd=None, quantity=70))
    with pytest.raises(
        HasUnpriced, match=r"1 ledger lines of 2026-10 \(70 units\).*openai/mystery-1/input_uncached 70"
    ):
        close_on_time(store, OCTOBER)
    manifest = json.loads(close_on_time(store, OCTOBER, accept_unpriced=True).manifest)
    assert (manifest["unpriced"]["lines"], manifest["unpriced"]["quantity"]) == (1, "70")
    assert [kind["model"] for kind in manifest["unpriced"]["kinds"]] == ["mystery-1"]
    assert amounts(charged(store, OCTOBER), status="unpriced") == [None]


def test_sums_of_invoices_and_of_cost_centres_are_whole_cents():
    lines = [
        Used(
            trace=i, quantity=i * 997, seller=f"s{i % 3}", cost_center=[None, "CC-1", "CC-2"][i // 3 % 3], team=f"t{i}"
        )
        for i in range(1, 40)
    ]
    store = ledger(*lines)
    manifest = json.loads(close_on_time(store, OCTOBER).manifest)
    sums = [one["cost_usd"] for name in ("by_seller", "by_cost_center") for one in manifest[name]]
    assert len(sums) == 6
    assert all(Decimal(one) == Decimal(one).quantize(Decimal("0.01")) for one in sums)
    exact = sum((line.cost_usd for line in lines), Decimal(0))
    assert cost(charged(store, OCTOBER), entry="usage") == exact


def test_an_open_month_shows_the_rounding_only_when_asked():
    store = ledger(Used(quantity=1))
    assert [row["entry"] for row in charged(store, OCTOBER)] == ["usage"]
    assert sorted(row["entry"] for row in charged(store, OCTOBER, rounded=True)) == ["rounding", "usage"]
    preview = pa.Table.from_pylist(charged(store, OCTOBER, rounded=True), CHARGES)
    close_on_time(store, OCTOBER)
    assert pa.Table.from_pylist(charged(store, OCTOBER), CHARGES) == preview


def test_charges_from_elsewhere_are_frozen_with_the_month():
    store = ledger(Used())
    plan = charged(store, OCTOBER)[0] | {"charge_id": "5" * 32, "entry": "shared", "lines": 0, "cost_usd": Decimal(12)}
    share = pa.Table.from_pylist([plan], CHARGES)
    close_on_time(store, OCTOBER, terms=Terms((lambda *_: share,)))
    assert amounts(charged(store, OCTOBER, terms=NO_TERMS), entry="shared") == [Decimal(12)]


def test_a_source_that_gives_other_columns_or_another_month_or_an_id_twice_is_named():
    store = ledger(Used())
    (row,) = charged(store, OCTOBER)
    good = pa.Table.from_pylist([row], CHARGES)
    for table, said in (
        (good.drop_columns(["quantity"]), "other columns"),
        (pa.Table.from_pylist([row | {"period_start": NOVEMBER}], CHARGES), "2026-10 gave some of 2026-11-01"),
        (pa.concat_tables([good, good]), "1 charges of 2026-10 have the id of another"),
    ):
        with pytest.raises(BadCharges, match=said):
            close_on_time(store, OCTOBER, terms=Terms((lambda *_, table=table: table,)))
    assert sign_offs(store) == []


def adjust(store, period, charge_id, cost_usd):
    told(
        store,
        "insert into adjustments by name select $$" + charge_id + f"$$ as charge_id, date '{period}' as period_start, "
        "timestamp '2026-10-01' as starts_at, timestamp '2026-10-02' as ends_at, 'adjustment' as entry, "
        "'openai' as seller, "
        f"'priced' as status, {cost_usd}::decimal(38, 15) as cost_usd, 0 as lines, 'bill-1' as reconciliation_id, "
        "timestamp_ns '2026-11-02' as booked_at",
    )


def test_an_adjustment_is_booked_once_in_the_month_that_is_open():
    store = ledger(Used())
    adjust(store, OCTOBER, "a" * 32, "1.5")
    close_on_time(store, OCTOBER)
    adjust(store, OCTOBER, "b" * 32, "0.25")
    assert amounts(charged(store, OCTOBER), entry="adjustment") == [Decimal("1.5")]
    assert amounts(charged(store, NOVEMBER), entry="adjustment") == [Decimal("0.25")]
    close_on_time(store, NOVEMBER)
    assert amounts(charged(store, NOVEMBER), entry="adjustment") == [Decimal("0.25")]
    assert charged(store, DECEMBER) == []


def test_a_closing_that_is_overtaken_signs_nothing(monkeypatch):
    store = ledger(Used())
    first = booking.book_lines

    def overtaken(mine, *rest):
        done = first(mine, *rest)
        Booking(store, OCTOBER, "another").begin()
        return done

    monkeypatch.setattr("analytics.ledger.closing.book_lines", overtaken)
    with pytest.raises((TakenOver, BadCharges)):
        close_on_time(store, OCTOBER)
    assert sign_offs(store) == []


def test_who_was_overtaken_does_not_end_the_closing_that_took_over():
    store = ledger(Used())
    first, second = Booking(store, OCTOBER, "first"), Booking(store, OCTOBER, "second")
    first.begin()
    second.begin()
    at = datetime(2026, 11, 2, tzinfo=UTC)
    assert not first.sign_off(at, "ada", None, "of the first", "1")
    assert second.sign_off(at, "bob", None, "of the second", "2")
    assert [one.closed_by for one in sign_offs(store)] == ["bob"]


def test_two_that_close_at_once_leave_one_signature_and_sound_books():
    store = ledger(*(Used(trace=i, on=date(2026, 10, 1 + i % 3)) for i in range(1, 40)))
    failed = []

    def work():
        try:
            close_on_time(store, OCTOBER)
        except (TakenOver, BadCharges) as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(failed) < 2
    close_on_time(store, OCTOBER)
    assert verify(store, OCTOBER).sound
    assert asked(store, "select count(*) as n from booked_lines")[0]["n"] == 39


@pytest.mark.parametrize("at", [0, 2, 3, 5, 6])
def test_a_crash_on_the_way_leaves_the_month_open_and_the_next_try_closes_it(at, monkeypatch):
    store = ledger(Used(), Used(trace=2, on=date(2026, 10, 6)))
    change, left = store.change, iter(range(at))

    def dying(*args, **kwargs):
        if next(left, None) is None:
            raise StoreUnavailable("the power went")
        change(*args, **kwargs)

    monkeypatch.setattr(store, "change", dying)
    with pytest.raises(StoreUnavailable):
        close_on_time(store, OCTOBER)
    monkeypatch.undo()
    assert sign_offs(store) == []
    assert cost(charged(store, OCTOBER)) == Decimal("0.005")
    close_on_time(store, OCTOBER)
    assert verify(store, OCTOBER).sound
    assert asked(store, "select count(*) as n from booked_lines")[0]["n"] == 2


def test_a_signature_whose_commit_failed_but_happened_counts(monkeypatch):
    store = ledger(Used())
    change = store.change

    def ambiguous(steps, **kwargs):
        change(steps, **kwargs)
        if steps[0].query.name == "sign_off":
            raise StoreUnavailable("the disk was full")

    monkeypatch.setattr(store, "change", ambiguous)
    assert close_on_time(store, OCTOBER).sha256 == sign_offs(store)[0].sha256


def test_manifests_are_chained():
    store = ledger(Used(), Used(trace=2, on=IN_NOVEMBER))
    first = close_on_time(store, OCTOBER)
    second = json.loads(close_on_time(store, NOVEMBER).manifest)
    assert second["previous"] == {"period": "2026-10", "sha256": first.sha256}
    assert text_sha256(first.manifest) == first.sha256


def test_a_month_without_usage_is_passed_over_or_closed_empty():
    store = ledger(Used(), Used(trace=2, on=date(2026, 12, 7)))
    close_on_time(store, OCTOBER)
    assert json.loads(close_on_time(store, NOVEMBER).manifest)["total"]["charges"] == 0
    close_on_time(store, DECEMBER)
    assert verify(store, NOVEMBER).sound


def test_progress_is_told_by_stage():
    stages = []
    close_on_time(ledger(Used()), OCTOBER, progress=lambda stage, done, total: stages.append((stage, done, total)))
    assert [stage for stage, done, total in stages if done == 0] == ["check", "book", "digest", "sign"]
    assert ("book", 1, 1) in stages
