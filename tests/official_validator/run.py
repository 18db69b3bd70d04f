"""Runs the official validator on files and prints, as one JSON object, whether each of its rules is kept.

Executed inside the environment that `environment.py` makes, with the paths of the files as arguments. It works in a
folder of its own that shows the validator's package under the name that the validator looks for. The command of the
validator itself ends with 0 whatever it finds, which is why its Python interface is asked.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import focus_validator
from focus_validator.validator import Validator

VERSION = "1.2"
"""The only one that the package brings; others it would download."""
SUPPORTED = (
    "ACCOUNT_NAMING_SUPPORTED",
    "MULTIPLE_PRICING_CATEGORIES_SUPPORTED",
    "NEGOTIATED_PRICING_SUPPORTED",
    "PUBLIC_PRICE_LIST_SUPPORTED",
    "SUB_ACCOUNT_SUPPORTED",
    "TAGGING_SUPPORTED",
    "UNIT_PRICING_SUPPORTED",
    "USAGE_MEASUREMENT_SUPPORTED",
)
"""What our export has; without any of these, the validator skips most of its rules and lets almost anything pass."""


def main() -> None:
    """Print the results of all files."""
    paths = [Path(name).resolve() for name in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("focus_validator").symlink_to(Path(focus_validator.__file__).parent)
        sys.stdout.write(json.dumps({str(path): results(path) for path in paths}))
        os.chdir("/")


def results(path: Path) -> dict[str, bool]:
    """Whether each rule that was run is kept; rules that do not apply are left out."""
    validator = Validator(
        data_filename=str(path),
        output_destination=None,
        output_type="console",
        focus_dataset="CostAndUsage",
        rules_version=VERSION,
        rules_block_remote_download=True,
        applicability_criteria=",".join(SUPPORTED),
    )
    validator.load()
    found = validator.spec_rules.validate(validator.focus_data)
    return {rule: bool(result["ok"]) for rule, result in found.by_rule_id.items() if not skipped(result)}


def skipped(result: dict[str, object]) -> bool:
    """Whether a rule was not run at all."""
    details = result.get("details")
    return isinstance(details, dict) and bool(details.get("skipped"))


if __name__ == "__main__":
    main()
