"""Numbered migrations: each is one frozen ``.sql`` file, applied once, in one transaction with its stamp."""

import re
from dataclasses import dataclass
from importlib.resources import files

import duckdb

from collector.store.contract import StoreTooNew

_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
_LEDGER = "create table if not exists migrations (number integer not null, name varchar not null)"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    text: str


def migrations() -> tuple[Migration, ...]:
    """Every migration, in order; numbers are 1, 2, 3 ... without a gap.

    >>> migrations()[0].name
    '0001_house.sql'
    """
    folder = files("collector.store") / "migrations"
    named = [(match, entry) for entry in folder.iterdir() if (match := _NAME.match(entry.name))]
    found = [Migration(int(match[1]), entry.name, entry.read_text(encoding="utf-8")) for match, entry in named]
    return tuple(sorted(found, key=lambda migration: migration.number))


def migrate(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Bring the database to the newest schema; returns the names applied.

    Raises :class:`StoreTooNew` when the database knows a migration this program does not: going on could misread it.
    """
    connection.execute(_LEDGER)
    rows = connection.execute("select number, name from migrations order by number").fetchall()
    known = migrations()
    if rows and rows[-1][0] > known[-1].number:
        raise StoreTooNew(
            f"the data directory is at migration {rows[-1][1]}, this Burnline knows up to {known[-1].name}: "
            "start the version that wrote it, or a newer one"
        )
    pending = [migration for migration in known if migration.number > len(rows)]
    for migration in pending:
        connection.execute("begin")
        connection.execute(migration.text)
        connection.execute("insert into migrations values (?, ?)", [migration.number, migration.name])
        connection.execute("commit")
    if pending:  # replaying DDL from the log is where DuckDB has had its bugs: put it into the file at once
        connection.execute("checkpoint")
    return [migration.name for migration in pending]
