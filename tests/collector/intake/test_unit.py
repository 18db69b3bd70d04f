"""Parts of a group of requests."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.intake.traces import batch_id, read_traces
from collector.intake.unit import packed, unpacked
from collector.signals import Malformed, Signal
from tests.collector.decode.sending import NOON, body, span


@given(st.binary(max_size=200), st.integers(1, 50))
def test_a_body_that_is_packed_can_be_unpacked(part, times):
    sent = part * times
    assert unpacked(packed(sent), len(sent)) == sent


def test_a_batch_id_tells_content_and_signal_apart():
    ids = {batch_id(signal, sent) for signal in Signal for sent in (b"", b"a", b"b")}
    assert len(ids) == 3 * 3
    assert batch_id(Signal.TRACES, b"a") == batch_id(Signal.TRACES, b"a")


def test_calls_keep_pointing_to_their_span_when_spans_are_taken_out():
    chat = {"gen_ai.operation.name": "chat"}
    _, spans = read_traces(
        [body(span(1), span(2, attributes=chat), span(3), span(4, attributes=chat))], received_ns=NOON
    )
    taken = spans.taken(np.array([False, True, False, True]))
    assert taken.calls["row"].to_pylist() == [0, 1]
    assert taken.span_id.tolist() == [2, 4]
    assert spans.taken(np.array([False, False, True, True])).calls["row"].to_pylist() == [1]


def test_taking_all_spans_copies_nothing():
    _, spans = read_traces([body(span(1))], received_ns=NOON)
    assert spans.taken(np.array([True])) is spans


def test_rejections_are_counted_for_the_body_they_came_in():
    bodies, spans = read_traces([body(span(1)), body(span(2, trace_id=b""), span(3, trace_id=b""))], received_ns=NOON)
    assert [(item.received, item.rejected) for item in bodies] == [(1, {}), (2, {"trace_id_length": 2})]
    assert spans.span_id.tolist() == [1]


def test_one_undecodable_body_makes_the_whole_call_fail():
    with pytest.raises(Malformed, match="not an ExportTraceServiceRequest"):
        read_traces([body(span(1)), b"\xff"], received_ns=NOON)
