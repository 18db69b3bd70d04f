"""What the page about forecasts says is so."""

import re
from pathlib import Path

from analytics.forecast import outlook
from analytics.forecast.outlook import Reason

FOLDER = Path(outlook.__file__).parent
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_module_is_named_and_every_named_one_exists():
    table = PAGE.partition("| module |")[2].partition("## What can be asked")[0]
    assert set(re.findall(r"`(\w+)\.py`", table)) == {path.stem for path in FOLDER.glob("[a-z]*.py")}


def test_every_reason_is_explained():
    assert set(re.findall(r"^\| `(\w+)` \| (?!when)", PAGE.partition("## When nothing is said")[2], re.MULTILINE)) == {
        *Reason
    }
