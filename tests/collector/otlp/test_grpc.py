"""The gRPC edge by its checklist: methods, statuses, retry information, limits."""

import asyncio

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from collector.otlp.schema import SERVICE
from collector.signals import Malformed, Overloaded, Receipt, Signal, TooLarge
from tests.collector.otlp.peers import LITTLE, Failing, Keeper, Slow, edge, request_with

SIGNALS = pytest.mark.parametrize("signal", list(Signal))


async def export(running, body=b"", signal=Signal.TRACES, method=None, compression=None):
    """The answer's bytes, or the error."""
    async with grpc.aio.insecure_channel(running.target, compression=compression) as channel:
        call = channel.unary_unary(method or f"/{SERVICE[signal]}/Export")(body, timeout=10)
        try:
            return await call
        except grpc.aio.AioRpcError as error:
            return error


@SIGNALS
async def test_t1_s1_s2_every_signal_is_taken_and_full_success_is_empty(signal):
    keeper = Keeper()
    async with edge(keeper) as running:
        assert await export(running, b"", signal) == b""
    assert [kept for kept, _ in keeper.kept] == [signal]


@pytest.mark.parametrize(
    "method",
    [
        "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export",
        "/opentelemetry.proto.collector.trace.v1.TraceService/Import",
        "/",
    ],
)
async def test_t1_any_other_method_is_unimplemented_and_counted(method):
    async with edge(Keeper()) as running:
        error = await export(running, method=method)
        assert error.code() is grpc.StatusCode.UNIMPLEMENTED
        assert running.refused() == {("unknown", "unknown_method"): 1}


@pytest.mark.parametrize("compression", [None, grpc.Compression.Gzip, grpc.Compression.Deflate])
async def test_t5_messages_come_plain_or_compressed(compression):
    keeper = Keeper()
    async with edge(keeper) as running:
        assert await export(running, request_with(10_000), compression=compression) == b""
    assert len(keeper.span_names()) == 10_000


async def test_l4_messages_of_more_than_4_mib_are_taken():
    keeper = Keeper()
    async with edge(keeper) as running:
        assert await export(running, request_with(1, name="x" * 5_000_000)) == b""
    assert len(keeper.span_names()[0]) == 5_000_000


@pytest.mark.parametrize("compression", [None, grpc.Compression.Gzip])
async def test_l1_l2_a_message_over_the_limit_after_decompression_is_exhausted_without_retry_info(compression):
    async with edge(Keeper(), LITTLE) as running:
        error = await export(running, bytes(32_000_000), compression=compression)
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "google.rpc.retryinfo-bin" not in dict(error.trailing_metadata())
        await until_counted(running)
        assert running.refused() == {("traces", "no_message"): 1}, "gRPC refuses it itself; it is counted all the same"


async def until_counted(running):
    for _ in range(100):
        if running.refused():
            return
        await asyncio.sleep(0.01)


async def test_s3_s4_a_partial_success_says_how_many_are_not_kept_and_why():
    async with edge(Keeper()) as running:
        answer = await export(running, request_with(2) + request_with(1, trace_id=b""))
    partial = ExportTraceServiceResponse.FromString(answer).partial_success
    assert (partial.rejected_spans, partial.error_message) == (1, "1 of 3 not kept: trace_id 1")


async def test_s3_the_partial_success_of_metrics_counts_data_points():
    class Rejecting:
        async def offer(self, *_):
            return Receipt(received=5, rejected={"not_kept": 5})

    async with edge(Rejecting()) as running:
        answer = await export(running, b"", Signal.METRICS)
    assert ExportMetricsServiceResponse.FromString(answer).partial_success.rejected_data_points == 5


@pytest.mark.parametrize("garbage", [b"garbage", b"\x0a\xff", b"\x0a\x03\x12\x05\x0a"])
async def test_e2_bad_data_is_invalid_argument(garbage):
    async with edge(Keeper()) as running:
        error = await export(running, garbage)
        assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert sum(running.refused().values()) == 1


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (Malformed("bad", "bad"), grpc.StatusCode.INVALID_ARGUMENT),
        (TooLarge("big", "big"), grpc.StatusCode.RESOURCE_EXHAUSTED),
    ],
)
async def test_l2_e2_a_refusal_for_good_has_a_status_and_no_retry_info(refused, code):
    async with edge(Failing([refused])) as running:
        error = await export(running)
    trailers = dict(error.trailing_metadata())
    status = Status.FromString(trailers["grpc-status-details-bin"])
    assert (error.code(), status.code, status.message) == (code, code.value[0], refused.message)
    assert (len(status.details), "google.rpc.retryinfo-bin" in trailers) == (0, False)


async def test_e4_e5_overload_is_unavailable_with_retry_info_in_both_places():
    async with edge(Failing([Overloaded("queue_full", "the queue is full", retry_after_s=0.25)])) as running:
        error = await export(running)
        assert running.refused() == {("traces", "queue_full"): 1}
    trailers = dict(error.trailing_metadata())
    alone, within = RetryInfo.FromString(trailers["google.rpc.retryinfo-bin"]), RetryInfo()
    assert Status.FromString(trailers["grpc-status-details-bin"]).details[0].Unpack(within)
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert alone.retry_delay.ToMilliseconds() == within.retry_delay.ToMilliseconds() == 250


async def test_e7_an_unexpected_failure_is_unavailable_and_never_ok():
    async with edge(Failing([RuntimeError("disk on fire")])) as running:
        error = await export(running, request_with())
        assert (error.code(), running.refused()) == (grpc.StatusCode.UNAVAILABLE, {("traces", "internal_error"): 1})


async def test_more_records_than_the_limit_are_exhausted():
    async with edge(Keeper(), LITTLE) as running:
        assert await export(running, request_with(1_000)) == b""
        assert (await export(running, request_with(1_001))).code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert running.refused() == {("traces", "records"): 1}


async def test_a_message_that_does_not_come_ends_at_the_deadline():
    async with edge(Keeper(), LITTLE) as running, grpc.aio.insecure_channel(running.target) as channel:
        call = channel.stream_unary(f"/{SERVICE[Signal.TRACES]}/Export")()
        assert await call.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert running.refused() == {("traces", "body_timeout"): 1}


async def test_a_sender_that_gives_up_does_not_cut_its_offer_short():
    slow = Slow()
    async with edge(slow) as running:
        async with grpc.aio.insecure_channel(running.target) as channel:
            call = channel.unary_unary(f"/{SERVICE[Signal.TRACES]}/Export")(request_with())
            await slow.waiting.wait()
            call.cancel()
        await until_counted(running)
        slow.release.set()
        await asyncio.sleep(0)
        assert running.refused() == {("traces", "disconnected"): 1}
    assert slow.keeper.span_names() == ["s0"]


async def test_bytes_held_are_bounded_over_both_protocols():
    slow = Slow()
    async with edge(slow, LITTLE) as running:  # holds 150 kB at most
        first = asyncio.create_task(running.post(content=request_with(1, name="x" * 70_000)))
        await slow.waiting.wait()
        error = await export(running, request_with(1, name="x" * 70_000))
        slow.release.set()
        assert (error.code(), (await first).status_code) == (grpc.StatusCode.UNAVAILABLE, 200)
        assert running.receiver.held.bytes == 0
