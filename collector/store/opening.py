"""Opening the database file: settings, lock-down, migration, and what to do with a log that cannot be read."""

import logging
import os
import time
from pathlib import Path

import duckdb

from collector.store.contract import StoreDamaged, StoreError, StoreInUse
from collector.store.migrations import migrate
from collector.store.settings import StoreSettings

_log = logging.getLogger(__name__)
DATABASE = "burnline.duckdb"
_LOCKED = "Could not set lock on file"


def open_database(directory: Path | None, settings: StoreSettings) -> duckdb.DuckDBPyConnection:
    """Open and migrate.

    A log with a damaged tail makes DuckDB refuse the whole file. What the main file holds is intact, so the log is
    moved aside, never deleted. Raises :class:`StoreInUse`, :class:`StoreTooNew` or :class:`StoreDamaged`.
    """
    try:
        connection = _connected(directory, settings)
    except duckdb.Error as error:  # a damaged file or log raises the bare class
        if _LOCKED in str(error):
            raise StoreInUse(
                f"the data directory {directory} is in use by another process: stop it, or choose another with --data"
            ) from error
        raise _damaged(directory, error) from error
    try:
        for name in migrate(connection):
            _log.info("applied migration %s", name)
        _lock_down(connection)
    except duckdb.Error as error:
        connection.close()
        raise _damaged(directory, error) from error
    except StoreError:
        connection.close()
        raise
    return connection


def set_aside(directory: Path | None) -> tuple[str, ...]:
    """Names of the damaged logs that nobody has taken away yet."""
    return () if directory is None else tuple(sorted(path.name for path in directory.glob(f"{DATABASE}.wal.corrupt-*")))


def _connected(directory: Path | None, settings: StoreSettings) -> duckdb.DuckDBPyConnection:
    try:
        return _connect(directory, settings)
    except duckdb.Error as error:
        if not _quarantined(directory, error):
            raise
        return _connect(directory, settings)


def _damaged(directory: Path | None, error: duckdb.Error) -> StoreDamaged:
    return StoreDamaged(
        f"{DATABASE} in {directory} cannot be read: {error}. It was left as it is: restore it from a copy, or start "
        "with another directory by --data"
    )


def _connect(directory: Path | None, settings: StoreSettings) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{settings.memory_limit_mb}MiB",
        "threads": settings.threads or max(1, (os.cpu_count() or 1) // 2),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": True,
    }
    if directory is None:
        return duckdb.connect(":memory:", config=config)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        remedy = "name a directory that can be made or written to with --data"
        raise StoreError(f"the data directory {directory} cannot be used: {error.strerror}; {remedy}") from error
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


def _quarantined(directory: Path | None, error: duckdb.Error) -> bool:
    """Move the log aside if it is what cannot be read."""
    log = None if directory is None else directory / f"{DATABASE}.wal"
    if log is None or not log.exists() or "WAL" not in str(error).replace(str(log), ""):
        return False
    aside = log.with_name(f"{log.name}.corrupt-{time.time_ns()}")
    log.rename(aside)
    _log.critical("the write-ahead log is damaged (%s); set aside as %s", error, aside.name)
    return True
