"""``/v1/slos/documents``: objectives as documents over HTTP: what is promised, what was, and who approves it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from analytics.answering import Clock, as_json, said_once
from analytics.notation import instant_ns
from analytics.questions import BadParameter
from analytics.slo.documents.approval import Approval, Definition, standing
from analytics.slo.documents.desk import Desk
from analytics.slo.documents.differences import differences
from analytics.slo.documents.shapes import (
    ApprovalAnswer,
    ApprovalAsk,
    DifferenceAnswer,
    DocumentAnswer,
    DocumentList,
)
from analytics.slo.documents.versions import Version, instant, promised, versions

_EPOCH = instant(0)
_AT = Query(description="RFC 3339: what was promised then; now when left out")
_NAME = Path(description="the name of an objective")


def router(desk: Desk, now: Clock) -> APIRouter:
    """Build the routes."""
    routes = APIRouter(prefix="/v1/slos/documents", dependencies=[Depends(said_once)], tags=["goals"])

    @routes.get("", response_model=DocumentList, summary="Objectives as documents")
    def list_documents(at: Annotated[str | None, _AT] = None) -> Response:
        """Answer the version of each objective that holds, or held at an instant; not what was withdrawn."""
        known = versions(desk.store)
        held = promised(known, _instant(at))
        shown = [held[name] for name in sorted(held) if held[name].body is not None]
        return as_json(DocumentList(documents=tuple(_answer(desk, known, version) for version in shown), next=None))

    @routes.get("/{name:path}/versions", response_model=DocumentList, summary="Every version of an objective")
    def list_versions(name: Annotated[str, _NAME]) -> Response:
        """Answer what it promised, from when on, and what changed; the newest first."""
        known = desk.history(name)
        shown = tuple(_answer(desk, known, version) for version in reversed(known))
        return as_json(DocumentList(documents=shown, next=None))

    @routes.post("/{name:path}/approvals", response_model=DocumentAnswer, summary="Approve a definition")
    def approve(name: Annotated[str, _NAME], ask: ApprovalAsk) -> Response:
        """Approve the definition with a hash, or take that back; a definition that changes loses its approval."""
        desk.decide(Approval(name, ask.sha256, ask.by, instant(now()), ask.note, ask.revoked))
        known = desk.history(name)
        about = next(version for version in reversed(known) if version.sha256 == ask.sha256)
        return as_json(_answer(desk, known, about))

    return routes


def _answer(desk: Desk, known: Sequence[Version], version: Version) -> DocumentAnswer:
    before = next((one for one in known if (one.name, one.version) == (version.name, version.version - 1)), None)
    approval = standing(desk.approvals).get((version.name, version.sha256 or ""))
    changes = differences(before.content if before else None, version.content)
    return DocumentAnswer(
        name=version.name,
        version=version.version,
        sha256=version.sha256,
        recorded_at=_ns(version.recorded_at),
        owner=version.owner,
        approval=None if approval is None else _approval(approval),
        status=_status(desk, known, version, standing(desk.approvals)),
        definition=None if version.content is None else dict(version.content),
        changes=tuple(DifferenceAnswer(path=one.path, before=one.before, after=one.after) for one in changes),
    )


def _approval(approval: Approval) -> ApprovalAnswer:
    return ApprovalAnswer(by=approval.approved_by, at=_ns(approval.approved_at), note=approval.note)


def _status(desk: Desk, known: Sequence[Version], version: Version, approved: Mapping[Definition, Approval]) -> str:
    if promised(known)[version.name].version != version.version:
        return "superseded"
    if version.sha256 is None:
        return "withdrawn"
    waits = desk.settings.require_approval and (version.name, version.sha256) not in approved
    return "waiting" if waits else "in_force"


def _ns(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) * 1_000


def _instant(text: str | None) -> datetime | None:
    try:
        return None if text is None else instant(instant_ns(text))
    except ValueError as error:
        raise BadParameter("at", text, str(error)) from error
