"""The live page in a terminal: asks in a thread of its own, draws what is known, obeys keys at once."""

import os
import select
import signal
import sys
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import RenderableType
from rich.live import Live

from dashboards.asking import NoAnswer, Source, session
from dashboards.printing import Page
from dashboards.top.gathering import Frame, Wanted, gathered
from dashboards.top.page import Room, page, waiting

_LOOK_S = 0.25
"""Time between two looks at keys, the size of the terminal and what was answered."""
_SIGNALLED = 128  # as a shell says of who was ended by a signal
_QUIT = frozenset({"q", "Q", "\x03", "\x04"})


@dataclass(slots=True)
class Asker:
    """Asks again and again until it is stopped; what it was told last is there for who draws."""

    source: Source
    wanted: Wanted
    every_s: float
    frame: Frame | None = None
    problem: str | None = None
    turn: int = 0
    """Grows with every answer and every failure."""
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin to ask."""
        threading.Thread(target=self._run, name="ask", daemon=True).start()

    def stop(self) -> None:
        """Ask no more."""
        self._stop.set()

    def look(self) -> None:
        """Ask once; a failure leaves the last frame and says why it is old."""
        try:
            with session(self.source) as answering:
                self.frame, self.problem = gathered(answering, self.wanted), None
        except NoAnswer as reason:
            self.problem = f"{reason}; trying again every {self.every_s:g} s"
        self.turn += 1

    def _run(self) -> None:
        while not self._stop.is_set():
            self.look()
            self._stop.wait(self.every_s)


def watch(asker: Asker) -> int:
    """Show the page until somebody quits."""
    console = Page()
    drawn: object = None
    asker.start()
    with _asked_to_end(), _keys() as pressed, Live(console=console, screen=True, auto_refresh=False) as live:
        while True:
            size = console.size
            if drawn != (asker.turn, size):
                drawn = (asker.turn, size)
                live.update(_drawn(asker, Room(size.width, size.height)), refresh=True)
            if _QUIT & set(pressed(_LOOK_S)):
                asker.stop()
                return 0


@contextmanager
def _asked_to_end() -> Iterator[None]:
    """Leave the terminal as it was when the process is told to end."""

    def end(number: int, _: object) -> None:
        sys.exit(_SIGNALLED + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _drawn(asker: Asker, room: Room) -> RenderableType:
    if asker.frame is None:
        return waiting(asker.source.url, asker.problem)
    return page(asker.frame, asker.wanted, asker.source.url, room, asker.problem)


@contextmanager
def _keys() -> Iterator[Callable[[float], str]]:
    """Read keys as they are pressed, without showing them; from a pipe there are none."""
    if not sys.stdin.isatty():
        yield _no_keys
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal)
        yield lambda within_s: _pressed(terminal, within_s)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _pressed(terminal: int, within_s: float) -> str:
    ready, _, _ = select.select([terminal], [], [], within_s)
    return os.read(terminal, 64).decode(errors="replace") if ready else ""


def _no_keys(within_s: float) -> str:
    threading.Event().wait(within_s)
    return ""
