"""Tables: names do nothing but stand there, and no figure is cut."""

import io

import pytest

from dashboards.grid import grid
from dashboards.printing import Page


def shown(names, figures, *, columns=60, terminal=True):
    page = Page(file=io.StringIO(), width=columns, force_terminal=terminal, color_system=None)
    page.print(grid(("team", names), ("cost", figures), numbers=("cost",)), highlight=False, crop=False)
    return page.file.getvalue().splitlines()[1:]


@pytest.mark.parametrize("name", ["[/]docs", "[red]", "[bold]docs[/bold]", "[link=http://there]docs[/link]", ":fire:"])
def test_a_name_is_never_taken_for_markup(name):
    assert shown([name], ["$1.00"]) == [f"{name}  $1.00"]


@pytest.mark.parametrize(
    ("name", "spelled"),
    [("a\x1b[2Jb", r"a\x1b[2Jb"), ("a\nb", r"a\nb"), ("a\u202eb", r"a\u202eb"), ("a\x00b", r"a\x00b")],
)
def test_what_a_terminal_would_act_on_is_spelled_out(name, spelled):
    assert shown([name], ["$1.00"]) == [f"{spelled}  $1.00"]


@pytest.mark.parametrize("columns", [10, 40, 60])
def test_too_narrow_a_terminal_shortens_names_and_never_figures(columns):
    [line] = shown(["x" * 300], ["$75,000,006,785.73"], columns=columns)
    assert line.endswith("…  $75,000,006,785.73")
    assert len(line) == max(columns, 8 + 2 + 18)


def test_into_a_pipe_nothing_is_cut():
    [line] = shown(["x" * 300], ["$75,000,006,785.73"], terminal=False)
    assert line == f"{'x' * 300}  $75,000,006,785.73"


def test_sentences_are_only_read_too():
    page = Page(file=io.StringIO(), width=60)
    page.print("Signed off by \x1b]0;Ada\x07", markup=False)
    assert page.file.getvalue() == "Signed off by \\x1b]0;Ada\n"  # bells are taken out before
