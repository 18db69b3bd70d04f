"""Editions: the price book remembered. What was known at any recorded instant can be asked again.

A recording writes only what changed: prices and rules carry the instant they were learnt and the one they were
superseded. An edition is named by its content, so an unchanged book is the same edition and costs one hash to record.
What is loaded is checked against that hash before it is used.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pyarrow as pa

from analytics.prices.book import PriceBook
from analytics.prices.price_file import COLUMNS
from analytics.prices.snapshot import (
    ALIASES,
    MODELS,
    PROVIDERS,
    UPLIFTS,
    Part,
    Snapshot,
    book_of,
    edition_id,
    snapshot_of,
)
from collector.normalise.hashing import text_key
from collector.store import Step, Store, queries_of

_QUERIES = queries_of("analytics.prices")
_STEP = timedelta(microseconds=1)
_RULE_PARTS = (PROVIDERS, MODELS, UPLIFTS, ALIASES)


class EditionError(LookupError):
    """An edition that cannot be given; the message says what is recorded instead."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One recording of a book."""

    edition_id: UUID
    recorded_at: datetime
    sha256: str
    rows: int


def record(store: Store, book: PriceBook, at: datetime) -> Edition:
    """Remember a book as what is known from an aware instant on; the same book as the newest one changes nothing.

    Instants of recording only grow: a clock that went back is taken for a microsecond after the last recording.
    """
    snapshot = snapshot_of(book)
    newest, sha = _newest(store, None), snapshot.sha256
    if newest is not None and newest.sha256 == sha:
        return newest
    edition = Edition(edition_id(sha), _after(newest, at), sha, snapshot.rows)
    known = set(store.run(_QUERIES["edition_known_keys"])["row_key"].to_pylist())
    fresh, keys = _keyed(snapshot)
    tables = {
        "fresh": _fresh([row for row in fresh if row[1] not in known]),
        "gone": pa.table({"row_key": pa.array(sorted(known - keys), pa.uint64())}),
        "rules": _rules(snapshot),
        "sources": _sources(snapshot),
    }
    moment = {"at": _plain(edition.recorded_at)}
    names = ("end_prices", "add_prices", "end_rules", "add_rules", "end_sources", "add_sources")
    added = {"edition_id": str(edition.edition_id), "sha256": sha, "prices": edition.rows}
    steps = [Step(_QUERIES[f"edition_{name}"], moment) for name in names]
    store.change([*steps, Step(_QUERIES["edition_add"], moment | added)], tables=tables)
    return edition


def load(store: Store, edition: UUID) -> PriceBook:
    """Return the book of an edition, exactly; raises EditionError when it is not recorded or not whole."""
    found = _one(store.run(_QUERIES["edition_by_id"], {"edition_id": str(edition)}))
    if found is None:
        known = ", ".join(f"{one.edition_id} of {one.recorded_at.isoformat()}" for one in editions(store))
        raise EditionError(f"no price edition {edition} is recorded; recorded are: {known or 'none'}")
    moment = {"at": _plain(found.recorded_at)}
    rows = {name: store.run(_QUERIES[f"edition_{name}"], moment) for name in ("sources", "lines", "rules")}
    snapshot = _snapshot(rows)
    if snapshot.sha256 != found.sha256:
        raise EditionError(f"price edition {edition} was changed after it was recorded: its hash is {snapshot.sha256}")
    return book_of(snapshot)


def as_of(store: Store, at: datetime) -> Edition:
    """Return the newest edition recorded at or before an aware instant; raises EditionError before the first one."""
    found = _newest(store, at)
    if found is None:
        first = next(editions(store), None)
        told = "no price book is recorded" if first is None else f"the first one is of {first.recorded_at.isoformat()}"
        raise EditionError(f"no price book was recorded by {at.isoformat()}: {told}; ask for a later instant")
    return found


def editions(store: Store) -> Iterator[Edition]:
    """Return every recording, oldest first."""
    return (_edition(row) for row in store.run(_QUERIES["edition_all"]).to_pylist())


def _newest(store: Store, at: datetime | None) -> Edition | None:
    return _one(store.run(_QUERIES["edition_newest"], {"at": None if at is None else _plain(at)}))


def _one(answer: pa.Table) -> Edition | None:
    return next((_edition(row) for row in answer.to_pylist()), None)


def _edition(row: Mapping[str, object]) -> Edition:
    found, at, sha, rows = (row[name] for name in ("edition_id", "recorded_at", "sha256", "prices"))
    if not isinstance(at, datetime) or not isinstance(rows, int):
        raise TypeError(f"a recorded edition with {at!r} and {rows!r}; expected an instant and a count")
    ident = found if isinstance(found, UUID) else UUID(bytes=found) if isinstance(found, bytes) else UUID(str(found))
    return Edition(ident, at.replace(tzinfo=UTC), str(sha), rows)


def _after(newest: Edition | None, at: datetime) -> datetime:
    moment = at.astimezone(UTC)
    return moment if newest is None else max(moment, newest.recorded_at + _STEP)


def _plain(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _keyed(snapshot: Snapshot) -> tuple[list[tuple[str, int, str]], set[int]]:
    rows = [(name, text_key(f"{name}\n{line}"), line) for name, part in snapshot.prices.items() for line in part.lines]
    return rows, {key for _, key, _ in rows}


def _fresh(rows: list[tuple[str, int, str]]) -> pa.Table:
    cells = list(zip(*(line.split(",") for _, _, line in rows), strict=True)) or [()] * len(COLUMNS)
    own = {"part": pa.array([part for part, _, _ in rows], pa.string()), "row_key": [key for _, key, _ in rows]}
    own["row_key"] = pa.array(own["row_key"], pa.uint64())
    return pa.table(own | {name: pa.array(column, pa.string()) for name, column in zip(COLUMNS, cells, strict=True)})


def _rules(snapshot: Snapshot) -> pa.Table:
    rows = [(name, at, body) for name, part in snapshot.rules.items() for at, body in enumerate(part.lines)]
    names, positions, bodies = zip(*rows, strict=True) if rows else ((), (), ())
    columns = {"part": pa.array(names, pa.string()), "position": pa.array(positions, pa.int32())}
    return pa.table(columns | {"body": pa.array(bodies, pa.string())})


def _sources(snapshot: Snapshot) -> pa.Table:
    parts = [
        (name, part.source, part.imported_on) for name, part in (*snapshot.prices.items(), *snapshot.rules.items())
    ]
    names, sources, days = zip(*parts, strict=True)
    columns = {"part": pa.array(names, pa.string()), "source": pa.array(sources, pa.string())}
    return pa.table(columns | {"imported_on": pa.array(days, pa.date32())})


def _snapshot(rows: Mapping[str, pa.Table]) -> Snapshot:
    lines = _by_part(rows["lines"], "line")
    bodies = _by_part(rows["rules"], "body")
    prices, rules = dict[str, Part](), dict[str, Part]()
    for row in rows["sources"].to_pylist():
        name, source, day = str(row["part"]), str(row["source"]), row["imported_on"]
        target, texts = (rules, bodies) if name in _RULE_PARTS else (prices, lines)
        target[name] = Part(source, day if isinstance(day, date) else date.min, tuple(texts.get(name, ())))
    return Snapshot(prices, rules)


def _by_part(table: pa.Table, column: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    pairs: Iterable[tuple[str, str]] = zip(table["part"].to_pylist(), table[column].to_pylist(), strict=True)
    for part, text in pairs:
        found.setdefault(part, []).append(text)
    return found
