"""The data directory of a demo: made, or emptied if an earlier demo made it, and never anybody else's.

CannotPrepare   the directory is not ours to empty; says what to do
"""

import fcntl
import shutil
from pathlib import Path

MARKER = "made-by-burnline-demo"
_MARKER_TEXT = "Made by `burnline demo`. The next demo into this directory replaces its files.\n"
_DATABASE = "burnline.duckdb"
_OURS = (f"{_DATABASE}*", "spill", "exports", "burnline.yaml", "server.log")
"""What a demo leaves behind; anything else in the directory is left alone."""
_CONFIGURATION = Path(__file__).with_name("demo.yaml")


class CannotPrepare(Exception):
    """The data directory cannot be used."""


def prepare(directory: Path) -> bool:
    """Make the directory ready with its configuration; whether an earlier demo was replaced."""
    marker = directory / MARKER
    try:
        if directory.exists() and not marker.exists():
            _refuse_strange(directory)
        directory.mkdir(parents=True, exist_ok=True)
        replaced = marker.exists() and _emptied(directory)
        marker.write_text(_MARKER_TEXT, encoding="utf-8")
        shutil.copyfile(_CONFIGURATION, configuration(directory))
    except OSError as error:
        raise CannotPrepare(f"cannot write to {directory}: {error.strerror}; choose another with --data DIR") from error
    return replaced


def configuration(directory: Path) -> Path:
    """Name the configuration that the demo's server runs with."""
    return directory / "burnline.yaml"


def _refuse_strange(directory: Path) -> None:
    if not directory.is_dir():
        raise CannotPrepare(f"{directory} is a file; choose a directory with --data DIR")
    found = next(directory.iterdir(), None)
    if found is not None:
        raise CannotPrepare(
            f"{directory} holds {found.name}, which no demo has made, and a demo would replace the data there: "
            "choose an empty or new directory with --data DIR"
        )


def _emptied(directory: Path) -> bool:
    _refuse_used(directory)
    for pattern in _OURS:
        for path in directory.glob(pattern):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    return True


def _refuse_used(directory: Path) -> None:
    """A server that holds the database must not have it pulled away from under it."""
    database = directory / _DATABASE
    if database.exists():
        with database.open("r+b") as opened:
            try:
                fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise CannotPrepare(
                    f"a running process holds {directory}: stop it, or choose another with --data DIR"
                ) from error
