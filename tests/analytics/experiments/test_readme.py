"""What the page about experiments says is so."""

import re
from dataclasses import fields
from pathlib import Path

from analytics.experiments import shapes
from analytics.experiments.settings import ExperimentSettings

FOLDER = Path(shapes.__file__).parent
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_module_is_named_and_every_named_one_exists():
    table = PAGE.partition("| module |")[2].partition("## Saying")[0]
    assert set(re.findall(r"`(\w+)\.py`", table)) == {path.stem for path in FOLDER.glob("[a-z]*.py")}


def test_every_key_stands_there_with_its_default():
    told = dict(re.findall(r"\| `experiments\.(\w+)` \| `([^`]+)` \|", PAGE))
    defaults = {one.name: one.default for one in fields(ExperimentSettings)}
    assert told == {name: "[]" if value == () else str(value) for name, value in defaults.items()}
