"""Percentiles from buckets stay within the error they state, and say what they are about."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.latency import ERROR_RATIO, LatencyParams, latency
from analytics.notation import instant_text
from tests.analytics.stored import MINUTE, NOON, S, Stored, bucket, store_with, table, take_back

NOW = NOON + 60 * MINUTE
_DURATIONS = st.one_of(st.integers(1_000, 2 * S), st.integers(1_000, 3_599 * S))


def asked(store, **params):
    return latency(store, LatencyParams(**params), NOW)


def nearest_rank_ms(durations: list[int], percent: int) -> float:
    return sorted(durations)[-(-percent * len(durations) // 100) - 1] / 1e6


def test_the_stated_error_is_half_a_bucket():
    assert 2 ** (1 / 64) - 1 <= ERROR_RATIO < 0.0111


@settings(max_examples=40, deadline=None)
@given(st.lists(_DURATIONS, min_size=1, max_size=120))
def test_percentiles_are_within_the_stated_error_of_the_exact_nearest_rank(durations):
    store = store_with(*[Stored(number=n + 1, duration_ns=ns) for n, ns in enumerate(durations)])
    (row,) = asked(store).rows
    store.close()
    assert row.count == len(durations)
    for percent in (50, 95, 99):
        assert getattr(row, f"p{percent}_ms") == pytest.approx(nearest_rank_ms(durations, percent), rel=ERROR_RATIO)


def test_the_bucket_of_the_builders_is_the_bucket_of_the_store():
    durations = [1, 999, 1_000, 1_001, 1_022, 1_023, 12_345, S, 3_600 * S, 2**62]
    found = table(store_with(), f"select latency_bucket(unnest({durations})) as bucket")["bucket"].to_pylist()
    assert found == [bucket(duration_ns) for duration_ns in durations]


def test_groups_have_their_own_percentiles_and_errors():
    slow = [Stored(number=n, route="slow", duration_ns=4 * S, status="error") for n in range(1, 4)]
    answer = asked(store_with(*slow, Stored(number=9, route=None)), by="route")
    assert [(row.route, row.count, row.errors) for row in answer.rows] == [("slow", 3, 3), (None, 1, 0)]
    assert [row.p95_ms for row in answer.rows] == pytest.approx([4000, 1000], rel=ERROR_RATIO)


@pytest.mark.parametrize(
    ("params", "stage", "p50_ms"),
    [
        ({}, "request", 1000),
        ({"by": "tenant"}, "request", 1000),
        ({"by": "model"}, "model", 500),
        ({"by": "tenant,provider"}, "model", 500),
        ({"model": "gpt-4o"}, "model", 500),
        ({"stage": "model"}, "model", 500),
    ],
)
def test_the_stage_is_the_whole_request_unless_the_question_names_a_model(params, stage, p50_ms):
    answer = asked(store_with(Stored()), **params)
    assert answer.stage == stage
    assert answer.rows[0].p50_ms == pytest.approx(p50_ms, rel=ERROR_RATIO)


def test_split_by_stage_shows_every_stage():
    answer = asked(store_with(Stored()), by="stage")
    assert (answer.stage, sorted(row.stage for row in answer.rows)) == (None, ["model", "request"])


def test_the_window_is_widened_to_whole_minutes_and_the_answer_says_so():
    answer = asked(store_with(Stored(started_at=NOON)), start=NOON + 30 * S, until=NOON + 90 * S)
    assert (instant_text(answer.start), instant_text(answer.until)) == (
        "2026-11-18T12:00:00.000000Z",
        "2026-11-18T12:02:00.000000Z",
    )
    assert answer.rows[0].count == 1


def test_what_a_derivation_took_back_is_gone():
    store = store_with(Stored(), Stored(number=2, route="gone"))
    take_back(store, Stored(number=2, route="gone"))
    assert [row.route for row in asked(store, by="route").rows] == ["answer"]


def test_an_empty_window_has_no_rows():
    assert asked(store_with(), by="route").rows == ()
