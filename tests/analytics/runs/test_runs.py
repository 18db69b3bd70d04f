"""Which prices and rules rate a span is decided by the batch it came in, and remembered."""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest

from analytics.allocation.policy import policy_of
from analytics.prices import Price
from analytics.runs.policy import NoPolicy, no_policy
from analytics.runs.run import UnratedSpans, View
from analytics.runs.runs import StoredRuns, begin
from analytics.runs.table import read_runs
from collector.dialects.usage_classes import UsageClass
from collector.store import DuckDBStore
from tests.analytics.derive.house import House, call, small_book

AT = datetime(2026, 11, 18, 12, tzinfo=UTC)


def stated(price: str, *, recorded_on: date = date(2026, 11, 1)):
    """A book with a price of one output token of our own model."""
    row = Price(
        "own",
        "m",
        UsageClass.OUTPUT,
        Decimal(price),
        source="burnline.yaml",
        source_ref="own/m",
        recorded_on=recorded_on,
    )
    return small_book().with_rows([row])


def own(trace: int, **span):
    """A call of one output token of that model."""
    return call(**({"trace": trace, "model": "m", "tokens": (0, 1), "says": {"gen_ai.provider.name": "own"}} | span))


def test_the_first_run_holds_everything_and_the_next_what_comes_from_then_on():
    store = DuckDBStore(None)
    first = begin(store, stated("0.001"), NoPolicy(), 0, AT)
    second = begin(store, stated("0.002"), NoPolicy(), 7, AT)
    assert [(run.run_id, run.from_seq, run.until_seq) for run in (first, second)] == [(1, 0, None), (2, 8, None)]
    view = StoredRuns(store).view
    assert view.of(np.array([0, 7, 8, 9]), np.zeros(4, np.int64)).run_id.tolist() == [1, 1, 2, 2]


def test_the_same_prices_and_rules_begin_no_run_whatever_the_day_they_were_read():
    store = DuckDBStore(None)
    first = begin(store, stated("0.001"), NoPolicy(), 0, AT)
    again = begin(store, stated("0.001", recorded_on=date(2026, 11, 19)), NoPolicy(), 9, AT)
    assert again == first
    assert len(read_runs(store)) == 1


def test_prices_that_come_back_begin_a_run_of_their_own():
    store = DuckDBStore(None)
    for seq, price in enumerate(("0.001", "0.002", "0.001")):
        begin(store, stated(price), NoPolicy(), seq, AT)
    assert [run.from_seq for run in read_runs(store)] == [3, 2, 0]


def test_a_span_that_no_run_holds_is_refused_with_its_batch():
    with pytest.raises(UnratedSpans, match="batch 4"):
        View(()).of(np.array([9, 4]), np.zeros(2, np.int64))


def test_rules_that_nobody_can_read_are_refused_not_forgotten():
    with pytest.raises(ValueError, match="nothing that reads them"):
        no_policy('{"rules":[{"name":"a"}]}')


def test_a_late_span_leaves_what_its_trace_was_rated_by_although_the_prices_changed_meanwhile():
    with House(prices=stated("0.001"), policy_of=policy_of) as house:
        house.send(own(1, span=1, parent=9))
        house.derive()
        house.restart(prices=stated("0.002"))
        house.send(own(1, span=2, parent=9))
        house.derive()
        found = {line["span_id"]: (line["run_id"], line["cost_usd"]) for line in house.lines()}
        assert found == {1: (1, Decimal("0.001")), 2: (2, Decimal("0.002"))}
        assert house.request()["cost_usd"] == Decimal("0.003")


def test_what_was_derived_before_a_restart_is_derived_alike_after_it():
    with House(prices=stated("0.001"), policy_of=policy_of) as house:
        house.send(own(1))
        house.restart(prices=stated("0.002"))  # the first span was committed and not yet derived
        house.send(own(2))
        house.derive()
        assert [line["cost_usd"] for line in house.lines()] == [Decimal("0.001"), Decimal("0.002")]
