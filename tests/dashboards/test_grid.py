"""Tables: names do nothing but stand there, and no figure is cut."""

import io

import pytest

from dashboards.grid import grid, narrated
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


def told(*, columns, terminal=True):
    page = Page(file=io.StringIO(), width=columns, force_terminal=terminal, color_system=None)
    steps = ("at (UTC)", ["2026-11-21 12:00:00"] * 2), ("scope", ["route answer"] * 2)
    page.print(narrated(*steps, sentence=("why", ["it burns [red] and burns", ""])), highlight=False, crop=False)
    return [line.rstrip() for line in page.file.getvalue().splitlines()]


def test_a_sentence_that_has_no_room_beside_its_row_stands_whole_below_it():
    assert told(columns=40) == [
        "at (UTC)             scope",
        "2026-11-21 12:00:00  route answer",
        "  it burns [red] and burns",
        "2026-11-21 12:00:00  route answer",
    ]


@pytest.mark.parametrize(("columns", "terminal"), [(60, True), (40, False)])
def test_a_sentence_that_has_room_ends_its_row(columns, terminal):
    head, first, _ = told(columns=columns, terminal=terminal)
    assert head.endswith("why")
    assert first == "2026-11-21 12:00:00  route answer  it burns [red] and burns"


def test_a_long_sentence_is_wrapped_and_an_instant_never_cut():
    lines = told(columns=15)
    assert lines[1] == "2026-11-21 12:00:00  route a…"
    assert lines[2:5] == ["  it burns", "  [red] and", "  burns"]
