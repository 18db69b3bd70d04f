"""The thread that keeps derivation up with ingest: it derives what is committed at once, at most every 250 ms."""

import logging
import threading
import time
from collections.abc import Callable

from analytics.derive.deriver import Deriver
from analytics.waking import Turns
from collector.store import StoreError

_log = logging.getLogger(__name__)
_PACE_S = 0.25
"""Least time from one run that did something to the next: a run costs about 20 ms before its first span."""
_IDLE_S = 0.25
"""Longest time between two runs where nothing is committed: requests that wait for their entry span become due."""
_CHEAP_S = 0.15
"""CPU time of a run above which it is no news: one small request costs half of it, and an intake at its limit, which
has news all the time, costs twice of it."""
_AFTER_FAILURE_S = 1.0


class DeriveLoop:
    """Runs a deriver until it is stopped; knows how far it is behind."""

    def __init__(
        self,
        deriver: Deriver,
        committed_seq: Callable[[], int],
        turns: Turns | None = None,
        *,
        derived: Callable[[], None] = lambda: None,
    ) -> None:
        """``committed_seq`` says which batch is the newest.

        ``turns`` is rung after a commit, ``derived`` is told after each cheap run that may have changed answers.
        """
        self._deriver = deriver
        self._committed_seq = committed_seq
        self._turns = turns or Turns()
        self._derived = derived
        self._caught_up_at = time.monotonic()
        self.failures = 0
        """Runs that failed since the start; the next run takes the same batches again."""
        self._thread = threading.Thread(target=self._run, name="derive", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Finish the run in progress and what is committed; whether that was done in time."""
        self._turns.stop()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def lag_s(self) -> float:
        """How long answers have been behind what is committed, in seconds; 0 when they are not."""
        if self._deriver.derived_seq >= self._committed_seq():
            return 0.0
        return time.monotonic() - self._caught_up_at

    def _run(self) -> None:
        while not self._turns.stopped:
            started, cpu_s = time.monotonic(), time.thread_time()
            if self._step():
                if time.thread_time() - cpu_s < _CHEAP_S:
                    self._derived()
                pace_s = max(0.0, _PACE_S - (time.monotonic() - started))
                self._turns.rest(pace_s, pace_s)
            else:
                self._turns.rest(0.0, _IDLE_S)
        while self._step(rerate=False):  # a reprice goes on where it stands after the next start
            continue

    def _step(self, *, rerate: bool = True) -> bool:
        """One run; whether there was anything to do."""
        try:
            done = self._deriver.run(rerate=rerate)
        except StoreError as error:
            self.failures += 1
            _log.warning("derivation is waiting for the store: %s", error)
            return self._failed()
        except Exception:  # noqa: BLE001 - answers must come back when the cause is gone; it is logged and counted
            self.failures += 1
            _log.exception("derivation failed; the same batches are taken again")
            return self._failed()
        if self._deriver.derived_seq >= self._committed_seq():
            self._caught_up_at = time.monotonic()
        return done is not None

    def _failed(self) -> bool:
        self._turns.rest(_AFTER_FAILURE_S, _AFTER_FAILURE_S)
        return False
