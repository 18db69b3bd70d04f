"""The sections ``subscriptions`` and ``alertmanagers``: what is refused where it is written."""

from pathlib import Path

import pytest
import yaml

from alerts.delivery.settings import RULES, SECTIONS
from alerts.settings import SignalSettings
from collector.configuration import check, reference, reference_table, render

README = Path(__file__).parents[3] / "alerts" / "delivery" / "README.md"
HOOK = "name: a, url: 'https://hooks.example.com', secrets: [{env: HOOK}]"


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        (f"subscriptions: [{{{HOOK}, url_: x}}]", "subscriptions[0].url_", "unknown key"),
        ("subscriptions: [{name: a, url: 'http://x', secrets: [{env: A}]}]", "subscriptions[0].url", "allow_http"),
        ("subscriptions: [{name: a, url: 'https://x', secrets: []}]", "subscriptions[0].secrets", "at least one"),
        ("subscriptions: [{name: a, url: 'https://x', secrets: [{}]}]", "subscriptions[0].secrets[0]", "neither"),
        (f"subscriptions: [{{{HOOK}, events: []}}]", "subscriptions[0].events", "at least one"),
        (f"subscriptions: [{{{HOOK}, events: [moved]}}]", "subscriptions[0].events[0]", "moved"),
        (f"subscriptions: [{{{HOOK}, timeout: 0s}}]", "subscriptions[0].timeout", "more than 0"),
        (f"subscriptions: [{{{HOOK}, allow_networks: [10.1]}}]", "subscriptions[0].allow_networks", "10.1.0.0/16"),
        (f"subscriptions: [{{{HOOK}}}, {{{HOOK}}}]", "subscriptions[1].name", "another subscription"),
        ("alertmanagers: [{url: 'alertmanager:9093'}]", "alertmanagers[0].url", "expected one such as"),
        ("alertmanagers: [{url: 'http://a', labels: {the-cluster: eu}}]", "alertmanagers[0].labels", "the-cluster"),
        ("alertmanagers: [{url: 'http://a', every: 0s}]", "alertmanagers[0].every", "more than 0"),
    ],
)
def test_a_mistake_is_found_where_it_is_written(tmp_path, text, key, said):
    path = tmp_path / "burnline.yaml"
    path.write_text(text, encoding="utf-8")
    (problem,) = check(path, SECTIONS, rules=RULES)
    assert problem.key == key
    assert said in problem.text


def test_what_is_written_well_has_no_problem(tmp_path):
    path = tmp_path / "burnline.yaml"
    path.write_text(
        f"subscriptions: [{{{HOOK}, events: [changed, issued], allow_networks: [10.1.0.0/16], tenant: acme}}]\n"
        "alertmanagers: [{url: 'http://alertmanager:9093', labels: {cluster: eu}}]\n",
        encoding="utf-8",
    )
    assert check(path, SECTIONS, rules=RULES) == []


def block() -> str:
    """The YAML of the README."""
    return README.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]


def keys(node: object, path: str = "") -> set[str]:
    if isinstance(node, dict):
        return {found for name, value in node.items() for found in keys(value, f"{path}.{name}".strip("."))}
    if isinstance(node, list):
        return {path, *(found for value in node for found in keys(value, f"{path}[]"))}
    return {path}


def test_the_readme_holds_the_reference_as_generated():
    assert reference_table(SECTIONS) in README.read_text(encoding="utf-8")


def test_the_example_of_the_readme_has_no_mistake_and_names_every_key(tmp_path):
    path = tmp_path / "burnline.yaml"
    path.write_text(block(), encoding="utf-8")
    sections = {**SECTIONS, "signal": SignalSettings}
    assert render(check(path, sections, rules=RULES)) == ""
    written = keys(yaml.safe_load(block()))
    wanted = {entry.key for entry in reference({name: sections[name] for name in (*SECTIONS, "signal")})}
    assert {key for key in wanted - written if not key.startswith(("signal.renew", "signal.lease"))} <= {
        "alertmanagers[].labels"  # written with labels of somebody's own
    }
