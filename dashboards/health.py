"""Alive and ready: ready means that a real read and a real write of the store both worked just now."""

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from collector.store import Health, Store
from dashboards.problems import problem


class Alive(BaseModel):
    """The process answers."""

    status: str = "alive"


class Ready(BaseModel):
    """The store reads and writes."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    status: str
    """ready, or ready with something a person should look at"""
    free_bytes: int
    """Free space where the data lives."""
    quarantined: tuple[str, ...]
    """Write-ahead logs set aside because they could not be read: records in them are not in the answers."""


def router(store: Store) -> APIRouter:
    """Build ``/healthz`` and ``/readyz``."""
    routes = APIRouter(tags=["operation"])

    @routes.get("/healthz", summary="Whether the process is alive")
    def alive() -> Alive:
        """Answer as long as the process can answer anything."""
        return Alive()

    @routes.get("/readyz", response_model=Ready, summary="Whether it can keep and answer")
    def ready() -> Response:
        """Try a real read and a real write; 503 with the reason when one fails."""
        return readiness(store.health())

    return routes


def readiness(health: Health) -> Response:
    """Say what a read and a write of the store found."""
    if not health.ready:
        state = f"readable: {health.readable}, writable: {health.writable}, {health.free_bytes} bytes free"
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, f"the store is not ready ({state}): {health.detail}")
    status = "ready, but write-ahead logs were set aside" if health.quarantined else "ready"
    answer = Ready(status=status, free_bytes=health.free_bytes, quarantined=health.quarantined)
    return Response(answer.model_dump_json(), media_type="application/json")
