"""Opening the database file: settings, lock-down, migration, and what to do with a log that cannot be read."""

import logging
import time
from pathlib import Path

import duckdb

from collector.store.contract import StoreInUse
from collector.store.migrations import migrate
from collector.store.settings import StoreSettings

_log = logging.getLogger(__name__)
DATABASE = "burnline.duckdb"


def open_database(directory: Path | None, settings: StoreSettings) -> tuple[duckdb.DuckDBPyConnection, tuple[str, ...]]:
    """Open and migrate; returns the connection and the names of logs that were set aside.

    A log with a damaged tail makes DuckDB refuse the whole file. What the main file holds is intact, so the log is
    moved aside, never deleted, and the caller raises its health state until a person has looked.
    """
    quarantined: tuple[str, ...] = ()
    try:
        connection = _connect(directory, settings)
    except duckdb.Error as error:  # a damaged log raises the bare class
        if "lock" in str(error).lower() and isinstance(error, duckdb.IOException):
            raise StoreInUse(
                f"the data directory {directory} is in use by another process: stop it, or choose another with --data"
            ) from error
        quarantined = _quarantine(directory, error)
        connection = _connect(directory, settings)
    for name in migrate(connection):
        _log.info("applied migration %s", name)
    _lock_down(connection)
    return connection, quarantined


def _connect(directory: Path | None, settings: StoreSettings) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{settings.memory_limit_mb}MiB",
        "threads": settings.threads,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": True,
    }
    if directory is None:
        return duckdb.connect(":memory:", config=config)
    directory.mkdir(parents=True, exist_ok=True)
    config["temp_directory"] = str(directory / "spill")
    config["checkpoint_threshold"] = f"{settings.checkpoint_mb}MiB"
    # the format one version back can read, so that a rollback of the program stays possible
    config["storage_compatibility_version"] = "v1.5.0"
    return duckdb.connect(str(directory / DATABASE), config=config)


def _lock_down(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("set global TimeZone = 'UTC'")
    connection.execute("set global arrow_lossless_conversion = true")  # ids come back as 16 bytes, not as text
    connection.execute("set global enable_external_access = false")
    connection.execute("set global lock_configuration = true")


def _quarantine(directory: Path | None, error: duckdb.Error) -> tuple[str, ...]:
    log = None if directory is None else directory / f"{DATABASE}.wal"
    if log is None or not log.exists() or "WAL" not in str(error):
        raise error
    aside = log.with_name(f"{log.name}.corrupt-{int(time.time())}")
    log.rename(aside)
    _log.critical("the write-ahead log is damaged (%s); set aside as %s", error, aside.name)
    return (aside.name,)
