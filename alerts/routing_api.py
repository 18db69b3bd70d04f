"""The signal over HTTP: the current decisions, a long poll for the next ones, and events that only notify.

``GET /v1/routing/decisions`` answers with the document and a strong ``ETag``. With ``If-None-Match`` it answers 304
while nothing changed; with ``Prefer: wait=SECONDS`` (RFC 7240) as well, it first waits that long for a change.
``GET /v1/routing/events`` tells by server-sent events that there is a new tag; a client then reads the decisions, and
reads them again after every reconnect.

With a key the document is signed: ``Burnline-Signature`` covers its tag and its bytes, also of a filtered one.

A long poll or stream ends when its client goes or when the board is closed, so close the board first at shutdown.
Past the limit of waiting clients a poll is answered at once instead of refused, which makes it plain polling.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from alerts.board import Board, Issue
from alerts.entity_tags import matches
from instrumentation.decision_signature import SIGNATURE_HEADER, SignatureKey, signature
from instrumentation.downgrade import DecisionDocument
from instrumentation.downgrade_json import to_json

_WAIT_PREFERENCE = re.compile(r'(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?=$|[,;])', re.IGNORECASE)
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much waiting one server carries."""

    longest_wait_s: int = 60  # idle connections longer than this die in common proxies
    waiting_polls: int = 2_000  # one per serving process; a waiting poll holds a few kB
    event_streams: int = 200  # streams are for people and dashboards
    keep_alive_s: float = 15.0  # shorter than the idle timeout of common proxies


@dataclass(frozen=True, slots=True)
class Problem:
    """An RFC 9457 problem details object."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"


@dataclass(slots=True)
class _Waiting:
    """Who waits now."""

    polls: int = 0
    streams: int = 0


_DECISIONS_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "model": DecisionDocument,
        "description": "The decisions in force, whole.",
        "headers": {
            "ETag": {"description": 'Strong: "epoch-seq".', "schema": {"type": "string"}},
            SIGNATURE_HEADER: {
                "description": "v1,kid,base64 HMAC-SHA256 of tag.body, the tag without quotes; where a key is set.",
                "schema": {"type": "string"},
            },
        },
    },
    304: {"description": "Nothing changed since the tag in If-None-Match, even after the wait asked for."},
}
_EVENTS_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": 'Events named "changed" whose data is {"etag": ...}; comments keep the connection alive.',
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
    503: {"model": Problem, "description": "Too many streams are open.", "content": {"application/problem+json": {}}},
}


def router(board: Board, limits: Limits | None = None, key: SignatureKey | None = None) -> APIRouter:
    """Build the routes of the signal over one board; documents are signed with ``key``, if there is one."""
    bounds, waiting, routes = limits or Limits(), _Waiting(), APIRouter(tags=["routing"])

    @routes.get("/v1/routing/decisions", response_model=DecisionDocument, responses=_DECISIONS_RESPONSES)
    async def decisions(
        request: Request,
        tenant: Annotated[str | None, Query(description="Only decisions that can concern this tenant.")] = None,
        route: Annotated[str | None, Query(description="Only decisions that can concern this route.")] = None,
        if_none_match: Annotated[list[str] | None, Header(description="Tags the client has, or *.")] = None,
        prefer: Annotated[list[str] | None, Header(description="wait=SECONDS asks to wait for a change.")] = None,
    ) -> Response:
        """Return the decisions in force, or 304; waits for a change when asked to."""
        headers, issue, tags = dict(_NO_STORE), board.issue, ",".join(if_none_match or ())
        wait_s = _wait_s(prefer or (), bounds.longest_wait_s)
        if wait_s and matches(tags, issue.etag) and waiting.polls < bounds.waiting_polls:
            headers["Preference-Applied"] = f"wait={wait_s}"
            issue = await _changed(board, issue, wait_s, waiting, request)
        headers["ETag"] = issue.etag
        if matches(tags, issue.etag):
            return Response(status_code=304, headers=headers)
        body = _body(issue, tenant, route)
        if key is not None:
            headers[SIGNATURE_HEADER] = signature(key, issue.etag, body)
        return Response(body, media_type="application/json", headers=headers)

    @routes.get("/v1/routing/events", response_class=StreamingResponse, responses=_EVENTS_RESPONSES)
    async def events(
        last_event_id: Annotated[str | None, Header(description="The tag of the last event seen.")] = None,
    ) -> Response:
        """Tell by server-sent events that the decisions changed."""
        if waiting.streams >= bounds.event_streams:
            return _problem(503, f"found {waiting.streams} open streams; expected fewer, or poll the decisions instead")
        stream = _events(board, last_event_id, bounds.keep_alive_s, waiting)
        return StreamingResponse(stream, media_type="text/event-stream", headers=_NO_STORE)

    return routes


async def _changed(board: Board, issue: Issue, wait_s: int, waiting: _Waiting, request: Request) -> Issue:
    """Wait for the next issue, or for the client to go."""
    waiting.polls += 1
    change = asyncio.ensure_future(board.changed(issue.etag, wait_s))
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({change, gone}, return_when=asyncio.FIRST_COMPLETED)
        return board.issue
    finally:
        waiting.polls -= 1
        change.cancel()
        gone.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _events(board: Board, seen: str | None, keep_alive_s: float, waiting: _Waiting) -> AsyncIterator[str]:
    waiting.streams += 1
    try:
        etag = seen or ""
        while not board.closed:
            issue = await board.changed(etag, keep_alive_s)
            yield ": keep-alive\n\n" if issue.etag == etag else _event(issue.etag)
            etag = issue.etag
    finally:
        waiting.streams -= 1


def _event(etag: str) -> str:
    return f"event: changed\nid: {etag}\ndata: {json.dumps({'etag': etag})}\n\n"


def _body(issue: Issue, tenant: str | None, route: str | None) -> bytes:
    if tenant is None and route is None:
        return issue.body
    concerned = tuple(
        d
        for d in issue.document.decisions
        if (tenant is None or d.scope.tenant in {None, tenant}) and (route is None or d.scope.route in {None, route})
    )
    return to_json(replace(issue.document, decisions=concerned))


def _wait_s(prefer: Sequence[str], longest_s: int) -> int:
    """Read the seconds of a wait preference, capped; 0 when there is none that can be understood."""
    found = _WAIT_PREFERENCE.search(",".join(prefer))
    return min(int(found.group(1)), longest_s) if found else 0


def _problem(status: int, detail: str) -> Response:
    problem = asdict(Problem(HTTPStatus(status).phrase, status, detail))
    return JSONResponse(problem, status, {"Retry-After": "5", **_NO_STORE}, media_type="application/problem+json")
