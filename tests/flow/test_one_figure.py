"""One question, four answers: the console, Grafana's Prometheus, the command and the export of finance agree.

To which digits: money is exact to the last decimal in console (its title), command and export; Prometheus keeps 64-bit
floats, so 15 digits there. Counts are the same number everywhere. A ratio is the same float, and to a tenth of a
percent where it is read off a page. A p95 is the same float in console and command (which write it with three digits);
Prometheus interpolates within a bucket of a histogram, so there it is the same bucket.
"""

import csv
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from analytics.derive.bounds import Bounds
from tests.analytics.derive.house import Sent, body, call
from tests.chromium import chromium
from tests.dashboards.grafana.boards import committed
from tests.dashboards.grafana.prometheus import Prometheus, running, until
from tests.flow.conftest import Burnline, Servers

S = 1_000_000_000
COMMAND = Path(sys.executable).with_name("burnline")
REQUESTS: Mapping[tuple[str, str], int] = {("acme", "answer"): 40, ("acme", "search"): 20, ("globex", "answer"): 12}
"""Requests by tenant and route; one in eight on the route answer fails."""
FAILED: Mapping[str, int] = {"answer": 6, "search": 0}
USD = {"acme": Decimal("0.180"), "globex": Decimal("0.036")}  # 60 and 12 x (1,000 x 2 + 100 x 10) / 1,000,000
OBJECTIVE = {"name": "answers", "sli": "availability", "target": 0.5, "route": "answer"}
LEFT = 1 - (6 / 52) / (1 - 0.5)
CONFIG = {
    "prices": [{"model": "gpt-4o", "usd_per_million": {"input_uncached": 2, "output": 10}}],
    "objectives": [OBJECTIVE | {"windows": [{"budget_share": 0.01, "long": "6h", "short": "30m"}]}],
    "attribution_rules": [{"name": "tenants pay", "when": {"tenant": ["?*"]}, "set": {"cost_center": "CC-{tenant}"}}],
    "chargeback": {"company": "Acme", "unallocated_owner": "platform"},
    "derive": {"settle": "1s"},
}
_ALONE = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")


@dataclass(frozen=True, slots=True)
class World:
    """A filled server, a Prometheus that has scraped it, and a browser that looks at it."""

    server: Burnline
    prometheus: Prometheus
    page: Page
    start: str
    """Of the month."""
    until: str

    @property
    def month(self) -> str:
        return self.start[:7]

    def run(self, *words: object) -> str:
        """What the command says."""
        asked = [COMMAND, *map(str, words), "--url", self.server.api]
        ran = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own command
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def told(self, *words: object) -> Any:
        return json.loads(self.run(*words, "--json"))

    def open(self, path: str) -> Page:
        self.page.goto(self.server.api + path)
        self.page.wait_for_function(
            "() => document.querySelector('main h1') && !document.querySelector('[aria-busy], .skeleton')"
        )
        return self.page

    def series(self, expr: str) -> dict[tuple[str, ...], float]:
        """What Prometheus says now, by the values of the labels."""
        found = self.prometheus.at(expr, time.time())
        return {tuple(value for _, value in sorted(labels.items())): value for labels, value in found}


def requests(began_ns: int) -> Iterator[Sent]:
    number = 0
    for (tenant, route), many in REQUESTS.items():
        for i in range(many):
            number += 1
            who = {"burnline.tenant": tenant, "burnline.route": route, "burnline.team": "desk"}
            shape = {"trace": number, "start_at_ns": began_ns + number * S, "says": who}
            took_s = 0.1 * (1 + number % 30)
            yield Sent(**shape, kind="request", duration_s=took_s, failed=route == "answer" and i % 8 == 7)
            yield call(**shape, span=2, parent=1, tokens=(1_000, 100), duration_s=took_s / 2)


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("one-figure")
    servers, now = Servers(folder), datetime.now(UTC)
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    began_ns = max(time.time_ns() - 200 * S, int(month.timestamp()) * S)
    try:
        server = servers(config=CONFIG)
        assert server.send(body(requests(began_ns))).status_code == 200
        start, end = (f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (month, now))
        server.until(lambda: server.get("/v1/cost", start=start)["totals"]["requests"] == sum(REQUESTS.values()), 30)
        executable, environment = chromium()
        target = server.api.removeprefix("http://")
        scraped = {"scrape_configs": [{"job_name": "burnline", "static_configs": [{"targets": [target]}]}]}
        (folder / "prometheus").mkdir()
        with running(folder / "prometheus", scraped) as prometheus, sync_playwright() as playwright:
            until(lambda: prometheus.at("burnline_requests_total", time.time()), 30)
            browser = playwright.chromium.launch(executable_path=executable, args=_ALONE, env=environment)
            yield World(server, prometheus, browser.new_page(), start, end)
            browser.close()
    finally:
        servers.end()


def panel(title: str, tenant: str) -> str:
    """The question of a panel of the committed boards, for one tenant."""
    (found,) = {
        target["expr"]
        for board in committed().values()
        for one in board["panels"]
        if one["title"] == title
        for target in one.get("targets", ())
    }
    return str(found).replace("$tenant", tenant)


def by(rows: list[dict[str, Any]], name: str, value: str) -> dict[str, Any]:
    (found,) = (row for row in rows if row[name] == value)
    return found


def test_the_cost_of_a_tenants_month_is_the_same_cent_and_less_everywhere(world, tmp_path):
    for tenant, usd in USD.items():
        told = by(world.told("cost", "--by", "tenant", "--start", world.start)["rows"], "tenant", tenant)
        assert Decimal(told["cost_usd"]) == usd
        row = world.open(f"/cost?by=tenant&start={world.start}").locator("tbody tr", has_text=tenant)
        assert f"{told['cost_usd']} USD" in [cell.get_attribute("title") for cell in row.locator("[title]").all()]
        (value,) = world.series(panel("This month (ledger, exact)", tenant)).values()
        assert value == pytest.approx(float(usd), rel=1e-15)
    assert _exported(world, tmp_path) == {**USD, None: Decimal("0.004")}  # 3.6 cents are 4 on a bill
    table = world.run("cost", "--by", "tenant", "--start", world.start)
    assert all(f"${usd.normalize()}" in table for usd in USD.values())


def test_requests_and_failures_of_a_route_are_the_same_numbers(world):
    counted = "sum by (route) ({0}_total) - (sum by (route) ({0}_taken_back_total) or 0 * sum by (route) ({0}_total))"
    whole = world.series(counted.format("burnline_requests"))
    rows = world.told("cost", "--by", "route", "--start", world.start)["rows"]
    for route, failed in FAILED.items():
        many = sum(count for (_, own), count in REQUESTS.items() if own == route)
        told = by(rows, "route", route)
        assert (told["requests"], told["errors"], whole[route,]) == (many, failed, many)
        cells = _overview(world, route)
        assert cells["Requests"] == str(many)
        assert cells["Failed"] == f"{100 * failed / many:.1f} %"
        ratio = world.series(f'sum(burnline_requests_total{{status="error",route="{route}"}}) or vector(0)')
        assert list(ratio.values()) == [failed]


def test_the_p95_of_a_route_is_the_same_and_lies_in_the_bucket_prometheus_says(world):
    rows = world.told("latency", "--by", "route", "--start", world.start)["rows"]
    bounds_s = [0.0, *(bound / 1_000 for bound in Bounds.of([]).requests_ms), float("inf")]
    quantile = "histogram_quantile(0.95, sum by (route, le) (burnline_request_duration_seconds_bucket))"
    interpolated = world.series(quantile)
    for route in FAILED:
        p95_ms = by(rows, "route", route)["p95_ms"]
        assert _overview(world, route)["p95"] == f"{p95_ms / 1_000:.2f} s"
        place = next(i for i, bound in enumerate(bounds_s) if p95_ms / 1_000 <= bound)
        assert bounds_s[place - 1] <= interpolated[route,] <= bounds_s[place]


def test_what_is_left_of_a_budget_is_the_same_share(world):
    told = by(world.told("slo")["slos"], "name", "answers")
    assert told["remaining_ratio"] == pytest.approx(LEFT, rel=1e-12)
    bad, whole = (
        f'sum({name}_total{{objective="answers"}}) - (sum({name}_taken_back_total{{objective="answers"}}) or vector(0))'
        for name in ("burnline_objective_bad_events", "burnline_objective_events")
    )
    (left,) = world.series(f"1 - (({bad}) / ({whole})) / (1 - {OBJECTIVE['target']})").values()
    assert left == pytest.approx(told["remaining_ratio"], rel=1e-12)
    shown = f"{100 * LEFT:.1f} %"
    assert shown in world.open("/budgets").locator("main").inner_text()
    assert shown in world.run("slo")


def _overview(world: World, route: str) -> dict[str, str]:
    """The row of a route on the first page, by the titles of its columns."""
    page = world.open("/")
    table = page.locator("table", has=page.locator("th", has_text="Mode")).first
    titles = table.locator("thead th").all_inner_texts()
    row = table.locator("tbody tr", has_text=route)
    return dict(zip(titles, row.locator("th, td").all_inner_texts(), strict=True))


def _exported(world: World, folder: Path) -> dict[str | None, Decimal]:
    """What each tenant's usage costs by the files of finance; without a tenant what rounds a bill to whole cents."""
    world.run("chargeback", "export", world.month, "--formats", "csv", "--to", folder)
    found: dict[str | None, Decimal] = defaultdict(Decimal)
    with (folder / "cost_and_usage.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found[json.loads(row["Tags"]).get("tenant")] += Decimal(row["BilledCost"])
    return dict(found)
