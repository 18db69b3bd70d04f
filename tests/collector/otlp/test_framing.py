"""Counts on the wire agree with what the protobuf parser builds, and bombs are refused before anything is built."""

import pytest
from google.protobuf.message import DecodeError
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.otlp.framing import checked, record_count, sub_record_bound, sub_record_count
from collector.otlp.limits import Limits
from collector.signals import Malformed, Signal, TooLarge
from tests.collector.otlp.messages import messages
from tests.collector.otlp.peers import REQUESTS, framed, in_scope, refusal_reason, request_with, spans_of

SIGNALS = pytest.mark.parametrize("signal", list(Signal))
LIMITS = Limits()


def in_span(content):
    return in_scope(framed(0x12, content))


def records_of(signal, request):
    """What the walk counts, counted on the parsed message."""
    if signal is Signal.TRACES:
        return len(spans_of(request))
    if signal is Signal.LOGS:
        return sum(len(scope.log_records) for resource in request.resource_logs for scope in resource.scope_logs)
    metrics = [m for resource in request.resource_metrics for scope in resource.scope_metrics for m in scope.metrics]
    return sum(len(getattr(m, m.WhichOneof("data")).data_points) for m in metrics if m.WhichOneof("data"))


def weight(message):
    """Sub-records of a parsed message: repeated messages and texts, and an eighth of each packed varint list."""
    total = 0
    for field, value in message.ListFields():
        items = list(value) if field.is_repeated else [value]
        if field.message_type is not None:
            total += sum(map(weight, items))
        total += len(items) if field.is_repeated and (field.message_type or field.type in (9, 12)) else 0
        if field.is_repeated and field.type == 4:
            total += sum(max(1, (item.bit_length() + 6) // 7) for item in items) // 8
    return total


@SIGNALS
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_records_on_the_wire_are_the_records_of_the_parsed_message(signal, data):
    request = data.draw(messages(REQUESTS[signal]))
    assert record_count(signal, request.SerializeToString(), LIMITS) == records_of(signal, request)


@SIGNALS
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_sub_records_on_the_wire_are_those_of_the_parsed_message_and_never_more_than_their_bound(signal, data):
    request = data.draw(messages(REQUESTS[signal]))
    body = request.SerializeToString()
    assert sub_record_count(signal, body, LIMITS) == weight(request)
    assert sub_record_bound(signal, body) >= weight(request)


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_what_the_parser_accepts_is_never_called_malformed(data):
    body = bytearray(data.draw(messages(REQUESTS[Signal.TRACES])).SerializeToString())
    for _ in range(data.draw(st.integers(0, 3)) if body else 0):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        spans = len(spans_of(REQUESTS[Signal.TRACES].FromString(bytes(body))))
    except DecodeError:
        return
    reason = refusal_reason(lambda: sub_record_count(Signal.TRACES, bytes(body), LIMITS))
    assert reason in {None, "wire_type"}, "only groups, which OTLP never has, are refused though they parse"
    assert reason or record_count(Signal.TRACES, bytes(body), LIMITS) == spans


@given(garbage=st.binary(max_size=200))
def test_garbage_is_counted_or_refused_and_nothing_else(garbage):
    for count in (record_count, sub_record_count):
        reason = refusal_reason(lambda count=count: count(Signal.TRACES, garbage, LIMITS))
        assert reason in {None, "cut_off", "varint", "wire_type"}


@pytest.mark.parametrize("kind", ["gauge", "sum", "histogram", "exponential_histogram", "summary"])
def test_the_data_points_of_every_kind_of_metric_are_records(kind):
    request = REQUESTS[Signal.METRICS]()
    metric = request.resource_metrics.add().scope_metrics.add().metrics.add(name="requests")
    for _ in range(3):
        getattr(metric, kind).data_points.add(time_unix_nano=1)
    assert record_count(Signal.METRICS, request.SerializeToString(), LIMITS) == 3


def test_eight_million_empty_spans_are_refused_after_a_hundred_thousand():
    with pytest.raises(TooLarge, match="more than 100000 records"):
        checked(Signal.TRACES, in_scope(b"\x12\x00" * 8_000_000), LIMITS)


@pytest.mark.parametrize("tag", [b"\x4a\x00", b"\x5a\x00", b"\x6a\x00"], ids=["attributes", "events", "links"])
def test_millions_of_sub_records_in_one_span_are_refused(tag):
    with pytest.raises(TooLarge, match="more than 2000000 sub-records"):
        checked(Signal.TRACES, in_span(tag * 2_000_100), LIMITS)


def test_a_bomb_written_in_needlessly_long_tags_is_found_too():
    with pytest.raises(TooLarge, match="sub-records"):
        checked(Signal.TRACES, in_span(b"\xca\x00\x00" * 2_000_100), LIMITS)


def test_packed_numbers_that_grow_eightfold_weigh_an_eighth_of_a_message_each():
    buckets = framed(0x12, b"\x01" * 80)  # ExponentialHistogramDataPoint.Buckets.bucket_counts
    point = framed(0x0A, framed(0x42, buckets))
    body = framed(0x0A, framed(0x12, framed(0x12, framed(0x52, point))))
    assert sub_record_count(Signal.METRICS, body, LIMITS) == 1 + 1 + 1 + 1 + 80 // 8


def test_a_walk_over_fields_that_mean_nothing_ends():
    with pytest.raises(TooLarge):
        record_count(Signal.TRACES, b"\x10\x00" * 1_000_000, LIMITS)
    with pytest.raises(TooLarge, match="fields"):
        sub_record_count(Signal.TRACES, in_span(b"\x30\x00" * 100), Limits(fields=50))


def test_a_small_body_is_not_walked_below_its_records():
    assert checked(Signal.TRACES, in_span(b"\x4a\x00" * 100), Limits(sub_records=10)) == 1
    with pytest.raises(TooLarge):
        checked(Signal.TRACES, in_span(b"\x4a\x00" * 100), Limits(sub_records=10, deep_walk_bytes=10))


def test_nesting_beyond_the_limit_is_malformed_and_costs_no_python_frames():
    value = b""
    for _ in range(5_000):
        value = framed(0x2A, framed(0x0A, value))  # a list in a list
    body = in_span(framed(0x4A, framed(0x12, value)))
    with pytest.raises(Malformed, match="deeper than 100"):
        sub_record_count(Signal.TRACES, body, LIMITS)


@pytest.mark.parametrize("levels", [47, 48])
def test_the_depth_limit_never_refuses_what_the_parser_takes(levels):
    value = b"\x08\x01"
    for _ in range(levels):
        value = framed(0x2A, framed(0x0A, value))
    body = in_span(framed(0x4A, framed(0x12, value)))
    try:
        REQUESTS[Signal.TRACES].FromString(body)
    except DecodeError:
        return
    assert sub_record_count(Signal.TRACES, body, LIMITS) > levels


def test_a_body_cut_off_anywhere_is_malformed_or_still_parses():
    body = request_with(3, name="x" * 300)
    for end in range(1, len(body)):
        with pytest.raises(Malformed):
            record_count(Signal.TRACES, body[:end], LIMITS)
