"""Setting up says what is missing, before it has changed anything; the Makefile has what the README names."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import ROOT

OLD = 'case "$*" in *version_info*) exit 1 ;; --version) echo Python 3.9.18 ;; esac'
BARE = 'case "$*" in *version_info*) exit 0 ;; *) echo "No module named ensurepip" >&2; exit 1 ;; esac'
TOOLS = ("dirname", "mkdir", "rm", "cat", "sleep")


@pytest.fixture
def set_up(tmp_path):
    """Run a copy of the script on a machine whose only Python behaves as told."""
    places = tmp_path / "bin"
    (tmp_path / ".ci").mkdir()
    places.mkdir()
    shutil.copy(ROOT / ".ci/set-up", tmp_path / ".ci/set-up")
    for tool in TOOLS:
        (places / tool).symlink_to(str(shutil.which(tool)))

    def run(python: str | None) -> subprocess.CompletedProcess[str]:
        if python is not None:
            executable(places / "python3", python)
        environment = {"PATH": str(places)}
        script = [str(tmp_path / ".ci/set-up")]
        return subprocess.run(script, env=environment, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - ours

    return run


def executable(path: Path, body: str) -> None:
    path.write_text(f"#!{shutil.which('sh')}\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def test_a_python_that_is_too_old_is_named_with_what_is_expected(set_up, tmp_path):
    ran = set_up(OLD)
    assert ran.returncode == 1
    assert "found python3: Python 3.9.18; expected Python 3.11 or newer" in ran.stderr
    assert "make PYTHON=" in ran.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_machine_without_python_is_told_so(set_up):
    assert "expected Python 3.11 or newer" in set_up(None).stderr


def test_a_python_without_venv_and_pip_is_told_the_remedy(set_up, tmp_path):
    ran = set_up(BARE)
    assert ran.returncode == 1
    assert "apt install python3-venv" in ran.stderr
    assert list((tmp_path / ".tools/bin").iterdir()) == []


def test_make_lists_its_commands():
    environment = os.environ | {"MAKEFLAGS": ""}
    make = [str(shutil.which("make")), "--no-print-directory", "help"]
    listed = subprocess.run(make, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout  # noqa: S603 - ours
    commands = [line.split()[1] for line in listed.splitlines()]
    assert commands == ["help", "demo", "test", "check", "unit", "bench", "format", "clean"]
