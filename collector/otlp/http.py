"""OTLP over HTTP as a bare ASGI application: one POST path per signal, protobuf or JSON, any encoding of ``encodings``.

Every path answers as it is, with and without a trailing slash: a redirect counts as success with exporters and would
lose the data. Every error is a ``google.rpc.Status`` in the request's encoding, JSON when that is unknown.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from email.utils import formatdate
from typing import Any, NamedTuple

from collector.otlp.answers import code, refusal_body, retry_after_s, success_body
from collector.otlp.body import Wire
from collector.otlp.encodings import ENCODINGS, normalised
from collector.otlp.limits import Limits
from collector.otlp.reading import Body, Receive, SenderGone
from collector.otlp.receiver import Receiver
from collector.otlp.refusals import HeadersTooLarge, TooSlow, UnknownPath, Unsupported, WrongMethod
from collector.signals import Overloaded, Refused, Signal, TooLarge

PATHS: Mapping[str, Signal] = {
    "": Signal.TRACES,  # an OTEL_EXPORTER_OTLP_TRACES_ENDPOINT without a path
    **{f"/v1/{signal}": signal for signal in Signal},
    **{f"/api/public/otel/v1/{signal}": signal for signal in Signal},  # where Langfuse's SDK posts
}
"""Signal by path, without trailing slash."""

PROTOBUF, JSON = b"application/x-protobuf", b"application/json"

_PREFLIGHT_HEADERS = (
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", b"content-type, content-encoding, authorization"),
    (b"access-control-max-age", b"7200"),
)

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Mapping[bytes, bytes]


class Answer(NamedTuple):
    """An HTTP response."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]


class OtlpHttp:
    """The application. ``cors_origins`` lists the browser origins that may post; ``"*"`` means every one."""

    def __init__(self, receiver: Receiver, *, cors_origins: Iterable[str] = ()) -> None:
        self._receiver = receiver
        self._limits = receiver.limits
        self._cors_origins = frozenset(cors_origins)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request; everything else ASGI may call for is not ours."""
        if scope["type"] != "http":
            raise NotImplementedError(f"found the ASGI scope {scope['type']!r}, expected 'http'")
        headers: Headers = dict(scope["headers"])
        signal = PATHS.get(scope["path"].rstrip("/"))
        body = Body(receive, self._limits)
        try:
            answer = await self._answer(scope, headers, signal, body)
        except SenderGone:
            self._receiver.count_refused(signal, "disconnected")
            return
        await _respond(send, answer, self._cors_headers(headers))

    async def _answer(self, scope: Mapping[str, Any], headers: Headers, signal: Signal | None, body: Body) -> Answer:
        try:
            if scope["method"] == "OPTIONS" and self._is_allowed(headers):
                return Answer(204, b"", _PREFLIGHT_HEADERS)
            return await self._kept(_acceptable(scope, headers, signal, self._limits), headers, body)
        except SenderGone:
            raise
        except asyncio.CancelledError:
            # Only a shutdown that has run out of patience cancels us. Passed on, it would become a 500, which exporters
            # do not retry.
            gone = Overloaded("shutting_down", "shutting down: retry", retry_after_s=self._limits.retry_after_s)
            return _refusal(self._receiver.refuse(signal, gone), headers, close=True)
        except Exception as error:  # noqa: BLE001 - whatever happens, the sender gets a status and the count a reason
            refused = self._receiver.refuse(signal, error)
        if not body.finished and not isinstance(refused, TooSlow) and b"expect" not in headers:
            await body.drain()
        return _refusal(refused, headers, close=not body.finished)

    async def _kept(self, signal: Signal, headers: Headers, body: Body) -> Answer:
        is_json = _content_type(headers) == JSON
        encoding = normalised(headers.get(b"content-encoding", b""))
        with self._receiver.held.share() as share:
            content = await body.read(share)
            receipt, warning = await self._receiver.keep(Wire(signal, content, encoding, is_json), share)
        return Answer(
            200,
            success_body(signal, receipt, warning, as_json=is_json),
            ((b"content-type", JSON if is_json else PROTOBUF),),
        )

    def _is_allowed(self, headers: Headers) -> bool:
        origin = headers.get(b"origin", b"").decode("latin-1")
        return bool(origin) and (origin in self._cors_origins or "*" in self._cors_origins)

    def _cors_headers(self, headers: Headers) -> tuple[tuple[bytes, bytes], ...]:
        if not self._cors_origins or not self._is_allowed(headers):
            return ()
        return (b"access-control-allow-origin", headers[b"origin"]), (b"vary", b"origin")


def _acceptable(scope: Mapping[str, Any], headers: Headers, signal: Signal | None, limits: Limits) -> Signal:
    """The signal of a request that may go on to its body; raises the refusal otherwise."""
    if (header_count := len(scope["headers"])) > limits.headers:
        raise HeadersTooLarge("headers", f"found {header_count} headers, expected {limits.headers} at most")
    if signal is None:
        path = scope["path"][:100]
        raise UnknownPath(
            "unknown_path", f"nothing is received at {path!r}: post to /v1/traces, /v1/logs or /v1/metrics"
        )
    if scope["method"] != "POST":
        raise WrongMethod("wrong_method", f"found {scope['method'][:20]}, expected POST")
    if (content_type := _content_type(headers)) not in (PROTOBUF, JSON):
        found = content_type.decode("latin-1")[:100]
        raise Unsupported(
            "content_type", f"found content type {found!r}, expected {PROTOBUF.decode()} or {JSON.decode()}"
        )
    if int(headers.get(b"content-length", b"0")) > limits.wire_bytes:  # digits only, or the parser had refused it
        raise TooLarge("wire_bytes", f"the body is over {limits.wire_bytes} bytes as sent: send smaller batches")
    return signal


def _content_type(headers: Headers) -> bytes:
    """The media type without its parameters, such as a charset."""
    return headers.get(b"content-type", b"").partition(b";")[0].strip().lower()


def _refusal(refused: Refused, headers: Headers, *, close: bool) -> Answer:
    as_json = _content_type(headers) != PROTOBUF
    extra = [(b"content-type", JSON if as_json else PROTOBUF)]
    if seconds := retry_after_s(refused):
        extra.append((b"retry-after", b"%d" % seconds))
    if isinstance(refused, WrongMethod):
        extra.append((b"allow", b"POST"))
    if isinstance(refused, Unsupported):
        extra.append((b"accept-encoding", ", ".join(ENCODINGS).encode()))
    if close:
        extra.append((b"connection", b"close"))
    return Answer(code(refused).http, refusal_body(refused, as_json=as_json), tuple(extra))


async def _respond(send: Send, answer: Answer, more_headers: tuple[tuple[bytes, bytes], ...]) -> None:
    now, length = formatdate(usegmt=True).encode(), b"%d" % len(answer.body)
    headers = [(b"date", now), (b"content-length", length), *answer.headers, *more_headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
