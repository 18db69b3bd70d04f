"""Asking the official validator."""

import json
import subprocess
from pathlib import Path

from tests.official_validator.environment import NoValidator, python

_RUN = Path(__file__).with_name("run.py")
UNAVOIDABLE = frozenset({"InvoiceId-C-004-C"})
"""It asks for InvoiceId to be null and to be given, of every row; of rows that all have one, the first is broken."""
CLEANEST = 249
"""Rules that an export without a mistake keeps, with what ours supports: all that are run but the unavoidable one."""


def validate(*paths: Path) -> list[dict[str, bool]]:
    """For each file, whether each rule that was run is kept."""
    command = [str(python()), str(_RUN), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode != 0:
        raise NoValidator(f"the validator ended with {done.returncode}:\n{done.stderr}")
    results = json.loads(done.stdout)
    return [results[str(path.resolve())] for path in paths]


def broken(results: dict[str, bool]) -> set[str]:
    """The rules that are not kept."""
    return {rule for rule, is_kept in results.items() if not is_kept}
