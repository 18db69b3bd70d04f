"""What the page about recommendations says is so."""

import re
from dataclasses import fields
from pathlib import Path

from analytics.recommendations import shapes
from analytics.recommendations.settings import RecommendationSettings

FOLDER = Path(shapes.__file__).parent
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_module_is_named_and_every_named_one_exists():
    table = PAGE.partition("| module |")[2].partition("## What")[0]
    assert set(re.findall(r"`(\w+)\.py`", table)) == {path.stem for path in FOLDER.glob("[a-z]*.py")}


def test_every_key_stands_there_with_its_default():
    told = dict(re.findall(r"\| `recommendations\.(\w+)` \| `([^`]+)` \|", PAGE))
    assert told == {one.name: str(one.default) for one in fields(RecommendationSettings)}
