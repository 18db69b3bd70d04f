r"""Columns side by side, in which figures are never cut and names do nothing but stand there.

Names come from telemetry and from callers. What a terminal would act on is spelled out, and nothing in them is markup.
Too narrow a terminal gives a sentence lines of its own below its row, and shortens the words, the widest first;
figures, instants and ids stay whole, even beyond its edge.

>>> plain("docs"), plain("a\nb"), plain("\x1b[2Jgone"), plain("\u202etxt.exe")
('docs', 'a\\nb', '\\x1b[2Jgone', '\\u202etxt.exe')
"""

import unicodedata
from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

_IDS = frozenset({"trace", "span"})
_INSTANT = "(UTC)"
"""How the titles of instants end."""
_ACTED_ON = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # controls, direction marks, halves of characters, line ends
_GAP = 2
_LEAST = 8
"""Columns that a shortened word keeps."""


Column = tuple[str, Sequence[RenderableType]]
"""A title, and a cell for each row."""


class Grid(Table):
    """A table that knows which of its columns may be shortened."""

    def __init__(self, kept: frozenset[str]) -> None:
        """Begin a table; ``kept`` are the titles of the columns that stay whole."""
        super().__init__(box=None, header_style="bold", pad_edge=False, padding=(0, _GAP, 0, 0))
        self._kept = kept

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render in the room there is; into a file or a pipe nothing is shortened."""
        natural = self._natural()
        words = {at: natural[at] for at, column in enumerate(self.columns) if str(column.header) not in self._kept}
        gaps = _GAP * (len(natural) - 1)
        room = options.max_width - gaps - sum(natural) + sum(words.values())
        fitted = fit(words, room) if console.is_terminal else words
        for at, column in enumerate(self.columns):
            column.width = fitted.get(at, natural[at])
        wide = sum(column.width or 0 for column in self.columns)
        yield from super().__rich_console__(console, options.update(width=wide + gaps))

    @property
    def natural_width(self) -> int:
        """How wide it is with nothing shortened."""
        natural = self._natural()
        return sum(natural) + _GAP * (len(natural) - 1)

    def _natural(self) -> list[int]:
        return [_natural(str(column.header), [str(cell) for cell in column.cells]) for column in self.columns]


class Narrated:
    """A grid whose rows end in a sentence, which stands below its row where it has no room beside it."""

    def __init__(self, whole: Grid, short: Grid, sentences: Sequence[str]) -> None:
        """Choose between the grid with its sentences, and the one without."""
        self._whole, self._short, self._sentences = whole, short, sentences

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render in the room there is; into a file or a pipe a row is a line."""
        if not console.is_terminal or self._whole.natural_width <= options.max_width:
            yield self._whole
            return
        lines = Segment.split_lines(console.render(self._short, options))
        for line, sentence in zip(lines, ("", *self._sentences), strict=False):
            yield from line
            yield Segment.line()
            if sentence:
                yield Padding(Text(plain(sentence), "dim"), (0, 0, 0, _GAP), expand=False)


def grid(*columns: Column, numbers: Sequence[str] = ()) -> Grid:
    """Lay columns side by side; those named in ``numbers`` are aligned to the right."""
    return _laid(columns, numbers)


def narrated(*columns: Column, sentence: tuple[str, Sequence[str]], numbers: Sequence[str] = ()) -> Narrated:
    """The same with a sentence at the end of each row, or below it."""
    return Narrated(_laid((*columns, sentence), numbers), _laid(columns, numbers), sentence[1])


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


def _laid(columns: Sequence[Column], numbers: Sequence[str]) -> Grid:
    instants = {title for title, _ in columns if title.endswith(_INSTANT)}
    table = Grid(_IDS | instants | frozenset(numbers))
    for title, _ in columns:
        table.add_column(title, justify="right" if title in numbers else "left", no_wrap=True, overflow="ellipsis")
    for row in zip(*(cells for _, cells in columns), strict=True):
        table.add_row(*(_spelled_out(cell) for cell in row))
    return table


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
