"""The thread that judges figures as their steps end, once a minute."""

import logging
import threading
import time
from collections.abc import Callable

from analytics.answering import Clock
from analytics.changes.history import History
from analytics.findings.explaining import Explainer
from analytics.findings.settings import FindingSettings
from analytics.findings.watch import Watch
from analytics.notation import NS_PER_S
from analytics.waking import Turns
from collector.store import Store, StoreError

_log = logging.getLogger(__name__)
_EVERY_S = 60.0
_UNREADY_S = 0.5


class FindingLoop:
    """Runs a watch until it is stopped."""

    def __init__(
        self, watch: Watch, now: Clock, *, every_s: float = _EVERY_S, ready: Callable[[], bool] = lambda: True
    ) -> None:
        """Reads nothing yet: what detectors know is read by the thread, once ``ready`` says that figures are whole."""
        self.watch, self._now, self._every_s, self._ready = watch, now, every_s, ready
        self._turns = Turns()
        self.failures = 0
        """Turns that failed since the start; the next one judges the same steps."""
        self.turn_s = 0.0
        """CPU time of the last turn."""
        self._opened = False
        self._thread = threading.Thread(target=self._run, name="findings", daemon=True)

    def start(self) -> None:
        """Start the thread, where figures are watched at all."""
        if self.watch.settings.enabled:
            self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Finish the turn under way and write down what is known; whether that was done in time."""
        self._turns.stop()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not (self._ready() or self._turns.stopped):
            self._turns.rest(_UNREADY_S, _UNREADY_S)
        while not self._turns.stopped:
            self._guarded(self._turn)
            self._turns.rest(self._every_s, self._every_s)
        if self._opened:
            self._guarded(self.watch.close)

    def _turn(self) -> None:
        began_s = time.thread_time()
        if not self._opened:
            self.watch.open(self._now() // NS_PER_S)
            self._opened = True
        self.watch.turn(self._now())
        self.turn_s = time.thread_time() - began_s

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except StoreError as error:
            self.failures += 1
            _log.warning("findings are waiting for the store: %s", error)
        except Exception:  # noqa: BLE001 - figures must be judged again when the cause is gone; it is logged and counted
            self.failures += 1
            _log.exception("a turn of the findings failed; the next one judges the same steps")


def finding_loop(store: Store, settings: FindingSettings, now: Clock, ready: Callable[[], bool]) -> FindingLoop:
    """Put together what judges the figures of a store, from when ``ready`` says that what it held is derived.

    A step that was judged before its requests were derived would have seen nothing in it, and is not judged again.
    """
    return FindingLoop(Watch(store, settings, Explainer(History(store))), now, ready=ready)
