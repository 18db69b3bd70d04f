"""The rules: each with its sentence, how bad a breach is, since which version it holds and where it comes from.

They are the lines of ``data/rules.csv``. A source names the column or the attribute of the specification; ``Burnline``
marks what our export promises beyond it. Every rule is broken by one planted mistake in the tests of this package.

>>> rules()["list-cost-exact"].sentence
'ListCost is ListUnitPrice x PricingQuantity to the last digit, unless the row corrects.'
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType

from analytics.focus.columns import Version


class Severity(StrEnum):
    """How bad it is to break a rule."""

    ERROR = "error"
    """The specification says must, or our export promises it."""
    WARNING = "warning"
    """The specification says should."""
    NOTE = "note"
    """Allowed, and worth knowing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    id: str
    severity: Severity
    since: Version
    sentence: str
    source: str


def rules_of(version: Version) -> tuple[str, ...]:
    """The ids of the rules that hold in a version."""
    return tuple(rule.id for rule in rules().values() if rule.since <= version)


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id."""
    text = resources.files("analytics.focus_check").joinpath("data", "rules.csv").read_text(encoding="utf-8")
    return MappingProxyType({rule.id: rule for rule in map(_rule, csv.DictReader(text.splitlines()))})


def _rule(line: Mapping[str, str]) -> Rule:
    return Rule(
        id=line["rule"],
        severity=Severity(line["severity"]),
        since=Version(line["since"]),
        sentence=line["sentence"],
        source=line["source"],
    )
