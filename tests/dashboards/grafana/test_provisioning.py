"""The provisioning names the data sources that boards and links rely on, as Grafana reads it."""

import re

import yaml

from collector.store import DuckDBStore
from dashboards.app import Parts, build_app
from dashboards.grafana.choices import CONSOLE
from tests.dashboards.grafana.boards import FOLDER, committed

PROVISIONED = {path.parent.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("provisioning/*/*.yaml")}
SOURCES = {one["uid"]: one for one in yaml.safe_load(PROVISIONED["datasources"])["datasources"]}


def test_every_kind_of_provisioning_is_version_one():
    assert {name: yaml.safe_load(text)["apiVersion"] for name, text in PROVISIONED.items()} == {
        "datasources": 1,
        "dashboards": 1,
        "alerting": 1,
    }


def test_a_dollar_is_written_twice():
    """Grafana replaces what follows a single one by the environment, which is empty."""
    assert [found for text in PROVISIONED.values() for found in re.findall(r"(?<!\$)\$(?!\$)\{\w+", text)] == []


def test_boards_begin_with_sources_that_are_provisioned():
    for board in committed().values():
        for variable in board["templating"]["list"]:
            if variable["type"] == "datasource":
                assert SOURCES[variable["current"]["value"]]["type"] == variable["query"]
                assert SOURCES[variable["current"]["value"]]["name"] == variable["current"]["text"]


def test_an_exemplar_opens_tempo_and_the_console():
    tempo, console = SOURCES["burnline-prometheus"]["jsonData"]["exemplarTraceIdDestinations"]
    assert SOURCES[tempo["datasourceUid"]]["type"] == "tempo"
    assert console["url"] == f"{CONSOLE}/requests/$${{__value.raw}}"
    assert tempo["name"] == console["name"] == "trace_id"


def test_prometheus_alerts_and_nobody_else():
    source = SOURCES["burnline-prometheus"]["jsonData"]
    assert SOURCES[source["alertmanagerUid"]]["type"] == "alertmanager"
    assert source["manageAlerts"] is True
    assert yaml.safe_load(PROVISIONED["alerting"])["groups"] == []


def test_windows_of_rates_follow_from_how_often_the_stack_scrapes():
    scraped = yaml.safe_load((FOLDER.parent / "stack/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    assert SOURCES["burnline-prometheus"]["jsonData"]["timeInterval"] == scraped["global"]["scrape_interval"]


def test_the_trace_sources_are_paths_of_the_server():
    paths = set(build_app(Parts(DuckDBStore(None), lambda: 0)).openapi()["paths"])
    tempo, jaeger = (SOURCES[f"burnline-{kind}"]["url"].rpartition("/")[2] for kind in ("tempo", "jaeger"))
    assert {f"/{tempo}/api/echo", f"/{jaeger}/api/services"} <= paths


def test_boards_are_not_changed_in_grafana():
    [provider] = yaml.safe_load(PROVISIONED["dashboards"])["providers"]
    assert (provider["allowUiUpdates"], provider["disableDeletion"]) == (False, True)
