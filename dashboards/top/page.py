"""A frame as a page of so many columns and lines: the head whole, each section as far as there is room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from collector.configuration.values import duration_text
from dashboards.figures import clock
from dashboards.grid import plain
from dashboards.top.figures_block import FIGURES, figures_block, spend_line
from dashboards.top.gathering import Frame, Wanted
from dashboards.top.sections import LOUD, Section, sections

WIDE = 100
"""Columns from which on every column of the tables has room."""
_TIME_AT = 11
"""Where the time of day begins in an instant."""
_LEAST_ROWS = 2
_AROUND = 2
"""Lines of a section beside its rows: its title and the titles of its columns."""


@dataclass(frozen=True, slots=True)
class Room:
    """How large a page may be; without a height it is as long as it gets."""

    width: int
    height: int | None = None


def page(frame: Frame, wanted: Wanted, url: str, room: Room, problem: str | None = None) -> RenderableType:
    """Draw one frame; ``problem`` says why there is no newer one."""
    head = [
        *_head(frame, wanted, url, problem, room),
        figures_block(frame, room.width),
        spend_line(frame.overview),
    ]
    used = len(FIGURES) + len(head) - 1
    shown = [one for one in sections(frame) if one.rows or one.nothing]
    lines = None if room.height is None else room.height - used
    return Group(*head, *_drawn(shown, room.width, lines))


def waiting(url: str, problem: str | None) -> RenderableType:
    """What is shown before the first frame."""
    told = Text(f"asking {plain(url)} ...", "dim") if problem is None else Text(plain(problem), LOUD)
    return Group(Text("Burnline", "bold"), told)


def _head(frame: Frame, wanted: Wanted, url: str, problem: str | None, room: Room) -> Iterator[Text]:
    at = clock(frame.overview["evaluated_at"])[0 if room.width >= WIDE else _TIME_AT :]
    keys = "" if room.height is None else "q quits  "
    line = Text("Burnline ", "bold")
    line.append(f" {keys}the last {duration_text(wanted.window_s)} until {at} UTC  {plain(url)}", "dim")
    line.no_wrap, line.overflow = True, "ellipsis"
    yield line
    if problem is not None:
        yield Text(plain(problem), LOUD, no_wrap=True, overflow="ellipsis")


def _drawn(found: Sequence[Section], width: int, lines: int | None) -> Iterator[RenderableType]:
    for one, rows in zip(found, rows_shown([len(one.rows) for one in found], lines), strict=True):
        if rows is None:
            continue
        more = f"{one.title}, {rows} of {len(one.rows)}" if rows < len(one.rows) else one.title
        yield _title(more, width)
        yield one.drawn(one.rows[:rows], width >= WIDE) if one.rows else Text(one.nothing, "dim")


def _title(text: str, width: int) -> Text:
    line = Text(f"{text} ", "bold cyan", no_wrap=True, overflow="crop")
    return line.append("─" * (width - len(text) - 1), "dim")


def rows_shown(wanted: Sequence[int], lines: int | None) -> list[int | None]:
    """How many rows each section shows in so many lines; None: there is no room for it at all.

    Every section gets two rows before any gets more, then the first ones get what is left; below the first that has no
    room there is none.

    >>> rows_shown([1, 5, 0], None), rows_shown([1, 9, 3], 14), rows_shown([4, 4, 4], 9)
    ([1, 5, 0], [1, 5, 2], [3, 2, None])
    """
    if lines is None:
        return list(wanted)
    shown: list[int | None] = []
    left = lines
    for rows in wanted:
        least = min(rows, _LEAST_ROWS)
        cost = _AROUND + least
        fits = cost <= left and None not in shown
        shown.append(least if fits else None)
        left -= cost if fits else 0
    for at, rows in enumerate(wanted):
        got = shown[at]
        if got is not None:
            more = min(rows - got, left)
            shown[at], left = got + more, left - more
    return shown
