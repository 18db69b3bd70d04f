"""What rules about objectives and spend budgets read is on the page, and Prometheus takes it from there."""

import json
import socket
import subprocess
import time
import urllib.request
from decimal import Decimal

import pytest

from analytics.api import Goals
from analytics.periods import Period
from analytics.slo.judging import register
from analytics.slo.objective import Objective, Sli
from analytics.slo.rules.counters import COUNTERS, WEIGHT_SQUARES, definition
from analytics.slo.rules.pack import rules_of
from analytics.slo.rules.spend import GAUGES
from analytics.spending.budget import SpendBudget
from analytics.spending.spending import Spending
from collector.store import DuckDBStore
from dashboards.app import Parts, build_app
from tests.analytics.stored import MINUTE, NOON, Line, Stored, put
from tests.analytics.traffic import Request, arrive
from tests.dashboards.metrics.test_page import samples
from tests.programs import needed

HOUR = 60 * MINUTE
ANSWERS = Objective("answers", Sli.AVAILABILITY, target=0.99, route="answer")
DAY = SpendBudget("day", Decimal(24), Period.DAY)
"""An even plan: one dollar an hour."""


def app_over(store: DuckDBStore, *budgets: SpendBudget):
    register(store, [ANSWERS])
    return build_app(Parts(store, lambda: NOON + HOUR, Goals([ANSWERS], budgets, spending=Spending(store, budgets))))


def test_an_objective_is_counted_on_the_page():
    store = DuckDBStore(None)
    app = app_over(store)
    arrive(store, [Request(), Request(), Request(status="error")])
    found = samples(app)
    words = ("answers", definition(ANSWERS), *[""] * 8)
    assert found["burnline_objective_events_total", *words] == 3
    assert found["burnline_objective_bad_events_total", *words] == 1
    assert found["burnline_objective_bad_events_taken_back_total", *words] == 0


def test_weights_are_told_of_measures_alone():
    found = {name for name, *_ in samples(app_over(DuckDBStore(None)))}
    assert {counter.series for counter in COUNTERS} - found == {WEIGHT_SQUARES.series}


def test_a_spend_budget_is_held_against_its_plan():
    """Twelve dollars until noon, and two in the hour since: 11 are planned for the rest, and 10 are left."""
    store = DuckDBStore(None)
    before = Stored(number=1, started_at=NOON - 6 * HOUR, lines=[Line(quantity=12, unit_price_usd="1")])
    since = Stored(number=2, started_at=NOON + HOUR // 2, lines=[Line(quantity=2, unit_price_usd="1")])
    put(store, before, since)
    found = samples(app_over(store, DAY))
    assert found["burnline_budget_amount_usd", "day"] == 24
    assert found["burnline_budget_spent_usd", "day"] == 14
    assert found["burnline_budget_burn", "day", "1h"] == pytest.approx(2 / 1 * 11 / 10)
    assert found["burnline_budget_burn", "day", "5m"] == 0
    assert found["burnline_budget_above_plan_usd", "day", "1h"] == pytest.approx(1)


def test_spend_that_is_unknown_is_not_zero():
    store = DuckDBStore(None)
    put(store, Stored(started_at=NOON, lines=[Line(unit_price_usd=None)]))
    assert ("burnline_budget_spent_usd", "day") not in samples(app_over(store, DAY))


def test_without_goals_there_is_nothing_to_say():
    page = samples(build_app(Parts(DuckDBStore(None), lambda: NOON)))
    named = {counter.series for counter in COUNTERS} | {gauge.name for gauge in GAUGES}
    assert not {name for name, *_ in page} & named


def test_prometheus_scrapes_them_and_loads_the_rules(tmp_path, served):
    store = DuckDBStore(None)
    app = app_over(store, DAY)
    arrive(store, [Request(), Request(status="error")])
    (tmp_path / "rules.yml").write_text(rules_of([ANSWERS], [DAY]), encoding="utf-8")
    with served(app) as url, socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
        free.close()
        target = url.removeprefix("http://")
        config = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
            "rule_files": ["rules.yml"],
            "scrape_configs": [{"job_name": "burnline", "static_configs": [{"targets": [target]}]}],
        }
        (tmp_path / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")
        command = [needed("prometheus"), "--config.file=prometheus.yml", f"--web.listen-address={address}"]
        with subprocess.Popen([*command, "--log.level=error"], cwd=tmp_path) as process:  # noqa: S603 - a program of Debian
            try:
                bad = _asked(address, 'query?query=burnline_objective_bad_events_total{objective="answers"}')["result"]
                groups = _asked(address, "rules")["groups"]
            finally:
                process.terminate()
    assert [(one["metric"]["definition"], one["value"][1]) for one in bad] == [(definition(ANSWERS), "1")]
    assert {group["name"] for group in groups} == {"burnline-answers burn", "burnline-answers period", "budget day"}


def _asked(address: str, what: str) -> dict:
    """Ask until there is an answer that is not empty."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://{address}/api/v1/{what}", timeout=5) as answer:
                found = json.load(answer)["data"]
        except OSError:
            found = {}
        if any(found.values()) and found.get("result") != []:
            return found
        time.sleep(0.05)
    raise AssertionError(f"Prometheus says nothing about {what}")
