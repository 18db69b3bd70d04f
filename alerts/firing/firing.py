"""What fires now: our own look at every objective, and what an Alertmanager told.

Both are noted in the journal when they begin and when they end, once each, also across a restart: what was noted is
read back. Alerts of our own that an Alertmanager sends back are known already and noted by nobody.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from time import monotonic

from alerts.delivery.people import Source
from alerts.firing.fires import KIND, Fire, Key, Origin, is_own, own_fire, own_key, remembered, told_fire
from alerts.firing.notifications import Notification, Status
from alerts.journal import Journal, Note

_log = logging.getLogger(__name__)
EVERY_S = 5.0
"""Time between two looks."""
SHARE = 0.05
"""Of a core, at most: where a look takes long, the next one waits twenty times as long ..."""
LONGEST_S = 30.0
"""... but no longer than this: on a machine that is busy with something else a look may take a minute."""
PAUSE = timedelta(minutes=1)
"""What we see again within it has not ended: a burn around its limit is one alert and not one every few seconds."""
FORGOTTEN_AFTER = timedelta(hours=5)
"""An Alertmanager says again every four hours what still fires; who has said nothing for five is gone."""
REMEMBERED = 10_000
"""Beginnings and ends that are known again when they are told again; the oldest are forgotten first."""

Once = tuple[Origin, Key, datetime, Status]


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of the alerts of one notification."""

    noted: int
    repeated: int
    """Known already: told again, or by another Alertmanager of the cluster."""
    own: int
    """Ours, come back."""


@dataclass(slots=True)
class Firing:
    """Keeps what fires; ``open`` reads what was noted before, ``start`` begins to look."""

    journal: Journal
    source: Source
    clock: Callable[[], datetime]
    every_s: float = EVERY_S
    failures: int = 0
    """Looks that failed; the next one may work."""
    _fires: dict[tuple[Origin, Key], Fire] = field(default_factory=dict)
    _once: OrderedDict[Once, None] = field(default_factory=OrderedDict)
    _looked_at: datetime | None = None
    _lock: Lock = field(default_factory=Lock)
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def open(self) -> None:
        """Read back what was noted."""
        at = self.clock()
        for entry in reversed(self.journal.newest(KIND, None, REMEMBERED)):
            self._take(*remembered(entry, at))

    def start(self) -> None:
        """Begin to look."""
        self._thread = Thread(target=self._run, name="firing", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """End after the look under way."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def look(self) -> None:
        """See what is so now; note what began, and what has not been so for a minute."""
        at = self.clock()
        seen = list(self.source(at))
        with self._lock:
            before = {key: fire for (origin, key), fire in self._fires.items() if origin is Origin.BURNLINE}
            now = {own_key(alert): own_fire(alert, at, before.get(own_key(alert))) for alert in seen}
            begun = [one for key, one in now.items() if key not in before]
            over = [one for key, one in before.items() if key not in now and at - one.seen_at >= PAUSE]
            ended = [one.note(Status.RESOLVED, one.seen_at) for one in over]
            self.journal.append([*(one.note(Status.FIRING) for one in begun), *ended], at)
            self._looked_at = at
            for one in over:
                self._take(one, Status.RESOLVED)
            for one in now.values():
                self._take(one, Status.FIRING)

    def hear(self, notification: Notification) -> Heard:
        """Note what a notification says for the first time; returns after the commit."""
        at = self.clock()
        told = [alert for alert in notification.alerts if not is_own(alert.labels)]
        more = {
            "receiver": notification.receiver,
            "external_url": notification.external_url,
            "left_out": notification.truncated_alerts,
        }
        with self._lock:
            notes: list[Note] = []
            taken: dict[Once, tuple[Fire, Status]] = {}
            for alert in told:
                fire = told_fire(notification, alert, at)
                once = (fire.origin, fire.key, fire.since, alert.status)
                if once not in self._once and once not in taken:
                    ended_at = alert.ends_at if alert.status is Status.RESOLVED else None
                    notes.append(fire.note(alert.status, ended_at, **more))
                taken[once] = (fire, alert.status)
            self.journal.append(notes, at)
            for fire, status in taken.values():
                self._take(fire, status)
        return Heard(len(notes), len(told) - len(notes), len(notification.alerts) - len(told))

    def now(self) -> Sequence[Fire]:
        """What fires, whatever says so; what nobody has confirmed for five hours does not."""
        at = self.clock()
        with self._lock:
            told = [one for one in self._fires.values() if self._current(one, at)]
        return sorted(told, key=lambda one: (one.since, one.key))

    def _current(self, fire: Fire, at: datetime) -> bool:
        if fire.origin is Origin.BURNLINE:
            return self._looked_at is None or fire.seen_at >= self._looked_at
        return at - fire.seen_at < FORGOTTEN_AFTER

    def _take(self, fire: Fire, status: Status) -> None:
        """Know it from here on; nothing that is told late undoes a newer beginning, or its own end."""
        once = (fire.origin, fire.key, fire.since, status)
        late = fire.origin is Origin.ALERTMANAGER and (*once[:3], Status.RESOLVED) in self._once
        self._once[once] = None
        while len(self._once) > REMEMBERED:
            self._once.popitem(last=False)
        place = fire.origin, fire.key
        if place in self._fires and self._fires[place].since > fire.since:
            return
        if status is Status.RESOLVED:
            self._fires.pop(place, None)
        elif not late:
            self._fires[place] = fire

    def _run(self) -> None:
        took_s = 0.0
        while not self._stop.wait(pause_s(self.every_s, took_s)):
            began_s = monotonic()
            try:
                self.look()
            except Exception:  # noqa: BLE001 - the next look may work; it is logged and counted
                self.failures += 1
                _log.exception("what fires could not be seen")
            took_s = monotonic() - began_s


def pause_s(every_s: float, took_s: float) -> float:
    """How long to wait after a look that took so long.

    >>> pause_s(5, took_s=0.1), pause_s(5, took_s=1), pause_s(5, took_s=45), pause_s(60, took_s=1)
    (5, 20.0, 30.0, 60)
    """
    return max(every_s, min(took_s / SHARE, LONGEST_S))
