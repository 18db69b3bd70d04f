"""Versions: every definition an objective has had, from when on, for good: what was promised on 1 October can be told.

A definition is known by the hash of its canonical JSON. A server that starts with another one than the last adds a
version; one that starts without an objective adds its withdrawal; one that starts with the same adds nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from analytics.slo.documents.canonical import body, sha256_of
from analytics.slo.objective import Objective
from collector.store import Step, Store, queries_of

QUERIES = queries_of("analytics.slo.documents")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = timedelta(microseconds=1)
_COLUMNS = pa.schema(
    [
        ("name", pa.string()),
        ("version", pa.int32()),
        ("recorded_at", pa.timestamp("ns")),
        ("sha256", pa.string()),
        ("owner", pa.string()),
        ("body", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an objective."""

    name: str
    version: int
    recorded_at: datetime
    """From when on it holds."""
    sha256: str | None
    """Of the body; None with it."""
    owner: str | None
    body: str | None
    """Canonical JSON; None: the objective was withdrawn."""

    @property
    def content(self) -> Mapping[str, object] | None:
        """The definition as values."""
        found: Mapping[str, object] | None = None if self.body is None else json.loads(self.body)
        return found


def record(store: Store, objectives: Sequence[Objective], at: datetime) -> tuple[Version, ...]:
    """Add a version for everything that changed, and return those; nothing is added where nothing changed."""
    fresh = changed(promised(versions(store)), objectives, at)
    if fresh:
        store.change([Step(QUERIES["document_versions_add"])], tables={"fresh": _table(fresh)})
    return fresh


def versions(store: Store, name: str | None = None) -> tuple[Version, ...]:
    """Every version of an objective, or of all of them, oldest first within a name."""
    rows = store.run(QUERIES["document_versions"], {"name": name}).to_pylist()
    return tuple(
        Version(
            row["name"],
            row["version"],
            instant(row["recorded_ns"]),
            row["sha256"],
            row["owner"],
            row["body"],
        )
        for row in rows
    )


def promised(known: Sequence[Version], at: datetime | None = None) -> dict[str, Version]:
    """The version of each objective that held at an instant, or holds now, by name; withdrawals among them.

    >>> first = Version("a", 1, datetime(2026, 9, 1, tzinfo=UTC), "00", None, "{}")
    >>> later = Version("a", 2, datetime(2026, 10, 7, tzinfo=UTC), None, None, None)
    >>> promised([first, later], datetime(2026, 10, 1, tzinfo=UTC))["a"].version
    1
    """
    held = (version for version in known if at is None or version.recorded_at <= at)
    return {version.name: version for version in sorted(held, key=lambda version: version.version)}


def changed(standing: Mapping[str, Version], objectives: Sequence[Objective], at: datetime) -> tuple[Version, ...]:
    """The versions to add where the objectives differ from what stands."""
    bodies = {objective.name: (body(objective), objective.owner) for objective in objectives}
    made = [_next(standing.get(name), name, text, owner, at) for name, (text, owner) in bodies.items()]
    gone = [_next(before, name, None, None, at) for name, before in standing.items() if name not in bodies]
    return tuple(version for version in (*made, *gone) if version is not None)


def note_of(version: Version) -> Mapping[str, object]:
    """The body of the journal's note about a version."""
    about = {"name": version.name, "version": version.version, "owner": version.owner, "sha256": version.sha256}
    return {**about, "definition": version.content}


def instant(ns: int) -> datetime:
    """Unix nanoseconds as an aware instant, to the microsecond."""
    return _EPOCH + timedelta(microseconds=ns // 1_000)


def plain_instant(at: datetime) -> datetime:
    """An aware instant as the store takes it."""
    return at.astimezone(UTC).replace(tzinfo=None)


def _next(before: Version | None, name: str, text: str | None, owner: str | None, at: datetime) -> Version | None:
    """The version after another; None where it would say the same. A clock that went back is taken for just after."""
    if (None if before is None else before.body) == text:
        return None
    moment = at if before is None else max(at, before.recorded_at + _STEP)
    number = 1 if before is None else before.version + 1
    return Version(name, number, moment, None if text is None else sha256_of(text), owner, text)


def _table(fresh: Sequence[Version]) -> pa.Table:
    return pa.Table.from_pylist(list(_rows(fresh)), schema=_COLUMNS)


def _rows(fresh: Sequence[Version]) -> Iterator[Mapping[str, object]]:
    for version in fresh:
        row = {name: getattr(version, name) for name in _COLUMNS.names}
        yield {**row, "recorded_at": plain_instant(version.recorded_at)}
