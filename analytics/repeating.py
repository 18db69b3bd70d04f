"""A thread that does one thing again and again until it is stopped; a turn that fails is logged and counted."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from analytics.waking import Turns
from collector.store import StoreError

_log = logging.getLogger(__name__)
_MINUTE_S = 60.0
_UNREADY_S = 0.5


@dataclass(slots=True)
class Repeating:
    """One such thread."""

    name: str
    turn: Callable[[], object]
    every_s: float = _MINUTE_S
    first_s: float = 0.0
    """How long the first turn waits."""
    ready: Callable[[], bool] = lambda: True
    """The first turn waits for this as well."""
    last: Callable[[], object] | None = None
    """What is done once after the last turn."""
    enabled: bool = True
    """Whether it starts at all."""
    failures: int = 0
    """Turns that failed since the start."""
    _turns: Turns = field(default_factory=Turns)
    _thread: threading.Thread | None = None

    @property
    def stopped(self) -> bool:
        """Whether a turn under way should end early."""
        return self._turns.stopped

    def start(self) -> None:
        """Start the thread."""
        if self.enabled:
            self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
            self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Finish the turn under way; whether that was done in time."""
        self._turns.stop()
        if self._thread is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def take(self) -> None:
        """Take one turn, whatever becomes of it."""
        self._guarded(self.turn)

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except StoreError as error:
            self.failures += 1
            _log.warning("%s: a turn waits for the store: %s", self.name, error)
        except Exception:  # noqa: BLE001 - the next turn must come, whatever this one met; it is logged and counted
            self.failures += 1
            _log.exception("%s: a turn failed; the next one does the same", self.name)

    def _run(self) -> None:
        self._turns.rest(self.first_s, self.first_s)
        while not (self.ready() or self._turns.stopped):
            self._turns.rest(_UNREADY_S, _UNREADY_S)
        while not self._turns.stopped:
            self.take()
            self._turns.rest(self.every_s, self.every_s)
        if self.last is not None:
            self._guarded(self.last)
