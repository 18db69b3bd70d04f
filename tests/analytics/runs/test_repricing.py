"""A reprice is proposed, compared, put in force and derived slice by slice, while what was booked stays answerable."""

from datetime import timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from analytics.allocation.policy import policy_of
from analytics.derive.deriver import DeriveSettings
from analytics.questions import BadParameter, NotFound
from analytics.runs.diff import diff, text
from analytics.runs.repricing import apply, propose, rated_as_of
from analytics.runs.run import RunStatus
from analytics.runs.table import read_runs
from tests.analytics.derive.house import NOON, House, S, call
from tests.analytics.runs.test_runs import own, stated

ALL = (None, None)
DAY = 86_400
SMALL = DeriveSettings(spans=2, settle_s=30.0)


@pytest.fixture
def house():
    """A day of calls at 0.001, and since then prices of 0.002."""
    with House(prices=stated("0.001"), settings=SMALL, policy_of=policy_of) as found:
        found.send(*(own(n, start_s=60 * n, says=_of(n)) for n in range(1, 8)))
        found.derive()
        found.now_ns += DAY * S
        found.restart(prices=stated("0.002"))
        yield found


def _of(number: int) -> dict[str, str]:
    return {"gen_ai.provider.name": "own", "burnline.tenant": "acme" if number % 2 else "globex"}


def total(house) -> Decimal:
    return sum(line["cost_usd"] for line in house.lines())


def test_a_proposal_changes_nothing_and_its_diff_says_what_would(house):
    run = propose(house.store, house.now, ALL, "prices were late", house.now)
    report = diff(house.store, run, policy_of)
    assert total(house) == Decimal("0.007")
    assert house.derive() == []
    totals = report.totals
    assert (totals.lines, totals.changed_lines, totals.newly_priced_lines) == (7, 7, 0)
    assert (totals.booked_cost_usd, totals.cost_usd) == (Decimal("0.007"), Decimal("0.014"))
    assert totals.difference_usd == Decimal("0.007")
    assert [(row.tenant, row.difference_usd) for row in report.by_owner] == [
        ("acme", Decimal("0.004")),
        ("globex", Decimal("0.003")),
    ]
    (day,) = report.by_price
    assert (day.day, day.seller, day.model, day.usage_class) == ("2026-11-18", "own", "m", "output")
    assert "booked 0.007, now 0.014, +0.007 USD" in text(report)


def test_applied_it_is_derived_again_slice_by_slice_and_everything_follows(house):
    run = propose(house.store, house.now, ALL, None, house.now)
    apply(house.store, run.run_id)
    assert len(house.derive()) >= 4  # seven spans, two at a time
    assert total(house) == Decimal("0.014")
    assert {line["run_id"] for line in house.lines()} == {run.run_id}
    assert {request["cost_usd"] for request in house.requests()} == {Decimal("0.002")}
    (rolled,) = house.rows("select sum(cost_usd) as cost, sum(lines) as lines from cost_minutes")
    assert (rolled["cost"], rolled["lines"]) == (Decimal("0.014"), 7)
    assert not read_runs(house.store)[0].under_way


def test_only_what_started_in_its_window_is_repriced(house):
    between = (house.now - timedelta(seconds=DAY - 3 * 60), house.now - timedelta(seconds=DAY - 5 * 60))
    apply(house.store, propose(house.store, house.now, between, None, house.now).run_id)
    house.derive()
    assert [line["cost_usd"] for line in house.lines()] == [Decimal(f"0.00{1 + (n in {3, 4})}") for n in range(1, 8)]


def test_as_known_before_the_change_nothing_would_change(house):
    run = propose(house.store, house.now - timedelta(hours=1), ALL, None, house.now)
    assert diff(house.store, run, policy_of).totals.changed_lines == 0


def test_a_restart_in_the_middle_goes_on_where_it_stood(house):
    run = propose(house.store, house.now, ALL, None, house.now)
    apply(house.store, run.run_id)
    house.deriver.run()
    mixed = {line["cost_usd"] for line in house.lines()}
    house.restart()
    assert mixed == {Decimal("0.001"), Decimal("0.002")}
    assert 0 < len(house.derive()) < 5
    assert total(house) == Decimal("0.014")


def test_new_batches_and_the_reprice_take_turns(house):
    apply(house.store, propose(house.store, house.now, ALL, None, house.now).run_id)
    for n in range(3):
        house.send(own(20 + n, start_s=DAY + n))
    first = house.deriver.run()
    second = house.deriver.run()
    assert sorted((first.spans, second.spans)) == [0, 2]


def test_stopping_does_not_wait_for_a_reprice(house):
    apply(house.store, propose(house.store, house.now, ALL, None, house.now).run_id)
    assert house.deriver.run(rerate=False) is None
    assert total(house) == Decimal("0.007")


def test_a_span_that_comes_after_the_proposal_keeps_the_prices_it_arrives_under(house):
    run = propose(house.store, house.now - timedelta(hours=1), ALL, None, house.now)
    house.send(own(30, start_s=90))
    apply(house.store, run.run_id)
    house.derive()
    assert {line["span_id"]: line["run_id"] for line in house.lines() if line["cost_usd"] == Decimal("0.002")} == {1: 2}
    assert diff(house.store, run, policy_of).totals.lines == 7


def test_spans_of_one_instant_stay_together_however_many_they_are():
    with House(prices=stated("0.001"), settings=SMALL, policy_of=policy_of) as house:
        house.send(*(own(n, start_s=10) for n in range(1, 12)))
        house.derive()
        house.now_ns += DAY * S
        house.restart(prices=stated("0.002"))
        apply(house.store, propose(house.store, house.now, ALL, None, house.now).run_id)
        house.derive()
        assert total(house) == Decimal("0.022")


def test_prices_lost_and_found_are_counted(house):
    house.send(call(trace=40, model="of-our-own", tokens=(5, 0), start_s=30))
    house.derive()
    run = propose(house.store, house.now, ALL, None, house.now)
    assert diff(house.store, run, policy_of).totals.newly_priced_lines == 0
    before = propose(house.store, house.now - timedelta(hours=1), ALL, None, house.now)
    totals = diff(house.store, before, policy_of).totals
    assert (totals.lines, totals.newly_unpriced_lines) == (8, 0)


def test_what_was_booked_and_what_it_would_be_are_both_answerable_line_by_line(house):
    run = propose(house.store, house.now, ALL, None, house.now)
    first_ns, last_ns = NOON, NOON + DAY * S
    lines = pa.Table.from_batches(rated_as_of(house.store, run.edition_id, (first_ns, last_ns)))
    assert set(lines["booked_cost_usd"].to_pylist()) == {Decimal("0.001")}
    assert set(lines["cost_usd"].to_pylist()) == {Decimal("0.002")}
    apply(house.store, run.run_id)
    house.derive()
    old = read_runs(house.store)[-1]
    again = pa.Table.from_batches(rated_as_of(house.store, old.edition_id, (first_ns, last_ns)))
    assert set(again["booked_cost_usd"].to_pylist()) == {Decimal("0.002")}
    assert set(again["cost_usd"].to_pylist()) == {Decimal("0.001")}


def test_what_cannot_be_repriced_is_refused_with_a_reason(house):
    with pytest.raises(BadParameter, match="no price book was recorded by"):
        propose(house.store, house.now - timedelta(days=400), ALL, None, house.now)
    with pytest.raises(BadParameter, match="be before until"):
        propose(house.store, house.now, (house.now, house.now), None, house.now)
    with pytest.raises(BadParameter, match="nobody knows later prices"):
        propose(house.store, house.now + timedelta(seconds=1), ALL, None, house.now)
    with pytest.raises(NotFound, match="no reprice has number 1"):
        apply(house.store, 1)  # a live run


def test_an_older_proposal_is_refused_where_a_newer_one_holds_its_window(house):
    older = propose(house.store, house.now, ALL, None, house.now)
    newer = propose(house.store, house.now - timedelta(hours=1), ALL, None, house.now)
    assert apply(house.store, newer.run_id).status is RunStatus.APPLIED
    assert apply(house.store, newer.run_id).status is RunStatus.APPLIED
    with pytest.raises(BadParameter, match=f"run {newer.run_id} is newer"):
        apply(house.store, older.run_id)
