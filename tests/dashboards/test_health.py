"""Alive is not ready: ready takes a read and a write of the real store."""

import asyncio
import json

import httpx

from collector.store import DuckDBStore, Health
from dashboards.app import Parts, build_app
from dashboards.health import readiness
from tests.analytics.stored import NOON


def got(store: DuckDBStore, path: str) -> httpx.Response:
    app = build_app(Parts(store, lambda: NOON))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://burnline") as client:
            return await client.get(path)

    return asyncio.run(ask())


def test_a_store_that_reads_and_writes_is_ready(tmp_path):
    store = DuckDBStore(tmp_path)
    assert got(store, "/readyz").json().items() >= {"status": "ready", "quarantined": []}.items()
    store.close()


def test_a_log_that_was_set_aside_is_said_while_it_goes_on():
    damaged = Health(readable=True, writable=True, detail="ok", free_bytes=1, quarantined=("log.corrupt-1",))
    answer = readiness(damaged)
    assert (answer.status_code, json.loads(answer.body)["quarantined"]) == (200, ["log.corrupt-1"])
    assert "set aside" in json.loads(answer.body)["status"]


def test_a_store_that_is_closed_is_alive_and_not_ready():
    store = DuckDBStore(None)
    store.close()
    assert got(store, "/healthz").json() == {"status": "alive"}
    refused = got(store, "/readyz")
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    assert "readable: False" in refused.json()["detail"]


def test_a_question_to_a_store_that_fails_is_a_problem():
    store = DuckDBStore(None)
    store.close()
    refused = got(store, "/v1/requests")
    assert (refused.status_code, refused.json()["title"]) == (500, "Internal Server Error")
