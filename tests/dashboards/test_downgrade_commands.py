"""Operators at the command line, and decisions in every mode, now and at an instant."""

import argparse
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta

import pytest

from alerts.board import Board
from alerts.evaluation import EvaluationLoop
from alerts.journal import Journal
from alerts.operators import Operators
from alerts.overrides_api import router as overrides
from alerts.policy import RoutePolicy
from alerts.routing_api import router as routing
from analytics.slo.burn import nanoseconds
from analytics.slo.objective import Objective, Sli
from analytics.slo.windows import Window
from collector.store import DuckDBStore
from dashboards import downgrade_commands
from dashboards.app import Parts, build_app
from tests.alerts.observations import NOON

UP = Objective("up", Sli.AVAILABILITY, 0.9, route="answer", period_s=600.0, windows=(Window(0.05, 10.0, 3.0),))


class House:
    """A server over an empty store whose one route operators can set; an instant that the test moves."""

    def __init__(self) -> None:
        self.at = NOON
        self.store = DuckDBStore(None)
        journal, policies = Journal(self.store), (RoutePolicy("answer"),)
        self.operators = Operators(journal, policies)
        board = Board(1, NOON, renew_s=1, lease_s=4)
        self.loop = EvaluationLoop(
            self.store, (UP,), policies, journal, board, lambda: self.at, operators=self.operators
        )
        routes = (overrides(self.operators, lambda: nanoseconds(self.at)), routing(board))
        self.app = build_app(Parts(self.store, lambda: nanoseconds(self.at), routers=routes))

    def look(self, minutes: float) -> None:
        """Evaluate some minutes after noon."""
        self.at = NOON + timedelta(minutes=minutes)
        self.loop.tick()


@pytest.fixture
def house():
    made = House()
    yield made
    made.store.close()


@pytest.fixture
def url(served, house):
    with served(house.app) as address:
        yield address


@pytest.fixture
def downgrade(url):
    def run(*words: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser("burnline")
        downgrade_commands.register(parser.add_subparsers(required=True))
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            args = parser.parse_args(["downgrade", *words, "--url", url])
            return args.run(args), out.getvalue(), err.getvalue()

    return run


WHY = ("--reason", "the provider told us", "--by", "sam")


def test_an_operator_sets_a_tier_and_everybody_sees_it(downgrade, house, burnline, url):
    status, out, _ = downgrade("set", "--route", "answer", "--tier", "economy", "--for", "2h", *WHY)
    assert status == 0
    assert out.strip() == "route answer is set to economy until 2026-11-21 14:00:00 UTC, by sam: the provider told us"
    house.look(1)
    shown = burnline("decisions", "--url", url).out
    assert "economy" in shown
    assert "manual" in shown
    assert "sam set it to economy until 2026-11-21 14:00:00 UTC: the provider told us." in shown
    assert "economy" in downgrade("list")[1]


def test_who_clears_it_gives_the_route_back_from_where_it_is(downgrade, house, burnline, url):
    downgrade("set", "--route", "answer", "--tier", "standard", *WHY)
    house.look(1)
    status, out, _ = downgrade("clear", "--route", "answer", *WHY)
    assert (status, out.strip()) == (0, "route answer is decided by its budgets again, from where it is")
    house.look(2)
    shown = burnline("decisions", "--url", url).out
    assert "answer is decided by its budgets again, from standard on; sam had set it to standard." in shown
    assert "Held where it is, because no telemetry comes: none has come for a day." in shown
    assert downgrade("list")[1].strip() == "Nothing is set by hand: budgets decide."


def test_a_hold_shows_and_obliges_nobody_at_the_best_tier(downgrade, house, burnline, url):
    downgrade("hold", "--route", "answer", *WHY)
    house.look(1)
    (decision,) = json.loads(burnline("decisions", "--url", url, "--json").out)["decisions"]
    assert (decision["mode"], decision["tier"], decision["share"]) == ("hold", "premium", 0.0)


def test_where_a_route_stood_at_an_instant(downgrade, house, burnline, url):
    downgrade("set", "--route", "answer", "--tier", "economy", "--for", "10m", *WHY)
    house.look(1)
    house.look(20)
    then = burnline("decisions", "--url", url, "--at", "2026-11-21T12:05:00Z").out
    assert ("economy" in then, "manual" in then, "over" in then) == (True, True, False)
    assert "manual over" in burnline("decisions", "--url", url, "--at", "2026-11-21T12:30:00Z").out
    assert "No route had ever stepped by" in burnline("decisions", "--url", url, "--at", "2026-11-21T11:00:00Z").out
    history = burnline("decisions", "--url", url, "--history", "--until", "2026-11-21T12:30:00Z").out
    assert "premium → economy" in history
    assert "at economy" in history


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("set", "--route", "search", "--tier", "economy"), "nobody steers route search"),
        (("set", "--route", "answer", "--tier", "sources_only"), "expected one of premium, standard, economy"),
        (("hold", "--route", "answer", "--for", "soon"), "write for instance --for 30m"),
        (("clear", "--route", "answer"), "nothing is in force for route answer"),
    ],
)
def test_a_refusal_says_what_would_do(downgrade, words, said):
    status, out, err = downgrade(*words, *WHY)
    assert (status, out) == (1, "")
    assert said in " ".join(err.split())
