"""A step of a series says what cost and latency say about the step alone."""

from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.cost import CostParams, cost
from analytics.latency import LatencyParams, latency
from analytics.notation import usd_text
from analytics.questions import BadParameter
from analytics.series import INPUT_CLASSES, OUTPUT_CLASSES, SERIES_DIMENSIONS, SeriesParams, series
from collector.dialects.usage_classes import UsageClass
from tests.analytics.stored import MINUTE, NOON, Line, S, Stored, store_with, take_back

NOW = NOON + 60 * MINUTE


def asked(store, **params):
    return series(store, SeriesParams(**params), NOW)


def test_every_step_has_a_row_and_an_empty_one_knows_no_cost():
    answer = asked(store_with(Stored(started_at=NOON + 7 * MINUTE)), start=NOON, until=NOON + 15 * MINUTE, step_s=300)
    assert [(row.start, row.requests, row.cost_usd and usd_text(row.cost_usd)) for row in answer.rows] == [
        (NOON, 0, None),
        (NOON + 5 * MINUTE, 1, "0.00025"),
        (NOON + 10 * MINUTE, 0, None),
    ]


def test_the_dearest_values_have_rows_and_the_rest_is_other():
    spent = {"big": 300, "middle": 200, "small": 2, "least": 1, None: 250}
    store = store_with(
        *[Stored(number=n, tenant=name, lines=(Line(quantity=q),)) for n, (name, q) in enumerate(spent.items(), 1)]
    )
    answer = asked(store, by="tenant", top=2, start=NOON, until=NOON + MINUTE)
    assert answer.values == ("big", None)
    assert [(row.tenant, row.other, row.requests, row.input_tokens) for row in answer.rows] == [
        ("big", False, 1, 300),
        (None, False, 1, 250),
        (None, True, 3, 203),  # 200 + 2 + 1
    ]


def test_where_there_is_room_values_that_cost_nothing_have_rows_too():
    free = [Stored(number=n, tier=tier, lines=()) for n, tier in ((2, "sources_only"), (3, "cached_only"), (4, None))]
    answer = asked(store_with(Stored(number=1), *free), by="tier", top=3, start=NOON, until=NOON + MINUTE)
    assert answer.values == ("standard", "cached_only", "sources_only")
    assert [(row.tier, row.other, row.requests, row.cost_usd) for row in answer.rows][1:] == [
        ("cached_only", False, 1, None),
        ("sources_only", False, 1, None),
        (None, True, 1, None),
    ]


def test_a_value_named_like_the_rest_stays_apart_from_it():
    store = store_with(*[Stored(number=n, tenant=t) for n, t in enumerate(("other", "a", "b"), 1)])
    rows = asked(store, by="tenant", top=2, start=NOON, until=NOON + MINUTE).rows
    assert [(row.tenant, row.other) for row in rows] == [("a", False), ("b", False), (None, True)]


def test_requests_are_null_where_one_has_several_values_and_calls_are_timed_instead():
    answer = asked(store_with(Stored()), by="model", start=NOON, until=NOON + MINUTE)
    assert (answer.stage, answer.rows[0].requests, answer.rows[0].lines) == ("model", None, 1)
    assert answer.rows[0].p95_ms == pytest.approx(500, rel=answer.error_ratio)


def test_nothing_is_timed_by_usage_class():
    answer = asked(store_with(Stored()), by="usage_class", start=NOON, until=NOON + MINUTE)
    assert (answer.stage, answer.rows[0].usage_class, answer.rows[0].p50_ms) == (None, "input_uncached", None)


def test_what_has_no_price_is_counted_and_is_no_zero():
    store = store_with(Stored(lines=(Line(unit_price_usd=None), Line(usage_class="output", unit_price_usd=None))))
    (row,) = asked(store, start=NOON, until=NOON + MINUTE).rows
    assert (row.cost_usd, row.lines, row.unpriced_lines, row.unpriced_requests) == (None, 2, 2, 1)
    assert (row.input_tokens, row.output_tokens) == (100, 100)


def test_what_was_taken_back_has_no_row():
    gone = Stored(number=2, tenant="gone")
    store = store_with(Stored(number=1), gone)
    take_back(store, gone)
    assert [row.tenant for row in asked(store, by="tenant").rows] == ["acme"]


def test_a_class_is_input_or_output_or_no_token_at_all():
    pieces = {UsageClass.IMAGES, UsageClass.SEARCH_UNITS, UsageClass.REQUESTS}
    assert sorted([*INPUT_CLASSES, *OUTPUT_CLASSES, *pieces]) == sorted(UsageClass)


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"by": "day"}, "separate any of these"),
        ({"by": "tenant,model"}, "split once"),
        ({"step_s": 60, "start": NOON - 30 * 24 * 60 * MINUTE}, "at least 1731"),  # 30 days and an hour / 1,500
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_would_do(params, named):
    with pytest.raises(BadParameter, match=named):
        asked(store_with(), **params)


_INSTANTS = st.integers(NOON - 3 * MINUTE, NOON + 9 * MINUTE)
_LINES = st.builds(
    Line,
    usage_class=st.sampled_from(["input_uncached", "cache_read", "output", "search_units"]),
    quantity=st.integers(0, 10**6),
    unit_price_usd=st.sampled_from([None, "0.0000025", "0.000000000000001"]),
    model=st.sampled_from([None, "gpt-4o"]),
    purpose=st.sampled_from(["answer", "retry"]),
    started_at=_INSTANTS,
)
_REQUESTS = st.lists(
    st.builds(
        Stored,
        number=st.integers(1, 2**128 - 1),
        started_at=_INSTANTS,
        duration_ns=st.integers(1_000, 90 * S),
        status=st.sampled_from(["ok", "error"]),
        tenant=st.sampled_from([None, "acme", "globex", "initech"]),
        tier=st.sampled_from([None, "economy"]),
        complete=st.sampled_from([True, True, False]),
        lines=st.lists(_LINES, max_size=3),
    ),
    max_size=8,
    unique_by=lambda request: request.number,
)
_FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "tenant": st.sampled_from(["", "acme"]),
        "tier": st.sampled_from(["", "economy"]),
        "model": st.sampled_from(["", "gpt-4o"]),
        "purpose": st.just("retry"),
        "usage_class": st.just("output"),
        "price_id": st.sampled_from(["", "p1"]),
    },
)


@settings(max_examples=25, deadline=None)
@given(
    requests=_REQUESTS,
    edges=st.lists(_INSTANTS, min_size=2, max_size=2, unique=True),
    by=st.sampled_from(["", *SERIES_DIMENSIONS]),
    filters=_FILTERS,
    step_s=st.sampled_from([60, 120, 300]),
)
def test_each_step_equals_cost_and_latency_asked_about_it_alone(requests, edges, by, filters, step_s):
    store = store_with(*requests)
    start, until = sorted(edges)
    answer = series(store, SeriesParams(start=start, until=until, by=by, step_s=step_s, **filters), NOW)
    for (since, end), rows in groupby(answer.rows, key=lambda row: (row.start, row.until)):
        assert _money(rows, by) == _alone(store, since, end, by, filters)
    whole = cost(store, CostParams(start=start, until=until, **filters), NOW).totals
    assert sum(row.cost_usd or 0 for row in answer.rows) == (whole.cost_usd or 0)
    assert answer.rows == () or sum(row.lines for row in answer.rows) == whole.coverage.lines
    _require_same_percentiles(store, answer, by, filters)
    store.close()


def _money(rows, by: str) -> dict:
    said = {
        getattr(row, by) if by else None: (row.cost_usd, row.list_cost_usd, row.requests, row.failed, row.lines)
        for row in rows
    }
    return {value: figures for value, figures in said.items() if _something(figures)}


def _alone(store, since: int, end: int, by: str, filters: dict) -> dict:
    answer = cost(store, CostParams(start=since, until=end, by=by, **filters), NOW)
    said = {
        getattr(row, by) if by else None: (
            row.cost_usd,
            row.list_cost_usd,
            row.requests,
            row.errors,
            row.coverage.lines,
        )
        for row in answer.rows
    }
    return {value: figures for value, figures in said.items() if _something(figures)}


def _something(figures: tuple) -> bool:
    return any(figures)


def _require_same_percentiles(store, answer, by: str, filters: dict) -> None:
    """Where ``/v1/latency`` knows the dimension and the filters."""
    if answer.stage is None or {"tier", "purpose", "usage_class", "price_id"} & set(filters) or by == "project":
        return
    for row in answer.rows:
        if row.other:  # it has no value: durations of whole minutes, whose requests ended outside the window
            continue
        alone = latency(store, LatencyParams(start=row.start, until=row.until, by=by, **filters), NOW)
        found = {getattr(one, by) if by else None: (one.p50_ms, one.p95_ms) for one in alone.rows}
        assert (row.p50_ms, row.p95_ms) == found.get(getattr(row, by) if by else None, (None, None))
