"""The history of a budget says what its answer said at the time."""

import tracemalloc
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.notation import LAST_NS
from analytics.periods import Period
from analytics.questions import BadParameter, NotFound
from analytics.slo.answers import slo_answer
from analytics.slo.burn import nanoseconds
from analytics.slo.history import HistoryParams, slo_history
from analytics.slo.judging import register
from analytics.slo.objective import Budgeting, Dimension, Objective, Sli
from analytics.slo.windows import Window
from analytics.steps import MOST_STEPS
from collector.store import DuckDBStore
from tests.analytics.traffic import NOON, Request, arrive, stream

NOON_NS = nanoseconds(NOON)
MINUTE_NS = 60 * 10**9
ROWS = (Window(0.001, 600.0, 120.0), Window(0.002, 3600.0, 300.0))
UP = Objective("answers/up", Sli.AVAILABILITY, 0.9, period_s=86_400.0, windows=ROWS)
MONTHLY = Objective("monthly", Sli.AVAILABILITY, 0.9, calendar=Period.MONTH, time_zone="Europe/Berlin", windows=ROWS)
SLICED = replace(UP, name="sliced", budgeting=Budgeting.TIMESLICES, time_slice_s=60.0, time_slice_target=0.5)
MEAN = replace(UP, name="mean", budgeting=Budgeting.RATIO_TIMESLICES, time_slice_s=60.0)
TENANTS = replace(UP, name="tenants", per=(Dimension.TENANT,))
EVERY = (UP, MONTHLY, SLICED, MEAN, TENANTS)
BROKEN = Request(status="error")


def history(*requests: Request, name=UP.name, now_ns=NOON_NS, **params):
    store = DuckDBStore(None)
    register(store, EVERY)
    if requests:
        arrive(store, list(requests))
    try:
        return slo_history(store, EVERY, name, HistoryParams(**params), now_ns)
    finally:
        store.close()


def test_an_incident_is_seen_to_burn_and_to_spend():
    calm = stream(NOON - timedelta(minutes=10), every_s=6, seconds=600)  # 100 good
    broken = stream(NOON, every_s=6, seconds=600, request=BROKEN)  # 100 bad
    answer = history(*calm, *broken, start=NOON_NS - 20 * MINUTE_NS, until=NOON_NS, step_s=600)
    assert [(row.total, row.bad) for row in answer.rows] == [(100, 0), (100, 100)]
    assert [row.long_burns[0] for row in answer.rows] == [0, pytest.approx(10)]  # 1.0 / 0.1
    assert [row.remaining_ratio for row in answer.rows] == [1, pytest.approx(-4)]  # 1 - 0.5 / 0.1
    assert (answer.windows[0].long_s, answer.windows[0].factor) == (600, pytest.approx(0.001 * 86_400 / 600))


def test_without_requests_every_row_is_unknown_and_none_is_zero():
    (row, *_) = history(start=NOON_NS - 5 * MINUTE_NS).rows
    assert (row.total, row.burn, row.remaining_ratio, row.long_burns) == (0, None, None, (None, None))


def test_a_window_of_centuries_takes_neither_memory_nor_rows_without_end():
    tracemalloc.start()
    try:
        answer = history(BROKEN, start=0, until=LAST_NS - 1, now_ns=NOON_NS)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(row.bad for row in answer.rows) == 1
    assert len(answer.rows) <= MOST_STEPS + 1  # the first and the last are cut by the window
    assert peak_bytes < 64 * 2**20


def test_the_whole_period_is_shown_when_nobody_says_where_to_begin():
    assert history().start == NOON_NS - 86_400 * 10**9
    assert history(name="monthly").start == nanoseconds(NOON.replace(day=1, hour=0)) - 3600 * 10**9  # Berlin


def test_the_last_row_is_at_the_whole_minute_before_now():
    answer = history(now_ns=NOON_NS + 59 * 10**9, start=NOON_NS - 3 * MINUTE_NS)
    assert (answer.until, answer.rows[-1].at, len(answer.rows)) == (NOON_NS, NOON_NS, 3)


def test_a_group_has_a_history_of_its_own():
    requests = [Request(tenant="acme", ended_at=NOON - timedelta(minutes=1)), replace(BROKEN, tenant="globex")]
    told = {"name": "tenants", "start": NOON_NS - 2 * MINUTE_NS, "until": NOON_NS + MINUTE_NS}
    assert history(*requests, group="globex", **told).rows[-1].burn == pytest.approx(10)
    assert history(*requests, group="acme", **told).rows[-1].burn == 0
    assert history(*requests, **told).rows[-1].burn == pytest.approx(5)


def test_what_is_not_there_is_refused_by_name():
    with pytest.raises(NotFound, match="no objective is called 'gone'"):
        history(name="gone")
    with pytest.raises(NotFound, match="has no group 'acme'; its groups are: none"):
        history(group="acme")
    with pytest.raises(BadParameter, match="a minute or more"):
        history(start=NOON_NS, until=NOON_NS + 1)


_REQUESTS = st.lists(
    st.builds(
        Request,
        ended_at=st.builds(lambda s: NOON - timedelta(seconds=s), st.integers(1, 7200)),
        status=st.sampled_from(["ok", "error"]),
        tenant=st.sampled_from([None, "acme"]),
        cost_usd=st.just(Decimal("0.01")),
    ),
    max_size=30,
)


@settings(max_examples=12, deadline=None)
@given(requests=_REQUESTS, minutes=st.integers(0, 100))
def test_at_a_whole_minute_a_row_is_what_the_answer_was(requests, minutes):
    store = DuckDBStore(None)
    register(store, EVERY)
    arrive(store, requests)
    at_ns = NOON_NS - minutes * MINUTE_NS
    for slo in slo_answer(store, EVERY, at_ns).slos:
        asked = HistoryParams(start=at_ns - MINUTE_NS, until=at_ns)
        row = slo_history(store, EVERY, slo.name, asked, NOON_NS).rows[-1]
        said = [row.burn, row.remaining_ratio, *row.long_burns, *row.short_burns]
        windows = slo.windows
        then = [slo.burn, slo.remaining_ratio, *(w.long_burn for w in windows), *(w.short_burn for w in windows)]
        assert said == [None if value is None else pytest.approx(value, abs=1e-9) for value in then]
    store.close()
