"""What other tests open, a copy of a migrated store, is what users open."""

import pytest

from collector.store import DuckDBStore, opening
from tests import new_stores
from tests.collector.store.rows import asked

_CATALOGUE = {
    "tables": "select table_name, temporary, has_primary_key, check_constraint_count, sql",
    "columns": "select table_name, column_name, column_index, column_default, is_nullable, data_type",
    "constraints": "select table_name, constraint_type, constraint_text, constraint_column_names",
    "indexes": "select table_name, index_name, is_unique, is_primary, expressions, sql",
    "views": "select view_name, temporary, sql",
    "sequences": "select sequence_name, start_value, increment_by, cycle, last_value",
    "functions": "select function_name, function_type, parameters, macro_definition",
    "types": "select type_name, logical_type, labels",
}

_SETTINGS = """select name, value from duckdb_settings()
    where name not in ('temp_directory', 'allowed_directories', 'allowed_paths') order by all"""


@pytest.fixture
def migrated(tmp_path):
    """A folder with a store that was closed once: DuckDB writes numbers in its macros anew when it reads them."""
    (tmp_path / "migrated").mkdir()
    DuckDBStore(tmp_path / "migrated").close()
    return tmp_path / "migrated"


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_copy_has_the_same_catalogue_and_rows(tmp_path, monkeypatch, migrated, in_memory):
    expected = contents(migrated)
    monkeypatch.setattr(opening, "_connect", new_stores.copied)
    assert contents(None if in_memory else empty(tmp_path / "copied")) == expected
    assert len(expected["rows"]) > 40
    assert len(expected["rows"]["migrations"]) > 20


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_copy_has_the_same_settings(tmp_path, monkeypatch, migrated, in_memory):
    expected = settings(None if in_memory else migrated)
    monkeypatch.setattr(opening, "_connect", new_stores.copied)
    assert settings(None if in_memory else empty(tmp_path / "copied")) == expected


def test_a_folder_that_has_a_database_keeps_it(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "_connect", new_stores.copied)
    for _ in "again":
        DuckDBStore(tmp_path).close()
    assert [path.name for path in tmp_path.iterdir()] == [opening.DATABASE]


def empty(path):
    path.mkdir()
    return path


def contents(directory):
    """Everything a new store has, by what it is."""
    store = DuckDBStore(directory)
    ours = "where database_name not in ('system', 'temp') order by all"
    found = {kind: asked(store, f"{text} from duckdb_{kind}() {ours}") for kind, text in _CATALOGUE.items()}
    found["rows"] = {row["table_name"]: asked(store, f"from {row['table_name']}") for row in found["tables"]}
    store.close()
    return found


def settings(directory):
    store = DuckDBStore(directory)
    found = asked(store, _SETTINGS)
    store.close()
    return found
