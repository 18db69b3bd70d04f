"""Every section of burnline.yaml, with the dataclass that describes it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from alerts import settings as alerts
from analytics.api import Goals
from analytics.derive.deriver import DeriveSettings
from analytics.evidence import Gate
from analytics.prices.settings import PriceRow
from analytics.spending.budget import SpendBudget
from collector.configuration import check, load
from collector.configuration.problems import Problem
from collector.intake import IntakeSettings
from collector.normalise.mapping import AttributionKeys
from collector.store import StoreSettings

T = TypeVar("T")

SECTIONS: Mapping[str, object] = {
    **alerts.SECTIONS,
    "budgets": tuple[SpendBudget, ...],
    "prices": tuple[PriceRow, ...],
    "attribution": AttributionKeys,
    "intake": IntakeSettings,
    "derive": DeriveSettings,
    "store": StoreSettings,
}


class Configuration:
    """The configuration as it was read; a section is asked for by its name and type."""

    def __init__(self, path: Path | None, environ: Mapping[str, str]) -> None:
        """Raises :class:`~collector.configuration.ConfigurationError` with every problem at once."""
        self.path = path
        self._sections = load(path, SECTIONS, environ=environ, rules=alerts.RULES)

    def section(self, name: str, kind: type[T]) -> T:
        """One section, of the type that :data:`SECTIONS` gives it."""
        found = self._sections[name]
        if not isinstance(found, kind):
            raise TypeError(f"section {name} is a {type(found).__name__}, not a {kind.__name__}")
        return found


def problems(path: Path, environ: Mapping[str, str]) -> list[Problem]:
    """What is wrong with a file, in its order."""
    return check(path, SECTIONS, environ=environ, rules=alerts.RULES)


def goals_of(configuration: Configuration) -> Goals:
    """What was promised and what may be spent."""
    return Goals(
        configuration.section("objectives", tuple),
        configuration.section("budgets", tuple),
        configuration.section("evidence", Gate),
    )
