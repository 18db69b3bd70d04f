"""The store on DuckDB: one file, one writer, any number of readers.

Appends commit in the caller's thread under one lock, derived changes under another: they touch different tables, and a
commit that waits for a derivation of 100 ms keeps its senders waiting. A commit that raises is ambiguous: on
a full disk 8 of 12 failing commits had in fact committed. So the batch ids are looked up, after reopening if the
engine gave up, before anybody is told "not written".
"""

import logging
import shutil
import threading
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import duckdb
import pyarrow as pa

from collector.store.contract import (
    Batches,
    Health,
    Lane,
    Params,
    Query,
    QueryFailed,
    Step,
    StoreError,
    StoreUnavailable,
    Tables,
    queries_of,
)
from collector.store.opening import open_database, set_aside
from collector.store.settings import StoreSettings
from collector.store.types import plain_types

_log = logging.getLogger(__name__)
_QUERIES = queries_of("collector.store")
_BATCH_ROWS = 65_536
_DIMENSIONS = frozenset({"attributions", "rates"})
"""Tables whose rows are the same whoever adds them."""


class DuckDBStore:
    """See :class:`collector.store.contract.Store`."""

    def __init__(self, directory: Path | None, settings: StoreSettings | None = None) -> None:
        """Open, or create, the database in ``directory``; ``None`` keeps it in memory."""
        self._directory = directory
        self._settings = settings or StoreSettings()
        self._append_lock = threading.RLock()
        self._change_locks = {lane: threading.RLock() for lane in Lane}
        self._open_lock = threading.Lock()
        self._closed = False
        self._root = open_database(directory, self._settings)
        self._writer = self._root.cursor()

    def append(self, tables: Tables) -> None:
        """Append rows to the named tables, all or nothing."""
        with self._append_lock:
            root = self._root
            try:
                self._insert(tables)
            except duckdb.Error as error:
                self._settle(tables, error, root)

    def add_dimensions(self, tables: Tables) -> None:
        """Add rows of dimensions; what is there already stays."""
        with self._append_lock:
            root = self._root
            try:
                self._insert(tables)
            except duckdb.Error as error:
                self._give_up(error, root)
                raise StoreUnavailable(f"dimensions were not added: {error}") from error

    def run(self, query: Query, params: Params | None = None, *, tables: Tables | None = None) -> pa.Table:
        """Answer a named query."""
        try:
            with closing(self._root.cursor()) as cursor:
                return self._answer(cursor, query, params or {}, tables or {})
        except duckdb.Error as error:
            raise QueryFailed(f"query {query.name!r} failed: {error}") from error

    def _answer(self, cursor: duckdb.DuckDBPyConnection, query: Query, params: Params, tables: Tables) -> pa.Table:
        timer = threading.Timer(self._settings.query_timeout_s, cursor.interrupt)
        timer.daemon = True
        timer.start()
        try:
            for name, table in tables.items():
                cursor.register(name, table)
            answer: pa.Table = cursor.sql(query.text, params=dict(params)).to_arrow_table()
        finally:
            timer.cancel()
        return plain_types(answer)

    def stream(self, query: Query, params: Params | None = None, *, tables: Tables | None = None) -> Batches:
        """Answer a named query batch by batch."""
        try:
            with closing(self._root.cursor()) as cursor:
                for name, table in (tables or {}).items():
                    cursor.register(name, table)
                for batch in cursor.sql(query.text, params=dict(params or {})).to_arrow_reader(_BATCH_ROWS):
                    yield from plain_types(pa.Table.from_batches([batch])).to_batches()
        except (duckdb.Error, OSError) as error:  # Arrow's reader wraps what the engine says
            raise QueryFailed(f"query {query.name!r} failed: {error}") from error

    def change(self, steps: Sequence[Step], *, tables: Tables | None = None, lane: Lane = Lane.DERIVED) -> None:
        """Run the steps in order, all or nothing."""
        with self._change_locks[lane]:
            root = self._root
            try:
                with closing(root.cursor()) as cursor:
                    for name, table in (tables or {}).items():
                        cursor.register(name, table)
                    cursor.execute("begin")
                    for step in steps:
                        cursor.execute(step.query.text, dict(step.params))
                    cursor.execute("commit")
            except duckdb.Error as error:
                _log.warning("a derived change was rolled back: %s", error)
                self._reopen_if_dead(error, root)
                raise StoreUnavailable(f"change rolled back: {error}") from error

    def health(self) -> Health:
        """Try a read and a write."""
        readable = writable = False
        detail = "ok"
        try:
            with closing(self._root.cursor()) as cursor:
                cursor.execute("select derived_seq from progress").fetchall()
                readable = True
                with self._change_locks[Lane.DERIVED]:
                    cursor.execute("update progress set derived_seq = derived_seq")
                writable = True
        except duckdb.Error as error:
            detail = str(error)
        if self.below_floor:
            writable, detail = False, f"less than {self._settings.free_disk_floor_mb} MiB free: ingest waits for room"
        return Health(readable, writable, detail, self.free_bytes(), set_aside(self._directory))

    def free_bytes(self) -> int:
        """Free space where the data lives, in bytes."""
        return shutil.disk_usage(self._directory or ".").free

    @property
    def below_floor(self) -> bool:
        """Whether ingest has to wait until somebody makes room."""
        return self._directory is not None and self.free_bytes() < self._settings.free_disk_floor_mb * 2**20

    def close(self) -> None:
        """Write everything into the main file and release it."""
        with self._append_lock, ExitStack() as held:
            for lock in self._change_locks.values():
                held.enter_context(lock)
            self._closed = True
            try:
                self._root.execute("checkpoint")
            except duckdb.Error as error:  # the log holds it; the next start replays it
                _log.warning("no checkpoint at close: %s", error)
            self._writer.close()
            self._root.close()

    def _insert(self, tables: Tables) -> None:
        cursor = self._writer
        cursor.execute("begin")
        for name, table in tables.items():
            if table.num_rows:
                cursor.register("incoming", table)
                verb = "insert or ignore into" if name in _DIMENSIONS else "insert into"
                cursor.execute(f"{verb} {name} by name select * from incoming")  # noqa: S608 - our table names
        cursor.execute("commit")

    def _settle(self, tables: Tables, error: duckdb.Error, root: duckdb.DuckDBPyConnection) -> None:
        """Find out what a failed commit left behind; returns only if the rows are there after all."""
        self._give_up(error, root)
        wanted = tables["batches"].select(["batch_id"])
        try:
            found = self.run(_QUERIES["batches_by_id"], tables={"wanted": wanted}).num_rows
        except QueryFailed as unanswered:
            raise StoreUnavailable(f"commit failed ({error}) and the store does not answer") from unanswered
        if found != wanted.num_rows:
            raise StoreUnavailable(f"commit failed, nothing was written: {error}") from error
        _log.warning("a commit reported %s and had happened: nothing is lost", error)

    def _give_up(self, error: duckdb.Error, root: duckdb.DuckDBPyConnection) -> None:
        """Leave the transaction that failed, in a new engine if this one is dead."""
        self._reopen_if_dead(error, root)
        try:
            self._writer.execute("rollback")
        except duckdb.Error as not_open:
            _log.debug("no transaction left to roll back: %s", not_open)

    def _reopen_if_dead(self, error: duckdb.Error, root: duckdb.DuckDBPyConnection) -> None:
        """Open the file anew if the engine gave up, unless another thread has done so since ``root`` was taken."""
        if not isinstance(error, duckdb.FatalException | duckdb.InternalException | duckdb.ConnectionException):
            return
        with self._open_lock:
            if self._closed:
                raise StoreUnavailable("the store is closed") from error
            if self._root is not root:
                return
            _log.error("the engine gave up (%s); reopening", error)
            try:
                self._root.close()
                self._root = open_database(self._directory, self._settings)
                self._writer = self._root.cursor()
            except (duckdb.Error, StoreError) as still:
                raise StoreUnavailable(f"the store cannot be reopened: {still}", retry_after_s=2.0) from still
