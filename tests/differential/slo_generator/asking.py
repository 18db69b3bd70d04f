"""Asking google's slo-generator, in an environment that is made once and kept in ``.tools``."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.official_validator.environment import ROOT, _locked, _run, _uv

_HERE = Path(__file__).parent
_PINNED = _HERE / "requirements.txt"


@dataclass(frozen=True, slots=True)
class Case:
    """One objective with what was counted in the window of each step."""

    goal: float
    steps: Sequence[tuple[int, float]]
    """Seconds and threshold."""
    counts: Sequence[tuple[int, int]]
    """Good and bad."""


def reports(cases: Sequence[Case]) -> list[list[dict]]:
    """What slo-generator reports for every step of every case."""
    done = subprocess.run(  # noqa: S603 - pinned, in an environment of its own
        [_python(), _HERE / "run.py"],
        input=json.dumps([asdict(case) for case in cases]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _python() -> Path:
    made_of = _PINNED.read_bytes() + sys.version.encode()
    home = ROOT / ".tools" / f"slo-generator-{hashlib.sha256(made_of).hexdigest()[:12]}"
    with _locked(ROOT / ".tools" / "slo-generator.lock"):
        if not (home / "ready").exists():
            shutil.rmtree(home, ignore_errors=True)
            _run(_uv(), "venv", "--quiet", "--no-python-downloads", "--python", sys.executable, str(home))
            pinned = ("--require-hashes", "--only-binary", ":all:", "--requirement", str(_PINNED))
            _run(_uv(), "pip", "install", "--quiet", "--python", str(home / "bin" / "python"), *pinned)
            (home / "ready").touch()
    return home / "bin" / "python"
