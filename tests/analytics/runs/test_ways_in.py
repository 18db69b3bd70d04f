"""Repricing over HTTP and as a command."""

import argparse
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from analytics.allocation.policy import policy_of
from analytics.runs.api import router
from analytics.runs.commands import add_reprice
from collector.store import DuckDBStore
from dashboards import problems
from tests.analytics.derive.house import House, S
from tests.analytics.runs.test_runs import own, stated

DAY = 86_400


def repriced_house(store=None) -> House:
    """Three calls at 0.001, and since a day prices of 0.002."""
    house = House(store, prices=stated("0.001"), policy_of=policy_of)
    house.send(*(own(n) for n in range(1, 4)))
    house.derive()
    house.now_ns += DAY * S
    house.restart(prices=stated("0.002"))
    return house


@pytest.fixture
def house():
    with repriced_house() as found:
        yield found


@pytest.fixture
def client(house):
    app = FastAPI(responses=problems.RESPONSES)
    problems.install(app)
    app.include_router(router(house.store, lambda: house.now_ns, policy_of=policy_of))
    return TestClient(app)


def test_a_reprice_is_proposed_compared_applied_and_followed(house, client):
    report = client.post("/v1/prices/runs", json={"note": "late prices"}).json()
    assert (report["totals"]["booked_cost_usd"], report["totals"]["cost_usd"]) == ("0.003", "0.006")
    run = report["run"]["run_id"]
    assert client.get(f"/v1/prices/runs/{run}").json()["status"] == "proposed"
    applied = client.post(f"/v1/prices/runs/{run}/apply").json()
    assert (applied["status"], applied["under_way"]) == ("applied", True)
    house.derive()
    assert client.get(f"/v1/prices/runs/{run}").json()["under_way"] is False
    assert client.post(f"/v1/prices/runs/{run}/diff").json()["totals"]["changed_lines"] == 0
    assert [one["kind"] for one in client.get("/v1/prices/runs").json()["runs"]] == ["reprice", "live", "live"]


@pytest.mark.parametrize(
    ("ask", "status", "reason"),
    [
        ({"as_of": "last week"}, 400, "write an RFC 3339 instant"),
        ({"as_of": "2020-01-01T00:00:00Z"}, 400, "no price book was recorded by"),
        ({"start": "2026-11-02T00:00:00Z", "until": "2026-11-01T00:00:00Z"}, 400, "be before until"),
        ({"since": "2026-11-02T00:00:00Z"}, 400, "since"),
    ],
)
def test_what_cannot_be_repriced_is_refused(client, ask, status, reason):
    answer = client.post("/v1/prices/runs", json=ask)
    assert answer.status_code == status
    assert reason in answer.text


def test_an_unknown_run_is_not_found(client):
    assert client.post("/v1/prices/runs/99/apply").status_code == 404


def command(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_reprice(parser.add_subparsers(), policy_of)
    args = parser.parse_args(["reprice", *words])
    return args.run(args)


def test_the_command_compares_and_then_puts_in_force(tmp_path, capsys):
    repriced_house(DuckDBStore(tmp_path)).__exit__()
    as_of = datetime.now(UTC).isoformat()
    assert command("--data", str(tmp_path), "--as-of", as_of, "--until", "2030-01-01") == 0
    told = capsys.readouterr()
    assert "3 of 3 ledger lines change" in told.out
    assert "--run 3 --apply" in told.err
    assert command("--data", str(tmp_path), "--run", "3", "--apply") == 0
    assert command("--data", str(tmp_path), "--run", "3") == 0
    assert "0 of 3 ledger lines change" in capsys.readouterr().out


def test_the_command_says_what_it_needs(tmp_path, capsys):
    assert command() == 1
    assert command("--data", str(tmp_path)) == 1
    assert "--data DIR" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command("--as-of", "yesterday")
