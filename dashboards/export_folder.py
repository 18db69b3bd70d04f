"""The folder that takes the copy of an export: one export and nothing left of an earlier one, so that no file lies."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from dashboards.asking import NoAnswer

_MANIFESTS = ("manifest.json", "statements/manifest.json")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which export a folder is to take."""

    month: str
    profile: str
    form: str

    def __str__(self) -> str:
        return f"{self.month} as {self.profile} for {self.form}"


def check(folder: Path, wanted: Wanted) -> None:
    """Raise :class:`NoAnswer` for a folder that holds another export, or cannot be one."""
    with _explained(folder):
        if folder.exists() and not folder.is_dir():
            raise NoAnswer(f"{folder} is a file: name a folder with --to DIR")
        manifest = _manifest(folder / _MANIFESTS[0])
    if not manifest:
        return
    found = Wanted(str(manifest["period"]["month"]), str(manifest["profile"]), str(manifest["form"]))
    if found != wanted:
        raise NoAnswer(f"{folder} holds the export of {found}: name another folder for {wanted}")


def copy(folder: Path, hashes: Mapping[str, str], fetch: Callable[[str, Path], None]) -> None:
    """Fetch every file and take away what only an earlier copy of the export had; raises :class:`NoAnswer`.

    ``hashes`` are the SHA-256 of the files, by name: an export of an open month may be made anew while it is fetched.
    """
    with _explained(folder):
        earlier = {name for manifest in _MANIFESTS for name in _named(folder, manifest)}
        for name, sha256 in hashes.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            fetch(name, folder / name)
            with (folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                    raise NoAnswer(f"{name} was written anew while it was fetched: export again")
        for name in earlier.difference(hashes):
            (folder / name).unlink(missing_ok=True)


def _named(folder: Path, manifest: str) -> Iterator[str]:
    """Yield the files beside a manifest that it names, as paths in the folder."""
    beside = PurePosixPath(manifest).parent
    for file in _manifest(folder / manifest).get("files", []):
        name = str(file["name"])
        if PurePosixPath(name).name == name:  # it could have been written by anybody
            yield str(beside / name)


def _manifest(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except orjson.JSONDecodeError:
        found = {}
    if not str(found.get("kind", "")).startswith("burnline-"):
        raise NoAnswer(f"{path} is no manifest of Burnline: name another folder with --to DIR")
    return found


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = error.filename or folder
        raise NoAnswer(f"cannot write {where}: {error.strerror}; what stands in {folder} is not complete") from error
