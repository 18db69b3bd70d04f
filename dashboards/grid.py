r"""Columns side by side, in which figures are never cut and names do nothing but stand there.

Names come from telemetry and from callers. What a terminal would act on is spelled out, and nothing in them is markup.
Too narrow a terminal shortens the words, the widest first; figures and ids stay whole, even beyond its edge.

>>> plain("docs"), plain("a\nb"), plain("\x1b[2Jgone"), plain("\u202etxt.exe")
('docs', 'a\\nb', '\\x1b[2Jgone', '\\u202etxt.exe')
"""

import unicodedata
from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

_IDS = frozenset({"trace", "span"})
_ACTED_ON = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # controls, direction marks, halves of characters, line ends
_GAP = 2
_LEAST = 8
"""Columns that a shortened word keeps."""


class Grid(Table):
    """A table that knows which of its columns may be shortened."""

    def __init__(self, kept: frozenset[str]) -> None:
        """Begin a table; ``kept`` are the titles of the columns that stay whole."""
        super().__init__(box=None, header_style="bold", pad_edge=False, padding=(0, _GAP, 0, 0))
        self._kept = kept

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render in the room there is; into a file or a pipe nothing is shortened."""
        natural = [_natural(str(column.header), [str(cell) for cell in column.cells]) for column in self.columns]
        words = {at: natural[at] for at, column in enumerate(self.columns) if str(column.header) not in self._kept}
        gaps = _GAP * (len(natural) - 1)
        room = options.max_width - gaps - sum(natural) + sum(words.values())
        fitted = fit(words, room) if console.is_terminal else words
        for at, column in enumerate(self.columns):
            column.width = fitted.get(at, natural[at])
        wide = sum(column.width or 0 for column in self.columns)
        yield from super().__rich_console__(console, options.update(width=wide + gaps))


def grid(*columns: tuple[str, Sequence[RenderableType]], numbers: Sequence[str] = ()) -> Grid:
    """Lay columns side by side; those named in ``numbers`` are aligned to the right."""
    table = Grid(_IDS | frozenset(numbers))
    for title, _ in columns:
        table.add_column(title, justify="right" if title in numbers else "left", no_wrap=True, overflow="ellipsis")
    for row in zip(*(cells for _, cells in columns), strict=True):
        table.add_row(*(_spelled_out(cell) for cell in row))
    return table


def fit(widths: Mapping[int, int], room: int) -> Mapping[int, int]:
    """Shorten the widest first until all have room, none below what a word keeps.

    >>> fit({0: 30, 1: 12}, 30), fit({0: 30, 1: 12}, 2), fit({}, 5)
    ({0: 18, 1: 12}, {0: 8, 1: 8}, {})
    """
    for most in range(max(widths.values(), default=0), _LEAST - 1, -1):
        shortened = {at: min(width, most) for at, width in widths.items()}
        if sum(shortened.values()) <= room:
            return shortened
    return {at: min(width, _LEAST) for at, width in widths.items()}


def plain(text: str) -> str:
    """Spell out the characters that a terminal acts on."""
    if text.isprintable():
        return text
    return "".join(_spelled(letter) if unicodedata.category(letter) in _ACTED_ON else letter for letter in text)


def _spelled_out(cell: RenderableType) -> RenderableType:
    if isinstance(cell, str):
        return Text(plain(cell))
    if isinstance(cell, Text) and plain(cell.plain) != cell.plain:
        return Text(plain(cell.plain), cell.style)
    return cell


def _spelled(letter: str) -> str:
    return letter.encode("unicode_escape").decode()


def _natural(title: str, cells: Sequence[str]) -> int:
    return max(cell_len(text) for text in (title, *cells))
