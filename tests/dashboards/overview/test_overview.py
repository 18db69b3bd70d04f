"""The first page says what the other paths say, for the window that ends now and the one before it."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from alerts.journal import Journal, Note
from alerts.memory import TRANSITION
from analytics.api import Goals
from analytics.slo.burn import nanoseconds
from collector.store import DuckDBStore
from dashboards.app import Parts, build_app
from dashboards.overview import RouteStanding
from tests.analytics.stored import MINUTE, NOON, Line, Stored, store_with

NOW = NOON + 60 * MINUTE
CALM = RouteStanding(
    tenant=None, route="answer", mode="normal", tier="premium", share=1.0, since=None, reason="", ladder=("premium",)
)
GLOBEX = CALM.model_copy(update={"tenant": "globex", "route": "search"})


def served(store: DuckDBStore, now_ns: int = NOW):
    return build_app(Parts(store, lambda: now_ns, Goals(), standings=lambda: (CALM, GLOBEX)))


async def asked(app, path: str) -> dict:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://burnline") as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def store() -> DuckDBStore:
    return store_with(
        Stored(number=1, tenant="acme", route="answer"),
        Stored(number=2, tenant="acme", route="answer", status="error", degraded=True),
        Stored(number=3, tenant="globex", route="search", lines=(Line(quantity=300),)),
        Stored(number=4, tenant="globex", route=None, lines=(Line(unit_price_usd=None),)),
        Stored(number=5, started_at=NOON - 30 * MINUTE, tenant="acme", lines=(Line(quantity=7),)),
    )


async def test_figures_are_those_of_cost_and_latency(store):
    app = served(store)
    said = (await asked(app, "/v1/overview"))["now"]
    window = f"start={said['start']}&until={said['until']}"
    totals = (await asked(app, f"/v1/cost?{window}"))["totals"]
    timed = (await asked(app, f"/v1/latency?{window}"))["rows"][0]
    assert {
        name: said[name] for name in ("requests", "errors", "degraded_requests", "unpriced_requests", "cost_usd")
    } == {
        "requests": 4,
        "errors": 1,
        "degraded_requests": 1,
        "unpriced_requests": 1,
        "cost_usd": "0.00125",  # (100 + 100 + 300) x 0.0000025
    }
    assert {name: totals[name] for name in ("requests", "errors", "cost_usd")} == {
        name: said[name] for name in ("requests", "errors", "cost_usd")
    }
    assert (said["p50_ms"], said["p95_ms"], said["p99_ms"]) == (timed["p50_ms"], timed["p95_ms"], timed["p99_ms"])
    assert (said["error_ratio"], said["degraded_ratio"]) == (1 / 4, 1 / 4)


async def test_the_window_before_stands_beside_it(store):
    before = (await asked(served(store), "/v1/overview"))["before"]
    assert (before["requests"], before["cost_usd"]) == (1, "0.0000175")  # 7 x 0.0000025
    assert before["until"] == "2026-11-18T12:00:00.000000Z"


async def test_day_and_month_count_from_their_start_in_utc(store):
    answer = await asked(served(store), "/v1/overview?window_s=60")
    assert answer["now"]["requests"] == 0
    assert (answer["today"]["start"], answer["today"]["cost_usd"]) == ("2026-11-18T00:00:00.000000Z", "0.0012675")
    assert (answer["month"]["start"], answer["month"]["unpriced_lines"]) == ("2026-11-01T00:00:00.000000Z", 1)


async def test_routes_come_dearest_first_and_the_nameless_one_is_shown(store):
    routes = (await asked(served(store), "/v1/overview"))["routes"]
    assert [(row["route"], row["requests"], row["errors"], row["cost_usd"]) for row in routes] == [
        ("search", 1, 0, "0.00075"),
        ("answer", 2, 1, "0.0005"),
        (None, 1, 0, None),
    ]


async def test_filters_narrow_figures_spend_routes_and_standings(store):
    answer = await asked(served(store), "/v1/overview?tenant=acme")
    assert (answer["now"]["requests"], answer["today"]["cost_usd"]) == (2, "0.0005175")
    assert [row["route"] for row in answer["routes"]] == ["answer"]
    assert [(one["tenant"], one["route"]) for one in answer["standings"]] == [(None, "answer")]


async def test_where_routes_stand_is_told_by_itself_as_well(store):
    app = served(store)
    alone = await asked(app, "/v1/routing/routes")
    assert alone["routes"] == (await asked(app, "/v1/overview"))["standings"]
    assert (alone["evaluated_at"], len(alone["routes"])) == ("2026-11-18T13:00:00.000000Z", 2)


async def test_steps_of_the_window_are_told_newest_first():
    store, at = store_with(), datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
    for minutes, tier in ((-90, "economy"), (0, "standard"), (10, "economy")):
        body = {
            "scope": {"tenant": None, "route": "answer"},
            "sentence": "answer steps down",
            "transition": {"from_tier": "premium", "to_tier": tier},
        }
        Journal(store).append([Note(TRANSITION, body)], at + timedelta(minutes=minutes))
    told = await asked(served(store, nanoseconds(at) + 30 * MINUTE), "/v1/overview")
    assert [step["to_tier"] for step in told["steps"]] == ["economy", "standard"]
    elsewhere = await asked(served(store, nanoseconds(at) + 30 * MINUTE), "/v1/overview?route=search")
    assert elsewhere["steps"] == []


async def test_an_empty_store_says_that_nobody_knows():
    answer = await asked(served(DuckDBStore(None)), "/v1/overview")
    assert answer["now"] | {"start": "", "until": ""} == {
        **dict.fromkeys(("start", "until"), ""),
        **dict.fromkeys(("requests", "errors", "degraded_requests", "unpriced_requests"), 0),
        **dict.fromkeys(("error_ratio", "degraded_ratio", "cost_usd", "cost_per_request_usd")),
        **dict.fromkeys(("p50_ms", "p95_ms", "p99_ms")),
    }
    assert answer["today"]["cost_usd"] is None
    assert (answer["routes"], answer["slos"], answer["budgets"]) == ([], [], [])


@pytest.mark.parametrize("query", ["window_s=59", "window_s=one", "windows=60", "tenant=a&tenant=b"])
async def test_what_is_no_question_is_refused(query):
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(served(DuckDBStore(None))), base_url="http://burnline"
    ) as client:
        assert (await client.get(f"/v1/overview?{query}")).status_code == 400


async def test_goals_are_said_apart_for_who_does_not_wait_for_them(store):
    app = served(store)
    whole, without = await asked(app, "/v1/overview"), await asked(app, "/v1/overview?goals=false")
    assert (without["slos"], without["budgets"]) == (None, None)
    assert whole | {"slos": None, "budgets": None} == without
    goals = await asked(app, "/v1/overview/goals")
    assert (goals["slos"], goals["budgets"]) == (whole["slos"], whole["budgets"])
