"""Every section of burnline.yaml, with the dataclass that describes it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from alerts import settings as alerts
from alerts.delivery import settings as delivery
from analytics import links
from analytics.api import Goals
from analytics.chargeback import finance
from analytics.chargeback.finance import Finance
from analytics.derive.deriver import DeriveSettings
from analytics.drift import settings as drift
from analytics.experiments import settings as experiments
from analytics.findings import settings as findings
from analytics.focus.settings import Chargeback
from analytics.forecast import settings as forecast
from analytics.prices import PriceBook
from analytics.prices.settings import PriceAlias, PriceRow
from analytics.prices.standing import sound_prices, standing_book
from analytics.recommendations import settings as recommendations
from analytics.reconciliation.settings import ReconciliationSettings
from analytics.retrieval import settings as retrieval
from analytics.slo.documents import settings as documents
from analytics.slo.documents.files import gathered, with_documents
from analytics.slo.evidence import Gate
from analytics.slo.objective import Objective
from analytics.spending.budget import SpendBudget
from collector.configuration import check, load
from collector.configuration.problems import Problem
from collector.intake import IntakeSettings
from collector.normalise.mapping import AttributionKeys
from collector.store import StoreSettings
from dashboards.console import settings as console
from dashboards.metrics import settings as metrics

T = TypeVar("T")

SECTIONS: Mapping[str, object] = {
    **alerts.SECTIONS,
    **documents.SECTIONS,
    **delivery.SECTIONS,
    "budgets": tuple[SpendBudget, ...],
    "prices": tuple[PriceRow, ...],
    "price_aliases": tuple[PriceAlias, ...],
    **finance.SECTIONS,
    "attribution": AttributionKeys,
    "intake": IntakeSettings,
    "derive": DeriveSettings,
    "store": StoreSettings,
    **metrics.SECTIONS,
    **console.SECTIONS,
    **links.SECTIONS,
    **findings.SECTIONS,
    **forecast.SECTIONS,
    **retrieval.SECTIONS,
    **drift.SECTIONS,
    **experiments.SECTIONS,
    **recommendations.SECTIONS,
}
RULES = (*alerts.RULES, *delivery.RULES, *finance.RULES, *retrieval.RULES, sound_prices)
"""What has to hold between sections and entries."""


class Configuration:
    """The configuration as it was read; a section is asked for by its name and type."""

    def __init__(self, path: Path | None, environ: Mapping[str, str]) -> None:
        """Raises :class:`~collector.configuration.ConfigurationError` with every problem at once."""
        self.path = path
        folder = _folder(path)
        self._sections = load(path, SECTIONS, environ=environ, rules=with_documents(RULES, folder))
        self.objectives: tuple[Objective, ...] = gathered(self._sections, folder)
        """Those of the section, of the documents that it names, and of the pack."""

    def section(self, name: str, kind: type[T]) -> T:
        """One section, of the type that :data:`SECTIONS` gives it."""
        found = self._sections[name]
        if not isinstance(found, kind):
            raise TypeError(f"section {name} is a {type(found).__name__}, not a {kind.__name__}")
        return found


def problems(path: Path, environ: Mapping[str, str]) -> list[Problem]:
    """What is wrong with a file, in its order."""
    return check(path, SECTIONS, environ=environ, rules=with_documents(RULES, _folder(path)))


def goals_of(configuration: Configuration) -> Goals:
    """What was promised and what may be spent."""
    return Goals(
        configuration.objectives,
        configuration.section("budgets", tuple),
        configuration.section("evidence", Gate),
    )


def finance_of(configuration: Configuration) -> Finance:
    """Who pays, what is split, how bills are compared."""
    return Finance(
        rules=configuration.section("attribution_rules", tuple),
        shared_costs=configuration.section("shared_costs", tuple),
        infrastructure=configuration.section("infrastructure", tuple),
        chargeback=configuration.section("chargeback", Chargeback),
        reconciliation=configuration.section("reconciliation", ReconciliationSettings),
    )


def _folder(path: Path | None) -> Path:
    """Where files that a configuration names are sought."""
    return path.parent if path is not None else Path()


def price_book(configuration: Configuration, data: Path | None) -> PriceBook:
    """The lists, with the configuration's own prices and those imported into a data directory before them.

    Raises ValueError that says which two rows cannot both hold.
    """
    rows, aliases = configuration.section("prices", tuple), configuration.section("price_aliases", tuple)
    origin = str(configuration.path.name if configuration.path else "defaults")
    return standing_book(rows, aliases, origin=origin, data=data)
