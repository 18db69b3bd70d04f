"""What the edge is tested between: intakes that keep, refuse or fail, and the requests of real SDKs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from collector.accounts import Accounts
from collector.otlp import listen
from collector.otlp.limits import Limits
from collector.otlp.receiver import Receiver
from collector.signals import Intake, Malformed, Receipt, Refused, Signal

REQUESTS: Mapping[Signal, type[Message]] = {
    Signal.TRACES: ExportTraceServiceRequest,
    Signal.LOGS: ExportLogsServiceRequest,
    Signal.METRICS: ExportMetricsServiceRequest,
}
PROTOBUF = {"content-type": "application/x-protobuf"}
JSON = {"content-type": "application/json"}
ID_BYTES = 16
LITTLE = Limits(
    body_bytes=100_000,
    wire_bytes=100_000,
    held_bytes=150_000,
    records=1_000,
    header_bytes=4_096,
    header_timeout_s=0.3,
    idle_timeout_s=0.3,
    body_timeout_s=0.6,
    drain_bytes=1_000_000,
)
"""Limits a test reaches quickly."""


@dataclass
class Keeper:
    """Keeps requests in memory, decoded; rejects spans without a valid trace id, as the real intake does."""

    kept: list[tuple[Signal, Any]] = field(default_factory=list)

    async def offer(self, signal: Signal, body: bytes) -> Receipt:
        try:
            request = REQUESTS[signal].FromString(body)
        except DecodeError as error:
            raise Malformed("bad_protobuf", f"not an {REQUESTS[signal].__name__}: {error}") from error
        self.kept.append((signal, request))
        if signal is not Signal.TRACES:
            return Receipt(received=1, stored=1)
        ids = [len(span.trace_id) for span in spans_of(request)]
        bad = sum(length != ID_BYTES for length in ids)
        return Receipt(received=len(ids), stored=len(ids) - bad, rejected={"trace_id": bad} if bad else {})

    def requests(self, signal: Signal = Signal.TRACES) -> list[Any]:
        return [request for kind, request in self.kept if kind is signal]

    def span_names(self) -> list[str]:
        return [span.name for request in self.requests() for span in spans_of(request)]


@dataclass
class Failing:
    """Raises each of its errors once and then keeps."""

    errors: list[Exception]
    keeper: Keeper = field(default_factory=Keeper)

    async def offer(self, signal: Signal, body: bytes) -> Receipt:
        if self.errors:
            raise self.errors.pop(0)
        return await self.keeper.offer(signal, body)


@dataclass
class Slow:
    """Keeps only after ``release`` is set."""

    keeper: Keeper = field(default_factory=Keeper)
    release: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)

    async def offer(self, signal: Signal, body: bytes) -> Receipt:
        self.waiting.set()
        await self.release.wait()
        return await self.keeper.offer(signal, body)


@dataclass(frozen=True)
class Edge:
    """A running edge and a client for it."""

    listeners: listen.Listeners
    accounts: Accounts
    receiver: Receiver
    client: httpx.AsyncClient

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listeners.http_port}"

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.listeners.grpc_port}"

    def refused(self) -> dict[tuple[str, str], int]:
        return {(line.signal, line.reason): line.value for line in self.accounts.lines() if line.outcome == "refused"}

    async def post(self, path: str = "/v1/traces", content: Any = b"", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(path, content=content, headers=PROTOBUF | named)


@asynccontextmanager
async def edge(intake: Intake, limits: Limits | None = None, **listening: Any) -> AsyncIterator[Edge]:
    """A running edge on free ports in front of an intake."""
    accounts = Accounts()
    receiver = Receiver(intake, accounts, limits or Limits())
    listeners = await listen.start(receiver, http_port=0, grpc_port=0, **listening)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listeners.http_port}", timeout=20) as client:
        try:
            yield Edge(listeners, accounts, receiver, client)
        finally:
            await listen.stop(listeners, grace_s=1)
            receiver.close()


def framed(tag: int, content: bytes) -> bytes:
    """One length-delimited field."""
    size, head = len(content), b""
    while size > 127:
        head += bytes([size & 127 | 128])
        size >>= 7
    return bytes([tag]) + head + bytes([size]) + content


def in_scope(content: bytes) -> bytes:
    """A trace request around the content of one ScopeSpans."""
    return framed(0x0A, framed(0x12, content))


def refusal_reason(work: Callable[[], object]) -> str | None:
    """The reason of what ``work`` refuses, None when it succeeds; anything else it raises goes on."""
    try:
        work()
    except Refused as refused:
        return refused.reason
    return None


def spans_of(request: Any) -> list[Any]:
    return [span for resource in request.resource_spans for scope in resource.scope_spans for span in scope.spans]


def request_with(span_count: int = 1, **span: Any) -> bytes:
    """A trace request with valid ids."""
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    for number in range(span_count):
        scope.spans.add(**({"trace_id": b"t" * 16, "span_id": number.to_bytes(8, "big"), "name": f"s{number}"} | span))
    return request.SerializeToString()


def sdk_spans(*names: str) -> tuple[ReadableSpan, ...]:
    """Spans as the SDK hands them to an exporter."""
    memory = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    for name in names:
        provider.get_tracer("test").start_span(name).end()
    return memory.get_finished_spans()
