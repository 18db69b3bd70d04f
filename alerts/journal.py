"""The journal: what was decided and changed, appended, each entry sealed with the one before.

sha256 covers sequence, instant, kind, body and the hash before it, so an entry that is changed, removed from the
middle, or put in later breaks the chain at that place. What the chain cannot show is a missing end; compare the last
hash with a copy kept elsewhere for that (``Kept``).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

import pyarrow as pa

from analytics.slo.burn import nanoseconds
from collector.store import Step, Store, queries_of

GENESIS = "0" * 64
PAGE = 10_000
_QUERIES = queries_of("alerts")
_COLUMNS = pa.schema(
    [
        ("entry_seq", pa.int64()),
        ("noted_at", pa.timestamp("ns")),
        ("kind", pa.string()),
        ("body", pa.string()),
        ("previous_sha256", pa.string()),
        ("sha256", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be remembered: a kind, and a body of plain JSON values."""

    kind: str
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One sealed entry, as stored."""

    entry_seq: int
    noted_ns: int
    kind: str
    body: str
    previous_sha256: str
    sha256: str

    @property
    def noted_at(self) -> datetime:
        """When it was noted, in UTC."""
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.noted_ns // 1000)

    @property
    def content(self) -> Mapping[str, object]:
        """The body as values."""
        content: Mapping[str, object] = json.loads(self.body)
        return content

    @property
    def seal(self) -> str:
        """The hash that its content should have."""
        sealed = [self.entry_seq, self.noted_ns, self.kind, self.body, self.previous_sha256]
        return hashlib.sha256(json.dumps(sealed).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the chain does not hold."""

    entry_seq: int
    problem: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The last entry of an earlier day, as somebody has written it down elsewhere: what the chain alone cannot show."""

    entry_seq: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Audit:
    """How far the chain holds."""

    last: JournalEntry | None
    """The last entry that holds; None: there is none."""
    broken: Broken | None = None
    """What comes after it; None: nothing, and all of it holds."""


@dataclass(slots=True)
class Journal:
    """Appends and reads entries. Share one per store: it keeps the order of the chain under a lock."""

    store: Store
    _lock: Lock = field(default_factory=Lock)

    def append(self, notes: Sequence[Note], at: datetime) -> list[JournalEntry]:
        """Seal the notes and keep them, all or none; returns only after the commit."""
        if not notes:
            return []
        with self._lock:
            entries = _chained(notes, nanoseconds(at), *self._tail())
            self.store.change([Step(_QUERIES["journal_append"])], tables={"noted": _table(entries)})
        return entries

    def keep(self, note: Note, at: datetime) -> bool:
        """Append a note that says how something stands, unless the last of its kind says the same; whether it did."""
        last = max(self.entries(note.kind), key=lambda entry: entry.entry_seq, default=None)
        if last is not None and last.content == note.body:
            return False
        self.append([note], at)
        return True

    def entries(self, kind: str | None = None, *, after: int = 0) -> Iterator[JournalEntry]:
        """Every entry of a kind in order, read page by page."""
        while True:
            params = {"after": after, "kind": kind, "limit": PAGE}
            page = [JournalEntry(**row) for row in self.store.run(_QUERIES["journal_page"], params).to_pylist()]
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].entry_seq

    def newest(self, kind: str | None, before: int | None, limit: int) -> list[JournalEntry]:
        """The last entries of a kind before a place, newest first."""
        params = {"before": before, "kind": kind, "limit": limit}
        return [JournalEntry(**row) for row in self.store.run(_QUERIES["journal_newest"], params).to_pylist()]

    def verify(self) -> Broken | None:
        """The first broken entry, or None when the whole chain holds."""
        return self.audit().broken

    def audit(self, kept: Kept | None = None) -> Audit:
        """Read every entry up to the first broken one; ``kept`` is an earlier last entry, written down elsewhere."""
        last: JournalEntry | None = None
        for entry in self.entries():
            problem = _problem(entry, last, kept)
            if problem is not None:
                return Audit(last, Broken(_after(last), problem))
            last = entry
        if kept is not None and _after(last) <= kept.entry_seq:
            return Audit(last, Broken(_after(last), f"missing, with all others up to {kept.entry_seq}, which was kept"))
        return Audit(last)

    def _tail(self) -> tuple[int, str]:
        rows = self.store.run(_QUERIES["journal_tail"]).to_pylist()
        return (rows[0]["entry_seq"], rows[0]["sha256"]) if rows else (0, GENESIS)


def _after(last: JournalEntry | None) -> int:
    return 1 if last is None else last.entry_seq + 1


def _problem(entry: JournalEntry, last: JournalEntry | None, kept: Kept | None) -> str | None:
    """What is wrong with an entry that stands after another."""
    if entry.entry_seq != _after(last):
        return f"missing or repeated: found {entry.entry_seq} in its place"
    if entry.previous_sha256 != (GENESIS if last is None else last.sha256):
        return "not chained to the entry before it"
    if entry.sha256 != entry.seal:
        return "changed after it was sealed"
    if kept is not None and kept.entry_seq == entry.entry_seq and kept.sha256 != entry.sha256:
        return "another entry than the one whose hash was kept"
    return None


def _chained(notes: Sequence[Note], noted_ns: int, seq: int, previous: str) -> list[JournalEntry]:
    entries: list[JournalEntry] = []
    for note in notes:
        seq += 1
        body = json.dumps(note.body, sort_keys=True, separators=(",", ":"), allow_nan=False)
        unsealed = JournalEntry(seq, noted_ns, note.kind, body, previous, "")
        previous = unsealed.seal
        entries.append(JournalEntry(seq, noted_ns, note.kind, body, unsealed.previous_sha256, previous))
    return entries


def _table(entries: Sequence[JournalEntry]) -> pa.Table:
    rows = [
        {name: getattr(entry, "noted_ns" if name == "noted_at" else name) for name in _COLUMNS.names}
        for entry in entries
    ]
    return pa.Table.from_pylist(rows, schema=_COLUMNS)
