"""The unit for systemd: what systemd itself says of it, where it is installed, and what it has to hold."""

import re
import shutil
import subprocess
import sys

import pytest

from dashboards.process import _DRAIN_S, _GRACE_S
from tests.stack.files import STACK

UNIT = STACK / "systemd" / "burnline.service"
TEXT = UNIT.read_text(encoding="utf-8")
EXPOSED_AT_MOST = 2.0
"""systemd's own figure, of 10; up to 4 it says OK."""


def analyzed(*words: str) -> str:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("NOT CHECKED: there is no systemd-analyze here")
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)  # noqa: S603 - systemd's own
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_systemd_finds_no_mistake_in_it(tmp_path):
    there = tmp_path / UNIT.name
    there.write_text(re.sub(r"/usr/local/lib/burnline/bin/burnline", sys.executable, TEXT), encoding="utf-8")
    assert analyzed("verify", "--man=no", str(there)) == ""


def test_systemd_calls_it_hardly_exposed():
    said = analyzed("security", "--offline=true", "--no-pager", str(UNIT))
    assert float(re.search(r"exposure level for burnline\.service: ([\d.]+)", said)[1]) < EXPOSED_AT_MOST


def test_the_service_has_time_to_finish_what_it_received():
    assert int(re.search(r"^TimeoutStopSec=(\d+)s$", TEXT, re.MULTILINE)[1]) > _GRACE_S + 2 * _DRAIN_S


def test_it_may_write_one_directory_and_serves_from_it():
    assert re.findall(r"^(?:State|Cache|Logs|Runtime)Directory=(.+)$", TEXT, re.MULTILINE) == ["burnline"]
    assert "ReadWritePaths" not in TEXT
    assert re.search(r"^ExecStart=.* --data \$\{STATE_DIRECTORY\}$", TEXT, re.MULTILINE)
