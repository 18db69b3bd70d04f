"""Every benchmark is run by ``make bench`` and stands on the page that says what was measured."""

import ast

import pytest

from tests.benchmarks.__main__ import BENCHMARKS
from tests.house.tree import ROOT

FOLDER = ROOT / "tests" / "benchmarks"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")


def measures(source: str) -> bool:
    """Whether a module is a benchmark: it has a ``main`` without arguments and a question."""
    tree = ast.parse(source)
    mains = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main"]
    return bool(mains) and "?" in (ast.get_docstring(tree) or "").splitlines()[0]


def test_all_of_them_are_run():
    found = {path.stem for path in FOLDER.glob("*.py") if measures(path.read_text(encoding="utf-8"))}
    assert found == set(BENCHMARKS)


@pytest.mark.parametrize("name", BENCHMARKS)
def test_the_page_asks_the_question_of_each(name):
    question = (ast.get_docstring(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))) or "").splitlines()[0]
    assert f"| {question} | `python -m tests.benchmarks.{name}" in PAGE
