"""``POST /v1/routing/acknowledgements`` and ``GET /v1/routing/readers``: readers say what they applied, people look."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from alerts.delivery.readers import Acknowledgement, Readers, Standing
from analytics.answering import Clock, as_json, said_once
from analytics.notation import LAST_NS, NS_PER_S, Instant
from analytics.request_shapes import Answer
from instrumentation.downgrade import Scope

_Name = Annotated[str, Field(min_length=1, max_length=128)]
_Part = Annotated[str, Field(max_length=128)] | None
_Number = Annotated[int, Field(ge=0, lt=2**63, strict=True)]
_SHOWN_HELD = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime.fromtimestamp(LAST_NS / NS_PER_S, UTC)


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("expected an RFC 3339 instant such as 2026-11-21T09:00:00Z")  # noqa: TRY004 - pydantic wants ValueError
    return value


class Said(BaseModel):
    """The root of what a reader says; an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ScopeSaid(Said):
    """A scope; what is left out or null is open."""

    tenant: _Part = None
    """Of one tenant."""
    route: _Part = None
    """Of one route."""
    model: _Part = None
    """Of one model."""


class AcknowledgementAsk(Said):
    """What a reader says it applied."""

    reader: _Name
    """Name of the reader, one for each process."""
    service: Annotated[str, Field(max_length=128)] = ""
    """The service it serves."""
    epoch: _Number
    """Of the document it applied."""
    seq: _Number
    """Of the document it applied."""
    applied_at: Annotated[AwareDatetime, BeforeValidator(_text), Field(ge=_EPOCH, le=_LAST)]
    """When, by the reader's clock; RFC 3339."""
    decisions: _Number
    """Decisions in force there."""
    held: Annotated[tuple[ScopeSaid, ...], Field(max_length=1_000)] = ()
    """Scopes whose decision it could not read, and where it keeps what it had."""


class ReaderState(Answer):
    """One reader, as it stands."""

    reader: str
    """Its name."""
    service: str
    """The service it serves; empty when it did not say."""
    epoch: int
    """Of the document it applied last."""
    seq: int
    """Of the document it applied last."""
    applied_at: Instant
    """When it says it did, by its own clock."""
    acknowledged_at: Instant
    """When it said so, by this server's clock."""
    decisions: int
    """Decisions in force there."""
    held: tuple[Scope, ...]
    """Scopes where it keeps what it had, the first ten."""
    held_count: int
    """All of them."""
    age_s: float
    """Seconds since it was heard."""
    delay_s: float | None
    """Seconds from the issue to its acknowledgement; null when the issue is too long ago."""
    behind: int | None
    """Issues it has not applied; null when it applied one of an earlier run of this server."""
    lag_s: float | None
    """Seconds for which there has been a newer issue than its own; null when unknown."""


class ReaderPage(Answer):
    """Who has heard what."""

    epoch: int
    """Of the document that is out."""
    seq: int
    """Of the document that is out."""
    forgotten: int
    """Readers that made room for others since the start."""
    readers: tuple[ReaderState, ...]
    """By name."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""


_ACKNOWLEDGED: dict[int | str, dict[str, Any]] = {
    204: {"description": "Noted."},
    409: {"description": "This server has not issued that document."},
}


def router(readers: Readers, now: Clock) -> APIRouter:
    """Build the routes over what the readers of one board say."""
    routes = APIRouter(prefix="/v1/routing", tags=["routing"], dependencies=[Depends(said_once)])

    @routes.post("/acknowledgements", status_code=204, responses=_ACKNOWLEDGED, summary="Say what was applied")
    def acknowledge(ask: AcknowledgementAsk) -> Response:
        """Note what a reader applied; kept in memory for the 2,000 readers heard last."""
        if not readers.hear(_said(ask), _at(now())):
            current = readers.board.issue.document
            raise HTTPException(
                HTTPStatus.CONFLICT,
                f"found epoch {ask.epoch} and seq {ask.seq}; expected at most {current.epoch} and {current.seq}, "
                "which is what this server has issued: acknowledge to the server that was read",
            )
        return Response(status_code=HTTPStatus.NO_CONTENT)

    @routes.get("/readers", response_model=ReaderPage, summary="Who has applied what")
    def list_readers(
        limit: Annotated[int, Query(ge=1, le=500, description="readers on one page")] = 100,
        cursor: Annotated[str | None, Query(max_length=128, description="`next` of the page before")] = None,
    ) -> Response:
        """List the readers that acknowledged something to this server since it started, by name."""
        return as_json(_page(readers, readers.standings(_at(now())), limit, cursor))

    return routes


def _said(ask: AcknowledgementAsk) -> Acknowledgement:
    held = tuple(Scope(one.tenant, one.route, one.model) for one in ask.held[:_SHOWN_HELD])
    plain = {name: getattr(ask, name) for name in ("reader", "service", "epoch", "seq", "applied_at", "decisions")}
    return Acknowledgement(**plain, held=held, held_count=len(ask.held))


def _page(readers: Readers, standings: Sequence[Standing], limit: int, cursor: str | None) -> ReaderPage:
    left = [one for one in standings if cursor is None or one.hearing.said.reader > cursor]
    shown, document = left[:limit], readers.board.issue.document
    return ReaderPage(
        epoch=document.epoch,
        seq=document.seq,
        forgotten=readers.forgotten,
        readers=tuple(_state(one) for one in shown),
        next=shown[-1].hearing.said.reader if len(left) > limit else None,
    )


def _state(standing: Standing) -> ReaderState:
    said = standing.hearing.said
    return ReaderState(
        reader=said.reader,
        service=said.service,
        epoch=said.epoch,
        seq=said.seq,
        applied_at=_ns(said.applied_at),
        acknowledged_at=_ns(standing.hearing.heard_at),
        decisions=said.decisions,
        held=said.held,
        held_count=said.held_count,
        age_s=standing.age_s,
        delay_s=standing.hearing.delay_s,
        behind=standing.behind,
        lag_s=standing.lag_s,
    )


def _at(now_ns: int) -> datetime:
    return datetime.fromtimestamp(now_ns / NS_PER_S, UTC)


def _ns(at: datetime) -> int:
    return round((at - _EPOCH).total_seconds() * 1e6) * 1_000
