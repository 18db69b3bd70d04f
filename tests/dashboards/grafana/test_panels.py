"""Every question of every board, asked of a real Prometheus over a known workload: it has data, and SQL agrees."""

import json
import re
import time
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
import pytest

from analytics.derive.bounds import CALLS_MS, MEASURES, STAGES_MS, Bounds
from tests.dashboards.grafana.boards import Asked, committed, questions
from tests.dashboards.grafana.figures import FIGURES, QUANTILES, WINDOW_S, with_windows
from tests.dashboards.grafana.grafana import Shown, interpolated
from tests.dashboards.grafana.prometheus import Prometheus, remembering, until
from tests.dashboards.grafana.traffic import OTHERS
from tests.dashboards.grafana.world import OBJECTIVES, RULES, Pages, World, deployed, end_of_history, read

SHOWN = Shown(range_s=3_600, scrape_s=60, variables={"before": "1h", "slo": "quick-answers"})
LIVE = re.compile(r"\bALERTS\b|\bscrape_samples_scraped\b")
BOUNDS = {
    "requests": Bounds.of(OBJECTIVES).requests_ms,
    "first_chunks": Bounds.of(OBJECTIVES).first_chunks_ms,
    "stages": STAGES_MS,
    "calls": CALLS_MS,
    "measures": [bound * 1e3 for bound in MEASURES],
}
ASKED = {f"{asked.board}: {asked.panel['title']} {asked.target['refId']}": asked for asked in questions("prometheus")}
_LIVE_KEYS = ("ALERTS", "scrape_samples_scraped and on (instance, job) burnline_store_bytes")


class Watched(NamedTuple):
    """The world and the Prometheus that watches it."""

    world: World
    prometheus: Prometheus
    url: str

    def series(self, asked: Asked) -> list[tuple[dict[str, str], float]]:
        """What a question has at the end of the history, or now, if only a running server says it."""
        at_s = time.time() if LIVE.search(asked.target["expr"]) else self.world.end_s
        return self.prometheus.at(interpolated(asked.target["expr"], SHOWN), at_s)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What the store says of the windows that end there."""
        return self.world.house.rows(with_windows(query, self.world.end_s))


@pytest.fixture(scope="module")
def watched(served, tmp_path_factory):
    world = World(end_of_history())
    with served(world.app) as url:
        target = url.removeprefix("http://")
        pages = Pages(f'instance="{target}",job="burnline"')
        for at_s in world.readings():
            if at_s == world.end_s:
                deployed(url, world.end_s)
            pages.add(read(url), at_s)
        folder: Path = tmp_path_factory.mktemp("prometheus")
        with remembering(folder, pages.text(), RULES, target, world.end_s) as prometheus:
            for key in _LIVE_KEYS:
                until(lambda key=key: prometheus.at(key, time.time()))
            yield Watched(world, prometheus, url)


def test_every_question_has_an_answer(watched):
    found = {name: [value for _, value in watched.series(asked)] for name, asked in ASKED.items()}
    assert {name: values for name, values in found.items() if not values or not np.isfinite(values).all()} == {}


def test_every_figure_is_the_one_sql_says(watched):
    wrong = {}
    for name, query in _each(FIGURES):
        rows = watched.rows(query)
        labels = [label for label in rows[0] if label != "value"]
        told = {tuple(row[label] or "" for label in labels): float(row["value"]) for row in rows if row["value"]}
        found = {tuple(of.get(label, "") for label in labels): v for of, v in watched.series(ASKED[name]) if v}
        if found != pytest.approx(told, rel=1e-9):
            wrong[name] = (found, told)
    assert wrong == {}


def test_every_quantile_is_that_of_the_buckets_sql_fills(watched):
    found, expected = {}, {}
    for name, (q, bounds, query) in _each(QUANTILES):
        values = np.array([float(row["ms"]) for row in watched.rows(query)])
        expected[name] = quantile(q, values, np.array(BOUNDS[bounds])) / 1e3
        [(_, found[name])] = watched.series(ASKED[name])
    assert found == pytest.approx(expected, rel=1e-9)


def _each(of_boards):
    return [(f"{board}: {panel}", one) for board, panels in of_boards.items() for panel, one in panels.items()]


def quantile(q: float, values: np.ndarray, bounds: np.ndarray) -> float:
    """As Prometheus has it: between two bounds a straight line, that begins at zero."""
    reached = np.array([(values <= bound).sum() for bound in bounds])
    at = int(np.searchsorted(reached, q * len(values)))
    below, before = (bounds[at - 1], reached[at - 1]) if at else (0.0, 0)
    return float(below + (bounds[at] - below) * (q * len(values) - before) / (reached[at] - before))


@pytest.mark.parametrize("tenants", [("acme",), (OTHERS,), ("acme", OTHERS)])
def test_what_is_chosen_narrows_the_figures(tenants, watched):
    chosen = Shown(SHOWN.range_s, SHOWN.scrape_s, {"tenant": tenants, "route": ("answer",)})
    expr = interpolated(ASKED["overview: Requests A"].target["expr"], chosen)
    [(_, found)] = watched.prometheus.at(expr, watched.world.end_s)
    rows = watched.rows("select tenant, count(*) as n from r where route = 'answer' group by all")
    assert found * WINDOW_S == pytest.approx(sum(row["n"] for row in rows if row["tenant"] in tenants))


def test_a_heatmap_has_every_bucket(watched):
    found = {told["le"]: value for told, value in watched.series(ASKED["overview: Durations A"])}
    rows = watched.rows("select duration_ns / 1e6 as ms from r")
    bounds = Bounds.of(OBJECTIVES).requests_ms
    assert [found[f"{bound / 1e3!r}"] for bound in bounds] == [
        sum(row["ms"] <= bound for row in rows) for bound in bounds
    ]
    assert found["+Inf"] == len(rows)


def test_a_graph_has_a_value_in_every_minute_of_the_hour(watched):
    expr = interpolated(ASKED["overview: Requests by status A"].target["expr"], SHOWN)
    end_s = watched.world.end_s
    found = watched.prometheus.ask("query_range", query=expr, start=end_s - WINDOW_S, end=end_s, step=60)["result"]
    assert {one["metric"]["status"]: len(one["values"]) for one in found} == {"ok": 5, "error": 5}


def test_exemplars_of_every_question_lead_to_traces_that_are_there(watched):
    end_s = watched.world.end_s
    for asked in [one for one in ASKED.values() if one.target["exemplar"]]:
        wanted = {"query": interpolated(asked.target["expr"], SHOWN), "start": end_s - 600, "end": end_s + 600}
        found = until(lambda wanted=wanted: watched.prometheus.ask("query_exemplars", **wanted))
        trace = found[0]["exemplars"][0]["labels"]["trace_id"]
        answer = httpx.get(f"{watched.url}/tempo/api/v2/traces/{trace}", headers={"Accept": "application/protobuf"})
        assert answer.status_code == 200, str(asked)


def test_marks_stand_at_their_exact_times(watched):
    marks = {one["name"]: one for one in committed()["overview"]["annotations"]["list"]}
    at_s, end_s = {}, watched.world.end_s
    for name in ("Router steps", "Deployments"):
        found = watched.prometheus.at(marks[name]["expr"], end_s)
        at_s[name] = sorted(value / 1e3 for _, value in found)
    steps = watched.rows("select noted_at from journal where kind = 'transition' order by noted_at")
    assert at_s["Router steps"] == [row["noted_at"] / 1e9 for row in steps]
    assert at_s["Deployments"] == [end_s - 20 * 60]


def test_slow_traces_are_found(watched):
    [asked] = questions("tempo")
    span = {"start": watched.world.end_s - 3_600, "end": watched.world.end_s}
    told = {"q": asked.target["query"], "limit": asked.target["limit"], "spss": 3, **span}
    answer = httpx.get(f"{watched.url}/tempo/api/search", params=told)
    assert len(json.loads(answer.text)["traces"]) == 6  # one in ten minutes
