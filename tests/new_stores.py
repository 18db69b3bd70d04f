"""New stores of tests begin as copies of one that was migrated: of 90 ms to open one, 70 are its migrations.

A store in memory takes over what the template holds, one in a folder begins with a copy of its file. What is opened is
the same, which ``tests/collector/store/test_copies.py`` checks; the tests of that folder have theirs as users do.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb

from collector.store import StoreSettings, opening
from collector.store.migrations import migrate

Connect = Callable[[Path | None, StoreSettings], duckdb.DuckDBPyConnection]

connect: Connect = opening._connect
"""As users open it: the engine alone, before any migration."""


def copied(directory: Path | None, settings: StoreSettings) -> duckdb.DuckDBPyConnection:
    """Open a database that needs no migration, if it is a new one."""
    if directory is None:
        return _filled(connect(None, settings))
    if directory.is_dir() and not any(directory.glob(f"{opening.DATABASE}*")):
        shutil.copyfile(_template(), directory / opening.DATABASE)
    return connect(directory, settings)


def _filled(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    connection.execute(f"attach '{_template()}' as template (read_only)")
    connection.execute("copy from database template to memory")
    connection.execute("detach template")
    return connection


@cache
def _template() -> Path:
    """The file of a store that was opened once and has nothing in it; it goes with the process."""
    folder = Path(tempfile.mkdtemp(prefix="burnline-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    connection = connect(folder, StoreSettings())
    migrate(connection)
    connection.close()
    return folder / opening.DATABASE
