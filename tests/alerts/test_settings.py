"""The example configuration and the README say what the code says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from alerts.policy import RoutePolicy
from alerts.settings import RULES, SECTIONS, EvaluationSettings, SignalSettings
from analytics.slo.evidence import Gate
from analytics.slo.windows import WORKBOOK_WINDOWS
from collector.configuration import check, load, reference, reference_table, render
from collector.store import StoreSettings
from instrumentation.downgrade import Tier

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "burnline.example.yaml"
README = ROOT / "alerts" / "README.md"
KNOWN = {**SECTIONS, "store": StoreSettings}


@pytest.fixture
def example(tmp_path):
    """The example, cut to the sections known here."""
    document = yaml.compose(EXAMPLE.read_text(encoding="utf-8"))
    document.value = [(key, value) for key, value in document.value if key.value in KNOWN]
    path = tmp_path / "burnline.yaml"
    path.write_text(yaml.serialize(document), encoding="utf-8")
    return path


def test_the_example_is_a_configuration_without_a_mistake(example):
    assert render(check(example, KNOWN, rules=RULES)) == ""


def test_the_example_shows_the_defaults(example):
    loaded = load(example, KNOWN, rules=RULES)
    sections = {"evidence": Gate(), "evaluation": EvaluationSettings(), "signal": SignalSettings()}
    assert {name: loaded[name] for name in (*sections, "store")} == sections | {"store": StoreSettings()}
    assert loaded["objectives"][0].windows == WORKBOOK_WINDOWS
    ladder = (Tier.PREMIUM, Tier.STANDARD, Tier.ECONOMY, Tier.CACHED_ONLY)
    assert loaded["routes"] == (RoutePolicy("answer", ladder=ladder),)


def test_the_example_names_every_key():
    written = set(_keys(yaml.compose(EXAMPLE.read_text(encoding="utf-8"))))
    unwritten = [entry.key for entry in reference(KNOWN) if entry.key not in written]
    assert unwritten == [f"signal.keys[].{name}" for name in ("kid", "secret_env", "secret_file")]  # none by default


def test_the_readme_holds_the_reference_as_generated():
    assert reference_table(SECTIONS) in README.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("signal: {lease: 10s}", "signal.lease", "at least 4 renewals, 20.0"),
        ("signal: {renew: 0s}", "signal.renew", "more than 0"),
        ("signal: {keys: [{kid: a}]}", "signal.keys[0]", "neither of an environment variable and a file"),
        ("signal: {keys: [{kid: a, secret_env: A}, {kid: a, secret_env: B}]}", "signal.keys", "each kid once"),
        ("evaluation: {every: 0s}", "evaluation.every", "more than 0"),
        ("objectives: [{name: a, sli: cost, target: 95, ceiling_usd: 1}]", "objectives[0].target", "0.995 for 99.5 %"),
        ("objectives: [{name: a, sli: availability, target: 0.9}]", "objectives[0].target", "could never fire"),
        ("routes: [{route: answer}]", "routes[0].route", "nothing steers answer"),
    ],
)
def test_a_mistake_is_explained_where_it_stands(tmp_path, text, key, said):
    path = tmp_path / "burnline.yaml"
    path.write_text(text, encoding="utf-8")
    (problem,) = check(path, SECTIONS, rules=RULES)
    assert problem.key == key
    assert said in problem.found
    assert problem.line == 1


def _keys(node, path="") -> Iterator[str]:
    if isinstance(node, yaml.MappingNode) and node.value:
        for key, value in node.value:
            yield from _keys(value, f"{path}.{key.value}".removeprefix("."))
    elif isinstance(node, yaml.SequenceNode) and node.value and isinstance(node.value[0], yaml.MappingNode):
        for item in node.value:
            yield from _keys(item, f"{path}[]")
    else:
        yield path
