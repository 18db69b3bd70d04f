"""The thread that judges downgrades, once a minute, as long as something of them may still come."""

import logging
import threading
from dataclasses import dataclass, field

from alerts.effects.effect import effect_id
from alerts.effects.judging import judged
from alerts.effects.kept import due, judgements, keep
from alerts.effects.stretches import pieces, stretches
from alerts.journal import Journal
from alerts.memory import TRANSITION
from analytics.answering import Clock
from analytics.waking import Turns
from collector.store import StoreError

_log = logging.getLogger(__name__)
_EVERY_S = 60.0
_MOST = 50
"""Downgrades judged in one turn, the newest first; the others have their turn a minute later."""


@dataclass(slots=True)
class EffectLoop:
    """Runs until it is stopped."""

    journal: Journal
    now: Clock
    every_s: float = _EVERY_S
    failures: int = 0
    """Turns that failed since the start; the next one judges the same downgrades."""
    _turns: Turns = field(default_factory=Turns)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="effects", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Finish the turn under way; whether that was done in time."""
        self._turns.stop()
        if self._thread is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def turn(self) -> int:
        """Judge what is due; returns how many that were."""
        now_ns, store = self.now(), self.journal.store
        every = stretches(self.journal.entries(TRANSITION))
        if not every:
            return 0
        known = judgements(store)
        wanted = [one for one in pieces(every, now_ns) if due(one, known.get(effect_id(one)), now_ns)]
        for one in wanted[-_MOST:]:
            if self._turns.stopped:
                break
            keep(store, [judged(store, one, every, now_ns)])
        return len(wanted[-_MOST:])

    def _run(self) -> None:
        while not self._turns.stopped:
            self._turns.rest(self.every_s, self.every_s)
            if not self._turns.stopped:
                self._guarded()

    def _guarded(self) -> None:
        try:
            self.turn()
        except StoreError as error:
            self.failures += 1
            _log.warning("effects of downgrades wait for the store: %s", error)
        except Exception:  # noqa: BLE001 - downgrades must be judged again when the cause is gone; it is logged and counted
            self.failures += 1
            _log.exception("downgrades were not judged; the next turn judges the same ones")
