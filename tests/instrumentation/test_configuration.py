"""`configure`: what is said in code, what in OTEL_* variables, and that spans really arrive."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from instrumentation.configuration import EXPORTERS, PROTOCOLS, export_from

APP = """
import json, sys
from opentelemetry import trace
from instrumentation import configure, model_call, request
first = configure(**json.loads(sys.argv[1]))
assert configure(**json.loads(sys.argv[1])) is first
with request(tenant="acme"), model_call("openai", "gpt-4o") as call:
    call.usage(input_tokens=3)
    trace.get_tracer("third.party").start_span("theirs").end()
"""


def exported(environ: dict[str, str] | None = None, **said: object) -> None:
    """Run an app of its own that configures, makes three spans and exits."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    app = [sys.executable, "-c", APP, json.dumps(said)]
    subprocess.run(app, check=True, timeout=60, env={**clean, **(environ or {})})  # noqa: S603 - our own code


@contextmanager
def http_collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest], list[str]]]:
    got: list[ExportTraceServiceRequest] = []
    paths: list[str] = []

    class Collect(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"]))))
            paths.append(f"{self.path} {self.headers.get('x-key', '')}".strip())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collect)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got, paths
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def grpc_collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    got: list[ExportTraceServiceRequest] = []

    def export(request, _context):
        got.append(request)
        return ExportTraceServiceResponse()

    handler = grpc.unary_unary_rpc_method_handler(
        export, ExportTraceServiceRequest.FromString, ExportTraceServiceResponse.SerializeToString
    )
    server = grpc.server(ThreadPoolExecutor(1))
    service = "opentelemetry.proto.collector.trace.v1.TraceService"
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {"Export": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}", got
    finally:
        server.stop(None)


def arrived(got):
    """Name of each span, its service and its tenant."""
    return sorted(
        (
            span.name,
            next(a.value.string_value for a in block.resource.attributes if a.key == "service.name"),
            next(a.value.string_value for a in span.attributes if a.key == "burnline.tenant"),
        )
        for request in got
        for block in request.resource_spans
        for scope in block.scope_spans
        for span in scope.spans
    )


EXPECTED = [("chat gpt-4o", "shop", "acme"), ("request", "shop", "acme"), ("theirs", "shop", "acme")]


def test_spans_arrive_over_http_once_with_attribution_on_third_parties_too():
    with http_collector() as (url, got, paths):
        exported(service_name="shop", endpoint=url, headers={"x-key": "k"})
    assert arrived(got) == EXPECTED
    assert set(paths) == {"/v1/traces k"}


def test_spans_arrive_over_grpc():
    with grpc_collector() as (url, got):
        exported(service_name="shop", endpoint=url, protocol="grpc")
    assert arrived(got) == EXPECTED


def test_the_environment_alone_is_enough():
    with http_collector() as (url, got, paths):
        exported(
            {
                "OTEL_EXPORTER_OTLP_ENDPOINT": url,
                "OTEL_SERVICE_NAME": "shop",
                "OTEL_EXPORTER_OTLP_HEADERS": "x-key=e",
                "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test",
            }
        )
    assert arrived(got) == EXPECTED
    assert set(paths) == {"/v1/traces e"}
    assert "deployment.environment.name" in {a.key for a in got[0].resource_spans[0].resource.attributes}


@pytest.mark.parametrize("variable", ["OTEL_SDK_DISABLED=true", "OTEL_TRACES_EXPORTER=none"])
def test_the_environment_can_switch_it_off(variable):
    name, value = variable.split("=")
    with http_collector() as (url, got, _):
        exported({name: value, "OTEL_EXPORTER_OTLP_ENDPOINT": url})
    assert got == []


@pytest.mark.parametrize(
    ("said", "protocol", "sent"),
    [
        ("http://b:4318", None, "http://b:4318/v1/traces"),
        ("http://b:4318/", None, "http://b:4318/v1/traces"),
        ("http://b:4318/v1/traces", None, "http://b:4318/v1/traces"),
        ("https://b/otlp", "http/protobuf", "https://b/otlp/v1/traces"),
        ("http://b:4317", "grpc", "http://b:4317"),
        (None, "grpc", None),
    ],
)
def test_a_base_address_gets_the_path_of_its_protocol(said, protocol, sent):
    assert export_from(environ={}, endpoint=said, protocol=protocol).endpoint == sent


def test_code_wins_over_the_signals_variable_over_the_general_one():
    general = {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    both = {**general, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf"}
    assert export_from(environ=general, endpoint=None, protocol=None).protocol == "grpc"
    assert export_from(environ=both, endpoint=None, protocol=None).protocol == "http/protobuf"
    assert export_from(environ=both, endpoint=None, protocol="grpc").protocol == "grpc"


@pytest.mark.parametrize("name", PROTOCOLS)
def test_an_unknown_protocol_is_named_with_its_origin_and_what_would_do(name):
    with pytest.raises(ValueError, match=f"OTEL_EXPORTER_OTLP_PROTOCOL is 'http/json'.*{name}"):
        export_from(environ={"OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}, endpoint=None, protocol=None)


@pytest.mark.parametrize("name", EXPORTERS)
def test_an_unknown_exporter_is_named_with_what_would_do(name):
    with pytest.raises(ValueError, match=f"OTEL_TRACES_EXPORTER holds 'zipkin'.*{name}"):
        export_from(environ={"OTEL_TRACES_EXPORTER": "otlp,zipkin"}, endpoint=None, protocol=None)
