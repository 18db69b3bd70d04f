"""Sending spans to Burnline: `configure` sets up tracing for an app that has none.

What the call does not say, the OTEL_* environment variables say, and what they do not say either has OpenTelemetry's
defaults: OTLP over HTTP to http://localhost:4318, where `burnline serve` listens.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

PROTOCOLS: Final = ("http/protobuf", "grpc")
EXPORTERS: Final = ("otlp", "console", "none")
_TRACES_PATH: Final = "/v1/traces"


@dataclass(frozen=True, slots=True)
class Export:
    """Where spans go. None leaves endpoint and headers to the exporter, which reads the environment itself."""

    exporters: tuple[str, ...]
    protocol: str
    endpoint: str | None
    headers: Mapping[str, str] | None


def configure(
    *,
    service_name: str | None = None,
    endpoint: str | None = None,
    protocol: str | None = None,
    headers: Mapping[str, str] | None = None,
    resource_attributes: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
) -> "TracerProvider":
    """Set up tracing: a provider, batches over OTLP, and attribution on every span, third parties' included.

    `endpoint` is the base address (http://host:4318 or http://host:4317 for grpc). A provider that exists already is
    kept and gets the same. A second call changes nothing. The provider is flushed when the process exits.
    """
    export = export_from(environ=os.environ if environ is None else environ, endpoint=endpoint, protocol=protocol)
    if headers is not None:
        export = Export(export.exporters, export.protocol, export.endpoint, headers)
    resource = dict(resource_attributes or {})
    if service_name is not None:
        resource["service.name"] = service_name
    from instrumentation.sdk import provide  # noqa: PLC0415 - the SDK and its exporters load only when asked for

    return provide(export, resource)


def export_from(*, environ: Mapping[str, str], endpoint: str | None, protocol: str | None) -> Export:
    """Decide where spans go.

    >>> export_from(environ={}, endpoint="http://burnline:4318", protocol=None).endpoint
    'http://burnline:4318/v1/traces'
    """
    chosen, origin = _protocol(environ, protocol)
    if chosen not in PROTOCOLS:
        raise ValueError(f"{origin} is {chosen!r}; expected one of {', '.join(PROTOCOLS)}")
    named = environ.get("OTEL_TRACES_EXPORTER", "").strip() or "otlp"
    exporters = tuple(name.strip() for name in named.split(","))
    for name in exporters:
        if name not in EXPORTERS:
            raise ValueError(f"OTEL_TRACES_EXPORTER holds {name!r}; expected a list of {', '.join(EXPORTERS)}")
    if endpoint is not None:  # said in code, so meant
        exporters = ("otlp",)
        if chosen == "http/protobuf" and not urlsplit(endpoint).path.endswith(_TRACES_PATH):
            endpoint = endpoint.rstrip("/") + _TRACES_PATH
    return Export(tuple(name for name in exporters if name != "none"), chosen, endpoint, headers=None)


def _protocol(environ: Mapping[str, str], said: str | None) -> tuple[str, str]:
    if said is not None:
        return said, "protocol"
    for variable in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        found = environ.get(variable, "").strip()
        if found:
            return found, variable
    return "http/protobuf", "the default protocol"
