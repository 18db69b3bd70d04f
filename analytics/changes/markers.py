"""Changes that somebody tells: deploys, new prompts, new indices. Telling one again changes nothing.

Conflict   another change has this key already: 409
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa

from analytics.changes.change import Change, Kind, Scope, Source, identity
from analytics.questions import Unanswerable
from collector.store import Step, Store, queries_of
from collector.store.contract import Lane

_QUERIES = queries_of("analytics.changes")
_KINDS = {"change_id": pa.uuid(), "recorded_at": pa.timestamp("ns"), "changed_at": pa.timestamp("ns")}


class Conflict(Unanswerable):
    """Another change was told under the same key."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A change as it is told."""

    kind: Kind
    name: str
    before: str | None
    after: str | None
    at_ns: int
    scope: Scope = field(default_factory=Scope)
    made_by: str | None = None
    url: str | None = None
    note: str | None = None
    key: str | None = None
    """What its sender calls it; None: what it says is its name."""

    @property
    def change_id(self) -> str:
        """The same for the same change."""
        if self.key is not None:
            return identity("key", self.key)
        return identity("posted", self.kind, self.name, self.before, self.after, self.at_ns, asdict(self.scope))

    @property
    def content_sha256(self) -> str:
        """The same where all that was told is the same."""
        return identity(self.kind, self.name, self.before, self.after, asdict(self.scope), self.url, self.note)


@dataclass(frozen=True, slots=True)
class Kept:
    """A change on record, and whether it is new there."""

    change: Change
    new: bool


def keep(store: Store, marker: Marker, now_ns: int) -> Kept:
    """Keep a change; raises :class:`Conflict` when its key stands for another one."""
    known = _stored(store, marker.change_id)
    if known is None:
        store.change([Step(_QUERIES["changes_add"])], tables={"fresh": _row(marker, now_ns)}, lane=Lane.NOTED)
        known = _stored(store, marker.change_id)
        if known is None:
            raise RuntimeError(f"change {marker.change_id} was kept and is not there")
        return Kept(_change(known), new=known["content_sha256"] == marker.content_sha256)
    if known["content_sha256"] != marker.content_sha256:
        told = f"{known['kind']} {known['name']} to {known['after']}"
        raise Conflict(f"id={marker.key}: expected one that was not used: it stands for the change of {told}")
    return Kept(_change(known), new=False)


def posted(store: Store, start_ns: int, until_ns: int) -> list[Change]:
    """Every change told for a window, in order of time."""
    params = {"start_ns": start_ns, "until_ns": until_ns}
    return [_change(row) for row in store.run(_QUERIES["changes_posted"], params).to_pylist()]


def _stored(store: Store, change_id: str) -> Mapping[str, Any] | None:
    rows: list[Mapping[str, Any]] = store.run(_QUERIES["changes_by_id"], {"change_id": change_id}).to_pylist()
    return rows[0] if rows else None


def _row(marker: Marker, now_ns: int) -> pa.Table:
    row = {
        "change_id": bytes.fromhex(marker.change_id),
        "content_sha256": marker.content_sha256,
        "recorded_at": now_ns,
        "changed_at": marker.at_ns,
        "kind": str(marker.kind),
        "name": marker.name,
        "from_version": marker.before,
        "to_version": marker.after,
        **asdict(marker.scope),
        "made_by": marker.made_by,
        "url": marker.url,
        "note": marker.note,
    }
    return pa.table({name: pa.array([value], _KINDS.get(name, pa.string())) for name, value in row.items()})


def _change(row: Mapping[str, Any]) -> Change:
    return Change(
        change_id=row["change_id"],
        kind=Kind(row["kind"]),
        name=row["name"],
        before=row["before"],
        after=row["after"],
        at_ns=row["at_ns"],
        source=Source.POSTED,
        scope=Scope(*(row[word] for word in ("tenant", "team", "feature", "route", "environment"))),
        made_by=row["made_by"],
        url=row["url"],
        note=row["note"],
    )
