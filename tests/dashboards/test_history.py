"""Steps of the ladder, from the journal."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from alerts.journal import Journal, Note
from alerts.memory import TRANSITION
from analytics.slo.burn import nanoseconds
from collector.store import DuckDBStore
from dashboards.app import Parts, build_app

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def app():
    store = DuckDBStore(None)
    journal = Journal(store)
    for minute, (before, after) in enumerate(
        [("premium", "standard"), ("standard", "economy"), ("economy", "standard")]
    ):
        body = {
            "scope": {"tenant": None, "route": "answer"},
            "sentence": f"answer steps from {before} to {after}",
            "transition": {"from_tier": before, "to_tier": after},
        }
        journal.append([Note(TRANSITION, body), Note("price", {"any": "other"})], NOW - timedelta(minutes=90 - minute))
    return build_app(Parts(store, lambda: nanoseconds(NOW)))


async def got(app, path: str) -> dict:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://burnline") as client:
        return (await client.get(path)).json()


async def test_steps_are_told_newest_first_and_only_steps(app):
    steps = (await got(app, "/v1/routing/transitions?start=2026-11-21T00:00:00Z"))["transitions"]
    assert [(step["from_tier"], step["to_tier"]) for step in steps] == [
        ("economy", "standard"),
        ("standard", "economy"),
        ("premium", "standard"),
    ]
    assert steps[0]["sentence"] == "answer steps from economy to standard"


async def test_steps_outside_the_window_are_left_out(app):
    assert (await got(app, "/v1/routing/transitions"))["transitions"] == []


async def test_steps_come_in_pages(app):
    path = "/v1/routing/transitions?start=2026-11-21T00:00:00Z&limit=2"
    first = await got(app, path)
    second = await got(app, f"{path}&cursor={first['next']}")
    assert [len(first["transitions"]), len(second["transitions"]), second["next"]] == [2, 1, None]
