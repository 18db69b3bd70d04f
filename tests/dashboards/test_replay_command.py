"""``burnline replay``: scorecards of scenarios and of stored history, on the terminal and as JSON."""

import json
from datetime import timedelta

import pytest

from alerts.replay.scorecard import COLUMNS
from burnline import main
from collector.store import DuckDBStore
from tests.alerts.replay.worlds import small, stored, world_of
from tests.analytics.stored import put

SCENARIO = """
scenario: {days: 1, look: 10m, about: everything is three times as long}
demand: [{requests_per_hour: 30}]
incidents: [{kind: tokens, after: 6h, lasts: 12h, factor: 3}]
"""
CONFIGURATION = """
objectives:
  - {name: up, sli: availability, target: 0.9, route: answer, period: 14d}
  - {name: grounded, sli: measure, measure: citation.coverage, at_least: 0.8, target: 0.9, route: answer, period: 14d}
budgets: [{name: day, amount_usd: 10, period: day, route: answer}]
routes: [{route: answer, budgets: [day], objectives: [up]}]
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "longer.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return str(path)


@pytest.fixture
def data(tmp_path):
    """A data directory with six hours of requests at the best tier, and a configuration."""
    (tmp_path / "burnline.yaml").write_text(CONFIGURATION, encoding="utf-8")
    world = world_of(small(days=0.25), 1)
    store = DuckDBStore(tmp_path)
    put(store, *(stored(world, n, 0) for n in range(world.requests)))
    store.close()
    return str(tmp_path)


def replayed(capsys, *words):
    status = main(["replay", *words])
    told = capsys.readouterr()
    return status, told.out, told.err


def test_the_catalogue_is_listed_with_who_may_steer(capsys):
    status, out, _ = replayed(capsys, "--list")
    assert status == 0
    assert "telemetry" in out
    assert "hindsight" in out


def test_a_scenario_becomes_a_scorecard_with_a_timeline_and_steps(capsys, file):
    status, out, _ = replayed(capsys, "--scenario", file, "--policy", "controller,hard_cap,oracle", "--steps")
    assert status == 0
    assert "longer: everything is three times as long" in out
    assert "━" in out
    assert "answer steps down from premium to standard" in out
    assert "answer goes to economy" in out


def test_json_holds_every_figure_of_every_seed(capsys, file):
    status, out, _ = replayed(capsys, "--scenario", file, "--policy", "none, naive", "--seeds", "2", "--json")
    answer = json.loads(out)
    assert status == 0
    assert answer["seeds"] == [1, 2]
    assert [policy["policy"] for policy in answer["policies"]] == ["none", "naive"]
    for policy in answer["policies"]:
        assert set(policy["mean"]) == {column.name for column in COLUMNS}
        assert [run["seed"] for run in policy["runs"]] == [1, 2]
    assert answer["policies"][0]["mean"]["below_ratio"] == 0


def test_the_same_words_give_the_same_answer(capsys, file):
    words = ("--scenario", file, "--policy", "controller", "--json")
    assert replayed(capsys, *words) == replayed(capsys, *words)


def test_stored_history_says_what_was_measured_and_what_is_estimated(capsys, data):
    words = ("--data", data, "--config", f"{data}/burnline.yaml", "--look", "10m", "--policy", "controller,none")
    status, out, _ = replayed(capsys, *words, "--json")
    answer = json.loads(out)
    assert status == 0
    assert {policy["policy"]: policy["measured_ratio"] for policy in answer["policies"]}["none"] == 1
    assert any("grounded" in note for note in answer["notes"])
    assert any("standard" in note and "never served" in note for note in answer["notes"])
    assert answer["live"]["steps"] == 0
    assert replayed(capsys, *words)[1].count("measured") >= 1


def test_a_part_of_the_history_can_be_asked_for(capsys, data):
    start = world_of(small(days=0.25), 1).start + timedelta(hours=2)
    words = ("--data", data, "--look", "10m", "--policy", "none", "--json")
    _, out, _ = replayed(capsys, *words, "--config", f"{data}/burnline.yaml", "--start", start.isoformat())
    asked = json.loads(out)
    assert asked["start"] == "2026-11-02T02:00:00Z"
    assert asked["requests"] < json.loads(replayed(capsys, *words)[1])["requests"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--policy", "oracel"), "no policy 'oracel'"),
        (("--scenario", "tokenz"), "--list shows those that there are"),
        (("--seeds", "0"), "--seeds is 0"),
        (("--look", "fast"), "--look 60s"),
        (("--start", "2026-11-02"), "--data DIR"),
        (("--data", "nowhere"), "no burnline.duckdb in nowhere"),
    ],
)
def test_what_cannot_be_replayed_is_refused_with_what_to_do(capsys, words, told):
    status, _, err = replayed(capsys, *words)
    assert status == 1
    assert told in " ".join(err.split())


def test_a_mistake_in_a_scenario_is_told_with_its_line(capsys, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(SCENARIO.replace("kind: tokens", "kind: tokenz"), encoding="utf-8")
    status, _, err = replayed(capsys, "--scenario", str(wrong))
    assert status == 1
    assert "wrong.yaml:4" in err


def test_another_pace_can_be_tried_on_a_scenario(capsys, file, tmp_path):
    """A route that never steps down for money before all of it is gone."""
    slow = tmp_path / "burnline.yaml"
    slow.write_text(CONFIGURATION.replace("budgets: [day],", "budgets: [day], budget_burn: 900,"), encoding="utf-8")
    words = ("--scenario", file, "--policy", "controller", "--json")
    usual, patient = (json.loads(replayed(capsys, *words, *more)[1]) for more in ((), ("--config", str(slow))))
    first = [answer["policies"][0]["mean"]["downgrade_min"] for answer in (usual, patient)]
    assert first[0] < first[1]
