"""The terminal says what the other paths say, for the window that was asked for."""

import io

import pytest

from alerts.firing import firing_api
from alerts.firing.firing import Firing
from alerts.journal import Journal
from analytics.links import Links
from dashboards.app import Parts, build_app
from dashboards.asking import Source, session
from dashboards.figures import count, duration, ratio, usd
from dashboards.printing import Page
from dashboards.top.gathering import Wanted, gathered
from dashboards.top.page import Room, page
from tests.alerts.observations import NOON as AN_INSTANT
from tests.analytics.stored import MINUTE, NOON, Line, Stored, store_with


@pytest.fixture(scope="module")
def api(served):
    store = store_with(
        Stored(number=1, tenant="acme", route="answer"),
        Stored(number=2, tenant="acme", route="answer", status="error", degraded=True),
        Stored(number=3, tenant="globex", route="search", lines=(Line(quantity=300),)),
        Stored(number=4, started_at=NOON - 30 * MINUTE, tenant="acme", lines=(Line(quantity=7),)),
    )
    alerts = firing_api.router(Firing(Journal(store), lambda _: [], lambda: AN_INSTANT), Links())
    with served(build_app(Parts(store, lambda: NOON + 30 * MINUTE, routers=(alerts,)))) as url:
        yield url
    store.close()


def shown(api, wanted) -> list[str]:
    with session(Source(api)) as asked:
        frame = gathered(asked, wanted)
    out = io.StringIO()
    Page(file=out, width=120, no_color=True).print(page(frame, wanted, api, Room(120)), highlight=False)
    return out.getvalue().splitlines()


def figures(lines) -> dict[str, str]:
    titles = ("requests", "errors", "p95", "p50", "spend")
    return {title: line for title in titles for line in lines if line.startswith(f"{title} ")}


def test_every_figure_is_that_of_cost_and_latency(api):
    with session(Source(api)) as asked:
        window = {"start": "2026-11-18T11:30:00Z", "until": "2026-11-18T12:30:00Z"}
        totals = asked.ask("/v1/cost", window).json()["totals"]
        timed = asked.ask("/v1/latency", window).json()["rows"][0]
    found = figures(shown(api, Wanted(3_600)))
    assert count(totals["requests"]) == "4"
    assert f" {count(totals['requests'])} " in found["requests"]
    assert ratio(totals["errors"] / totals["requests"]) in found["errors"]
    assert usd(totals["cost_usd"]) in found["spend"]
    assert duration(timed["p95_ms"]) in found["p95"]


def test_one_tenant_alone_is_asked_for(api):
    assert " 2 " in figures(shown(api, Wanted(1_860, {"tenant": "acme", "route": "answer"})))["requests"]


def test_a_window_of_a_month_has_sixty_steps_at_most(api):
    with session(Source(api)) as asked:
        frame = gathered(asked, Wanted(31 * 86_400))
    assert 55 <= len(frame.steps) <= 61
    assert sum(step["requests"] for step in frame.steps) == 4
