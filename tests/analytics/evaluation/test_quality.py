"""``/v1/evaluations``: over time with intervals, the worst requests, gates and agreement with people."""

import asyncio

import httpx
import pytest

from analytics.evaluation.events import Event, export_request, run_events
from analytics.evaluation.gate import gated
from analytics.evaluation.gate_events import gate_request, gate_summary
from analytics.evaluation.settings import GateSettings
from collector.signals import Signal
from dashboards.app import Parts, build_app
from tests.analytics.derive.evaluated import Evaluation, evaluate
from tests.analytics.derive.house import NOON, House, S, Sent, small_book
from tests.analytics.evaluation.worlds import run_of_scores

HOUR_NS = 3_600 * S
WINDOW = {"start": "2026-11-18T00:00:00Z", "until": "2026-11-19T00:00:00Z"}


@pytest.fixture
def house():
    with House(prices=small_book()) as opened:
        yield opened


def asked(house, path, status=200, **params):
    async def ask():
        app = build_app(Parts(house.store, lambda: NOON + HOUR_NS))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://b") as client:
            return await client.get(f"/v1/evaluations/{path}", params={**WINDOW, **params})

    answer = asyncio.run(ask())
    assert answer.status_code == status, answer.text
    return answer.json()


def tell(house, *events):
    house.offer(export_request(events).SerializeToString(), Signal.LOGS)


def requests(house, count, route="answer"):
    house.send(*(Sent(trace=n + 1, says={"burnline.route": route, "burnline.tenant": "acme"}) for n in range(count)))


def test_a_step_has_the_mean_and_wilsons_interval_of_its_scores(house):
    scores = [1.0] * 8 + [0.0] * 2
    tell(house, *(Event("faithful", NOON + n * S, score=score, source="") for n, score in enumerate(scores)))
    tell(house, Event("faithful", NOON + HOUR_NS, score=0.5, source=""))
    house.settle()
    first, second = asked(house, "course", step_s=3_600)["rows"]
    assert (first["at"], first["scored"], first["mean_score"]) == ("2026-11-18T12:00:00.000000Z", 10, 0.8)
    assert [round(first[end], 3) for end in ("low", "high")] == [0.49, 0.943]
    assert (second["at"], second["mean_score"]) == ("2026-11-18T13:00:00.000000Z", 0.5)


def test_a_label_without_a_score_is_a_result_without_a_mean(house):
    tell(house, Event("human", NOON, label="pass", source="human"))
    (row,) = asked(house, "course")["rows"]
    assert (row["results"], row["scored"], row["mean_score"], row["low"]) == (1, 0, None, None)


def test_about_sixty_steps_are_made_where_none_are_asked_for_and_too_many_are_refused(house):
    assert asked(house, "course")["step_s"] == 3_600
    assert asked(house, "course", start="2026-11-11T00:00:00Z")["step_s"] == 21_600
    assert asked(house, "course", start="1990-01-01T00:00:00Z")["step_s"] > 86_400
    refused = asked(house, "course", 400, step_s=60, start="2026-11-01T00:00:00Z")
    assert "2,000 steps" in refused["detail"]


def test_the_course_of_a_route_leaves_out_what_is_about_no_request_of_it(house):
    requests(house, 1)
    evaluate(house, Evaluation("faithful", trace=1, score=0.9), Evaluation("faithful", trace=9, score=0.1))
    house.settle()
    assert [row["mean_score"] for row in asked(house, "course", route="answer")["rows"]] == [0.9]
    assert asked(house, "course", route="search")["rows"] == []


def test_the_worst_requests_come_first_and_perfect_ones_not_at_all(house):
    requests(house, 4)
    scores = (0.9, 0.2, 1.0)
    evaluate(house, *(Evaluation("faithful", trace=n + 1, score=score) for n, score in enumerate(scores)))
    evaluate(house, Evaluation("safe", trace=4, score=None, label="fail"), Evaluation("faithful", trace=99, score=0.0))
    house.settle()
    told = asked(house, "worst")["rows"]
    assert [(int(row["trace_id"], 16), row["name"], row["score"]) for row in told] == [
        (4, "safe", None),
        (2, "faithful", 0.2),
        (1, "faithful", 0.9),
    ]
    assert {(row["tenant"], row["route"]) for row in told} == {("acme", "answer")}
    first = asked(house, "worst", limit=2)
    rest = asked(house, "worst", limit=2, cursor=first["next"])
    assert ([row["score"] for row in rest["rows"]], rest["next"]) == ([0.9], None)
    assert asked(house, "worst", route="search")["rows"] == []


def test_a_gate_that_is_sent_is_told_with_why(house):
    baseline = run_of_scores({"exact": [1.0] * 30}, yes_or_no=True)
    candidate = run_of_scores({"exact": [0.0] * 20 + [1.0] * 10}, yes_or_no=True)
    found = gated(baseline, candidate, (), GateSettings(rounds=999))
    sent = gate_request(found).SerializeToString()
    house.offer(sent, Signal.LOGS)
    house.offer(sent, Signal.LOGS)
    (gate,) = asked(house, "gates")["gates"]
    assert {name: gate[name] for name in gate_summary(found)} == gate_summary(found)
    (metric,) = gate["metrics"]
    assert (gate["verdict"], metric["verdict"]) == ("refuse", "refuse")
    assert metric["why"].startswith("worse by 0.667")
    assert metric["detectable"] is not None
    assert asked(house, "gates", verdict="pass")["gates"] == []
    asked(house, "gates", 400, verdict="maybe")


def test_a_gate_is_no_evaluation_and_moves_no_objective(house):
    run = run_of_scores({"exact": [1.0] * 30}, yes_or_no=True)
    house.offer(gate_request(gated(run, run, (), GateSettings(rounds=999))).SerializeToString(), Signal.LOGS)
    house.settle()
    assert asked(house, "course")["rows"] == []
    assert house.rows("select count(*) as figures from figures") == [{"figures": 0}]


def test_what_only_calls_itself_a_gate_is_counted(house):
    request = export_request([Event("x", NOON)])
    request.resource_logs[0].scope_logs[0].log_records[0].event_name = "burnline.evaluation.gate"
    house.offer(request.SerializeToString(), Signal.LOGS)
    answer = asked(house, "gates")
    assert (answer["gates"], answer["unreadable"]) == ([], 1)


def test_evaluators_are_held_against_what_most_people_say(house):
    requests(house, 4)
    words = {1: ("good", "good"), 2: ("pass", "fail"), 3: ("fail",), 4: ("pass",)}
    for trace, said in words.items():
        judged = (
            Event("human", NOON + i, label=word, trace_id=f"{trace:032x}", source="human")
            for i, word in enumerate(said)
        )
        tell(house, *judged)
    evaluate(
        house, *(Evaluation("judge", trace=n, score=score) for n, score in ((1, 0.9), (2, 0.9), (3, 0.1), (4, 0.2)))
    )
    house.settle()
    answer = asked(house, "agreement")
    assert (answer["reviewed"], answer["undecided"]) == (4, 1)
    (row,) = answer["rows"]
    assert (row["name"], row["items"], round(row["agreement"], 4)) == ("judge", 3, 0.6667)
    assert round(row["kappa"], 2) == 0.4  # chance: 2/3 x 1/3 + 1/3 x 2/3


def test_reviews_of_a_run_are_held_against_its_metrics(house):
    run = run_of_scores({"exact": [1.0, 0.0, 1.0]}, yes_or_no=True)
    house.offer(export_request(run_events(run)).SerializeToString(), Signal.LOGS)
    items = enumerate(item.item_id for item in run.items)
    said = (Event("human", NOON + n, score=1.0, run_id=run.run_id, item_id=item, source="human") for n, item in items)
    tell(house, *said)
    (row,) = asked(house, "agreement")["rows"]
    assert (row["source"], row["items"], round(row["agreement"], 4), row["kappa"]) == ("run", 3, 0.6667, None)


def test_without_reviews_nobody_agrees_with_anybody(house):
    answer = asked(house, "agreement")
    assert (answer["reviewed"], answer["rows"]) == (0, [])
