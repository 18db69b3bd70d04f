"""The heavy half of `configure`: OpenTelemetry's SDK and the OTLP exporters, loaded only when asked for."""

from collections.abc import Mapping

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter

from instrumentation import tenancy
from instrumentation.configuration import Export
from instrumentation.fault_log import contained


class AttributionProcessor(SpanProcessor):
    """Puts the attribution in force on every span that starts, whoever starts it; a span's own word stays."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Stamp a fresh span."""
        with contained("attribution"):
            said = tenancy.attributes_of(parent_context)
            if said:
                there = span.attributes or {}
                if not said.keys().isdisjoint(there):  # asked once for all: asking costs as much as setting
                    said = {name: value for name, value in said.items() if name not in there}
                span.set_attributes(said)


def provide(export: Export, resource: Mapping[str, str]) -> TracerProvider:
    """Return the global tracer provider, with attribution and exporters; made here unless one exists already."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider(resource=Resource.create(dict(resource)))
        trace.set_tracer_provider(provider)
    if provider not in tenancy.ATTRIBUTED:
        provider.add_span_processor(AttributionProcessor())
        tenancy.ATTRIBUTED.add(provider)
        for exporter in export.exporters:
            provider.add_span_processor(BatchSpanProcessor(_exporter(exporter, export)))
    return provider


def _exporter(name: str, export: Export) -> SpanExporter:
    if name == "console":
        return ConsoleSpanExporter()
    headers = None if export.headers is None else dict(export.headers)
    if export.protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc import trace_exporter as grpc  # noqa: PLC0415 - loads grpcio

        return grpc.OTLPSpanExporter(endpoint=export.endpoint, headers=headers)
    from opentelemetry.exporter.otlp.proto.http import trace_exporter as http  # noqa: PLC0415 - loads requests

    return http.OTLPSpanExporter(endpoint=export.endpoint, headers=headers)
