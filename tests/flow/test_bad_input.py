"""Bad input gets the right status, is counted, costs little memory, and the server goes on answering."""

import gzip

import grpc
import httpx
import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.analytics.derive.house import Sent, body, call
from tests.collector.otlp.peers import in_scope
from tests.flow.load import EXPORT

MIB = 1 << 20
PROTOBUF, JSON = "application/x-protobuf", "application/json"


BAD = {
    "garbage": (b"\xff\xfe\xfd garbage", {}, 400),
    "garbage as json": (b"{]", {"content_type": JSON}, 400),
    "cut off gzip": (gzip.compress(body([Sent()]))[:-9], {"content_encoding": "gzip"}, 400),
    "unknown type": (b"<xml/>", {"content_type": "text/xml"}, 415),
    "unknown encoding": (body([Sent()]), {"content_encoding": "br"}, 415),
    "zeros that grow": (gzip.compress(bytes(128 * MIB)), {"content_encoding": "gzip"}, 413),
    "depth": (
        gzip.compress(b'{"resourceSpans":' + b"[" * 1_000_000),
        {"content_type": JSON, "content_encoding": "gzip"},
        400,
    ),
}


@pytest.mark.parametrize(("wire", "headers", "status"), BAD.values(), ids=BAD)
def test_what_cannot_be_read_is_refused_counted_and_forgotten(server, wire, headers, status):
    before, memory = server.metric("burnline_refused_requests_total"), server.rss_mib
    assert server.send(wire, **headers).status_code == status
    assert server.metric("burnline_refused_requests_total") == before + 1
    assert server.rss_mib - memory < 250
    _goes_on(server)


def test_eight_million_empty_spans_in_15_kb_are_refused_and_cost_little(server):
    bomb = gzip.compress(in_scope(b"\x12\x00" * 8_000_000))
    assert len(bomb) < 17_000
    before, memory = server.metric("burnline_refused_requests_total"), server.rss_mib
    assert server.send(bomb, content_encoding="gzip").status_code == 413
    assert server.metric("burnline_refused_requests_total") == before + 1
    assert server.rss_mib - memory < 250
    _goes_on(server)


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/v1/nothing", 404), ("GET", "/v1/traces", 405)])
def test_what_nobody_receives_is_said(server, method, path, status):
    assert httpx.request(method, f"{server.otlp}{path}").status_code == status


def test_garbage_over_grpc_is_an_invalid_argument(server):
    with grpc.insecure_channel(server.grpc) as channel, pytest.raises(grpc.RpcError) as error:
        channel.unary_unary(EXPORT)(b"\xff\xfe\xfd garbage", timeout=10)
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    _goes_on(server)


def test_spans_with_wrong_ids_are_rejected_by_reason_and_the_others_kept(server):
    request = ExportTraceServiceRequest.FromString(
        body([Sent(trace=7_001, span=1), *[Sent(span=n) for n in (2, 3, 4, 5)]])
    )
    spans = [resource.scope_spans[0].spans[0] for resource in request.resource_spans]
    spans[1].trace_id = b""
    spans[2].trace_id = bytes(16)
    spans[3].span_id = b"short"
    spans[4].span_id = bytes(8)
    reasons = ("trace_id_length", "trace_id_zero", "span_id_length", "span_id_zero")
    before = [_rejected(server, reason) for reason in reasons]
    answer = server.send(request.SerializeToString())
    said = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert (answer.status_code, said.rejected_spans) == (200, 4)
    assert all(reason in said.error_message for reason in reasons)
    assert [_rejected(server, reason) for reason in reasons] == [count + 1 for count in before]
    server.until(lambda: server.ask(f"/v1/requests/{7_001:032x}").status_code == 200, within_s=5)


def _rejected(server, reason):
    return server.metric("burnline_records_total", outcome="rejected", reason=reason)


def test_huge_attributes_are_kept_and_answered(server):
    huge = call(trace=7_002, span=1, says={"gen_ai.input.messages": "x" * (5 * MIB), "k" * 100_000: "long key"})
    assert server.send(body([huge])).status_code == 200
    server.until(lambda: server.ask(f"/v1/requests/{7_002:032x}").status_code == 200, within_s=5)
    found = server.get(f"/v1/requests/{7_002:032x}")
    assert found["usage"]["input_tokens"] == 1_200
    assert len(found["spans"][0]["attributes"]["gen_ai.input.messages"]) == 5 * MIB


@pytest.mark.parametrize("at_ns", [1, 2**63 - 1, 2**64 - 1])
def test_clocks_at_either_end_of_time_stop_nobody(server, at_ns):
    odd = [
        call(trace=7_100 + n, span=at_ns % 1_000 + n, start_at_ns=at_ns, duration_s=0, response="odd") for n in (1, 2)
    ]
    for span in odd:
        assert server.send(body([span])).status_code == 200
    _goes_on(server)
    for path in ("/v1/requests", "/v1/cost", "/v1/latency", "/metrics"):
        assert server.ask(path).status_code == 200


def test_genai_events_are_kept_and_other_log_records_are_answered_for(server):
    request = ExportLogsServiceRequest()
    records = request.resource_logs.add().scope_logs.add().log_records
    kept = records.add(event_name="gen_ai.evaluation.result", trace_id=(7_003).to_bytes(16, "big"), time_unix_nano=1)
    kept.attributes.add(key="gen_ai.evaluation.name").value.string_value = "relevance"
    kept.attributes.add(key="gen_ai.evaluation.score.value").value.double_value = 0.9
    records.add().body.string_value = "an ordinary line"
    before = server.metric("burnline_records_total", signal="logs", outcome="stored")
    answer = server.send(request.SerializeToString(), "/v1/logs")
    said = ExportLogsServiceResponse.FromString(answer.content).partial_success
    assert (answer.status_code, said.rejected_log_records) == (200, 1)
    assert "not_a_genai_event" in said.error_message
    assert server.metric("burnline_records_total", signal="logs", outcome="stored") == before + 1
    assert server.metric("burnline_stored_rows", table="log_events") >= 1
    assert server.send(request.SerializeToString(), "/v1/logs").status_code == 200
    assert server.metric("burnline_records_total", signal="logs", outcome="stored") == before + 1, "once"


def test_metrics_are_rejected_with_a_partial_success_that_says_so(server):
    request = ExportMetricsServiceRequest()
    metric = request.resource_metrics.add().scope_metrics.add().metrics.add(name="gen_ai.client.token.usage")
    metric.sum.data_points.add(as_int=3)
    metric.sum.data_points.add(as_int=4)
    answer = server.send(request.SerializeToString(), "/v1/metrics")
    said = ExportMetricsServiceResponse.FromString(answer.content).partial_success
    assert (answer.status_code, said.rejected_data_points) == (200, 2)
    assert "metrics_not_kept" in said.error_message


def test_every_record_is_accounted_for(server):
    count = {
        outcome: server.metric("burnline_records_total", outcome=outcome)
        for outcome in ("received", "stored", "duplicate", "rejected")
    }
    assert count["received"] == count["stored"] + count["duplicate"] + count["rejected"]


def _goes_on(server):
    """A request sent now is answered for."""
    number = 7_500 + int(server.metric("burnline_records_total", outcome="received"))
    assert server.send(body([Sent(trace=number)])).status_code == 200
    server.until(lambda: server.ask(f"/v1/requests/{number:032x}").status_code == 200, within_s=5)
