"""OFREP 0.3.0: the decisions as an OpenFeature provider of any language reads them, unmodified.

    POST /ofrep/v1/evaluate/flags/{key}   one flag
    POST /ofrep/v1/evaluate/flags         every flag, with ETag and 304
    GET  /ofrep/v1/events                 server-sent events that something changed; they carry no value

The tag is one of the answer itself, and the events compare what is in force: a renewed lease is no change, the end of
one is. Too many questions are answered 429 with ``Retry-After``. Errors have OFREP's form, not that of our other
routes, because its clients read nothing else.
"""

import json
import math
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from alerts.board import Board, Issue
from alerts.entity_tags import matches
from alerts.openfeature.flags import FLAGS, Context, Evaluation, Refused, evaluated, every_flag, table_of, tag
from alerts.openfeature.patience import Bucket
from alerts.openfeature.shapes import QUESTION, FlagAnswer, FlagFailure, FlagsAnswer
from instrumentation.decision_table import DecisionTable
from instrumentation.downgrade import Decision, OnExpiry

EVENTS_PATH = "/ofrep/v1/events"
_STREAMS = [{"type": "sse", "endpoint": {"requestUri": EVENTS_PATH}}]
"""Where changes are told: a path, so that it holds behind any address and prefix of the host."""
_NO_STORE = {"Cache-Control": "no-store"}
_STATUS = {"FLAG_NOT_FOUND": HTTPStatus.NOT_FOUND}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is answered."""

    per_s: float = 1_000.0  # one evaluation costs about 6 microseconds, its HTTP fifty times that
    burst: int = 2_000
    body_bytes: int = 16_384  # a context of a hundred words
    event_streams: int = 200
    keep_alive_s: float = 15.0  # shorter than the idle timeout of common proxies


@dataclass(slots=True)
class Facade:
    """Answers questions about one board's decisions."""

    board: Board
    clock: Callable[[], datetime]
    bucket: Bucket
    bounds: Bounds = field(default_factory=Bounds)
    streams: int = 0
    """Who listens now."""
    _indexed: tuple[Issue, DecisionTable] | None = None

    def table(self) -> DecisionTable:
        """The decisions of the current issue, indexed once."""
        issue = self.board.issue
        if self._indexed is None or self._indexed[0] is not issue:
            self._indexed = issue, table_of(issue.document)
        return self._indexed[1]

    async def one(self, key: str, request: Request) -> Response:
        """Answer for one flag."""
        try:
            context = await self._context(request)
            found = evaluated(key, self.table(), context, self.clock())
        except Refused as refusal:
            return _refused(refusal, key)
        return JSONResponse({**found, "eventStreams": _STREAMS}, headers=_NO_STORE)

    async def every(self, request: Request, tags: str) -> Response:
        """Answer for every flag, or 304."""
        try:
            flags = every_flag(self.table(), await self._context(request), self.clock())
        except Refused as refusal:
            return _refused(refusal, None)
        headers = {"ETag": tag(flags), **_NO_STORE}
        if matches(tags, headers["ETag"]):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return JSONResponse({"flags": flags, "eventStreams": _STREAMS}, headers=headers)

    def impatient(self) -> Response | None:
        """Refuse a question that comes too soon; None when there is time for it."""
        wait_s = self.bucket.wait_s()
        if not wait_s:
            return None
        details = f"found more than {self.bounds.per_s:g} questions a second; expected fewer, ask again after a moment"
        headers = {"Retry-After": str(math.ceil(wait_s)), **_NO_STORE}
        return JSONResponse({"errorDetails": details}, HTTPStatus.TOO_MANY_REQUESTS, headers)

    def in_force(self) -> str:
        """A tag of what holds now: the same until a decision changes or its lease ends."""
        at = self.clock()
        live = [_content(one) for one in self.board.issue.document.decisions if one.enforced and _holds(one, at)]
        return tag(live).strip('"')

    async def events(self, seen: str | None) -> AsyncIterator[str]:
        """Tell what changed, beginning with what the listener has not seen."""
        self.streams += 1
        try:
            told = seen or ""
            while not self.board.closed:
                etag, now = self.board.issue.etag, self.in_force()
                yield ": keep-alive\n\n" if now == told else _event(now)
                told = now
                await self._change(etag, told)
        finally:
            self.streams -= 1

    async def _change(self, etag: str, told: str) -> None:
        """Wait for a change of what holds, at most until it is time for a sign of life."""
        until_s, began = self.bounds.keep_alive_s, self.bucket.elapsed()
        while (left_s := until_s - (self.bucket.elapsed() - began)) > 0 and not self.board.closed:
            etag = (await self.board.changed(etag, left_s)).etag
            if self.in_force() != told:
                return

    async def _context(self, request: Request) -> Context:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > self.bounds.body_bytes:
                raise Refused("PARSE_ERROR", f"found over {self.bounds.body_bytes} bytes; expected fewer")
        try:
            return Context.of(json.loads(body))
        except (ValueError, RecursionError) as error:
            raise Refused("PARSE_ERROR", f"the body is no JSON: {error}") from error


_Responses = dict[int | str, dict[str, Any]]
_FAILURES: _Responses = {
    400: {"model": FlagFailure, "description": "PARSE_ERROR, INVALID_CONTEXT or TARGETING_KEY_MISSING."},
    429: {"model": FlagFailure, "description": "Too many questions; Retry-After says when to ask again."},
}
_ONE: _Responses = {200: {"model": FlagAnswer}, 404: {"model": FlagFailure, "description": "FLAG_NOT_FOUND"}}
_EVERY: _Responses = {200: {"model": FlagsAnswer}, 304: {"description": "Nothing changed for this context."}}
_EVENTS: _Responses = {
    200: {
        "description": 'Events whose data is {"type": "refetchEvaluation", "etag": ...}; comments keep it alive.',
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
    503: {"model": FlagFailure, "description": "Too many listeners."},
}


def router(facade: Facade) -> APIRouter:
    """Build the routes of OFREP."""
    routes = APIRouter(prefix="/ofrep/v1", tags=["routing"])

    @routes.post("/evaluate/flags", openapi_extra=QUESTION, responses={**_EVERY, **_FAILURES})
    async def evaluate_flags(
        request: Request,
        if_none_match: Annotated[str | None, Header(description="Tag of an earlier answer.")] = None,
        flagConfigEtag: str | None = None,  # noqa: N803, ARG001 - OFREP's name; it says what led to the question
        flagConfigLastModified: str | None = None,  # noqa: N803, ARG001 - the same
    ) -> Response:
        """Evaluate every flag for one context."""
        return facade.impatient() or await facade.every(request, if_none_match or "")

    @routes.post("/evaluate/flags/{key}", openapi_extra=QUESTION, responses={**_ONE, **_FAILURES})
    async def evaluate_flag(key: str, request: Request) -> Response:
        """Evaluate route-tier or route-degraded for one context."""
        return facade.impatient() or await facade.one(key, request)

    @routes.get("/events", response_class=StreamingResponse, responses=_EVENTS)
    async def events(
        last_event_id: Annotated[str | None, Header(description="The id of the last event seen.")] = None,
    ) -> Response:
        """Tell by server-sent events that evaluations have changed."""
        if facade.streams >= facade.bounds.event_streams:
            details = f"found {facade.streams} listeners; expected fewer, ask for evaluations instead"
            return JSONResponse({"errorDetails": details}, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "5"})
        return StreamingResponse(facade.events(last_event_id), media_type="text/event-stream", headers=_NO_STORE)

    return routes


def _refused(refusal: Refused, key: str | None) -> Response:
    said: Evaluation = {"errorCode": refusal.code, "errorDetails": str(refusal)}
    status = _STATUS.get(refusal.code, HTTPStatus.BAD_REQUEST)
    return JSONResponse(said if key is None else {"key": key, **said}, status, _NO_STORE)


def _event(etag: str) -> str:
    data = json.dumps({"type": "refetchEvaluation", "etag": etag})
    return f"id: {etag}\nevent: message\ndata: {data}\n\n"


def _holds(decision: Decision, at: datetime) -> bool:
    return decision.on_expiry is OnExpiry.HOLD or at < decision.expires_at


def _content(decision: Decision) -> list[object]:
    scope = decision.scope
    return [scope.tenant, scope.route, scope.model, decision.tier, decision.share, decision.salt, decision.id]


__all__ = ["EVENTS_PATH", "FLAGS", "Bounds", "Facade", "router"]
