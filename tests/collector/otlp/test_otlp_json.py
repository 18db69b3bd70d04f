"""J1 to J6: OTLP/JSON becomes the protobuf that says the same, and a mistake is named with its place."""

import json
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from collector.otlp.json_scalars import MALFORMED_ID, PAYLOADS
from collector.otlp.limits import Limits
from collector.otlp.otlp_json import converted
from collector.otlp.schema import REQUEST
from collector.signals import Malformed, Signal, TooLarge
from tests.collector.otlp.messages import messages, spec_json
from tests.collector.otlp.peers import REQUESTS, spans_of

FIXTURES = Path(__file__).parents[2] / "fixtures" / "otlp"
SIGNALS = pytest.mark.parametrize("signal", list(Signal))
OWN_FOLDERS = (
    "anthropic_via_native",
    "openinference_openai_langchain",
    "otel_genai_openai",
    "traceloop_sdk",
    "vercel_ai_sdk_v7",
)


def read(document, signal=Signal.TRACES, limits=None):
    text = document if isinstance(document, bytes) else orjson.dumps(document)
    return REQUESTS[signal].FromString(converted(signal, text, limits or Limits()).body)


def request_of(**span):
    return {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}


def span_read(**span):
    return spans_of(read(request_of(**span)))[0]


def value_read(value):
    return span_read(attributes=[{"key": "k", "value": value}]).attributes[0].value


def fixture_pairs():
    files = (path for folder in OWN_FOLDERS for path in sorted((FIXTURES / folder).glob("*.json")))
    return [path for path in files if not path.name.endswith(".meta.json") and path.with_suffix(".pb").exists()]


@SIGNALS
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_any_request_survives_the_way_through_json(signal, data):
    request = data.draw(messages(REQUESTS[signal]))
    text = json.dumps(spec_json(request)).encode()
    assert read(text, signal).SerializeToString(deterministic=True) == request.SerializeToString(deterministic=True)


def test_real_requests_say_the_same_in_json_and_in_protobuf():
    pairs = fixture_pairs()
    assert len(pairs) > 50
    for path in pairs:
        signal = Signal.METRICS if path.stem.endswith("_metrics") else Signal.TRACES
        expected = REQUESTS[signal].FromString(path.with_suffix(".pb").read_bytes())
        assert read(path.read_bytes(), signal) == expected, path.name


@pytest.mark.parametrize("hexadecimal", ["0af7651916cd43dd8448eb211c80319c", "0AF7651916CD43DD8448EB211C80319C"])
def test_j1_ids_are_hexadecimal_in_either_case(hexadecimal):
    assert span_read(traceId=hexadecimal).trace_id.hex() == hexadecimal.lower()


def test_j1_an_empty_parent_is_no_parent():
    assert span_read(parentSpanId="").parent_span_id == b""


@pytest.mark.parametrize(
    "bad", ["CvdlGRbNQ92ESOshHIAxnA==", "xyz", "0a f7", "abc", 12, ["0a"], {}, True, "\u0661\u0662"]
)
def test_j1_an_id_that_is_not_hexadecimal_costs_its_own_span_only(bad):
    document = request_of(traceId=bad, spanId=bad, name="bad")
    document["resourceSpans"][0]["scopeSpans"][0]["spans"].append({"traceId": "0a" * 16, "name": "good"})
    first, second = spans_of(read(document))
    assert (first.trace_id, first.span_id) == (MALFORMED_ID, MALFORMED_ID)
    assert (second.name, second.trace_id) == ("good", b"\x0a" * 16)


def test_j1_ids_of_links_logs_and_exemplars_are_hexadecimal_too():
    assert span_read(links=[{"traceId": "0a" * 16, "spanId": "0b" * 8}]).links[0].span_id == b"\x0b" * 8
    log = read({"resourceLogs": [{"scopeLogs": [{"logRecords": [{"traceId": "0a" * 16}]}]}]}, Signal.LOGS)
    assert log.resource_logs[0].scope_logs[0].log_records[0].trace_id == b"\x0a" * 16
    point = {"exemplars": [{"spanId": "0b" * 8, "asInt": 1}]}
    metrics = read(
        {"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"gauge": {"dataPoints": [point]}}]}]}]}, Signal.METRICS
    )
    exemplar = metrics.resource_metrics[0].scope_metrics[0].metrics[0].gauge.data_points[0].exemplars[0]
    assert (exemplar.span_id, exemplar.as_int) == (b"\x0b" * 8, 1)


def test_j2_snake_case_keys_are_unknown_and_ignored():
    assert span_read(name="a", trace_id="0a" * 16, start_time_unix_nano=5) == Span(name="a")


def test_j2_a_body_of_nothing_but_unknown_keys_is_taken_with_a_warning():
    taken = converted(Signal.TRACES, b'{"resource_spans": []}', Limits())
    assert taken.body == b""
    assert (
        taken.warning == "nothing was read: expected 'resourceSpans', found only unknown keys such as 'resource_spans'"
    )


@pytest.mark.parametrize("empty", [b"{}", b'{"resourceSpans": []}', b'{"resourceSpans": null}'])
def test_s2_an_empty_body_is_a_request_without_records_and_without_warning(empty):
    taken = converted(Signal.TRACES, empty, Limits())
    assert (read(empty), taken.warning) == (REQUESTS[Signal.TRACES](), "")


def test_j3_enums_are_integers():
    assert span_read(kind=3, status={"code": 2}).kind == Span.SPAN_KIND_CLIENT


@pytest.mark.parametrize("kind", ["SPAN_KIND_CLIENT", "3", 3.0, True, 2**31])
def test_j3_an_enum_that_is_not_an_integer_is_malformed_and_its_place_is_named(kind):
    with pytest.raises(Malformed) as refused:
        span_read(kind=kind)
    assert refused.value.message.startswith(
        "resourceSpans[0].scopeSpans[0].spans[0].kind: expected an enum as its integer"
    )


@pytest.mark.parametrize("number", [1795213572102063164, "1795213572102063164"])
def test_j4_64_bit_integers_come_as_numbers_or_strings(number):
    assert span_read(startTimeUnixNano=number).start_time_unix_nano == 1795213572102063164
    assert value_read({"intValue": number}).int_value == 1795213572102063164


@pytest.mark.parametrize(("number", "read_as"), [("-5", -5), (-5, -5), (5.0, 5), (1.5e3, 1_500), (0, 0), ("0", 0)])
def test_j4_an_integer_may_be_negative_zero_or_a_whole_float(number, read_as):
    value = value_read({"intValue": number})
    assert (value.WhichOneof("value"), value.int_value) == ("int_value", read_as)


@pytest.mark.parametrize(
    "number",
    [1.5, "1.5", "1e3", "", " 1", "1_0", "\u0661", True, [], 2**63, -(2**63) - 1, "9" * 5_000, "9" * 20, 1e300],
)
def test_j4_what_is_no_64_bit_integer_is_malformed(number):
    text = json.dumps(request_of(attributes=[{"key": "k", "value": {"intValue": number}}])).encode()
    with pytest.raises(Malformed, match=r"spans\[0\].attributes\[0\].value.intValue: expected an integer"):
        read(text)


@pytest.mark.parametrize("digits", [21, 4_301, 100_000])
def test_an_integer_of_any_length_is_malformed_and_no_error_of_ours(digits):
    with pytest.raises(Malformed):
        read(b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":%s}]}]}]}' % (b"9" * digits))


def test_j5_unknown_fields_are_ignored_at_every_level():
    document = request_of(name="a", futureField={"deep": [1, {"x": None}]}, flags=1)
    document["newThing"] = 1
    document["resourceSpans"][0]["entity"] = "x"
    assert spans_of(read(document))[0] == Span(name="a", flags=1)


def test_null_is_the_same_as_absent_but_not_inside_a_list():
    assert span_read(name=None, attributes=None, kind=None) == Span()
    with pytest.raises(Malformed, match=r"attributes\[0\]: expected an object, found null"):
        span_read(attributes=[None])


@pytest.mark.parametrize("text", ["AQL/", "AQL_", "AQL/AQ==", "AQL/AQ", ""])
def test_j6_bytes_are_base64_in_either_alphabet_padded_or_not(text):
    assert value_read({"bytesValue": text}).bytes_value == {"": b"", "AQL_": b"\1\2\xff", "AQL/": b"\1\2\xff"}.get(
        text, b"\1\2\xff\1"
    )


@pytest.mark.parametrize("bad", ["!", "A", "AQ\n", 5, "\u00e9"])
def test_j6_bytes_that_are_no_base64_are_malformed(bad):
    with pytest.raises(Malformed, match="bytesValue: expected bytes as a base64 string"):
        value_read({"bytesValue": bad})


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "-1.5e-3", 2, 2.5])
def test_j6_reals_are_numbers_or_the_names_of_what_json_cannot_write(text):
    assert str(value_read({"doubleValue": text}).double_value) == str(float(text))


@pytest.mark.parametrize("bad", ["nan", "inf", "1_0", " 1", "", True, "9" * 401, {}])
def test_j6_other_reals_are_malformed(bad):
    with pytest.raises(Malformed, match="doubleValue: expected a number"):
        value_read({"doubleValue": bad})


@pytest.mark.parametrize(
    "value", [{}, {"arrayValue": {"values": [{"intValue": 1}, {"stringValue": "a"}, {}]}}, {"kvlistValue": {}}]
)
def test_v2_values_may_be_empty_mixed_lists_or_maps(value):
    assert spec_json(value_read(value)) == json.loads(json.dumps(value).replace("1}", '"1"}'))


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], "the body: expected an object, found a list of 0"),
        ({"resourceSpans": {}}, "resourceSpans: expected a list, found an object"),
        (request_of(name=5), r"spans\[0\].name: expected a string, found 5"),
        (request_of(attributes=[{"key": "k", "value": {"boolValue": "true"}}]), "boolValue: expected true or false"),
        (request_of(droppedAttributesCount=-1), "droppedAttributesCount: expected an integer from 0"),
    ],
)
def test_a_value_of_the_wrong_type_is_malformed_and_its_place_is_named(document, place):
    with pytest.raises(Malformed, match=place):
        read(document)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[1,]", b"[" * 100_000, b'{"a":' * 5_000, b"NaN", b'"\\ud800"'])
def test_what_is_no_json_is_malformed(text):
    with pytest.raises(Malformed, match="not JSON"):
        read(text)


def test_values_nested_too_deep_are_malformed():
    value = {"intValue": 1}
    for _ in range(60):
        value = {"arrayValue": {"values": [value]}}
    with pytest.raises(Malformed, match="nested too deep"):
        value_read(value)


def test_values_nested_as_deep_as_protobuf_takes_are_read():
    value = {"intValue": 1}
    for _ in range(46):
        value = {"arrayValue": {"values": [value]}}
    assert value_read(value).ByteSize() > 46


def test_a_body_of_millions_of_values_is_too_large_before_it_is_parsed():
    with pytest.raises(TooLarge, match="more than 1000 values"):
        read(b"[" + b"{}," * 1_000 + b"{}]", limits=Limits(json_values=1_000))


def test_brackets_and_commas_inside_strings_are_no_values():
    document = request_of(name='{[,"\\' * 1_000)
    assert len(spans_of(read(document, limits=Limits(json_values=20)))[0].name) == 5_000


@SIGNALS
def test_every_type_a_request_uses_can_be_written(signal):
    seen, waiting = set(), [REQUEST[signal]]
    while waiting:
        message = waiting.pop()
        if message.full_name not in seen:
            seen.add(message.full_name)
            waiting += [field.message_type for field in message.fields if field.message_type]
            assert {field.type for field in message.fields if not field.message_type} <= set(PAYLOADS)
