"""Rows of spans: identity, time, failure, who they are for."""

import math
from datetime import UTC, datetime

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from collector.decode.frame import id_faults, read_frame
from collector.decode.pivot import VOCABULARY
from collector.normalise.hashing import tuple_key
from collector.normalise.mapping import AttributionKeys, vocabulary
from collector.normalise.spans import rows_of
from tests.collector.decode.columns import call_of, columnar_rows
from tests.collector.decode.sending import NOON, S, body, span

CHAT = {"gen_ai.operation.name": "chat"}


def row_of(*, resource=None, **fields):
    (row,) = columnar_rows([body(span(**fields), resource=resource)])
    return row


# start, end (seconds after noon) -> start kept, duration, suspect
TIMES = {
    "plain": (0, 2, 0, 2, None),
    "ends before it starts": (2, 0, 2, 0, "ends_before_start"),
    "a clock that is 59 minutes ahead": (3_540, 3_541, 3_540, 1, None),
    "a clock that is two hours ahead": (7_200, 7_201, 7_200, 1, "in_the_future"),
}


@pytest.mark.parametrize(("start", "end", "kept", "duration", "suspect"), TIMES.values(), ids=TIMES)
def test_strange_times_are_kept_and_said(start, end, kept, duration, suspect):
    row = row_of(start_time_unix_nano=NOON + start * S, end_time_unix_nano=NOON + end * S)
    assert (row["started_at"], row["duration_ns"], row["suspect"]) == (NOON + kept * S, duration * S, suspect)


def test_a_span_without_a_start_begins_when_it_was_received():
    row = row_of(start_time_unix_nano=0, end_time_unix_nano=NOON + S)
    assert (row["started_at"], row["duration_ns"], row["suspect"]) == (NOON, 0, "no_start")


@pytest.mark.parametrize("beyond_ns", [2**63 - 1, 2**63, 2**64 - 1])
def test_times_beyond_the_year_2261_are_cut_to_it_so_that_a_store_takes_none_for_infinite(beyond_ns):
    row = row_of(start_time_unix_nano=beyond_ns, end_time_unix_nano=beyond_ns)
    new_year_2262 = datetime(2262, 1, 1, tzinfo=UTC).timestamp() * S
    assert (row["started_at"], row["suspect"]) == (new_year_2262, "in_the_future")


# parent, flags -> entry
ENTRIES = {
    "no parent": (b"", 0, True),
    "a parent of zeros": (bytes(8), 0, True),
    "a parent id of another length": (b"\x01", 0, True),
    "a parent in this process": (b"\x01" * 8, 0x100, False),
    "a parent in another process": (b"\x01" * 8, 0x300, True),
    "a parent nobody placed": (b"\x01" * 8, 0x200, False),
}


@pytest.mark.parametrize(("parent", "flags", "entry"), ENTRIES.values(), ids=ENTRIES)
def test_a_request_enters_where_there_is_no_local_parent(parent, flags, entry):
    assert row_of(parent_span_id=parent, flags=flags)["entry"] is entry


FAILURES = {
    "nothing said": ({}, 0, "ok"),
    "an error status": ({}, Status.STATUS_CODE_ERROR, "error"),
    "an error type": ({"error.type": "RateLimitError"}, 0, "error"),
    "an empty error type": ({"error.type": ""}, 0, "ok"),
    "langfuse's level": ({"langfuse.observation.level": "ERROR"}, 0, "error"),
    "another level": ({"langfuse.observation.level": "WARNING"}, 0, "ok"),
}


@pytest.mark.parametrize(("attributes", "code", "status"), FAILURES.values(), ids=FAILURES)
def test_whatever_word_says_failed_fails_the_span(attributes, code, status):
    assert row_of(attributes=attributes, status=Status(code=code))["status"] == status


def test_the_first_exception_names_the_error():
    events = [Span.Event(name="exception") for _ in range(2)]
    for event, word in zip(events, ("openai.RateLimitError", "RuntimeError"), strict=True):
        event.attributes.add(key="exception.type").value.string_value = word
    assert row_of(events=events)["error_type"] == "openai.RateLimitError"


def chunk(at_ns):
    return Span.Event(name="gen_ai.content.completion.chunk", time_unix_nano=at_ns)


def test_the_earliest_chunk_is_the_first_token():
    sent = span(attributes=CHAT, events=[chunk(NOON + 5 * 10**8), chunk(NOON + 2 * 10**8), chunk(NOON - S)])
    assert call_of(body(sent))["ttft_ms"] == 200.0


def test_without_a_start_no_event_tells_the_first_token():
    sent = span(attributes=CHAT, events=[chunk(NOON)], start_time_unix_nano=0)
    assert call_of(body(sent))["ttft_ms"] is None


# key, value -> milliseconds
WAITS = {
    "seconds": ("gen_ai.response.time_to_first_chunk", 0.25, 250.0),
    "openlit's seconds": ("gen_ai.server.time_to_first_token", 0.25, 250.0),
    "strands' whole milliseconds": ("gen_ai.server.time_to_first_token", 250, 250.0),
    "vercel's milliseconds": ("ai.response.msToFirstChunk", 250.5, 250.5),
    "a clock that ran backwards": ("ai.response.msToFirstChunk", -1, None),
    "no number": ("gen_ai.response.time_to_first_chunk", math.nan, None),
    "longer than a double holds": ("gen_ai.response.time_to_first_chunk", 1e308, None),
}


@pytest.mark.parametrize(("key", "sent", "waited_ms"), WAITS.values(), ids=WAITS)
def test_first_token_waits_are_milliseconds_whatever_was_sent(key, sent, waited_ms):
    assert call_of(body(span(attributes=CHAT | {key: sent})))["ttft_ms"] == waited_ms


# attributes, failed -> milliseconds to the first chunk
FIRST_CHUNKS = {
    "told": ({"gen_ai.response.time_to_first_chunk": 0.25, "gen_ai.request.stream": True}, True, 250.0),
    "a stream that failed before": ({"gen_ai.request.stream": True}, True, math.inf),
    "a stream of which nobody said": ({"gen_ai.request.stream": True}, False, None),
    "no stream": ({"gen_ai.request.stream": False}, True, None),
}


@pytest.mark.parametrize(("says", "failed", "expected"), FIRST_CHUNKS.values(), ids=FIRST_CHUNKS)
def test_a_stream_that_failed_before_a_chunk_came_waited_for_ever(says, failed, expected):
    error = {"error.type": "timeout"} if failed else {}
    assert row_of(attributes=CHAT | says | error)["first_chunk_ms"] == expected


def test_a_spans_own_word_wins_over_its_resources():
    row = row_of(attributes={"burnline.team": "search"}, resource={"burnline.team": "all", "tenant.id": "acme"})
    assert (row["team"], row["tenant"], row["feature"]) == ("search", "acme", None)


def test_an_operators_key_is_asked_before_the_built_in_ones():
    sent = body(span(attributes={"customer.id": "acme", "burnline.tenant": "other"}))
    rows = rows_of(
        read_frame([sent]), received_ns=NOON, vocabulary=vocabulary(AttributionKeys(tenant=("customer.id",)))
    )
    assert rows.attributions["tenant"].to_pylist() == ["acme"]


def test_no_operators_keys_is_the_built_in_vocabulary():
    assert vocabulary(AttributionKeys()) is VOCABULARY


def test_words_with_separators_in_them_do_not_look_like_other_words():
    assert tuple_key(("a\x1fb", "c")) != tuple_key(("a", "b\x1fc"))
    assert tuple_key(("\x00",)) != tuple_key((None,))


# trace id, span id -> reason
IDS = {
    "short trace id": (b"\x01" * 15, b"\x01" * 8, "trace_id_length"),
    "no trace id": (b"", b"\x01" * 8, "trace_id_length"),
    "trace id of zeros": (bytes(16), b"\x01" * 8, "trace_id_zero"),
    "long span id": (b"\x01" * 16, b"\x01" * 9, "span_id_length"),
    "span id of zeros": (b"\x01" * 16, bytes(8), "span_id_zero"),
    "both wrong": (b"", b"", "trace_id_length"),
    "both right": (b"\x01" * 16, b"\x01" * 8, None),
}


@pytest.mark.parametrize(("trace_id", "span_id", "reason"), IDS.values(), ids=IDS)
def test_a_wrong_id_has_exactly_one_reason(trace_id, span_id, reason):
    faults = id_faults(read_frame([body(span(trace_id=trace_id, span_id=span_id))]))
    assert [name for name, fault in faults.items() if fault[0]] == ([reason] if reason else [])
