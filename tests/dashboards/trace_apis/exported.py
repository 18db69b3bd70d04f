"""A shop of two services that tells its traces through the real SDK and encoder, kept and derived by the real parts."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, set_span_in_context

from dashboards.app import Parts, build_app
from tests.analytics.derive.house import NOON, House, S, small_book

ROOT_US, CALL_US = NOON // 1_000, NOON // 1_000 + 100_000
LINKED = SpanContext(0xABC, 0xDEF, is_remote=True, trace_flags=TraceFlags(1))
CALL = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 1_000,
    "gen_ai.usage.output_tokens": 100,
    "gen_ai.request.temperature": 0.5,
    "gen_ai.request.stop_sequences": ("a", "b"),
    "stream": True,
    "blob": b"\x00\xff",
}
COST_USD = "0.0035"
"""1,000 tokens at 2.50 and 100 at 10 dollars a million."""


@dataclass(slots=True)
class Shop:
    """What was sent, and the application that answers about it."""

    house: House = field(default_factory=lambda: House(prices=small_book()))
    sent: list[ExportTraceServiceRequest] = field(default_factory=list)
    app: FastAPI = field(init=False)
    good: str = ""
    failed: str = ""
    """Ids of the traces of a good and of a failed request."""

    def __post_init__(self):
        self.app = build_app(Parts(self.house.store, lambda: self.house.now_ns))

    def ask(self, path: str, headers: Mapping[str, str] | None = None, **params: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://burnline") as client:
                return await client.get(path, params=params, headers=headers)

        return asyncio.run(asked())

    def send(self, *exporters: InMemorySpanExporter) -> None:
        for exporter in exporters:
            request = encode_spans(exporter.get_finished_spans())
            self.sent.append(request)
            self.house.offer(request.SerializeToString())
        self.house.settle()

    def answer(self, *, failed: bool = False, at_ns: int = NOON) -> str:
        """One request: a root in `shop`, a call in `models` below it; returns the trace id."""
        shop, models = InMemorySpanExporter(), InMemorySpanExporter()
        root = _tracer("shop", shop).start_span(
            "POST /answer",
            kind=SpanKind.SERVER,
            start_time=at_ns,
            attributes={"burnline.kind": "request", "burnline.tenant": "acme", "http.response.status_code": 200},
            links=[Link(LINKED, {"why": "retry"})],
        )
        root.add_event("first_token", {"index": 3, "ok": True}, timestamp=at_ns + 1_500)
        call = _tracer("models", models).start_span(
            "chat gpt-4o",
            set_span_in_context(root),
            kind=SpanKind.CLIENT,
            start_time=at_ns + S // 10,
            attributes=CALL,
        )
        if failed:
            call.set_status(Status(StatusCode.ERROR, "no answer"))
        call.end(at_ns + S)
        root.set_status(Status(StatusCode.OK))
        root.end(at_ns + 2 * S + 999)
        self.send(models, shop)
        return f"{root.get_span_context().trace_id:032x}"


def _tracer(service: str, exporter: InMemorySpanExporter):
    resource = Resource({"service.name": service, "service.version": "1.2", "cpus": 4}, "https://schema/1")
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider.get_tracer("pipeline", "0.9", attributes={"team": "search"})
