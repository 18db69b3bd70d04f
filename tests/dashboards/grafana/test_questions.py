"""Every question can be parsed, and asks for series that are there: of ``/metrics``, of the rules, of Prometheus."""

import re
import subprocess

import pytest
import yaml

from dashboards.grafana.promql import grown, rate, taken_back
from dashboards.metrics.families import FAMILIES, Kind
from tests.dashboards.grafana.boards import committed, questions
from tests.dashboards.grafana.grafana import Shown, interpolated
from tests.dashboards.grafana.naming import names
from tests.dashboards.grafana.world import RULES
from tests.programs import needed

OF_PROMETHEUS = {"ALERTS", "scrape_samples_scraped", "up"}
SHOWN = Shown(3_600, variables={"before": "1d", "slo": "answers"})
ASKED = {str(asked): asked.target["expr"] for asked in questions("prometheus")}
MARKED = {mark["name"]: mark["expr"] for mark in committed()["overview"]["annotations"]["list"] if "expr" in mark}
EVERYTHING = ASKED | MARKED


def series_of_families() -> set[str]:
    """Every name on ``/metrics``."""
    ends = {Kind.GAUGE: ("",), Kind.COUNTER: ("_total",), Kind.HISTOGRAM: ("_bucket", "_count", "_sum")}
    return {f"{family.name}{end}" for family in FAMILIES.values() for end in ends[family.kind]}


def recorded() -> set[str]:
    """Every name that a rule records."""
    return {rule["record"] for group in yaml.safe_load(RULES)["groups"] for rule in group["rules"] if "record" in rule}


def checked(folder, exprs: dict[str, str]) -> subprocess.CompletedProcess:
    rules = [{"record": f"asked:{number}", "expr": expr} for number, expr in enumerate(exprs.values())]
    (folder / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": rules}]}), encoding="utf-8")
    command = [needed("promtool"), "check", "rules", folder / "rules.yml"]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a program of Debian


def test_promtool_parses_every_question(tmp_path):
    ran = checked(tmp_path, {name: interpolated(expr, SHOWN) for name, expr in EVERYTHING.items()})
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_promtool_refuses_what_is_no_question(tmp_path):
    assert checked(tmp_path, {"broken": "sum by (route) (rate(burnline_requests_total))"}).returncode != 0


def test_every_series_is_one_that_is_there():
    known = series_of_families() | recorded() | OF_PROMETHEUS
    asked = {name: names(interpolated(expr, SHOWN)) - known for name, expr in EVERYTHING.items()}
    assert {name: unknown for name, unknown in asked.items() if unknown} == {}


def test_an_unknown_series_is_found():
    assert names("rate(burnline_request_total[5m])") - series_of_families() == {"burnline_request_total"}


def test_every_label_that_is_named_is_one_of_its_family():
    """A misspelt label selects nothing, or everything."""
    wrong = []
    for name, expr in EVERYTHING.items():
        for series, where in re.findall(r"\b([a-z_]+)\{([^}]*)\}", expr):
            family = FAMILIES.get(re.sub(r"_(total|bucket|count|sum)$", "", series)) or FAMILIES.get(series)
            if family is not None:
                labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", where))
                wrong += [(name, label) for label in labels - {*family.labels, "le"}]
    assert wrong == []


def test_every_family_that_moves_is_asked_less_what_was_taken_back():
    moving = {series for series in series_of_families() if not series.startswith("burnline_objective") and back(series)}
    for name, expr in ASKED.items():
        asked = names(interpolated(expr, SHOWN))
        assert {back(series) for series in asked & moving} <= asked, name


def back(series: str) -> str | None:
    family = re.sub(r"_(total|bucket|count|sum)$", "", series)
    counts = FAMILIES[family].kind is not Kind.GAUGE if family in FAMILIES else False
    return taken_back(series) if counts else None


def test_every_family_is_on_a_board_or_read_by_the_rules():
    asked = set().union(*(names(interpolated(expr, SHOWN)) for expr in EVERYTHING.values()))
    read = {name for rule in re.findall(r"burnline_\w+", RULES) for name in (rule, rule.removesuffix("_total"))}
    shown = {re.sub(r"_(total|bucket|count|sum)$", "", series) for series in asked} | asked | read
    assert set(FAMILIES) - shown == {"burnline_objective_weight_squares"}  # of weighted measures; here there are none


COUNTED = """
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {series: 'burnline_requests_total{route="answer", status="ok"}', values: '0+10x10'}
      - {series: 'burnline_requests_total{route="search", status="ok"}', values: '0+5x10'}
      - {series: 'burnline_requests_taken_back_total{route="answer", status="ok"}', values: '0 0 0 0 0 0 0+3x4'}
      - {series: 'burnline_router_transitions_total{from="premium"}', values: '_ _ _ _ _ _ _ _ 1 1 1'}
    promql_expr_test:
      - expr: RATE
        eval_time: 10m
        exp_samples: [{labels: '{route="answer"}', value: 6.999999999999999}, {labels: '{route="search"}', value: 5}]
      - expr: GROWN
        eval_time: 10m
        exp_samples: [{labels: '{from="premium"}', value: 1}]
"""


def test_what_was_taken_back_is_subtracted_where_there_is_any_and_first_events_are_seen(tmp_path):
    asked = f"60 * {rate('burnline_requests_total', by='route', window='4m')}"
    steps = grown("burnline_router_transitions_total", by="from").replace("$__range", "5m")
    text = COUNTED.replace("RATE", f'"{asked}"').replace("GROWN", f'"{steps}"')
    (tmp_path / "timeline.yml").write_text(text, encoding="utf-8")
    command = [needed("promtool"), "test", "rules", tmp_path / "timeline.yml"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a program of Debian
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    "series", ["burnline_requests_total", "burnline_measure_sum", "burnline_first_chunk_seconds_count"]
)
def test_what_is_taken_back_of_a_series_is_a_series(series):
    assert taken_back(series) in series_of_families()
