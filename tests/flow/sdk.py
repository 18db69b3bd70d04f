"""Spans from the real OpenTelemetry SDK through its real exporters."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer

from tests.flow.conftest import Burnline

EXPORTERS = ("http", "grpc")
CHAT = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 1_200,
    "gen_ai.usage.output_tokens": 80,
    "gen_ai.usage.cache_read.input_tokens": 1_024,
    "gen_ai.usage.reasoning.output_tokens": 32,
}
WHO = {
    "burnline.kind": "request",
    "burnline.tenant": "acme",
    "burnline.team": "support",
    "burnline.feature": "assistant",
    "burnline.route": "answer",
    "burnline.tier": "standard",
    "burnline.degraded": False,
}


def exporter(server: Burnline, kind: str) -> SpanExporter:
    """The exporter of an SDK, pointed at a server."""
    if kind == "grpc":
        return GrpcExporter(endpoint=server.grpc, insecure=True)
    return HttpExporter(endpoint=f"{server.otlp}/v1/traces")


@contextmanager
def tracing(server: Burnline, kind: str = "http") -> Iterator[Tracer]:
    """A tracer whose spans have been acknowledged when the block ends."""
    provider = TracerProvider(resource=Resource.create({"service.name": "shop"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter(server, kind)))
    yield provider.get_tracer("shop")
    provider.shutdown()


def answer(tracer: Tracer, *, response: str, failed: bool = False, **who: object) -> str:
    """One request with one call; returns its trace id."""
    with tracer.start_as_current_span("POST /answer", kind=SpanKind.SERVER, attributes={**WHO, **who}) as root:
        says = CHAT | {"gen_ai.response.id": response}
        with tracer.start_as_current_span("chat gpt-4o", kind=SpanKind.CLIENT, attributes=says):
            pass
        if failed:
            root.set_status(Status(StatusCode.ERROR, "no answer"))
        return f"{root.get_span_context().trace_id:032x}"
