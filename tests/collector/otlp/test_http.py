"""The HTTP edge by its checklist: paths, methods, content types, encodings, statuses, limits in bytes and in time."""

import asyncio
import gzip
import json
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from backports import zstd
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from collector.otlp.http import PATHS
from collector.signals import Malformed, Overloaded, Signal, TooLarge
from tests.collector.otlp.peers import JSON, LITTLE, PROTOBUF, Failing, Keeper, Slow, edge, request_with

FIXTURES = Path(__file__).parents[2] / "fixtures" / "otlp"
BUSY = Overloaded("queue_full", "the queue is full", retry_after_s=1.2)


@pytest.fixture
async def keeping():
    async with edge(Keeper()) as running:
        yield running


@pytest.fixture
async def little():
    async with edge(Keeper(), LITTLE) as running:
        yield running


async def spoken(port, *pieces, pause_s=0.0):
    """What a server answers to raw bytes, until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()


def head(method="POST", path="/v1/traces", *lines):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "host: x", *lines, "", ""]).encode()


@pytest.mark.parametrize("path", [*(path for path in PATHS if path), "/", "/v1/traces/", "/api/public/otel/v1/logs/"])
async def test_t2_every_path_is_taken_with_and_without_trailing_slash_and_never_redirected(keeping, path):
    answer = await keeping.post(path)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"", "application/x-protobuf")


async def test_t2_the_bare_path_takes_traces_and_the_others_their_signal():
    keeper = Keeper()
    async with edge(keeper) as running:
        for path in ("/", "/v1/metrics", "/api/public/otel/v1/logs"):
            await running.post(path)
    assert [signal for signal, _ in keeper.kept] == [Signal.TRACES, Signal.METRICS, Signal.LOGS]


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
async def test_t3_json_is_answered_in_json_whatever_its_parameters_and_case(keeping, content_type):
    answer = await keeping.post(content=b'{"resourceSpans": []}', content_type=content_type)
    assert (answer.status_code, answer.json(), answer.headers["content-type"]) == (200, {}, "application/json")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"])
async def test_t4_another_method_is_not_allowed(keeping, method):
    answer = await keeping.client.request(method, "/v1/traces")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert keeping.refused() == {("traces", "wrong_method"): 1}


async def test_t4_an_unknown_path_is_not_found(keeping):
    answer = await keeping.post("/v1/traces/x", content=request_with())
    assert answer.status_code == 404
    assert keeping.refused() == {("unknown", "unknown_path"): 1}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"])
async def test_t4_another_content_type_is_unsupported_and_answered_in_json(keeping, content_type):
    answer = await keeping.post(content=b"x=1", content_type=content_type)
    assert (answer.status_code, answer.headers["content-type"], answer.json()["code"]) == (415, "application/json", 3)
    assert keeping.refused() == {("traces", "content_type"): 1}


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [("identity", bytes), ("gzip", gzip.compress), ("deflate", zlib.compress), ("zstd", zstd.compress)],
)
@pytest.mark.parametrize("span_count", [1, 10_000], ids=["inline", "in a thread"])
async def test_t5_every_encoding_is_inflated(encoding, compress, span_count):
    keeper = Keeper()
    async with edge(keeper) as running:
        answer = await running.post(content=compress(request_with(span_count)), content_encoding=encoding)
    assert (answer.status_code, len(keeper.span_names())) == (200, span_count)


async def test_t5_an_unknown_encoding_is_unsupported_and_the_known_ones_are_offered(keeping):
    answer = await keeping.post(content=b"x", content_encoding="br")
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity, gzip, deflate, zstd")


@pytest.mark.parametrize("as_json", [False, True])
async def test_t6_a_chunked_body_is_taken(as_json):
    async def pieces():
        for byte in body:
            yield bytes([byte])

    keeper = Keeper()
    span = {"traceId": "0a" * 16, "name": "s0"}
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode() if as_json else request_with()
    async with edge(keeper) as running:
        answer = await running.client.post("/v1/traces", content=pieces(), headers=JSON if as_json else PROTOBUF)
        assert "content-length" not in answer.request.headers
    assert (answer.status_code, keeper.span_names()) == (200, ["s0"])


async def test_what_the_vercel_sdk_sent_on_the_wire_arrives_as_what_it_meant():
    wires = sorted((FIXTURES / "vercel_ai_sdk_v7").glob("*.wire"))
    assert wires
    keeper = Keeper()
    async with edge(keeper) as running:
        for wire in wires:
            meta = json.loads(wire.with_suffix(".meta.json").read_text())
            kept = ("content-type", "content-encoding")
            headers = {name: value for name, value in meta["headers"].items() if name.lower() in kept}
            assert (
                await running.client.post(meta["path"], content=wire.read_bytes(), headers=headers)
            ).status_code == 200
    meant = [ExportTraceServiceRequest.FromString(wire.with_suffix(".pb").read_bytes()) for wire in wires]
    assert keeper.requests() == meant


async def test_t7_a_browser_of_an_allowed_origin_may_post():
    async with edge(Keeper(), cors_origins=["https://app.example"]) as running:
        asked = await running.client.options("/v1/traces", headers={"origin": "https://app.example"})
        posted = await running.post(origin="https://app.example")
        other = await running.client.options("/v1/traces", headers={"origin": "https://evil.example"})
        stranger = await running.post(origin="https://evil.example")
    assert (asked.status_code, asked.headers["access-control-allow-methods"]) == (204, "POST")
    assert asked.headers["access-control-allow-headers"] == "content-type, content-encoding, authorization"
    for answer in (asked, posted):
        assert answer.headers["access-control-allow-origin"] == "https://app.example"
    assert other.status_code == 405
    assert "access-control-allow-origin" not in stranger.headers


async def test_t7_by_default_no_origin_is_allowed(keeping):
    answer = await keeping.post(origin="https://app.example")
    assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (200, False)


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [("identity", bytes), ("gzip", gzip.compress), ("deflate", zlib.compress), ("zstd", zstd.compress)],
)
async def test_l1_l2_a_body_over_the_limit_after_decompression_is_413(little, encoding, compress):
    answer = await little.post(content=compress(bytes(100_001)), content_encoding=encoding)
    assert (answer.status_code, Status.FromString(answer.content).code) == (413, 8)
    assert "retry-after" not in answer.headers
    assert set(little.refused()) <= {("traces", "body_bytes"), ("traces", "wire_bytes")}


async def test_l2_a_sender_that_writes_everything_first_still_reads_its_413(little):
    async def endless():
        for _ in range(9):
            yield bytes(100_000)

    assert (await little.post(content=bytes(900_000))).status_code == 413
    assert (await little.post(content=endless())).status_code == 413
    assert little.receiver.held.bytes == 0


async def test_l3_our_own_answer_stays_small_whatever_the_error_says():
    async with edge(Failing([Malformed("long", "x" * 5_000_000)])) as running:
        assert len((await running.post()).content) < 2_000


@pytest.mark.parametrize("path", ["/v1/traces", "/v1/logs", "/v1/metrics"])
async def test_s1_s2_an_empty_request_is_a_full_success(keeping, path):
    assert (await keeping.post(path)).content == b""
    assert (await keeping.client.post(path, content=b"{}", headers=JSON)).content == b"{}"


async def test_s3_s4_one_bad_span_is_rejected_and_the_good_ones_are_kept(keeping):
    bad = request_with(1, trace_id=b"short")
    answer = await keeping.post(content=request_with(2) + bad)
    partial = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert (answer.status_code, partial.rejected_spans) == (200, 1)
    assert partial.error_message == "1 of 3 not kept: trace_id 1"


async def test_s3_a_partial_success_in_json_has_the_count_as_a_string(keeping):
    spans = [{"traceId": "nonsense", "name": "bad"}, {"traceId": "0a" * 16, "name": "good"}]
    document = {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}
    answer = await keeping.client.post("/v1/traces", json=document)
    assert answer.json() == {"partialSuccess": {"rejectedSpans": "1", "errorMessage": "1 of 2 not kept: trace_id 1"}}


async def test_s3_j2_a_body_without_a_known_key_is_a_success_with_a_warning(keeping):
    partial = (await keeping.client.post("/v1/traces", json={"resource_spans": []})).json()["partialSuccess"]
    assert partial["rejectedSpans"] == "0"
    assert "'resource_spans'" in partial["errorMessage"]


@pytest.mark.parametrize(
    "garbage", [b"garbage", b"\xff" * 50, b"\x0a\xff", b"GET / HTTP/1.1\r\n\r\n", b"\x0a\x03\x12\x05\x0a"]
)
async def test_e1_e2_bad_data_is_400_with_a_status_and_is_counted(keeping, garbage):
    answer = await keeping.post(content=garbage)
    assert answer.status_code == 400
    status = Status.FromString(answer.content)
    assert (status.code, bool(status.message)) == (3, True)
    assert sum(keeping.refused().values()) == 1


async def test_e1_bad_json_is_400_with_a_status_in_json(keeping):
    answer = await keeping.client.post("/v1/logs", content=b"{", headers=JSON)
    assert (answer.status_code, answer.headers["content-type"], answer.json()["code"]) == (400, "application/json", 3)
    assert keeping.refused() == {("logs", "bad_json"): 1}


@pytest.mark.parametrize("headers", [PROTOBUF, JSON])
async def test_e3_overload_is_503_with_a_delay_in_whole_seconds(headers):
    async with edge(Failing([BUSY])) as running:
        answer = await running.client.post("/v1/traces", content=b"{}" if headers is JSON else b"", headers=headers)
        assert running.refused() == {("traces", "queue_full"): 1}
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    if headers is JSON:
        assert answer.json()["details"] == [
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1.200s"}
        ]
    else:
        info = RetryInfo()
        assert Status.FromString(answer.content).details[0].Unpack(info)
        assert info.retry_delay.ToMilliseconds() == 1_200


@pytest.mark.parametrize("error", [RuntimeError("disk on fire"), OSError(28, "no space"), KeyError("x")])
async def test_e3_e7_an_unexpected_failure_is_503_and_never_200_or_500(error):
    async with edge(Failing([error])) as running:
        answer = await running.post(content=request_with())
        assert running.refused() == {("traces", "internal_error"): 1}
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert b"fire" not in answer.content, "what failed inside is in the log, not on the wire"


async def test_the_intakes_own_limit_is_413():
    async with edge(Failing([TooLarge("records", "too many")])) as running:
        assert (await running.post()).status_code == 413


async def test_more_records_than_the_limit_are_413(little):
    assert (await little.post(content=request_with(1_000))).status_code == 200
    answer = await little.post(content=request_with(1_001))
    assert (answer.status_code, little.refused()) == (413, {("traces", "records"): 1})


async def test_too_many_headers_are_431(keeping):
    answer = await keeping.client.post("/v1/traces", headers=PROTOBUF | {f"h{n}": "x" for n in range(100)})
    assert (answer.status_code, keeping.refused()) == (431, {("traces", "headers"): 1})


async def test_headers_that_go_on_are_431_before_they_are_complete(little):
    answer = await spoken(little.listeners.http_port, head()[:-2] + b"baggage: " + b"x" * 8_000)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert little.refused() == {("unknown", "header_bytes"): 1}


@pytest.mark.parametrize("start", [b"", b"POST /v1/tra", head()[:-2]], ids=["nothing", "half a line", "no end"])
async def test_headers_that_do_not_come_are_408_and_the_connection_closes(little, start):
    answer = await spoken(little.listeners.http_port, start)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert little.refused() == {("unknown", "header_timeout"): 1}


async def test_a_body_that_stops_coming_is_408_and_the_connection_closes(little):
    start = head("POST", "/v1/traces", "content-type: application/x-protobuf", "content-length: 100")
    answer = await spoken(little.listeners.http_port, start + b"half")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert Status.FromString(answer.partition(b"\r\n\r\n")[2]).code == 4
    assert little.refused() == {("traces", "body_timeout"): 1}


async def test_a_body_that_drips_is_408_at_the_deadline(little):
    start = head("POST", "/v1/traces", "content-type: application/x-protobuf", "content-length: 100")
    answer = await spoken(little.listeners.http_port, start, *[b"x"] * 5, pause_s=0.1)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert little.receiver.held.bytes == 0


async def test_a_sender_that_goes_away_in_the_middle_is_counted_and_costs_nothing(little):
    start = head("POST", "/v1/traces", "content-type: application/x-protobuf", "content-length: 100")
    _, writer = await asyncio.open_connection("127.0.0.1", little.listeners.http_port)
    writer.write(start + b"half")
    await writer.drain()
    writer.close()
    for _ in range(50):
        if little.refused():
            break
        await asyncio.sleep(0.01)
    assert little.refused() == {("traces", "disconnected"): 1}
    assert little.receiver.held.bytes == 0


@pytest.mark.parametrize("garbage", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"hello\r\n\r\n", b"\0" * 100])
async def test_e1_what_is_not_http_gets_a_status_too(keeping, garbage):
    answer = await spoken(keeping.listeners.http_port, garbage)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == 3
    assert keeping.refused() == {("unknown", "not_http"): 1}


async def test_bodies_held_at_the_same_time_are_bounded_and_the_next_one_is_asked_to_retry():
    slow = Slow()
    async with edge(slow, LITTLE) as running:  # holds 150 kB at most
        first = asyncio.create_task(running.post(content=request_with(1, name="x" * 70_000)))
        await slow.waiting.wait()
        assert running.receiver.held.bytes > 70_000
        second = await running.post(content=request_with(1, name="x" * 70_000))
        slow.release.set()
        assert (second.status_code, second.headers["retry-after"], (await first).status_code) == (503, "1", 200)
        assert (running.refused(), running.receiver.held.bytes) == ({("traces", "held_bytes"): 1}, 0)


async def test_connections_over_the_limit_are_asked_to_retry():
    async with edge(Keeper(), replace(LITTLE, connections=1, header_timeout_s=5.0)) as running:
        _, idle = await asyncio.open_connection("127.0.0.1", running.listeners.http_port)
        answer = await spoken(running.listeners.http_port, head())
        idle.close()
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 1\r\n" in answer
        assert running.refused() == {("unknown", "connections"): 1}


async def test_a_connection_stays_open_over_refusals_whose_body_was_read(keeping):
    for content in (b"garbage", request_with(), b"garbage"):
        answer = await keeping.post(content=content)
        assert "connection" not in answer.headers
