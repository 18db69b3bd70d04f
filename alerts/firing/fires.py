"""One alert that fires or fired, whoever saw it, and what the journal keeps of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from alerts.delivery.people import Alert, Name
from alerts.firing.notifications import Notification, Status, ToldAlert
from alerts.journal import JournalEntry, Note

KIND = "alert"
"""Of the journal's entries."""
_KEPT = 2_000
"""Characters of an annotation that the journal keeps."""

Key = tuple[str, ...]


class Origin(StrEnum):
    """Who says that it fires."""

    BURNLINE = "burnline"  # its own look at the objectives
    ALERTMANAGER = "alertmanager"  # for instance a rule of Prometheus


@dataclass(frozen=True, slots=True)
class Fire:
    """An alert from its beginning on."""

    origin: Origin
    key: Key
    """What makes it this one: its labels, or the group and the fingerprint by which an Alertmanager names it."""
    since: datetime
    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=dict)
    generator_url: str = ""
    burn: float | None = None
    """Of an error budget, as a multiple of what lasts the period."""
    seen_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """When it was last said to fire."""

    def note(self, status: Status, ended_at: datetime | None = None, **more: object) -> Note:
        """What the journal keeps; ``key`` and ``starts_at`` say at a start that it was noted."""
        body = {
            "origin": self.origin.value,
            "status": status.value,
            "key": list(self.key),
            "starts_at": _text(self.since),
            "ends_at": None if ended_at is None else _text(ended_at),
            "labels": dict(self.labels),
            "annotations": {name: text[:_KEPT] for name, text in self.annotations.items()},
            "generator_url": self.generator_url,
            "sentence": self._sentence(status),
            **more,
        }
        return Note(KIND, body)

    def _sentence(self, status: Status) -> str:
        name, severity = self.labels.get("alertname", "an alert"), self.labels.get("severity")
        how = "fires" if status is Status.FIRING else "is over"
        about = self.annotations.get("summary") or self.annotations.get("description") or ""
        who = "" if self.origin is Origin.BURNLINE else ", says Alertmanager"
        return f"{name}{f' ({severity})' if severity else ''} {how}{who}{f': {about}' if about else ''}"[:_KEPT]


def own_key(alert: Alert) -> Key:
    """Its labels, names and values in turn."""
    return tuple(part for pair in alert.key for part in pair)


def own_fire(alert: Alert, at: datetime, before: Fire | None) -> Fire:
    """What our own look sees, since it was first seen."""
    since = before.since if before is not None else alert.since or at
    return Fire(Origin.BURNLINE, own_key(alert), since, alert.labels, alert.annotations, burn=alert.burn, seen_at=at)


def told_fire(notification: Notification, alert: ToldAlert, at: datetime) -> Fire:
    """What an Alertmanager says."""
    key = (notification.group_key, alert.fingerprint)
    since = alert.starts_at.astimezone(UTC)
    return Fire(Origin.ALERTMANAGER, key, since, alert.labels, alert.annotations, alert.generator_url, seen_at=at)


def is_own(labels: Mapping[str, str]) -> bool:
    """Whether it is one that we post ourselves, come back."""
    return labels.get("alertname") in set(Name)


def remembered(entry: JournalEntry, at: datetime) -> tuple[Fire, Status]:
    """Read an entry back at a start; what fires is taken as just said, until somebody says otherwise or is silent."""
    body = entry.content
    return (
        Fire(
            Origin(str(body["origin"])),
            tuple(_list(body["key"])),
            datetime.fromisoformat(str(body["starts_at"])),
            _texts(body["labels"]),
            _texts(body["annotations"]),
            str(body["generator_url"]),
            seen_at=at,
        ),
        Status(str(body["status"])),
    )


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _texts(value: object) -> Mapping[str, str]:
    return {str(name): str(text) for name, text in value.items()} if isinstance(value, dict) else {}


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
