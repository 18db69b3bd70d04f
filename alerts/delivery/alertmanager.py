"""Alerts for people, kept up at an Alertmanager through its API v2.

Everything that is so is posted at every interval with an end four intervals ahead: a lease, so that three lost posts
end nothing, and a Burnline that is gone ends all. What is over is posted with the end it had, for one lease longer, so
that a lost post does not keep it alive. Alertmanager does the rest: grouping, silences, who is told and how.

Each Alertmanager is told by a thread of its own; name every member of a cluster, as Prometheus does.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread

from alerts.delivery.outbound import NotDelivered
from alerts.delivery.people import Alert, Source
from alerts.delivery.retries import Clock
from alerts.delivery.settings import Alertmanager

_log = logging.getLogger(__name__)
INTERVALS_PER_LEASE = 4
MOST_IN_A_POST = 100
"""Alerts of one post: about 100 kB."""
AGAIN_S: Sequence[float] = (1.0, 2.0, 4.0)
"""Pauses between the tries of one post; the next interval posts everything again anyway."""
_GOOD = range(200, 300)


@dataclass(frozen=True, slots=True)
class Known:
    """An alert as it was posted: since when it is so, and since when it is not any more."""

    alert: Alert
    since: datetime
    over_at: datetime | None = None


Board = Mapping[tuple[tuple[str, str], ...], Known]
"""Every alert that is so or was a lease ago, by its labels."""


def watched(known: Board, firing: Iterable[Alert], at: datetime, lease: timedelta) -> Board:
    """What there is to post now, after what was posted before."""
    now = {alert.key: alert for alert in firing}
    after = {key: Known(alert, _since(known.get(key), alert, at)) for key, alert in now.items()}
    for key, before in known.items():
        over_at = before.over_at or at
        if key not in now and at - over_at < lease:
            after[key] = Known(before.alert, before.since, over_at)
    return after


def payloads(board: Board, at: datetime, lease: timedelta, labels: Mapping[str, str]) -> Iterator[bytes]:
    """The posts, of a hundred alerts at most."""
    listed = [_plain(known, at + lease, labels) for known in board.values()]
    for start in range(0, len(listed), MOST_IN_A_POST):
        yield json.dumps(listed[start : start + MOST_IN_A_POST], ensure_ascii=False).encode()


@dataclass(slots=True)
class AlertPoster:
    """Keeps one Alertmanager up to date."""

    settings: Alertmanager
    source: Source
    clock: Clock
    again_s: Sequence[float] = AGAIN_S
    posted: int = 0
    """Posts that were taken since the start."""
    failed: int = 0
    """Rounds that could not be evaluated or posted whole, even after a few tries."""
    firing: int = 0
    """Alerts that are so."""
    _known: Board = field(default_factory=dict)
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        """Begin to post."""
        self._thread = Thread(target=self._run, name=f"alert {self.settings.url}", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """End after the post under way; alerts end by themselves when nobody takes over. Whether it ended in time."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()

    def turn(self) -> bool:
        """Post what is so; whether all of it was taken."""
        at, lease = self.clock(), timedelta(seconds=INTERVALS_PER_LEASE * self.settings.every_s)
        self._known = watched(self._known, self.source(at), at, lease)
        self.firing = sum(known.over_at is None for known in self._known.values())
        sent = [self._sent(body) for body in payloads(self._known, at, lease, self.settings.labels or {})]
        return all(sent)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                done = self.turn()
            except Exception:  # noqa: BLE001 - people must not lose their alerts because of one error; it is logged
                _log.exception("alerts could not be gathered; those at %s end by themselves", self.settings.url)
                done = False
            self.failed += not done
            self._stop.wait(self.settings.every_s)

    def _sent(self, body: bytes) -> bool:
        for pause_s in (*self.again_s, None):
            problem = self._problem(body)
            if problem is None:
                self.posted += 1
                return True
            _log.warning("alerts to %s: %s", self.settings.url, problem)
            if pause_s is None or self._stop.wait(min(pause_s, self.settings.every_s)):
                break
        return False

    def _problem(self, body: bytes) -> str | None:
        try:
            status = self.settings.target().post(body, {"Content-Type": "application/json"}).status
        except NotDelivered as error:
            return str(error)
        return None if status in _GOOD else f"found status {status}; expected 2xx"


def _since(before: Known | None, alert: Alert, at: datetime) -> datetime:
    """What began again after an end is new."""
    if before is not None and before.over_at is None:
        return before.since
    return alert.since or at


def _plain(known: Known, lease_end: datetime, labels: Mapping[str, str]) -> dict[str, object]:
    ends_at = known.over_at or lease_end
    return {
        "labels": {**labels, **known.alert.labels},
        "annotations": dict(known.alert.annotations),
        "startsAt": _instant(min(known.since, ends_at)),
        "endsAt": _instant(ends_at),
        **({"generatorURL": page} if (page := known.alert.annotations.get("explain_url")) else {}),
    }


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
