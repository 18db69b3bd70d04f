"""The schema is made by numbered migrations and pinned as a golden."""

import re
import sys
from itertools import groupby
from subprocess import run

import duckdb
import pytest

from collector.store import DuckDBStore, StoreTooNew
from collector.store.migrations import migrate, migrations
from tests.collector.store.rows import asked, group, numbers, step

_COLUMNS = """select table_name, column_name, lower(data_type) as kind, is_nullable from duckdb_columns()
    where not internal order by table_name, column_index"""
_MACROS = """select function_name, parameters, macro_definition from duckdb_functions()
    where not internal and function_type = 'macro' order by function_name"""


def schema() -> str:
    store = DuckDBStore(None)
    lines = []
    for table, rows in groupby(asked(store, _COLUMNS), key=lambda row: row["table_name"]):
        columns = [f"    {row['column_name']} {row['kind']}{'' if row['is_nullable'] else ' not null'}" for row in rows]
        lines += [f"create table {table} (", ",\n".join(columns), ");", ""]
    for row in asked(store, _MACROS):
        lines.append(
            f"create macro {row['function_name']}({', '.join(row['parameters'])}) as {row['macro_definition']};"
        )
    return "\n".join(lines) + "\n"


def test_the_schema_is_as_reviewed(golden):
    golden("schema.sql", schema())


def test_migrations_are_numbered_without_a_gap():
    assert [migration.number for migration in migrations()] == list(range(1, len(migrations()) + 1))


def test_a_migration_says_what_it_is_for_and_what_each_table_holds():
    for migration in migrations():
        assert migration.text.startswith("-- ")
        assert re.findall(r"\n\n(create table \w+)", migration.text) == []


def test_every_migration_is_applied_once(tmp_path):
    connection = duckdb.connect(str(tmp_path / "again.duckdb"))
    assert migrate(connection) == [migration.name for migration in migrations()]
    assert migrate(connection) == []
    connection.close()


def test_a_failing_migration_leaves_nothing_behind(monkeypatch):
    (first, *_) = migrations()
    broken = type(first)(2, "0002_broken.sql", "create table half (a integer); select no_such_column;")
    monkeypatch.setattr("collector.store.migrations.migrations", lambda: (first, broken))
    connection = duckdb.connect()
    with pytest.raises(duckdb.Error):
        migrate(connection)
    connection.execute("rollback")
    assert connection.execute("select number from migrations").fetchall() == [(1,)]
    assert connection.execute("select 1 from duckdb_tables() where table_name = 'half'").fetchall() == []


def test_a_directory_of_a_newer_burnline_is_refused_and_let_go(tmp_path):
    store = DuckDBStore(tmp_path)
    store.change([step("insert into migrations values (9999, '9999_later.sql')")])
    store.close()
    with pytest.raises(StoreTooNew, match=r"9999_later\.sql.*start the version that wrote it"):
        DuckDBStore(tmp_path)
    command = [sys.executable, "-c", _OPENED_BY_ANOTHER, str(tmp_path)]
    other = run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own script
    assert other.stdout.strip() == "StoreTooNew"


_OPENED_BY_ANOTHER = """
import sys
from pathlib import Path
from collector.store import DuckDBStore, StoreError
try:
    DuckDBStore(Path(sys.argv[1]))
except StoreError as error:
    print(type(error).__name__)
"""


def test_what_was_stored_is_there_after_closing_and_opening(tmp_path):
    store = DuckDBStore(tmp_path)
    store.append(group(1))
    store.close()
    assert numbers(DuckDBStore(tmp_path)) == [1]


def test_files_are_written_in_a_format_one_version_back_can_read(tmp_path):
    store = DuckDBStore(tmp_path)
    tags = asked(store, "select tags from duckdb_databases() where database_name = 'burnline'")
    assert dict(tags[0]["tags"])["storage_version"].startswith("v1.5.0")
    store.close()


LATENCIES_NS = (0, 999, 1_000, 1_001, 123_456, 1_000_000, 2_500_000_000, 3_600_000_000_000)


@pytest.mark.parametrize("duration_ns", LATENCIES_NS)
def test_a_latency_read_back_from_its_bucket_is_at_most_eleven_in_a_thousand_off(duration_ns):
    sql = "select bucket_ms(latency_bucket($ns)) as ms, latency_bucket($ns) as bucket"
    (row,) = asked(DuckDBStore(None), sql, ns=duration_ns)
    told_ms = max(duration_ns, 1_000) / 1e6
    assert abs(row["ms"] / told_ms - 1) < 0.011


def test_ids_and_instants_are_shown_as_the_public_face_says():
    ids = "trace_hex('00000000-0000-0000-0000-0000000000ff'::uuid) as t, span_hex(255::ubigint) as s"
    (row,) = asked(DuckDBStore(None), f"select {ids}, instant(timestamp_ns '2026-11-18 12:00:00.25') as i")
    assert row == {"t": "0" * 30 + "ff", "s": "0" * 14 + "ff", "i": "2026-11-18T12:00:00.250000Z"}
