"""Chromium for the tests of the console.

It is taken from PATH where it is there. Else it is fetched as Debian has it, with what it needs and the machine lacks,
and unpacked below ``.tools``: nothing is installed, so nobody has to be root. Where that cannot be, tests are skipped
and say so; but never where the environment variable CI is set: there they fail.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.programs import FETCHED, NoProgram, locked, own_lists, run

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_HOME = FETCHED / "chromium"
_WANTED = re.compile(r"^Inst (?P<package>\S+) ", re.MULTILINE)


def chromium() -> tuple[Path, Mapping[str, str]]:
    """The browser and the environment it runs in, for a test; skips the test, or fails it where CI is set."""
    try:
        return found()
    except NoProgram as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"NOT CHECKED, as there is no Chromium: {reason}")


@cache
def found() -> tuple[Path, Mapping[str, str]]:
    """Find it or fetch it; raises :class:`~tests.programs.NoProgram`."""
    for name in _NAMES:
        if (path := shutil.which(name)) is not None:
            return Path(path), dict(os.environ)
    with locked(FETCHED / "chromium.lock"):
        if not _HOME.exists():
            _fetch(_HOME)
    executable = _HOME / "usr" / "lib" / "chromium" / "chromium"
    environment = dict(os.environ) | _surroundings(_HOME)
    run(str(executable), "--version", env=environment)
    return executable, environment


def _fetch(home: Path) -> None:
    """Appear in one rename, so that an interrupted fetch leaves nothing that looks whole."""
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise NoProgram(f"found no {tool} to fetch the package chromium with; install Chromium yourself")
    with tempfile.TemporaryDirectory(dir=FETCHED) as folder:
        debs, unpacked = Path(folder) / "debs", Path(folder) / "unpacked"
        debs.mkdir()
        _download(debs)
        for deb in sorted(debs.glob("*.deb")):
            run("dpkg-deb", "-x", str(deb), str(unpacked))
        unpacked.rename(home)


def _download(folder: Path) -> None:
    """With the lists of the machine; where they are missing or too old, with lists of our own."""
    try:
        run("apt-get", "download", *_missing(()), cwd=folder)
    except NoProgram:
        own = own_lists()
        run("apt-get", *own, "update")
        run("apt-get", *own, "download", *_missing(own), cwd=folder)


def _missing(options: tuple[str, ...]) -> list[str]:
    """Chromium and whatever it needs that the machine does not have."""
    would = ("--simulate", "--no-install-recommends", "install", "chromium", "fonts-dejavu-core")
    said = run("apt-get", *options, *would)
    wanted = [match["package"] for match in _WANTED.finditer(said)]
    if not wanted:
        raise NoProgram(f"found nothing to fetch for the package chromium, and no Chromium on PATH; apt says:\n{said}")
    return wanted


def _surroundings(home: Path) -> dict[str, str]:
    """Where an unpacked Chromium finds its libraries and fonts."""
    fonts = home / "fonts.conf"
    folders = "".join(f"<dir>{folder}/usr/share/fonts</dir>" for folder in (home, ""))
    fonts.write_text(f"<fontconfig>{folders}<cachedir>{home}/font-cache</cachedir></fontconfig>", encoding="utf-8")
    return {"LD_LIBRARY_PATH": os.pathsep.join(_libraries(home)), "FONTCONFIG_FILE": str(fonts)}


def _libraries(home: Path) -> Iterator[str]:
    """Every folder with shared libraries."""
    yield from sorted({str(path.parent) for path in home.rglob("*.so*") if path.is_file()})
