"""Burns from the store, against requests counted by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest

from analytics.slo.arithmetic import Counts
from analytics.slo.burn import TierQuestion, tier_counts, unjudged, window_counts
from analytics.slo.judging import register
from analytics.slo.objective import Objective, Sli
from analytics.slo.windows import Window
from collector.store import DuckDBStore, Query, Step
from tests.analytics.traffic import NOON, Request, arrive, stream

UP = Objective("up", Sli.AVAILABILITY, 0.99, route="answer")


@pytest.fixture
def store():
    opened = DuckDBStore(None)
    register(opened, [UP])
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("at_s", "window_s", "total"),
    [
        (0, 60, 60),  # one whole minute
        (30, 60, 60),  # head and tail, no whole minute
        (30, 90, 90),  # tail and one whole minute
        (17.5, 3.25, 3),  # inside one minute
        (0, 3.5, 3),  # ends where a minute begins
        (59.999999, 119.999999, 120),
    ],
)
def test_windows_are_half_open_and_exact_at_both_edges(store, at_s, window_s, total):
    arrive(store, stream(NOON + timedelta(minutes=5), every_s=1, seconds=600))
    asked = (UP.objective_id, window_s)
    assert window_counts(store, [asked], NOON + timedelta(seconds=at_s)) == {asked: Counts(total, total)}


def test_a_window_without_requests_counts_nothing_rather_than_failing(store):
    asked = [(UP.objective_id, 60.0), (12345, 60.0)]
    assert window_counts(store, asked, NOON) == dict.fromkeys(asked, Counts(0, 0))
    assert window_counts(store, [], NOON) == {}


def test_a_request_that_arrives_late_counts_where_it_ended(store):
    arrive(store, [Request(ended_at=NOON)])
    arrive(store, [Request(ended_at=NOON - timedelta(hours=2), status="error")])
    asked = [(UP.objective_id, 3600.0), (UP.objective_id, 10800.0)]
    found = window_counts(store, asked, NOON + timedelta(minutes=1))
    assert list(found.values()) == [Counts(1, 1), Counts(2, 1)]


def test_the_tier_of_the_requests_is_told_apart(store):
    arrive(store, stream(NOON, every_s=1, seconds=60, request=Request(status="error", tier="premium")))
    arrive(store, stream(NOON, every_s=1, seconds=30, request=Request(tier="standard")))
    asked = [
        TierQuestion(UP.objective_id, tier, seconds) for tier in ("premium", "economy") for seconds in (10.0, 60.0)
    ]
    assert list(tier_counts(store, asked, NOON).values()) == [Counts(10, 0), Counts(60, 0), Counts(), Counts()]
    assert tier_counts(store, [], NOON) == {}


def test_requests_that_say_nothing_are_counted_as_unjudged(store):
    cheap = Objective("cheap", Sli.COST, 0.95, route="answer", ceiling_usd=Decimal("0.02"))
    register(store, [UP, cheap])
    unpriced = Request(cost_usd=None, cost_status="unpriced")
    arrive(store, [Request(), Request(), unpriced])
    rolled = Query(
        "roll_up",
        "insert into request_minutes select date_trunc('minute', ended_at)::timestamp, attribution_id, false, "
        "count(*), 0, 0, 0, 0, 0, 0, 0, 0 from requests group by all",
    )
    store.change([Step(rolled)])
    found = unjudged(store, NOON, NOON + timedelta(minutes=1))
    assert found == {UP.objective_id: 0, cheap.objective_id: 1}


def test_fifty_objectives_in_four_windows_are_one_query(store):
    objectives = [
        Objective(f"n{i}", Sli.LATENCY, 0.95, threshold_ms=50 + i, windows=(Window(0.01, 3600, 300),))
        for i in range(50)
    ]
    register(store, objectives)
    arrive(store, stream(NOON, every_s=1, seconds=120, request=Request(duration_ms=75)))
    asked = [(o.objective_id, seconds) for o in objectives for seconds in (60.0, 300.0, 3600.0, 21600.0)]
    found = window_counts(store, asked, NOON + timedelta(milliseconds=1))
    assert sum(counts.good == counts.total for counts in found.values()) == 4 * 25
