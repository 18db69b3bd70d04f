"""Objectives as documents through the command, against a served data directory."""

import argparse
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import httpx
import pytest
import yaml

from alerts.journal import Journal, Note
from analytics.slo.documents import api
from analytics.slo.documents.canonical import body, sha256_of
from analytics.slo.documents.desk import Desk
from analytics.slo.documents.openslo.importing import imported
from analytics.slo.documents.settings import ObjectiveDocuments
from analytics.slo.documents.strict_yaml import documents
from analytics.slo.objective import Objective, Sli
from collector.store import DuckDBStore
from dashboards import commands, slo_commands
from dashboards.app import Parts, build_app

SEPTEMBER, OCTOBER = datetime(2026, 9, 1, 8, tzinfo=UTC), datetime(2026, 10, 7, 8, tzinfo=UTC)
NOVEMBER_NS = int(datetime(2026, 11, 21, tzinfo=UTC).timestamp()) * 10**9
ANSWERS = Objective("answers", Sli.AVAILABILITY, 0.99, route="answer", owner="ada")
STRICTER = replace(ANSWERS, target=0.995, per=("tenant",))
ODD = Objective("50 %: a/b?", Sli.LATENCY, 0.95, threshold_ms=2500)
FOREIGN = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: checkout}
spec:
  service: shop
  indicatorRef: errors
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{targetPercent: 99.95}]
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: errors}
spec:
  ratioMetric:
    good: {metricSource: {type: Prometheus, spec: {query: good}}}
    total: {metricSource: {type: Prometheus, spec: {query: total}}}
"""


@dataclass(frozen=True, slots=True)
class House:
    """A served desk, and the command as a person runs it."""

    url: str
    journal: Journal

    def run(self, *words: object) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser("burnline")
        actions = parser.add_subparsers(required=True)
        commands.register(actions)
        slo_commands.register(actions)
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            args = parser.parse_args(["slo", *(str(word) for word in words)])
            status = args.run(args)
        return status, out.getvalue(), err.getvalue()

    def said(self, *words: object) -> str:
        status, out, err = self.run("--url", self.url, *words)
        assert status == 0, err
        return out


@pytest.fixture(scope="module")
def house(served, tmp_path_factory):
    store = DuckDBStore(tmp_path_factory.mktemp("data"))
    journal = Journal(store)

    def noted(kind, about):
        journal.append([Note(kind, about)], OCTOBER)

    Desk(store, (ANSWERS,), ObjectiveDocuments(), noted).open(SEPTEMBER)
    desk = Desk(store, (STRICTER, ODD), ObjectiveDocuments(require_approval=True), noted)
    desk.open(OCTOBER)
    with served(build_app(Parts(store, lambda: NOVEMBER_NS, routers=(api.router(desk, lambda: NOVEMBER_NS),)))) as url:
        yield House(url, journal)
    store.close()


def test_the_list_shows_what_is_promised_and_who_has_to_approve_it(house):
    out = house.said("list")
    assert [word in out for word in ("answers", "99.5", "28d", "ada", "waiting", "50 %: a/b?")] == [True] * 6
    rows = {row["name"]: row for row in json.loads(house.said("list", "--json"))["documents"]}
    assert (rows["answers"]["version"], rows["answers"]["sha256"]) == (2, sha256_of(body(STRICTER)))


def test_what_was_promised_on_the_first_of_october_can_be_asked(house):
    rows = json.loads(house.said("list", "--at", "2026-10-01", "--json"))["documents"]
    assert [(row["name"], row["definition"]["target"]) for row in rows] == [("answers", 0.99)]
    assert "No objective was promised" in house.said("list", "--at", "2026-01-01")


def test_one_objective_is_shown_as_it_would_stand_in_the_configuration(house):
    out = house.said("show", "answers")
    assert yaml.safe_load(out[out.index("objectives:") :])["objectives"][0]["target"] == 0.995
    assert "target: 0.99\n" in house.said("show", "answers", "--version", "1")


def test_a_name_that_is_no_word_of_a_url_is_found(house):
    assert json.loads(house.said("show", ODD.name, "--json"))["definition"]["threshold_ms"] == 2500


def test_history_and_difference_name_what_changed(house):
    assert "per[0], target" in house.said("history", "answers")
    changes = json.loads(house.said("diff", "answers", "--json"))["changes"]
    assert changes == [
        {"path": "per[0]", "before": None, "after": "tenant"},
        {"path": "target", "before": "0.99", "after": "0.995"},
    ]
    assert "The definitions are the same." in house.said("diff", "answers", "1", "1")


def test_an_approval_puts_in_force_until_it_is_taken_back(house):
    assert house.said("approve", "answers", "--by", "Bob", "--note", "agreed") == (
        f"Bob approved version 2 of answers ({sha256_of(body(STRICTER))[:12]}).\n"
    )
    assert "Bob" in house.said("list")
    assert [entry.content["by"] for entry in house.journal.entries("objective_approval")] == ["Bob"]
    house.said("approve", "answers", "--by", "Bob", "--revoke")
    status = {row["name"]: row["status"] for row in json.loads(house.said("list", "--json"))["documents"]}
    assert status["answers"] == "waiting"


def test_nobody_is_no_one_who_approves(house):
    status, _, err = house.run("--url", house.url, "approve", "answers", "--by", " ")
    assert (status, "parameter 'by' is ' '" in err) == (1, True)


def test_an_earlier_definition_can_be_approved_by_its_hash_and_is_superseded_all_the_same(house):
    answer = json.loads(house.said("approve", "answers", "--by", "Bob", "--sha256", sha256_of(body(ANSWERS)), "--json"))
    assert (answer["version"], answer["status"], answer["approval"]["by"]) == (1, "superseded", "Bob")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "nothing"), "no objective 'nothing' is recorded; recorded are: 50 %: a/b?, answers"),
        (("show", "answers", "--version", "9"), "answers has no version 9; there are: 2, 1"),
        (("approve", "answers", "--by", "Bob", "--sha256", "0" * 64), "sha256 of a recorded version"),
        (("list", "--at", "yesterday"), "RFC 3339"),
        (("list", "--at", "2026-13-01"), "month must be in 1..12"),
        (("export", "nothing"), "no objective 'nothing' is promised; there are: 50 %: a/b?, answers"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(house, words, said):
    status, out, err = house.run("--url", house.url, *words)
    assert (status, out) == (1, "")
    assert said in " ".join(err.split())


def test_an_approval_over_http_that_cannot_be_is_a_problem(house):
    answer = httpx.post(f"{house.url}/v1/slos/documents/answers/approvals", json={"sha256": "12", "by": "Bob"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["parameter"] == "sha256"
    assert httpx.get(f"{house.url}/v1/slos/documents/nothing/versions").status_code == 404


def test_what_is_exported_is_read_back(house, tmp_path):
    house.said("export", "--to", tmp_path / "slo.yaml")
    found = imported(documents((tmp_path / "slo.yaml").read_text(), "slo.yaml"))
    assert found.objectives == (ODD, STRICTER)
    assert house.run("check", tmp_path / "slo.yaml")[:2] == (0, "0 objectives, 2 objectives from OpenSLO: no mistake\n")
    assert "threshold_ms: 2500" in house.said("export", ODD.name, "--form", "yaml")
    status, _, err = house.run("--url", house.url, "export", "--to", tmp_path / "slo.yaml")
    assert (status, "is there already" in err) == (1, True)


def test_an_import_prints_objectives_and_says_what_it_could_not_take(house, tmp_path):
    file = tmp_path / "foreign.yaml"
    file.write_text(FOREIGN)
    status, out, err = house.run("import", file, "--set", "sli=availability", "--set", "route=pay")
    assert status == 0
    (made,) = yaml.safe_load(out)["objectives"]
    assert (made["name"], made["target"], made["route"]) == ("checkout", 0.9995, "pay")
    assert "SLI errors  spec.ratioMetric  left out: Burnline counts the requests of checkout" in err
    assert "1 objective, 0 not imported" in err


def test_an_import_that_lost_an_slo_ends_with_1(house, tmp_path):
    file = tmp_path / "foreign.yaml"
    file.write_text(FOREIGN)
    status, out, err = house.run("import", file)
    assert (status, yaml.safe_load(out)) == (1, {"objectives": []})
    assert "not imported: nothing says what Burnline is to count" in err
    assert house.run("import", file, "--set", "sli")[0] == 1
    assert "did you mean route?" in house.run("import", file, "--set", "rout=x")[2]


def test_a_check_says_file_line_and_remedy(house, tmp_path):
    (tmp_path / "own.yaml").write_text("objectives:\n  - name: a\n    sli: availability\n    target: 99.5\n")
    status, out, err = house.run("check", tmp_path)
    assert (status, out) == (1, "")
    assert "own.yaml:4" in err
    assert "0.995 for 99.5 %" in err


def test_whom_to_ask_may_stand_before_or_after_the_action(house):
    assert house.run("list", "--url", house.url)[1] == house.said("list")


def test_the_bare_command_shows_budgets_as_before(house):
    assert "No objective is configured" in house.said()
