"""What the page about retrieval says is so."""

import re
from pathlib import Path

from analytics.evaluation import lengths
from analytics.retrieval import shapes
from analytics.retrieval.shapes import RetrievalRow
from instrumentation import names

FOLDER = Path(shapes.__file__).parent
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
FIGURES = PAGE.partition("## Figures")[2].partition("## Configuration")[0]


def test_every_module_is_named_and_every_named_one_exists():
    table = PAGE.partition("| module |")[2].partition("## Figures")[0]
    assert set(re.findall(r"`(\w+)\.py`", table)) == {path.stem for path in FOLDER.glob("[a-z]*.py")}


def test_every_figure_is_explained_and_every_attribute_exists():
    said = set(re.findall(r"`(\w+)`", FIGURES))
    counts = {name for name in RetrievalRow.model_fields if name.endswith(("_told", "_judged"))}
    words = {"retrievals", *RetrievalRow.__bases__[0].__bases__[0].model_fields, "index_name", "index_version"}
    assert set(RetrievalRow.model_fields) - counts - words <= said
    attributes = {value for name, value in vars(names).items() if name.isupper()}
    assert set(re.findall(r"`(burnline\.[\w.]+)`", FIGURES)) <= attributes


def test_the_numbers_are_those_of_the_code():
    assert f"fewer than {lengths.FEWEST} documents" in PAGE
    assert f"at least {lengths.LEAST_FACTOR} times as long" in PAGE
