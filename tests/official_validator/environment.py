"""An environment of its own for the official validator, made once and kept in `.tools`.

It cannot live in ours: it needs another DuckDB, another NumPy and another Polars. Made of `requirements.txt` with uv,
and of the validator's source archive, which is the only form it is published in and holds nothing to compile. Its
metadata asks for Python 3.12; it runs with ours, from 3.11 on: there is one expression in it that 3.11 cannot read, and
it is written differently there (`_REPAIR`), which changes nothing in its syntax tree. What is found and what comes out
are held to their hashes.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_HERE = Path(__file__).parent
_TOOLS = ROOT / ".tools"
_PINS = ("requirements.txt", "validator.txt", Path(__file__).name)


class NoValidator(RuntimeError):
    """The environment cannot be made; the message holds what the tool said and what to do."""


class _Repair(NamedTuple):
    file: str
    before: str
    """sha256 of the file as published."""
    found: str
    written: str
    after: str
    """sha256 of the file as it runs."""


_REPAIR = _Repair(
    file="focus_validator/config_objects/focus_to_duckdb_converter.py",
    before="85af5be4a64879a77a6ef892baf0964423120d73b6d249e1a554016083945f0c",
    found=r'''f"'{k.replace('\"', '\"\"')}'"''',
    written='''f"""'{k.replace('"', '""')}'"""''',
    after="b47e880af8a45fc508abb74a4dbac35d76a5d980ac24b25bd7879d237e9df272",
)
"""Python 3.11 reads no backslash inside the braces of a formatted text."""


def python() -> Path:
    """The Python that has the validator; makes the environment where there is none, which takes some seconds."""
    home = _TOOLS / f"focus-validator-{_pinned()}"
    with _locked(_TOOLS / "focus-validator.lock"):
        if not (home / "ready").exists():
            shutil.rmtree(home, ignore_errors=True)
            _make(home)
            (home / "ready").touch()
    return home / "bin" / "python"


def _make(home: Path) -> None:
    _run(_uv(), "venv", "--quiet", "--seed", "--no-python-downloads", "--python", sys.executable, str(home))
    run = str(home / "bin" / "python")
    pinned = ("--require-hashes", "--only-binary", ":all:", "--requirement", str(_HERE / "requirements.txt"))
    _run(_uv(), "pip", "install", "--quiet", "--python", run, *pinned)
    archives = home / "archives"
    published = ("--no-deps", "--no-binary", "focus-validator", "--ignore-requires-python", "--dest", str(archives))
    download = (run, "-m", "pip", "download", "--quiet", *published)
    _run(*download, "--require-hashes", "--requirement", str(_HERE / "validator.txt"))
    packages = next((home / "lib").glob("python3.*/site-packages"))
    _unpack(next(archives.glob("*.tar.gz")), packages)
    if sys.version_info < (3, 12):
        _repair(packages / _REPAIR.file)


def _unpack(archive: Path, packages: Path) -> None:
    """The package itself, from under the archive's one folder; in Python 3.11.2 there are no filters for extraction."""
    with tarfile.open(archive) as files:
        for member in files.getmembers():
            _, _, name = member.name.partition("/")
            content = files.extractfile(member) if member.isfile() and name.startswith("focus_validator/") else None
            if content is not None:
                path = (packages / name).resolve()
                path.relative_to(packages.resolve())  # raises for a name that leads elsewhere
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())


def _repair(path: Path) -> None:
    text = path.read_bytes()
    _expect(path, text, _REPAIR.before)
    text = text.replace(_REPAIR.found.encode(), _REPAIR.written.encode())
    _expect(path, text, _REPAIR.after)
    path.write_bytes(text)


def _expect(path: Path, text: bytes, sha256: str) -> None:
    found = hashlib.sha256(text).hexdigest()
    if found != sha256:
        raise NoValidator(f"{path} has the sha256 {found}; expected {sha256}. Was another version pinned?")


def _uv() -> str:
    pinned = sorted(str(path) for path in (_TOOLS / "bin").glob("uv-*"))
    found = os.environ.get("UV") or (pinned[-1] if pinned else shutil.which("uv"))
    if found is None:
        raise NoValidator("found no uv; expected .tools/bin/uv-*, which `.ci/set-up` brings, or UV=/path/to/uv")
    return found


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - pinned tools
    if done.returncode != 0:
        raise NoValidator(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def _pinned() -> str:
    """Names everything that the environment is made of."""
    parts = [(_HERE / name).read_bytes() for name in _PINS]
    return hashlib.sha256(b"".join([*parts, sys.version.encode()])).hexdigest()[:12]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One process at a time: tests run in several."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
