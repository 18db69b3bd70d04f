"""Realistic request bodies for the benchmarks: 500 spans, six to a request, about 12 attributes a span.

Bodies are templates with marks for everything that has to be unique; a fresh body costs two searches and replaces, so
that the generator leaves the cores to the server.
"""

import random
import time

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

SPANS = 500
_TRACE_MARK = b"\xfe\xdc\xba\x98"
_ID_MARK = b"@RESPID@"
_STEPS = ("request", "route", "cache", "retrieval", "embeddings", "chat")
_WORDS = ("the", "quick", "index", "finds", "what", "a", "user", "asked", "for", "and", "cites", "its", "source")
_RESOURCE = {
    "service.name": "assistant",
    "service.version": "2026.11.1",
    "service.instance.id": "assistant-7c9f6-1",
    "deployment.environment.name": "production",
    "telemetry.sdk.language": "python",
    "telemetry.sdk.name": "opentelemetry",
    "telemetry.sdk.version": "1.45.2",
}


def template(seed: int, *, content_bytes: int = 0) -> bytes:
    """One body with marks; ``content_bytes`` of message text go on every chat span's input and output together."""
    chance = random.Random(seed)
    request = ExportTraceServiceRequest()
    resource_spans = request.resource_spans.add()
    for key, value in _RESOURCE.items():
        _put(resource_spans.resource.attributes, key, value)
    scope_spans = resource_spans.scope_spans.add()
    scope_spans.scope.name = "burnline.instrumentation"
    trace, root, start_ns, words = b"", b"", 0, {}
    for i in range(SPANS):
        step = i % len(_STEPS)
        if step == 0:
            trace = _TRACE_MARK + chance.randbytes(12)
            root = chance.randbytes(8)
            start_ns = time.time_ns() - chance.randrange(10**9)
            words = _attribution(chance)
        span = scope_spans.spans.add(trace_id=trace, span_id=root if step == 0 else chance.randbytes(8))
        span.parent_span_id = b"" if step == 0 else root
        span.name, span.kind, span.flags = _STEPS[step], 1, 0x101
        span.start_time_unix_nano = start_ns + step * 10**6
        span.end_time_unix_nano = start_ns + (2 * 10**9 if step == 0 else chance.randrange(2 * 10**6, 10**9))
        _describe(span, step, words, chance, content_bytes)
    return request.SerializeToString()


def fresh(body: bytes, number: int) -> bytes:
    """The template as the ``number``-th request: its own traces and provider responses."""
    unique = number.to_bytes(4, "big")
    return body.replace(_TRACE_MARK, unique).replace(_ID_MARK, unique.hex().encode())


def _attribution(chance: random.Random) -> dict[str, str]:
    return {
        "burnline.tenant": f"tenant-{chance.randrange(50)}",
        "burnline.team": f"team-{chance.randrange(8)}",
        "burnline.feature": chance.choice(("assistant", "search", "summary")),
        "burnline.route": chance.choice(("answer", "lookup")),
        "burnline.tier": "standard",
        "user.id": f"user-{chance.randrange(1_000)}",
    }


def _describe(span: Span, step: int, words: dict[str, str], chance: random.Random, content_bytes: int) -> None:
    name = _STEPS[step]
    for key, value in words.items():
        _put(span.attributes, key, value)
    _put(span.attributes, "gen_ai.operation.name", name)
    if name in {"chat", "embeddings"}:
        _describe_call(span, name, chance, content_bytes)
        return
    _put(span.attributes, "app.step", step)
    _put(span.attributes, "app.candidates", chance.randrange(20))
    _put(span.attributes, "app.note", " ".join(chance.choices(_WORDS, k=6)))
    _put(span.attributes, "app.score", chance.random())
    _put(span.attributes, "thread.id", chance.randrange(10**6))


def _describe_call(span: Span, name: str, chance: random.Random, content_bytes: int) -> None:
    chat = name == "chat"
    model = ("gpt-4o", "gpt-4o-2024-08-06") if chat else ("text-embedding-3-small", "text-embedding-3-small")
    _put(span.attributes, "gen_ai.provider.name", "openai")
    _put(span.attributes, "gen_ai.request.model", model[0])
    _put(span.attributes, "gen_ai.response.model", model[1])
    _put(span.attributes, "gen_ai.usage.input_tokens", 1_024 + chance.randrange(3_000))
    if not chat:
        return
    _put(span.attributes, "gen_ai.response.id", f"chatcmpl-{_ID_MARK.decode()}{chance.getrandbits(96):024x}")
    _put(span.attributes, "gen_ai.usage.output_tokens", chance.randrange(1, 300))
    _put(span.attributes, "gen_ai.usage.cache_read.input_tokens", chance.randrange(1_024))
    _put(span.attributes, "gen_ai.response.time_to_first_chunk", chance.random())
    if content_bytes:
        text = " ".join(chance.choices(_WORDS, k=content_bytes // 5))[: content_bytes // 2]
        _put(span.attributes, "gen_ai.input.messages", text)
        _put(span.attributes, "gen_ai.output.messages", text[::-1])


def _put(attributes: object, key: str, value: str | float) -> None:
    entry = attributes.add(key=key)  # type: ignore[attr-defined] - a repeated field has no public type
    if isinstance(value, str):
        entry.value.string_value = value
    elif isinstance(value, int):
        entry.value.int_value = value
    else:
        entry.value.double_value = value
