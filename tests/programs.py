"""Programs of Debian that tests ask: Prometheus with promtool, Alertmanager with amtool.

One is taken from PATH where it is there; else its package is fetched with ``apt-get download`` and unpacked with
``dpkg-deb`` into ``.tools``. Neither needs root: where apt has no lists yet, it keeps its own in ``.tools`` too. What
comes is checked by apt itself. Where none of that can be, the test is skipped and says so; but never where the
environment variable CI is set: there it fails.

``python -m tests.programs`` says which ones are found and in which version.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
FETCHED = ROOT / ".tools" / "debian"


class NoProgram(RuntimeError):
    """The program cannot be had; the message holds what was tried and what to do."""


class Program(NamedTuple):
    """Where a program comes from."""

    package: str
    executables: tuple[str, ...]
    """What it is called, on PATH or under ``usr/bin`` of the package."""


PROGRAMS: Mapping[str, Program] = {
    "promtool": Program("prometheus", ("promtool",)),
    "prometheus": Program("prometheus", ("prometheus",)),
    "alertmanager": Program("prometheus-alertmanager", ("alertmanager", "prometheus-alertmanager")),
    "amtool": Program("prometheus-alertmanager", ("amtool",)),
}


def needed(name: str) -> Path:
    """The program, for a test that cannot do without; skips the test, or fails it where CI is set."""
    try:
        return program(name)
    except NoProgram as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"NOT CHECKED, as there is no {name}: {reason}")


@cache
def program(name: str) -> Path:
    """Find the program or fetch it; prints its version, which a failing test then shows."""
    wanted = PROGRAMS[name]
    path = _on_path(wanted) or _fetched(wanted)
    sys.stderr.write(f"{version(path)} ({path})\n")
    return path


def version(path: Path) -> str:
    """What the program says about itself; raises :class:`NoProgram` where it does not run on this machine."""
    return run(str(path), "--version").splitlines()[0]


def _on_path(wanted: Program) -> Path | None:
    found = (shutil.which(name) for name in wanted.executables)
    return next((Path(path) for path in found if path is not None), None)


def _fetched(wanted: Program) -> Path:
    home = FETCHED / wanted.package
    with locked(FETCHED / f"{wanted.package}.lock"):
        if not home.exists():
            _fetch(wanted.package, home)
    found = [path for name in wanted.executables if (path := home / "usr" / "bin" / name).exists()]
    if not found:
        raise NoProgram(f"package {wanted.package} has none of {', '.join(wanted.executables)}; see {home}")
    return found[0]


def _fetch(package: str, home: Path) -> None:
    """Appear in one rename, so that an interrupted fetch leaves nothing that looks whole."""
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise NoProgram(f"found no {tool} to fetch the package {package} with; install {package} yourself")
    with tempfile.TemporaryDirectory(dir=FETCHED) as folder:
        _download(package, Path(folder))
        unpacked = Path(folder) / "unpacked"
        run("dpkg-deb", "-x", str(next(Path(folder).glob("*.deb"))), str(unpacked))
        unpacked.rename(home)


def _download(package: str, folder: Path) -> None:
    """With the lists of the machine; where they are missing or too old, with lists of our own."""
    try:
        run("apt-get", "download", package, cwd=folder)
    except NoProgram:
        own = own_lists()
        run("apt-get", *own, "update")
        run("apt-get", *own, "download", package, cwd=folder)


def own_lists() -> tuple[str, ...]:
    """Options that make apt keep its lists below ``.tools``."""
    state, kept = FETCHED / "apt", FETCHED / "apt" / "cache"
    for place in (state / "lists" / "partial", kept / "archives" / "partial"):
        place.mkdir(parents=True, exist_ok=True)
    status = Path("/var/lib/dpkg/status")
    return ("-o", f"Dir::State={state}", "-o", f"Dir::Cache={kept}", "-o", f"Dir::State::status={status}")


def run(*command: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """What a command prints; raises :class:`NoProgram` where it does not run or fails."""
    try:
        done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - named above
    except OSError as error:
        raise NoProgram(f"{command[0]} does not run here: {error}") from error
    if done.returncode != 0:
        raise NoProgram(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout or done.stderr


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time: tests run in several."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Fetch all of them; 1 if one cannot be had."""
    try:
        for name in PROGRAMS:
            program(name)
    except NoProgram as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
