"""The journal over HTTP: pages with every input, and an audit."""

from datetime import timedelta

import httpx
import pytest

from alerts.journal import Journal, Note
from analytics.slo.burn import nanoseconds
from collector.store import DuckDBStore, Query, Step
from dashboards.app import Parts, build_app
from tests.alerts.observations import NOON


@pytest.fixture
def store():
    opened = DuckDBStore(None)
    journal = Journal(opened)
    for number in range(5):
        kind = "override" if number % 2 else "transition"
        journal.append([Note(kind, {"number": number})], NOON + timedelta(seconds=number))
    yield opened
    opened.close()


async def got(store, **params):
    transport = httpx.ASGITransport(build_app(Parts(store, lambda: nanoseconds(NOON))))
    async with httpx.AsyncClient(transport=transport, base_url="http://burnline") as client:
        return await client.get(params.pop("path", "/v1/journal"), params=params)


async def test_entries_come_newest_first_page_by_page(store):
    first = (await got(store, limit=3)).json()
    second = (await got(store, limit=3, cursor=first["next"])).json()
    numbers = [entry["body"]["number"] for entry in (*first["entries"], *second["entries"])]
    assert (numbers, second["next"]) == ([4, 3, 2, 1, 0], None)


async def test_entries_of_one_kind(store):
    found = (await got(store, kind="override")).json()
    assert [entry["entry_seq"] for entry in found["entries"]] == [4, 2]


async def test_an_audit_says_what_to_keep_and_finds_what_is_missing_since(store):
    audit = (await got(store, path="/v1/journal/audit")).json()
    assert (audit["whole"], audit["entries"], audit["last"][:2]) == (True, 5, "5:")
    store.change([Step(Query("tamper", "delete from journal where entry_seq = 5"))])
    later = (await got(store, path="/v1/journal/audit", kept=audit["last"])).json()
    assert (later["whole"], later["entries"], later["broken_at"]) == (False, 4, 5)


@pytest.mark.parametrize(
    "params",
    [
        {"cursor": "x"},
        {"cursor": "-1"},
        {"limit": "0"},
        {"kept": "5", "path": "/v1/journal/audit"},
        {"kept": f"5:{'g' * 64}", "path": "/v1/journal/audit"},
        {"nothing": "known"},
    ],
)
async def test_what_cannot_be_read_is_refused_by_name(store, params):
    answer = await got(store, **params)
    name = next(name for name in params if name != "path")
    assert (answer.status_code, answer.json()["parameter"]) == (400, name)
