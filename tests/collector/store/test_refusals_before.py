"""What was stored before finish reasons were read: requests and calls are refused whose error type says so."""

import duckdb
import pytest

from collector.store.migrations import migrate, migrations

BEFORE = 21
REQUESTS = """
insert into requests by name
select uuid() as trace_id, unnest(['ContentFilterError', 'timeout', null]) as error_type, 7 as attribution_id,
    'error' as status, 'answer' as name, true as complete, false as degraded, 1 as span_count, 1 as call_count,
    'none' as usage_status, 'none' as cost_status, 2000000000 as duration_ns,
    timestamp_ns '2026-11-18 12:00:10' as started_at, timestamp_ns '2026-11-18 12:00:12' as ended_at,
    started_at as first_started_at, started_at as last_started_at
"""
SPANS = """
insert into spans by name
select trace_id, 2 as span_id, 1 as batch_seq, started_at, duration_ns, 'chat' as name, 'model' as kind, status,
    error_type, false as entry, 9 as attribution_id
from requests
"""
CALLS = """
insert into model_calls by name
select trace_id, span_id, batch_seq, started_at, 'openai' as provider, 'gpt-4o' as request_model, 'none' as usage_status
from spans
"""


@pytest.fixture
def migrated(monkeypatch):
    every, connection = migrations(), duckdb.connect()
    with monkeypatch.context() as then:
        then.setattr("collector.store.migrations.migrations", lambda: every[:BEFORE])
        migrate(connection)
    for text in (REQUESTS, SPANS, CALLS):
        connection.execute(text)
    assert migrate(connection) == [one.name for one in every[BEFORE:]]
    yield connection
    connection.close()


def test_refused_requests_count_in_their_minute(migrated):
    found = migrated.execute("select minute_at::varchar, attribution_id, requests, refusals from request_minutes")
    assert found.fetchall() == [("2026-11-18 12:00:00", 7, 0, 1)]


def test_refused_requests_and_calls_count_beside_their_durations(migrated):
    found = migrated.execute(
        "select stage, provider, model, attribution_id, observations, refusals from latency_minutes order by stage"
    )
    assert found.fetchall() == [("model", "openai", "gpt-4o", 7, 0, 1), ("request", None, None, 7, 0, 1)]


def test_how_their_calls_ended_is_not_known(migrated):
    assert migrated.execute("select count(finish_reason) from model_calls").fetchall() == [(0,)]
