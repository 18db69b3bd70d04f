"""A frame in terminals of every size: nothing is wider or longer than there is room, and what is loudest is there."""

import io

import pytest
from rich.console import Console

from dashboards.printing import Page
from dashboards.top.gathering import Wanted
from dashboards.top.page import Room, page
from tests.dashboards.top.frames import ALERT, FIGURES, OBJECTIVE, ROUTE, STANDING, frame

URL = "http://127.0.0.1:8320"


def lines(shown, width=100, height=None, *, problem=None, **console) -> list[str]:
    out = io.StringIO()
    given = {"file": out, "width": width, "force_terminal": True, "color_system": None, **console}
    Page(**given).print(page(shown, Wanted(), URL, Room(width, height), problem), highlight=False)
    return [line.rstrip() for line in out.getvalue().splitlines()]


MANY = frame(
    alerts=[ALERT] * 9,
    routes=[{**ROUTE, "route": f"route-{number}"} for number in range(30)],
    slos=[{**OBJECTIVE, "name": f"objective-{number}"} for number in range(12)],
)


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("height", [12, 24, 40, 80])
@pytest.mark.parametrize("shown", [frame(), MANY], ids=["few", "many"])
def test_it_fits_the_terminal(shown, width, height):
    drawn = lines(shown, width, height)
    assert len(drawn) <= height
    assert [line for line in drawn if len(line) > width] == []


def test_every_figure_stands_with_how_it_moved_and_its_course():
    head = lines(frame())[1:6]
    assert [line.split()[0] for line in head] == ["requests", "errors", "p95", "p50", "spend"]
    assert [word in line for word, line in zip(("1,200", "1.0 %", "1.80 s", "420 ms", "$2.50"), head, strict=True)]
    assert "+20 %" in head[0]
    assert "+100 %" in head[2]
    assert head[0].endswith("█")


def test_what_a_figure_leaves_out_is_said():
    unpriced = {"cost_usd": "612.5", "unpriced_lines": 3}
    said = "\n".join(lines(frame(month=unpriced, now=FIGURES | {"degraded_ratio": 0.556})))
    assert "today $7.12  month $612.50  without 3 unpriced lines  degraded 55.6 %" in said


def test_without_requests_nothing_is_zero_that_is_unknown():
    silent = FIGURES | {"requests": 0, "error_ratio": None, "p50_ms": None, "p95_ms": None, "cost_usd": None}
    head = lines(frame(now=silent, before=silent))[1:6]
    assert [line.split()[1] for line in head] == ["0", "-", "-", "-", "-"]


def test_what_fires_stands_first_and_is_cut_last():
    low = "\n".join(lines(MANY, 80, 14))
    assert "fires, " in low
    assert "of 9" in low
    assert "BudgetBurn" in low
    assert "budgets" not in low


def test_a_cut_section_says_how_much_of_it_is_shown():
    drawn = lines(MANY, 80, 24)
    titles = [line for line in drawn if " of " in line and "─" in line]
    assert [line.partition(" ─")[0] for line in titles] == ["fires, 4 of 9", "routes, 2 of 31", "objectives, 2 of 12"]


def test_in_a_tall_terminal_everything_is_shown():
    said = "\n".join(lines(MANY, 120, 90))
    assert all(f"route-{number} " in said for number in range(30))
    assert " of 31" not in said


def test_a_steered_route_stands_with_its_mode_and_tier_also_without_requests():
    quiet = {**STANDING, "route": "quiet", "mode": "normal", "tier": "premium", "share": 1.0}
    theirs = {**STANDING, "tenant": "acme"}
    rows = [line for line in lines(frame(standings=[STANDING, quiet, theirs])) if line.startswith(("answer", "quiet"))]
    assert [line.split()[:4] for line in rows[:3]] == [
        ["answer", "degraded", "economy", "25%"],
        ["answer", "of", "acme", "degraded"],
        ["quiet", "normal", "premium", "-"],
    ]


def test_nothing_that_fires_is_said_in_words():
    assert "Nothing fires." in lines(frame(alerts=[]))


def test_a_name_does_nothing_but_stand_there():
    hostile = {**ROUTE, "route": "\x1b[2Jgone [red]\n"}
    said = "\n".join(lines(frame(routes=[hostile]), no_color=True))
    assert "\\x1b[2Jgone [red]\\n" in said
    assert "\x1b[2J" not in said


def test_an_old_frame_says_why_it_is_old():
    assert lines(frame(), problem="no Burnline answers; trying again every 2 s")[1].startswith("no Burnline answers")


@pytest.mark.parametrize(("asked", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_is_left_out_where_it_is_not_wanted(asked, coloured):
    console = Console(_environ={"TERM": "xterm-256color", **asked}, force_terminal=True)
    with console.capture() as said:
        console.print(page(frame(), Wanted(), URL, Room(100)))
    assert ("\x1b[1;31m" in said.get()) is coloured
