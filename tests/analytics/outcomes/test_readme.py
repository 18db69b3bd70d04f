"""What the page about outcomes says is so."""

import json
import re
from pathlib import Path

from analytics.outcomes import shapes
from analytics.outcomes.shapes import MOST, OutcomesAsk

FOLDER = Path(shapes.__file__).parent
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_module_is_named_and_every_named_one_exists():
    table = PAGE.partition("| module |")[2].partition("## Telling")[0]
    assert set(re.findall(r"`(\w+)\.py`", table)) == {path.stem for path in FOLDER.glob("[a-z]*.py")}


def test_the_example_can_be_told():
    found = OutcomesAsk.model_validate(json.loads(re.search(r"-d '(.*?)'", PAGE, re.DOTALL)[1]))
    assert [one.name for one in found.outcomes] == ["ticket_solved", "minutes_saved"]
    assert f"up to {MOST:,} as" in PAGE
