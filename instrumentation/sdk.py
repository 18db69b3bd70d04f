"""The heavy half of `configure`: OpenTelemetry's SDK and the OTLP exporters, loaded only when asked for."""

from collections.abc import Mapping

from opentelemetry import trace
from opentelemetry._logs import get_logger_provider, set_logger_provider
from opentelemetry.context import Context
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, LogRecordExporter
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
    _provide_logs(export, provider.resource)
    if provider not in tenancy.ATTRIBUTED:
        provider.add_span_processor(AttributionProcessor())
        tenancy.ATTRIBUTED.add(provider)
        for exporter in export.exporters:
            provider.add_span_processor(BatchSpanProcessor(_exporter(exporter, export)))
    return provider


def _provide_logs(export: Export, resource: Resource) -> None:
    """Set up where evaluations go, unless the app has logs already or none leave it."""
    if isinstance(get_logger_provider(), LoggerProvider) or "otlp" not in export.exporters:
        return
    logs = LoggerProvider(resource=resource)
    logs.add_log_record_processor(BatchLogRecordProcessor(_log_exporter(export)))
    set_logger_provider(logs)


def _log_exporter(export: Export) -> LogRecordExporter:
    headers = None if export.headers is None else dict(export.headers)
    if export.protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc import _log_exporter as grpc  # noqa: PLC0415 - loads grpcio

        return grpc.OTLPLogExporter(endpoint=export.endpoint, headers=headers)
    from opentelemetry.exporter.otlp.proto.http import _log_exporter as http  # noqa: PLC0415 - loads requests

    endpoint = None if export.endpoint is None else export.endpoint.removesuffix("/v1/traces") + "/v1/logs"
    return http.OTLPLogExporter(endpoint=endpoint, headers=headers)


def _exporter(name: str, export: Export) -> SpanExporter:
    if name == "console":
        return ConsoleSpanExporter()
    headers = None if export.headers is None else dict(export.headers)
    if export.protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc import trace_exporter as grpc  # noqa: PLC0415 - loads grpcio

        return grpc.OTLPSpanExporter(endpoint=export.endpoint, headers=headers)
    from opentelemetry.exporter.otlp.proto.http import trace_exporter as http  # noqa: PLC0415 - loads requests

    return http.OTLPSpanExporter(endpoint=export.endpoint, headers=headers)
