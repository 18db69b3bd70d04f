"""``GET /v1/journal``: what was decided and changed, with its inputs; ``GET /v1/journal/audit``: how far it holds."""

import json
import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from alerts.journal import Audit, Journal, JournalEntry, Kept
from analytics.answering import as_json, said_once
from analytics.notation import Instant
from analytics.questions import BadParameter
from analytics.request_shapes import Answer
from collector.store import Store

PATH = "/v1/journal"
_KEPT = re.compile(r"(?P<entry_seq>[0-9]{1,18}):(?P<sha256>[0-9a-f]{64})")


class Noted(Answer):
    """One entry."""

    entry_seq: int
    """Its place, from 1."""
    noted_at: Instant
    """When it was noted."""
    kind: str
    """transition, override, override_cleared, budgets, objective ...: what it is about."""
    body: dict[str, Any]
    """What was decided or changed; of a transition every count it rests on, the state after it and the policy then."""
    previous_sha256: str
    """Seal of the entry before it; zeros for the first."""
    sha256: str
    """Its seal: SHA-256 of the JSON array of place, nanoseconds since 1970, kind, body as text and seal before."""


class NotedPage(Answer):
    """Entries, newest first."""

    entries: tuple[Noted, ...]
    """Newest first."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""


class Audited(Answer):
    """How far the chain of entries holds."""

    whole: bool
    """Whether every entry is as it was sealed, in its place, and chained to the one before."""
    entries: int
    """Entries that hold, from the first on."""
    last_at: Instant | None
    """When the last of them was noted."""
    last: str | None
    """Its place and seal, to be kept elsewhere: an audit with it finds what was cut off or rewritten since."""
    broken_at: int | None
    """The first place that does not hold."""
    problem: str | None
    """What is wrong with it."""


def router(store: Store) -> APIRouter:
    """Build both."""
    routes, journal = APIRouter(prefix=PATH, tags=["journal"], dependencies=[Depends(said_once)]), Journal(store)

    @routes.get("", response_model=NotedPage, summary="What was decided and changed, with its inputs")
    def entries(
        kind: Annotated[str | None, Query(max_length=64, description="only entries of this kind")] = None,
        limit: Annotated[int, Query(ge=1, le=500, description="entries of a page")] = 50,
        cursor: Annotated[str | None, Query(description="`next` of the page before")] = None,
    ) -> Response:
        """List entries, newest first."""
        found = journal.newest(kind, _place(cursor), limit + 1)
        shown = found[:limit]
        following = str(shown[-1].entry_seq) if len(found) > limit else None
        return as_json(NotedPage(entries=tuple(map(_noted, shown)), next=following))

    @routes.get("/audit", response_model=Audited, summary="Whether every entry is as it was sealed")
    def audit(
        kept: Annotated[str | None, Query(description="`last` of an earlier audit, as it was kept elsewhere")] = None,
    ) -> Response:
        """Check the seal of every entry and its chain to the one before."""
        return as_json(_audited(journal.audit(_kept(kept))))

    return routes


def _noted(entry: JournalEntry) -> Noted:
    return Noted(
        entry_seq=entry.entry_seq,
        noted_at=entry.noted_ns,
        kind=entry.kind,
        body=json.loads(entry.body),
        previous_sha256=entry.previous_sha256,
        sha256=entry.sha256,
    )


def _audited(found: Audit) -> Audited:
    last, broken = found.last, found.broken
    return Audited(
        whole=broken is None,
        entries=0 if last is None else last.entry_seq,
        last_at=None if last is None else last.noted_ns,
        last=None if last is None else f"{last.entry_seq}:{last.sha256}",
        broken_at=None if broken is None else broken.entry_seq,
        problem=None if broken is None else broken.problem,
    )


def _kept(text: str | None) -> Kept | None:
    if text is None:
        return None
    found = _KEPT.fullmatch(text)
    if found is None:
        raise BadParameter("kept", text, "be `last` of an earlier audit: a place, a colon and 64 hexadecimal digits")
    return Kept(int(found["entry_seq"]), found["sha256"])


def _place(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", cursor):
        raise BadParameter("cursor", cursor, "be the `next` of an earlier page of this question, unchanged")
    return int(cursor)
