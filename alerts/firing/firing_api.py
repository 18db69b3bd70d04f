"""``GET /v1/alerts``: what fires now. ``POST /v1/alerts/alertmanager``: Alertmanager's webhook, kept in the journal."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from alerts.firing.fires import Fire, Origin
from alerts.firing.firing import Firing
from alerts.firing.linking import address, explained
from alerts.firing.notifications import Notification, NotStrict, check_strictly
from analytics.answering import as_json, said_once
from analytics.links import Links
from analytics.notation import Instant
from analytics.request_shapes import Answer
from analytics.slo.burn import nanoseconds

LARGEST_BYTES = 2**20
"""A thousand alerts of a kilobyte; max_alerts in Alertmanager's configuration keeps a group below it."""
_SEVERITIES = ("page", "ticket", "info")
_NAMES = ("tenant", "team", "feature", "route", "environment", "stage", "provider", "model", "group", "budget")


class FiringAlert(Answer):
    """An alert that fires."""

    origin: str
    """burnline: its own look at the objectives; alertmanager: it was told, for instance of a rule of Prometheus"""
    alertname: str
    """What it is called; its section in the runbook has the same name."""
    severity: str | None
    """page, ticket or info; whatever its label says."""
    since: Instant
    """Since when."""
    confirmed_at: Instant
    """When it was last seen or told; what nobody tells for five hours is not listed any more."""
    summary: str | None
    """What is so, in a sentence."""
    description: str | None
    """The same at length."""
    burn: float | None
    """Of an error budget over the long window: a multiple of what lasts the period; null where it is about none."""
    objective: str | None
    """The objective it is about."""
    window: str | None
    """The long window over which it burns."""
    tenant: str | None
    """Of its scope; null: open."""
    team: str | None
    """Of its scope; null: open."""
    feature: str | None
    """Of its scope; null: open."""
    route: str | None
    """Of its scope; null: open."""
    environment: str | None
    """Of its scope; null: open."""
    stage: str | None
    """Of its scope; null: open."""
    provider: str | None
    """Of its scope; null: open."""
    model: str | None
    """Of its scope; null: open."""
    group: str | None
    """The one of several budgets of the objective."""
    budget: str | None
    """The spend budget it is about."""
    contributors: str | None
    """Of a burn that we see ourselves: which values explain it, in a sentence."""
    trace_url: str | None
    """Of the same: the worst trace."""
    runbook_url: str | None
    """What to do about it."""
    explain_url: str | None
    """The page that explains it: what burns, and the traces that made it."""
    generator_url: str | None
    """Where the expression that fires is shown."""
    labels: dict[str, str]
    """All of its labels."""


class FiringAlerts(Answer):
    """Everything that fires."""

    alerts: tuple[FiringAlert, ...]
    """Pages first, then tickets; of the same severity the oldest first."""
    next: str | None
    """Always null: there is one page."""


class Taken(Answer):
    """What became of a notification."""

    noted: int
    """Beginnings and ends that are in the journal now."""
    repeated: int
    """Those that were there already."""
    own: int
    """Alerts of ours that came back; our own look has noted them."""


class _Strictly(APIRoute):
    """Reads a body up to a size, and refuses what JSON leaves open, before anything is made of it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler."""
        handler = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            if request.method == "POST":
                check = await _body(request)
                try:
                    check_strictly(check)
                except NotStrict as reason:
                    raise HTTPException(HTTPStatus.BAD_REQUEST, f"the body is no strict JSON: {reason}") from reason
            return await handler(request)

        return strictly


def router(firing: Firing, links: Links) -> APIRouter:
    """Build both."""
    routes = APIRouter(prefix="/v1/alerts", tags=["alerts"], dependencies=[Depends(said_once)], route_class=_Strictly)

    @routes.get("", response_model=FiringAlerts, summary="What fires now")
    def now() -> Response:
        """List what our own look sees and what an Alertmanager told, each alert with where it leads."""
        rows = sorted((_row(fire, links) for fire in firing.now()), key=_urgency)
        return as_json(FiringAlerts(alerts=tuple(rows), next=None))

    @routes.post("/alertmanager", response_model=Taken, summary="Alertmanager's webhook, version 4")
    def told(notification: Notification) -> Response:
        """Keep in the journal what begins and what ends, each once, however often it is told."""
        heard = firing.hear(notification)
        return as_json(Taken(noted=heard.noted, repeated=heard.repeated, own=heard.own))

    return routes


async def _body(request: Request) -> bytes:
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > LARGEST_BYTES:
            detail = (
                f"the body is larger than {LARGEST_BYTES:,} bytes; set max_alerts in Alertmanager's webhook_configs"
            )
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
        pieces.append(piece)
    request._body = b"".join(pieces)  # noqa: SLF001 - what Starlette keeps of a body that was read
    return request._body  # noqa: SLF001 - the same


def _row(fire: Fire, links: Links) -> FiringAlert:
    labels, told = fire.labels, fire.annotations
    leads = address(told.get("explain_url")) or explained(labels, links)
    return FiringAlert(
        origin=fire.origin.value,
        alertname=labels.get("alertname", ""),
        severity=labels.get("severity"),
        since=nanoseconds(fire.since),
        confirmed_at=nanoseconds(fire.seen_at),
        summary=told.get("summary"),
        description=told.get("description"),
        burn=fire.burn,
        objective=labels.get("objective"),
        window=labels.get("window" if fire.origin is Origin.BURNLINE else "sloth_window") or labels.get("window"),
        **{name: labels.get(name) for name in _NAMES},
        contributors=told.get("contributors"),
        trace_url=address(told.get("trace_1")),
        runbook_url=address(told.get("runbook_url")),
        explain_url=leads,
        generator_url=address(fire.generator_url),
        labels=dict(labels),
    )


def _urgency(row: FiringAlert) -> tuple[int, int]:
    known = row.severity in _SEVERITIES
    return (_SEVERITIES.index(row.severity) if known else len(_SEVERITIES), row.since)
