"""burnline.example.yaml shows the whole configuration, and is one."""

import yaml

from collector.configuration import render
from dashboards.configuration import SECTIONS, Configuration, problems
from tests.house.tree import ROOT

EXAMPLE = ROOT / "burnline.example.yaml"


def test_the_example_has_no_mistake():
    assert render(problems(EXAMPLE, {})) == ""
    assert Configuration(EXAMPLE, {}).path == EXAMPLE


def test_the_example_shows_every_section():
    assert SECTIONS.keys() - yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")).keys() == set()
