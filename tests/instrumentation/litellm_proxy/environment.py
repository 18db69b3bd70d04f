"""An environment of its own for the LiteLLM proxy, made once of the pins of the stack with uv and kept in `.tools`.

It takes some seconds. Where the packages cannot be had, the tests are skipped and say so; in CI they fail.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
_PINS = ROOT / "dashboards" / "stack" / "litellm" / "requirements.txt"
_TOOLS = ROOT / ".tools"


def proxy_command() -> Path:
    """The proxy's own command; makes the environment where there is none."""
    pinned = hashlib.sha256(_PINS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = _TOOLS / f"litellm-proxy-{pinned}"
    _TOOLS.mkdir(exist_ok=True)
    with (_TOOLS / "litellm-proxy.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes
        if not (home / "ready").exists():
            shutil.rmtree(home, ignore_errors=True)
            _make(home)
            (home / "ready").touch()
    return home / "bin" / "litellm"


def _make(home: Path) -> None:
    _run(_uv(), "venv", "--quiet", "--no-python-downloads", "--python", sys.executable, str(home))
    pinned = ("--require-hashes", "--only-binary", ":all:", "--requirement", str(_PINS))
    _run(_uv(), "pip", "install", "--quiet", "--python", str(home / "bin" / "python"), *pinned)


def _uv() -> str:
    pinned = sorted(str(path) for path in (_TOOLS / "bin").glob("uv-*"))
    found = os.environ.get("UV") or (pinned[-1] if pinned else shutil.which("uv"))
    return found or _missing("found no uv; expected .tools/bin/uv-*, which `.ci/set-up` brings, or UV=/path/to/uv")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 - pinned tools
    if done.returncode != 0:
        _missing(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def _missing(why: str) -> str:
    if os.environ.get("CI"):
        pytest.fail(f"no LiteLLM proxy to test against: {why}")
    pytest.skip(f"NOT TESTED, no LiteLLM proxy: {why}")
