"""``/v1/evaluations``: what was evaluated and by whom, and the runs that were sent."""

import asyncio

import httpx
import pytest

from analytics.evaluation.events import Event, export_request, run_events
from collector.signals import Signal
from dashboards.app import Parts, build_app
from tests.analytics.derive.evaluated import Evaluation, evaluate
from tests.analytics.derive.house import NOON, House, S, Sent, small_book
from tests.analytics.evaluation.worlds import run_of_scores

HOUR = {"start": "2026-11-18T11:00:00Z", "until": "2026-11-18T13:00:00Z"}


@pytest.fixture
def house():
    """A request that an evaluator of traffic judged, a run of three items, and what a person said."""
    with House(prices=small_book()) as opened:
        opened.send(Sent(trace=1, says={"burnline.route": "answer"}))
        evaluate(opened, Evaluation("faithful", trace=1, score=0.9), Evaluation("faithful", trace=9, score=0.5))
        run = run_of_scores({"exact": [1.0, 0.0, 1.0]}, yes_or_no=True)
        opened.offer(export_request(run_events(run)).SerializeToString(), Signal.LOGS)
        human = Event("human", NOON, label="pass", item_id="q0", source="human")
        opened.offer(export_request([human]).SerializeToString(), Signal.LOGS)
        opened.settle()
        yield opened


def asked(house, path, **params):
    async def ask():
        app = build_app(Parts(house.store, lambda: NOON + 3_600 * S))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://b") as client:
            return await client.get(path, params={**HOUR, **params})

    answer = asyncio.run(ask())
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(row):
    return row["name"], row["source"], row["results"], row["mean_score"], row["passed"], row["about_requests"]


def test_evaluations_are_told_by_name_and_source(house):
    assert [told(row) for row in asked(house, "/v1/evaluations")["evaluations"]] == [
        ("exact", "run", 3, pytest.approx(2 / 3), 2, 0),
        ("faithful", None, 2, pytest.approx(0.7), 0, 1),
        ("human", "human", 1, None, 1, 0),
    ]


def test_a_source_and_a_name_can_be_asked_for_and_pages_follow(house):
    assert [row["name"] for row in asked(house, "/v1/evaluations", source="")["evaluations"]] == ["faithful"]
    first = asked(house, "/v1/evaluations", limit=2)
    rest = asked(house, "/v1/evaluations", limit=2, cursor=first["next"])
    assert ([row["name"] for row in rest["evaluations"]], rest["next"]) == (["human"], None)


def test_runs_are_listed_with_the_mean_of_each_metric(house):
    (row,) = asked(house, "/v1/evaluations/runs")["runs"]
    run = run_of_scores({"exact": [1.0, 0.0, 1.0]}, yes_or_no=True)
    assert (row["run_id"], row["started_at"], row["name"]) == (run.run_id, "2026-11-18T12:00:00.000000Z", "exact")
    assert (row["items"], row["mean_score"]) == (3, pytest.approx(2 / 3))


def test_a_golden_set_is_drawn_over_http(house):
    answer = asked(house, "/v1/evaluations/sample", common=5)
    assert answer["items"] == []
    assert answer["left_out"] == {"no question was captured": 1}
