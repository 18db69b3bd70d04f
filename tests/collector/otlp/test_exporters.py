"""The real Python exporters against the edge: every signal, every compression, and what they do when told to retry."""

import asyncio
import logging
import time

import pytest
from grpc import Compression as GrpcCompression
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GrpcLogs
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as GrpcMetrics
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcSpans
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HttpLogs
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as HttpMetrics
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpSpans
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace.export import SpanExportResult

from collector.signals import Malformed, Overloaded, Signal
from tests.collector.otlp.peers import LITTLE, Failing, Keeper, edge, sdk_spans

OVERLOADED = Overloaded("queue_full", "the queue is full", retry_after_s=1.0)


def http_spans(running, path="/v1/traces", **options):
    return HttpSpans(endpoint=running.url + path, **options)


def grpc_spans(running, **options):
    return GrpcSpans(endpoint=running.target, insecure=True, **options)


async def exported(exporter, *names):
    """The result of a blocking export, beside the running loop."""
    try:
        return await asyncio.to_thread(exporter.export, sdk_spans(*names))
    finally:
        await asyncio.to_thread(exporter.shutdown)


@pytest.mark.parametrize("compression", list(Compression))
@pytest.mark.parametrize("path", ["/v1/traces", "/", "", "/api/public/otel/v1/traces", "/v1/traces/"])
async def test_t2_t5_the_http_exporter_delivers_to_every_path_in_every_compression(path, compression):
    keeper = Keeper()
    async with edge(keeper) as running:
        result = await exported(http_spans(running, path, compression=compression), "chat", "embed")
    assert (result, keeper.span_names()) == (SpanExportResult.SUCCESS, ["chat", "embed"])


@pytest.mark.parametrize("compression", [None, GrpcCompression.Gzip])
async def test_t1_t5_the_grpc_exporter_delivers_plain_and_compressed(compression):
    keeper = Keeper()
    async with edge(keeper) as running:
        result = await exported(grpc_spans(running, compression=compression), "chat")
    assert (result, keeper.span_names()) == (SpanExportResult.SUCCESS, ["chat"])


def log_once(exporter):
    provider = LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    provider.get_logger("test").emit(event_name="gen_ai.evaluation.result", body="good")
    provider.shutdown()


def count_once(exporter):
    provider = MeterProvider([PeriodicExportingMetricReader(exporter, export_interval_millis=60_000)])
    provider.get_meter("test").create_counter("requests").add(1)
    provider.shutdown()


@pytest.mark.parametrize("protocol", ["http", "grpc"])
async def test_t1_t2_log_exporters_deliver_events(protocol):
    keeper = Keeper()
    async with edge(keeper) as running:
        exporter = HttpLogs(f"{running.url}/v1/logs") if protocol == "http" else GrpcLogs(running.target, insecure=True)
        await asyncio.to_thread(log_once, exporter)
    (request,) = keeper.requests(Signal.LOGS)
    assert request.resource_logs[0].scope_logs[0].log_records[0].event_name == "gen_ai.evaluation.result"


@pytest.mark.parametrize("protocol", ["http", "grpc"])
async def test_t1_t2_metric_exporters_deliver_points(protocol):
    keeper = Keeper()
    async with edge(keeper) as running:
        url = f"{running.url}/v1/metrics"
        exporter = HttpMetrics(url) if protocol == "http" else GrpcMetrics(running.target, insecure=True)
        await asyncio.to_thread(count_once, exporter)
    (request,) = keeper.requests(Signal.METRICS)
    assert request.resource_metrics[0].scope_metrics[0].metrics[0].name == "requests"


@pytest.mark.parametrize("exporter_of", [http_spans, grpc_spans])
async def test_e3_e5_an_exporter_told_to_retry_waits_as_long_as_it_was_told_and_delivers_once(exporter_of):
    failing = Failing([OVERLOADED])
    async with edge(failing) as running:
        started = time.monotonic()
        result = await exported(exporter_of(running), "chat")
        waited_s = time.monotonic() - started
        assert running.refused() == {("traces", "queue_full"): 1}
    assert (result, failing.keeper.span_names()) == (SpanExportResult.SUCCESS, ["chat"])
    assert waited_s >= 1.0


async def test_e5_the_grpc_exporter_obeys_a_delay_below_a_second():
    failing = Failing([Overloaded("queue_full", "full", retry_after_s=0.1)])
    async with edge(failing) as running:
        started = time.monotonic()
        assert await exported(grpc_spans(running), "chat") is SpanExportResult.SUCCESS
        assert 0.1 <= time.monotonic() - started < 0.8, "0.8 s is the least it waits without RetryInfo"


@pytest.mark.parametrize("exporter_of", [http_spans, grpc_spans])
async def test_e7_after_an_unexpected_failure_the_exporter_delivers_again(exporter_of):
    failing = Failing([RuntimeError("the store is gone for a moment")])
    async with edge(failing) as running:
        result = await exported(exporter_of(running), "chat")
    assert (result, failing.keeper.span_names()) == (SpanExportResult.SUCCESS, ["chat"])


@pytest.mark.parametrize("exporter_of", [http_spans, grpc_spans])
async def test_e2_bad_data_is_not_sent_again(exporter_of, caplog):
    failing = Failing([Malformed("bad", "no such thing")] * 2)
    async with edge(failing) as running:
        with caplog.at_level(logging.CRITICAL):
            result = await exported(exporter_of(running), "chat")
        assert running.refused() == {("traces", "bad"): 1}
    assert (result, failing.keeper.span_names()) == (SpanExportResult.FAILURE, [])


async def test_l2_a_batch_over_the_limit_is_refused_once_and_for_good():
    async with edge(Keeper(), LITTLE) as running:  # takes 100 kB
        result = await exported(http_spans(running), "x" * 900_000)
        assert (result, running.refused()) == (SpanExportResult.FAILURE, {("traces", "wire_bytes"): 1})


async def test_s5_a_partial_success_is_the_end_of_it_for_the_exporter():
    class Rejecting(Keeper):
        async def offer(self, signal, body):
            receipt = await super().offer(signal, body)
            return type(receipt)(received=1, rejected={"zero_trace_id": 1})

    keeper = Rejecting()
    async with edge(keeper) as running:
        assert await exported(http_spans(running), "chat") is SpanExportResult.SUCCESS
    assert len(keeper.kept) == 1
