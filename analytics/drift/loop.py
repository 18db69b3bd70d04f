"""The thread that looks: every hour for models that were swapped, and as often as is set for all that drifted."""

import logging
import threading
import time
from collections.abc import Callable

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
from analytics.waking import Turns
from collector.store import StoreError

_log = logging.getLogger(__name__)
_EVERY_S = 3_600.0
_UNREADY_S = 1.0
SETTLE_S = 600
"""After the end of a window, until what belongs to it is here."""
_LATELY_S = 2 * 86_400
_KNOWN_S = 35 * 86_400


class DriftLoop:
    """Looks until it is stopped."""

    def __init__(
        self,
        history: History,
        settings: DriftSettings,
        now: Clock,
        ready: Callable[[], bool],
        *,
        every_s: float = _EVERY_S,
    ) -> None:
        """Reads nothing yet."""
        self._history, self.settings, self._now, self._ready, self._every_s = history, settings, now, ready, every_s
        self._turns = Turns()
        self._compared_ns = 0
        """The end of the last window that was compared."""
        self.failures = 0
        """Looks that failed since the start; the next one looks again."""
        self.turn_s = 0.0
        """Seconds of the last comparison."""
        self.streams = 0
        """Streams with a verdict in the last comparison."""
        self._thread = threading.Thread(target=self._run, name="drift", daemon=True)

    def start(self) -> None:
        """Start the thread, where drift is looked for at all."""
        if self.settings.enabled:
            self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Finish the look under way; whether that was done in time."""
        self._turns.stop()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def turn(self) -> list[Finding]:
        """Look once; the findings that are new or have changed, as they were written."""
        now_ns = self._now()
        every_ns = self.settings.every_s * NS_PER_S
        due_ns = (now_ns - SETTLE_S * NS_PER_S) // every_ns * every_ns
        found = self._swapped(now_ns)
        keep_findings(self._history.store, found)
        if due_ns > self._compared_ns:
            drifted = noted(self._compared(due_ns), self._known(now_ns))
            keep_findings(self._history.store, drifted)
            self._compared_ns = due_ns
            found += drifted
        return found

    def _compared(self, until_ns: int) -> Look:
        began_s = time.perf_counter()
        window = Window(max(0, until_ns - self.settings.window_s * NS_PER_S), until_ns)
        found = look(self._history, window, self.settings)
        self.streams = sum(one.verdict is not Verdict.INSUFFICIENT_DATA for one in found.judged)
        self.turn_s = time.perf_counter() - began_s
        return found

    def _swapped(self, now_ns: int) -> list[Finding]:
        window = Window(max(0, now_ns - _LATELY_S * NS_PER_S), now_ns)
        changes = self._history.changes(window.start_ns, window.until_ns)
        found = swaps(self._history.store, changes, window, self.settings.least)
        known, now_s = self._known(now_ns), now_ns // NS_PER_S
        told = swaps_noted(found, known, now_s)
        names = {one.finding_id for one in told}
        others = (one for one in known if one.finding_id not in names)
        return [*told, *swaps_returned(self._history.store, others, now_s)]

    def _known(self, now_ns: int) -> list[Finding]:
        now_s = now_ns // NS_PER_S
        return findings_between(self._history.store, now_s - _KNOWN_S, now_s + 86_400)

    def _run(self) -> None:
        while not (self._ready() or self._turns.stopped):
            self._turns.rest(_UNREADY_S, _UNREADY_S)
        while not self._turns.stopped:
            self._guarded()
            self._turns.rest(self._every_s, self._every_s)

    def _guarded(self) -> None:
        try:
            self.turn()
        except StoreError as error:
            self.failures += 1
            _log.warning("drift is waiting for the store: %s", error)
        except Exception:  # noqa: BLE001 - the next look is another one; it is logged and counted
            self.failures += 1
            _log.exception("a look for drift failed; the next one looks again")
