"""What is in the tree: the files that are, or are about to be, under version control."""

import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("instrumentation", "collector", "analytics", "alerts", "dashboards")
_LIST = ("git", "ls-files", "--cached", "--others", "--exclude-standard")


def files(ending: str = "") -> list[Path]:
    """Every file that is not ignored, without what was captured from others."""
    listed = subprocess.run(_LIST, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()  # noqa: S603 - a constant
    found = [ROOT / name for name in listed if name.endswith(ending) and not name.startswith("tests/fixtures/")]
    return [path for path in found if path.is_file()]


def project() -> dict[str, Any]:
    """Read pyproject.toml's ``project``."""
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found
