"""The thread that looks: every hour for models that were swapped, and as often as is set for all that drifted."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from analytics.answering import Clock
from analytics.changes.history import History
from analytics.drift.judging import Verdict
from analytics.drift.looking import Look, look
from analytics.drift.noting import noted, swaps_noted, swaps_returned
from analytics.drift.settings import DriftSettings
from analytics.drift.swaps import swaps
from analytics.findings.finding import Finding
from analytics.findings.kept import findings_between, keep_findings
from analytics.notation import NS_PER_S
from analytics.questions import Window
from analytics.repeating import Repeating

_EVERY_S = 3_600.0
SETTLE_S = 600
"""After the end of a window, until what belongs to it is here."""
_LATELY_S = 2 * 86_400
"""How far back swapped models are looked for at every turn."""
_KNOWN_S = 35 * 86_400
"""How old findings are at most that a look goes on with."""


@dataclass(slots=True)
class DriftLoop:
    """Looks again and again; it reads nothing before its first turn."""

    history: History
    settings: DriftSettings
    now: Clock
    ready: Callable[[], bool] = lambda: True
    """Says that what the store held is derived."""
    thread: Repeating = field(init=False)
    turn_s: float = 0.0
    """Seconds of the last comparison."""
    streams: int = 0
    """Streams with a verdict in the last comparison."""
    _compared_ns: int = 0
    """The end of the last window that was compared."""

    def __post_init__(self) -> None:
        self.thread = Repeating("drift", self.turn, _EVERY_S, ready=self.ready, enabled=self.settings.enabled)

    def turn(self) -> list[Finding]:
        """Look once; the findings that are new or have changed, as they were written."""
        now_ns = self.now()
        every_ns = self.settings.every_s * NS_PER_S
        due_ns = (now_ns - SETTLE_S * NS_PER_S) // every_ns * every_ns
        found = self._swapped(now_ns)
        keep_findings(self.history.store, found)
        if due_ns > self._compared_ns:
            drifted = noted(self._compared(due_ns), self._known(now_ns))
            keep_findings(self.history.store, drifted)
            self._compared_ns = due_ns
            found += drifted
        return found

    def _compared(self, until_ns: int) -> Look:
        began_s = time.perf_counter()
        window = Window(max(0, until_ns - self.settings.window_s * NS_PER_S), until_ns)
        found = look(self.history, window, self.settings)
        self.streams = sum(one.verdict is not Verdict.INSUFFICIENT_DATA for one in found.judged)
        self.turn_s = time.perf_counter() - began_s
        return found

    def _swapped(self, now_ns: int) -> list[Finding]:
        window = Window(max(0, now_ns - _LATELY_S * NS_PER_S), now_ns)
        changes = self.history.changes(window.start_ns, window.until_ns)
        found = swaps(self.history.store, changes, window, self.settings.least)
        known, now_s = self._known(now_ns), now_ns // NS_PER_S
        told = swaps_noted(found, known, now_s)
        names = {one.finding_id for one in told}
        others = (one for one in known if one.finding_id not in names)
        return [*told, *swaps_returned(self.history.store, others, now_s)]

    def _known(self, now_ns: int) -> list[Finding]:
        now_s = now_ns // NS_PER_S
        return findings_between(self.history.store, now_s - _KNOWN_S, now_s + 86_400)
