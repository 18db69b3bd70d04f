"""What holds for any trace request: the columns say what the plain loop says, however the spans are packed."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from collector.normalise.reference import reference_rows
from collector.normalise.usage import TOLD
from tests.collector.decode.columns import columnar_rows
from tests.collector.decode.drawn import attributes, mended, on_the_wire, requests
from tests.collector.decode.sending import NOON, pairs, request, span

LAWS = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def differences(found, expected):
    """Where two lists of rows differ: column, found, expected."""
    names = [(i, name) for i, row in enumerate(expected) for name in row]
    told = [(name, found[i][name], expected[i][name]) for i, name in names if found[i][name] != expected[i][name]]
    calls = [(one, other) for name, one, other in told if name == "call" and one and other]
    inner = [(f"call {n}", one[n], other[n]) for one, other in calls for n in other if one[n] != other[n]]
    return inner or told


def without_body(rows):
    return [{name: value for name, value in row.items() if name != "body"} for row in rows]


@LAWS
@given(requests)
def test_the_columns_equal_the_plain_loop(sent):
    found, expected = columnar_rows([on_the_wire(sent)]), reference_rows([mended(sent)], received_ns=NOON)
    assert differences(found, expected) == []
    assert found == expected


@LAWS
@given(st.lists(requests, max_size=3))
def test_several_bodies_in_one_call_equal_each_alone(sent):
    together = columnar_rows([on_the_wire(item) for item in sent])
    alone = [row for item in sent for row in columnar_rows([on_the_wire(item)])]
    assert without_body(together) == without_body(alone)
    assert [row["body"] for row in together] == [row["body"] for row in reference_rows(sent, received_ns=NOON)]


@LAWS
@given(requests, requests)
def test_bytes_of_two_requests_in_a_row_are_one_request_with_both(first, second):
    joined = columnar_rows([on_the_wire(first) + on_the_wire(second)])
    apart = columnar_rows([on_the_wire(first), on_the_wire(second)])
    assert without_body(joined) == without_body(apart)


@LAWS
@given(attributes, st.integers(0, 1_000))
def test_the_order_of_different_keys_means_nothing(drawn, seed):
    by_key = {item.key: item for item in drawn}  # one of each: a repeated key means its last usable value
    shuffled = list(by_key.values())
    random.Random(seed).shuffle(shuffled)
    as_drawn, as_shuffled = span(), span()
    as_drawn.attributes.extend(by_key.values())
    as_shuffled.attributes.extend(shuffled)
    assert columnar_rows([on_the_wire(request(as_drawn))]) == columnar_rows([on_the_wire(request(as_shuffled))])


@LAWS
@given(requests)
def test_parts_never_exceed_their_whole_and_unbillable_usage_has_no_numbers(sent):
    for row in columnar_rows([on_the_wire(sent)]):
        call = row["call"]
        if call is None:
            continue
        cached = [call[name] or 0 for name in ("cache_read_tokens", "cache_write_tokens")]
        assert sum(cached) <= (call["input_tokens"] or 0)
        assert (call["cache_write_1h_tokens"] or 0) <= (call["cache_write_tokens"] or 0)
        assert (call["audio_input_tokens"] or 0) <= (call["input_tokens"] or 0)
        assert max(call[name] or 0 for name in ("reasoning_tokens", "audio_output_tokens")) <= (
            call["output_tokens"] or 0
        )
        numbers = [value for name, value in call.items() if name.endswith("_tokens")]
        assert call["usage_status"] in TOLD or numbers == [None] * len(numbers)


@LAWS
@given(st.lists(st.tuples(*[st.one_of(st.none(), st.sampled_from(["", "a", "b", "\x00", "a\x1fb"]))] * 3), max_size=6))
def test_two_spans_share_an_attribution_only_if_all_words_are_the_same(words):
    keys = ("burnline.tenant", "burnline.team", "burnline.tier")
    told = [{key: word for key, word in zip(keys, row, strict=True) if word} for row in words]
    sent = request(*(span(i + 1, attributes=row) for i, row in enumerate(told)))
    found = columnar_rows([sent.SerializeToString()])
    assert [tuple(row[name] or "" for name in ("tenant", "team", "tier")) for row in found] == [
        tuple(word or "" for word in row) for row in words
    ]


def test_an_empty_request_has_no_rows():
    assert columnar_rows([]) == columnar_rows([b""]) == columnar_rows([ExportTraceServiceRequest().SerializeToString()])


def test_a_key_that_stands_twice_means_its_last_usable_value():
    twice = span(attributes={"gen_ai.operation.name": "chat"})
    for item in (3, 5, "no number"):
        twice.attributes.extend(pairs({"gen_ai.usage.input_tokens": item}))
    (row,) = columnar_rows([request(twice).SerializeToString()])
    assert row["call"]["input_tokens"] == 5
