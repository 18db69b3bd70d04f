"""Opening a data directory: who may, what is locked away, and what damage does."""

import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen, run

import pytest

from collector.store import DuckDBStore, QueryFailed, StoreDamaged, StoreError, StoreInUse
from collector.store.opening import DATABASE
from tests.collector.store.rows import asked, group, numbers

HELD = """
import sys
from pathlib import Path
from collector.store import DuckDBStore
store = DuckDBStore(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""
KILLED = """
import os, sys
from pathlib import Path
from collector.store import DuckDBStore
from tests.collector.store.rows import group
store = DuckDBStore(Path(sys.argv[1]))
for number in range(1, 21):
    store.append(group(number))
os._exit(9)
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> dict[str, bytes]:
    """The files of a store whose process died after 20 commits."""
    directory = tmp_path_factory.mktemp("killed")
    run([sys.executable, "-c", KILLED, str(directory)], check=False)  # noqa: S603 - our own script
    return {name: (directory / name).read_bytes() for name in (DATABASE, f"{DATABASE}.wal")}


@pytest.fixture
def opened() -> Iterator[list[DuckDBStore]]:
    stores: list[DuckDBStore] = []
    yield stores
    for store in stores:
        store.close()


def left(directory: Path, files: dict[str, bytes], *, log: bytes | None = None) -> Path:
    (directory / DATABASE).write_bytes(files[DATABASE])
    (directory / f"{DATABASE}.wal").write_bytes(files[f"{DATABASE}.wal"] if log is None else log)
    return directory


def flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 0x55]) + raw[at + 1 :]


def test_a_second_process_is_told_what_to_do(tmp_path):
    command = [sys.executable, "-c", HELD, str(tmp_path)]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True) as holder:  # noqa: S603 - our own script
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreInUse, match="in use by another process: stop it, or choose another with --data"):
            DuckDBStore(tmp_path)
        holder.communicate()
    DuckDBStore(tmp_path).close()


def test_after_a_kill_every_commit_is_there(tmp_path, killed, opened):
    opened.append(DuckDBStore(left(tmp_path, killed)))
    assert numbers(opened[0]) == list(range(1, 21))
    assert opened[0].health().quarantined == ()


def test_a_log_cut_short_opens_at_its_last_whole_commit(tmp_path, killed, opened):
    log = killed[f"{DATABASE}.wal"]
    opened.append(DuckDBStore(left(tmp_path, killed, log=log[:-10])))
    assert numbers(opened[0]) == list(range(1, 20))


def test_a_log_with_a_flipped_byte_is_set_aside_and_said(tmp_path, killed, opened):
    log = killed[f"{DATABASE}.wal"]
    damaged = flipped(log, len(log) - 40)
    opened.append(DuckDBStore(left(tmp_path, killed, log=damaged)))
    (aside,) = opened[0].health().quarantined
    assert (tmp_path / aside).read_bytes() == damaged
    assert opened[0].health().ready
    opened[0].append(group(99))
    assert numbers(opened[0]) == [99]  # the log was the only place of the others: gone, and said


def test_a_log_set_aside_stays_said_until_somebody_takes_it_away(tmp_path, killed, opened):
    log = killed[f"{DATABASE}.wal"]
    DuckDBStore(left(tmp_path, killed, log=flipped(log, len(log) - 40))).close()
    opened.append(DuckDBStore(tmp_path))
    (aside,) = opened[0].health().quarantined
    (tmp_path / aside).unlink()
    assert opened[0].health().quarantined == ()


@pytest.mark.parametrize("at", [0, 13_000], ids=["the header", "a block"])
def test_a_damaged_data_file_is_refused_and_left_as_it_is(tmp_path, killed, at):
    (tmp_path / "clocked").mkdir()  # a word in the path that looks like a reason must not mislead
    directory = left(tmp_path / "clocked", killed, log=b"")
    (directory / f"{DATABASE}.wal").unlink()
    damaged = flipped(killed[DATABASE], at)
    (directory / DATABASE).write_bytes(damaged)
    with pytest.raises(StoreDamaged, match=r"cannot be read.*left as it is: restore it"):
        DuckDBStore(directory)
    assert (directory / DATABASE).read_bytes() == damaged


LOCKED_AWAY = (
    "select * from read_csv('/etc/hostname')",
    "select * from read_text('/etc/hostname')",
    "select * from glob('/*')",
    "copy batches to '/dev/null'",
    "export database '/dev/shm'",
    "attach '/dev/shm/other.duckdb' as other",
    "install httpfs",
    "load httpfs",
    "set enable_external_access = true",
    "set threads = 8",
)


@pytest.mark.parametrize("sql", LOCKED_AWAY)
@pytest.mark.parametrize("on_disk", [True, False], ids=["file", "memory"])
def test_no_statement_reaches_outside(tmp_path, opened, sql, on_disk):
    opened.append(DuckDBStore(tmp_path if on_disk else None))
    with pytest.raises(QueryFailed, match=r"disabled|Cannot change|not loaded|locked"):
        asked(opened[0], sql)


@pytest.mark.parametrize("name", ["file", "file/below", "circle", "x" * 300])
def test_a_directory_that_cannot_be_one_is_named_with_what_to_do(tmp_path, name):
    (tmp_path / "file").write_text("here before", encoding="utf-8")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    with pytest.raises(StoreError, match="--data"):
        DuckDBStore(tmp_path / name)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "here before"
