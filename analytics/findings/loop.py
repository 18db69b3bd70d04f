"""The thread that judges figures as their steps end, once a minute."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from analytics.answering import Clock
from analytics.changes.history import History
from analytics.findings.explaining import Explainer
from analytics.findings.settings import FindingSettings
from analytics.findings.watch import Watch
from analytics.notation import NS_PER_S
from analytics.repeating import Repeating
from collector.store import Store


@dataclass(slots=True)
class FindingLoop:
    """Runs a watch; what detectors know is read by the thread, once figures are whole."""

    watch: Watch
    now: Clock
    ready: Callable[[], bool] = lambda: True
    """Says that figures are whole."""
    thread: Repeating = field(init=False)
    turn_s: float = 0.0
    """CPU time of the last turn."""
    _opened: bool = False

    def __post_init__(self) -> None:
        self.thread = Repeating(
            "findings", self.turn, ready=self.ready, last=self._close, enabled=self.watch.settings.enabled
        )

    def turn(self) -> None:
        """Judge the steps that have ended; those of a turn that fails are judged by the next."""
        began_s = time.thread_time()
        if not self._opened:
            self.watch.open(self.now() // NS_PER_S)
            self._opened = True
        self.watch.turn(self.now())
        self.turn_s = time.thread_time() - began_s

    def _close(self) -> None:
        """Write down what is known."""
        if self._opened:
            self.watch.close()


def finding_loop(store: Store, settings: FindingSettings, now: Clock, ready: Callable[[], bool]) -> FindingLoop:
    """Put together what judges the figures of a store, from when ``ready`` says that what it held is derived.

    A step that was judged before its requests were derived would have seen nothing in it, and is not judged again.
    """
    return FindingLoop(Watch(store, settings, Explainer(History(store))), now, ready)
