"""Printing answers and refusals: as wide as the terminal, without limit or colour into a pipe, and only to be read."""

import sys
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from dashboards.grid import plain

_PIPE_COLUMNS = 240
"""Where sentences are wrapped in a file or a pipe; tables are as wide as they are."""


class Page(Console):
    """A console on which text is only read: control characters of what is shown are spelled out."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render, with everything spelled out that a terminal would act on."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control else Segment("\n".join(map(plain, text.split("\n"))), style)


def show(answer: RenderableType) -> None:
    """Print an answer."""
    page = Page() if sys.stdout.isatty() else Page(width=_PIPE_COLUMNS, no_color=True)
    page.print(answer, highlight=False, crop=False)  # a table may reach beyond the edge, but loses no figure


def refuse(command: str, reason: object) -> int:
    """Say why there is no answer, and return the exit status of that."""
    said = f"burnline {command}: {reason}"
    Page(stderr=True).print(said, style="red", markup=False, highlight=False, soft_wrap=True, emoji=False)
    return 1
